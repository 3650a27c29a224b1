package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Sum of two inputs of the same shape. */
public record Addition() implements Layer {

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        if (inputs.size() != 2 || !inputs.get(0).equals(inputs.get(1)))
            throw Shapes.wrong(this, "inputs " + inputs, "two of equal shape");
        return inputs.get(0);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.tying(0, List.of(0, 1));
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        return inputs.get(0).add(inputs.get(1));
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.addition(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
