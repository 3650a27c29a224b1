package org.septum.explain;

import java.util.ArrayList;
import java.util.List;

import org.septum.core.SeptumException;

/**
 * How often a network is right when it is so sure: voxels by their confidence, the largest of their probabilities.
 *
 * @param bins
 *            of equal width from 0 to 1, in ascending order
 */
public record ReliabilityTable(List<Bin> bins) {

    /** As many as are usual. */
    static final int BINS = 15;

    /**
     * Voxels of similar confidence.
     *
     * @param count
     *            how many
     * @param confidence
     *            their mean; 0 of none
     * @param accuracy
     *            share of them whose class is the true one; 0 of none
     */
    public record Bin(long count, double confidence, double accuracy) {

        public Bin {
            if (count < 0 || !(confidence >= 0 && confidence <= 1) || !(accuracy >= 0 && accuracy <= 1)) {
                throw SeptumException.input("a bin of " + count + " voxels, confidence " + confidence + ", accuracy "
                        + accuracy + "; allowed: no fewer than 0 voxels, shares from 0 to 1");
            }
        }
    }

    public ReliabilityTable {
        bins = List.copyOf(bins);
        if (bins.isEmpty())
            throw SeptumException.input("a reliability table without bins; it has " + BINS);
    }

    /**
     * Counts voxels.
     *
     * @param confidences
     *            of each, 0 to 1
     * @param right
     *            whether its class is the true one
     */
    static ReliabilityTable of(double[] confidences, boolean[] right) {
        long[] count = new long[BINS];
        double[] confidence = new double[BINS];
        long[] hits = new long[BINS];
        for (int i = 0; i < confidences.length; i++) {
            int bin = (int) Math.min(BINS - 1, confidences[i] * BINS);
            count[bin]++;
            confidence[bin] += confidences[i];
            hits[bin] += right[i] ? 1 : 0;
        }
        List<Bin> bins = new ArrayList<>();
        for (int b = 0; b < BINS; b++) {
            double n = Math.max(1, count[b]);
            bins.add(new Bin(count[b], Math.min(1, confidence[b] / n), hits[b] / n));
        }
        return new ReliabilityTable(bins);
    }

    /**
     * Expected calibration error (Naeini et al., AAAI 2015): Σ nᵢ / n · |accuracyᵢ − confidenceᵢ|, 0 to 1; NaN without
     * voxels.
     */
    public double expectedError() {
        double sum = 0;
        long n = 0;
        for (Bin b : bins) {
            sum += b.count() * Math.abs(b.accuracy() - b.confidence());
            n += b.count();
        }
        return n == 0 ? Double.NaN : sum / n;
    }
}
