package org.septum.model.block;

import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** x / (1 + exp(-x)). */
public record Silu() implements Pointwise {

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        try (NDArray gate = ai.djl.nn.Activation.sigmoid(inputs.get(0))) {
            return inputs.get(0).mul(gate);
        }
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.silu(this);
    }
}
