package org.septum.train;

import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The gradients of several weights as one vector. */
final class Gradients {

    private Gradients() {
    }

    /** Length of the vector. It is read once, so a GPU is waited for once. */
    static double norm(Map<String, NDArray> weights) {
        NDManager manager = weights.values().iterator().next().getManager();
        try (NDManager scope = manager.newSubManager()) {
            NDArray square = scope.zeros(new ai.djl.ndarray.types.Shape());
            for (NDArray w : weights.values()) {
                try (NDArray g = w.getGradient();
                        NDArray norm = g.norm();
                        NDArray s = norm.square()) {
                    square.addi(s);
                }
            }
            return Math.sqrt(square.getFloat());
        }
    }

    /** What to multiply a vector of a length with so that it is not longer than a largest one. */
    static double scale(double norm, double largest) {
        return norm > largest ? largest / norm : 1;
    }

    /** Sets them to 0. */
    static void clear(Map<String, NDArray> weights) {
        for (NDArray w : weights.values()) {
            try (NDArray g = w.getGradient()) {
                g.subi(g);
            }
        }
    }
}
