package org.septum.compress;

import java.util.Arrays;

/** What is known of the channels of a tensor: mean and variance of each. */
final class ChannelSignal {

    private final double[] mean;

    private final double[] variance;

    private final boolean rectified;

    /**
     * Channels whose means and variances may still be filled in.
     *
     * @param rectified
     *            whether an activation made them, and nothing but gates, poolings and the like came after it
     */
    ChannelSignal(double[] mean, double[] variance, boolean rectified) {
        this.mean = mean;
        this.variance = variance;
        this.rectified = rectified;
    }

    /** Equal channels. */
    static ChannelSignal of(int channels, double mean, double variance) {
        ChannelSignal signal = new ChannelSignal(new double[channels], new double[channels], false);
        Arrays.fill(signal.mean, mean);
        Arrays.fill(signal.variance, variance);
        return signal;
    }

    int channels() {
        return mean.length;
    }

    double[] mean() {
        return mean;
    }

    double[] variance() {
        return variance;
    }

    boolean rectified() {
        return rectified;
    }
}
