package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * In training sets whole channels to 0 at random and scales the others up so that the mean stays (Tompson et al., CVPR
 * 2015); otherwise does nothing. Draws from the engine's generator.
 *
 * @param rate
 *            share of channels that are dropped, 0 to below 1
 */
public record ChannelDropout(double rate) implements Layer {

    public ChannelDropout {
        if (!(rate >= 0 && rate < 1))
            throw new IllegalArgumentException("dropout rate " + rate + "; allowed: 0 to below 1");
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        return Shapes.single(this, inputs);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.passing();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        if (!training)
            return x.reshape(x.getShape());
        long[] shape = new long[x.getShape().dimension()];
        java.util.Arrays.fill(shape, 1);
        shape[0] = x.getShape().get(0);
        shape[1] = x.getShape().get(1);
        try (NDArray ones = x.getManager().ones(new Shape(shape));
                NDArray kept = ones.getNDArrayInternal().dropout(ones, (float) rate, true).singletonOrThrow()) {
            return x.mul(kept);
        }
    }

    @Override
    public boolean isForTrainingOnly() {
        return true;
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.channelDropout(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
