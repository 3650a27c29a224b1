package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Group normalisation (Wu and He, ECCV 2018): y = weight · (x - mean) / sqrt(variance + epsilon) + bias, with mean and
 * biased variance of each sample over the positions of a group of neighbouring channels; weight and bias (C). With one
 * channel a group it is instance normalisation (Ulyanov et al. 2016). The same in training and in use.
 *
 * @param channels
 *            number of channels
 * @param groups
 *            number of groups; divides the channels
 * @param instance
 *            whether it is to have one channel a group however many channels there are, so that a channel never depends
 *            on others
 */
public record GroupNormalization(int channels, int groups, boolean instance) implements Layer {

    /** Added to the variance. */
    public static final float EPSILON = 1e-5f;

    public GroupNormalization {
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException(
                    groups + " groups of " + channels + " channels; the channels must be a multiple of the groups");
        }
        if (instance && groups != channels)
            throw new IllegalArgumentException(groups + " groups of " + channels + " channels as instances");
    }

    /** Groups that may have another number of channels in a network with fewer. */
    public GroupNormalization(int channels, int groups) {
        this(channels, groups, false);
    }

    /** One group for each channel. */
    public static GroupNormalization instance(int channels) {
        return new GroupNormalization(channels, channels, true);
    }

    @Override
    public List<WeightSpec> weights() {
        List<Long> shape = List.of((long) channels);
        return List.of(new WeightSpec("weight", shape, WeightSpec.Role.SCALE),
                new WeightSpec("bias", shape, WeightSpec.Role.BIAS));
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        TensorShape x = Shapes.single(this, inputs);
        Shapes.requireChannels(this, x, channels);
        return x;
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        Coupling coupling = Coupling.passing(weights());
        return instance ? coupling : coupling.approximate();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        long[] one = new long[x.getShape().dimension()];
        java.util.Arrays.fill(one, 1);
        one[1] = channels;
        try (NDArray normal = normalized(x);
                NDArray scale = ScopedWeight.of(weights.get("weight"), x, new Shape(one));
                NDArray shift = ScopedWeight.of(weights.get("bias"), x, new Shape(one));
                NDArray scaled = normal.mul(scale)) {
            return scaled.add(shift);
        }
    }

    /** As a batch normalisation that sees every group of every sample as a channel of one sample. */
    private NDArray normalized(NDArray x) {
        int rows = Math.toIntExact(x.getShape().get(0) * groups);
        try (NDArray flat = x.reshape(1, rows, -1);
                NDArray mean = x.getManager().zeros(new Shape(rows), x.getDataType());
                NDArray variance = x.getManager().ones(new Shape(rows), x.getDataType());
                NDArray scale = x.getManager().ones(new Shape(rows), x.getDataType());
                NDArray shift = x.getManager().zeros(new Shape(rows), x.getDataType());
                NDArray y = flat.getNDArrayInternal()
                        .batchNorm(flat, mean, variance, scale, shift, 1, BatchNormalization.MOMENTUM, EPSILON, true)
                        .singletonOrThrow()) {
            return y.reshape(x.getShape());
        }
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.groupNormalization(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION_AND_EVERYTHING;
    }
}
