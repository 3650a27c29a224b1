package org.septum.model.block;

import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Mean over all positions: (N, C, S) to (N, C). */
public record GlobalAverage() implements GlobalPooling {

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        try (NDArray flat = GlobalPooling.flat(inputs.get(0))) {
            return flat.mean(new int[] { 2 });
        }
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.globalAverage(this);
    }
}
