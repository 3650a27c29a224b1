package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** x where x is positive, 0.01 x elsewhere. */
public record LeakyRelu() implements Layer {

    /** Slope below 0. */
    public static final float SLOPE = 0.01f;

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
        return ai.djl.nn.Activation.leakyRelu(inputs.get(0), SLOPE);
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        return 0;
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.leakyRelu(this);
    }
}
