package org.septum.compress;

/**
 * How far the probabilities of two models are apart: half the sum over classes of their differences, as a mean over the
 * voxels that the one or the other gives to the foreground, or over all where neither gives any.
 */
final class ProbabilityChange {

    private final int classes;

    private double foreground;

    private long foregroundVoxels;

    private double all;

    private long voxels;

    ProbabilityChange(int classes) {
        this.classes = classes;
    }

    /** Adds two equally large arrays (classes, S). */
    void add(float[] before, float[] after) {
        int n = before.length / classes;
        for (int i = 0; i < n; i++) {
            int most = i;
            int mostAfter = i;
            double sum = 0;
            for (int at = i; at < before.length; at += n) {
                sum += Math.abs(before[at] - after[at]) / 2;
                most = before[at] > before[most] ? at : most;
                mostAfter = after[at] > after[mostAfter] ? at : mostAfter;
            }
            all += sum;
            if (most >= n || mostAfter >= n) {
                foreground += sum;
                foregroundVoxels++;
            }
        }
        voxels += n;
    }

    /** 0 for equal probabilities, 1 for other classes with certainty; infinite if a number is missing. */
    double mean() {
        double mean = foregroundVoxels > 0 ? foreground / foregroundVoxels : all / voxels;
        return Double.isNaN(mean) ? Double.POSITIVE_INFINITY : mean;
    }
}
