package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Multiplies every channel of the first input (N, C, S) by its gate in the second input (N, C). */
public record ChannelScaling() implements Layer {

    @Override
    public List<WeightSpec> weights() {
        return List.of();
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        if (inputs.size() != 2)
            throw Shapes.wrong(this, inputs.size() + " inputs", "features and gates");
        Shapes.requireChannels(this, inputs.get(1), inputs.get(0).channels());
        return inputs.get(0);
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        long[] shape = new long[x.getShape().dimension()];
        java.util.Arrays.fill(shape, 1);
        shape[0] = x.getShape().get(0);
        shape[1] = x.getShape().get(1);
        try (NDArray gate = inputs.get(1).reshape(shape)) {
            return x.mul(gate);
        }
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        return 0;
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.channelScaling(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
