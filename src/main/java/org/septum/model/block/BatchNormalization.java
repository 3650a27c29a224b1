package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Batch normalisation (Ioffe and Szegedy 2015): y = weight · (x - mean) / sqrt(variance + epsilon) + bias for each
 * channel, with batch statistics in training and running ones otherwise. Normalises with the biased variance and keeps
 * the unbiased one.
 *
 * @param channels
 *            number of channels
 * @param momentum
 *            share of the old running statistics that a step keeps; PyTorch's momentum is its complement
 */
public record BatchNormalization(int channels, float momentum) implements Layer {

    /** Added to the variance. */
    public static final float EPSILON = 1e-5f;

    /** The usual momentum. */
    public static final float MOMENTUM = 0.9f;

    /** With the usual momentum. */
    public BatchNormalization(int channels) {
        this(channels, MOMENTUM);
    }

    @Override
    public List<WeightSpec> weights() {
        List<Long> shape = List.of((long) channels);
        return List.of(new WeightSpec("weight", shape, WeightSpec.Role.SCALE),
                new WeightSpec("bias", shape, WeightSpec.Role.BIAS),
                new WeightSpec("running_mean", shape, WeightSpec.Role.RUNNING_MEAN),
                new WeightSpec("running_var", shape, WeightSpec.Role.RUNNING_VARIANCE));
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        TensorShape x = Shapes.single(this, inputs);
        Shapes.requireChannels(this, x, channels);
        return x;
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.passing(weights());
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        return inputs.get(0).getNDArrayInternal().batchNorm(inputs.get(0), weights.get("running_mean"),
                weights.get("running_var"), weights.get("weight"), weights.get("bias"), 1, momentum, EPSILON, training)
                .singletonOrThrow();
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.batchNormalization(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
