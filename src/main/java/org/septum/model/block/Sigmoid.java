package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** 1 / (1 + exp(-x)). */
public record Sigmoid() implements Layer {

    @Override
    public List<WeightSpec> weights() {
        return List.of();
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        return Shapes.single(this, inputs);
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        return ai.djl.nn.Activation.sigmoid(inputs.get(0));
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        return 0;
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.sigmoid(this);
    }
}
