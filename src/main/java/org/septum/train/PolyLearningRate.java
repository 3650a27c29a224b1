package org.septum.train;

/**
 * Falls from a first rate to zero as (1 - progress)^0.9 (nnU-Net's schedule).
 *
 * @param first
 *            rate at progress 0
 */
public record PolyLearningRate(double first) {

    private static final double EXPONENT = 0.9;

    /** The rate after a share of the training, 0 to 1. */
    public double at(double progress) {
        return first * Math.pow(1 - Math.min(1, Math.max(0, progress)), EXPONENT);
    }
}
