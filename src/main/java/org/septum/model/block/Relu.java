package org.septum.model.block;

import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** max(x, 0). */
public record Relu() implements Pointwise {

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        return ai.djl.nn.Activation.relu(inputs.get(0));
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.relu(this);
    }
}
