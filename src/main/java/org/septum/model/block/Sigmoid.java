package org.septum.model.block;

import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** 1 / (1 + exp(-x)). */
public record Sigmoid() implements Pointwise {

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        return ai.djl.nn.Activation.sigmoid(inputs.get(0));
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.sigmoid(this);
    }
}
