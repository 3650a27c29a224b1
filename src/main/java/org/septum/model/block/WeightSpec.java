package org.septum.model.block;

import java.util.List;

/**
 * One weight tensor that a layer needs.
 *
 * @param name
 *            within the layer: "weight", "bias", "running_mean" …
 * @param shape
 *            in PyTorch layout: convolution (out, in/groups, k…), transposed convolution (in, out, k…)
 * @param role
 *            what it is for, which decides its initial values and whether it is trained
 */
public record WeightSpec(String name, List<Long> shape, Role role) {

    /** What a weight tensor is for. */
    public enum Role {
        /** Multiplies features; starts as Kaiming normal, fan-in. */
        KERNEL,
        /** Added to features; starts at 0. */
        BIAS,
        /** Multiplies a normalised channel; starts at 1. */
        SCALE,
        /** Mean of a channel seen in training; not trained by gradient; starts at 0. */
        RUNNING_MEAN,
        /** Variance of a channel seen in training; not trained by gradient; starts at 1. */
        RUNNING_VARIANCE;

        /** True if a gradient changes it. */
        public boolean isTrained() {
            return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
        }
    }

    public WeightSpec {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long size() {
        long n = 1;
        for (long s : shape)
            n *= s;
        return n;
    }
}
