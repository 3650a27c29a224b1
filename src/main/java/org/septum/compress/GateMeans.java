package org.septum.compress;

import java.util.ArrayList;
import java.util.List;

import org.septum.core.SeptumException;

/** Mean gate of every channel over images: how much the channels matter in UCP. Sums are kept in double. */
final class GateMeans {

    private double[] sums = {};

    private long images;

    /**
     * Adds the gates of a batch.
     *
     * @param gates
     *            (N, C), row-major
     * @param channels
     *            C
     */
    void add(float[] gates, int channels) {
        if (images == 0)
            sums = new double[channels];
        if (channels != sums.length || gates.length % channels != 0)
            throw SeptumException.input(gates.length + " gates of " + channels + " channels after those of "
                    + sums.length + "; give all channels of each image");
        for (int i = 0; i < gates.length; i++)
            sums[i % channels] += gates[i];
        images += gates.length / channels;
    }

    /** The mean of each channel. */
    List<Double> means() {
        List<Double> means = new ArrayList<>();
        for (double sum : sums)
            means.add(sum / images);
        return means;
    }
}
