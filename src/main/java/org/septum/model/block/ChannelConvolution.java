package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * One-dimensional convolution along the channel axis, one kernel for all channels, no bias, zeros outside: (N, C) to
 * (N, C), z_c = sum over j of w_j · g_(c + j - (k-1)/2). Weight (1, 1, k).
 *
 * @param kernel
 *            k, odd
 */
public record ChannelConvolution(int kernel) implements Layer {

    public ChannelConvolution {
        if (kernel < 1 || kernel % 2 == 0) {
            throw new IllegalArgumentException("kernel " + kernel + "; it must be odd and at least 1");
        }
    }

    @Override
    public List<WeightSpec> weights() {
        return List.of(new WeightSpec("weight", List.of(1L, 1L, (long) kernel), WeightSpec.Role.KERNEL));
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        return Shapes.single(this, inputs);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        // the gates of the channels that stay are computed from other neighbours
        return Coupling.passing().approximate();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        try (NDArray g = inputs.get(0).expandDims(1);
                NDArray z = g.getNDArrayInternal().convolution(g, weights.get("weight"), null, new Shape(1),
                        new Shape(kernel / 2), new Shape(1), 1).singletonOrThrow()) {
            return z.squeeze(1);
        }
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        return (long) kernel * inputs.get(0).channels();
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.channelConvolution(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
