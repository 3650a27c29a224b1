package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/** Joins its inputs along the channel axis, in order. */
public record Concatenation() implements Layer {

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        int channels = 0;
        for (TensorShape x : inputs) {
            if (!x.spatial().equals(inputs.get(0).spatial())) {
                throw Shapes.wrong(this, "sizes " + inputs, "equal sizes");
            }
            channels += x.channels();
        }
        return inputs.get(0).withChannels(channels);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.joining(channels.size());
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        return NDArrays.concat(inputs, 1);
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.concatenation(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
