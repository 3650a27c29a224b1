package org.septum.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Weights in the scope of features. <b>Why:</b> whatever is computed from an array belongs to that array's manager; a
 * view of a weight would be held as long as the weight, once for every forward pass.
 */
public final class ScopedWeight {

    private ScopedWeight() {
    }

    /** A copy of a weight that is freed with the features; gradients flow through it to the weight. */
    public static NDArray of(NDArray weight, NDArray features) {
        long[] none = weight.getShape().getShape().clone();
        none[0] = 0;
        // the manager of the first part is that of the whole
        try (NDArray nothing = features.getManager().create(new Shape(none), weight.getDataType())) {
            return nothing.concat(weight, 0);
        }
    }

    /** {@link #of}, in another shape. */
    static NDArray of(NDArray weight, NDArray features, Shape shape) {
        try (NDArray copy = of(weight, features)) {
            return copy.reshape(shape);
        }
    }
}
