package org.septum.model.block;

import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** x where x is positive, 0.01 x elsewhere. */
public record LeakyRelu() implements Pointwise {

    /** Slope below 0. */
    public static final float SLOPE = 0.01f;

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        return ai.djl.nn.Activation.leakyRelu(inputs.get(0), SLOPE);
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.leakyRelu(this);
    }
}
