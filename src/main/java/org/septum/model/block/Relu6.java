package org.septum.model.block;

import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * min(max(x, 0), 6), as in MobileNetV2 (Sandler et al., CVPR 2018): computed as r - max(r - 6, 0) with r = max(x, 0).
 */
public record Relu6() implements Pointwise {

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        // not a clip: the engine keeps the limits of a clip for the gradient
        try (NDArray six = inputs.get(0).getManager().create(new float[] { 6 });
                NDArray positive = ai.djl.nn.Activation.relu(inputs.get(0));
                NDArray beyond = positive.sub(six);
                NDArray excess = ai.djl.nn.Activation.relu(beyond)) {
            return positive.sub(excess);
        }
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.relu6(this);
    }
}
