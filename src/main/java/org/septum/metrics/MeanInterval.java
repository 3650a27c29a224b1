package org.septum.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * A mean over cases and how sure it is: a 95 % interval by the bootstrap over cases (Efron and Tibshirani, An
 * Introduction to the Bootstrap, 1993, chapter 13: percentiles).
 *
 * @param n
 *            how many values are finite; the others are left out
 * @param mean
 *            of them; NaN if there are none
 * @param low
 *            percentile 2.5 of the means of resampled values; NaN for fewer than two
 * @param high
 *            percentile 97.5 of them; NaN for fewer than two
 */
public record MeanInterval(int n, double mean, double low, double high) {

    private static final int RESAMPLES = 10_000;

    /** The same numbers give the same interval. */
    private static final long SEED = 12345;

    /** Of some values, one for each case. */
    public static MeanInterval of(DoubleStream values) {
        double[] finite = values.filter(Double::isFinite).toArray();
        double mean = Arrays.stream(finite).average().orElse(Double.NaN);
        if (finite.length < 2)
            return new MeanInterval(finite.length, mean, Double.NaN, Double.NaN);
        double[] means = resampledMeans(finite);
        return new MeanInterval(finite.length, mean, percentile(means, 0.025), percentile(means, 0.975));
    }

    /** Of some values, one for each case. */
    public static MeanInterval of(List<Double> values) {
        return of(values.stream().mapToDouble(v -> v));
    }

    private static double[] resampledMeans(double[] values) {
        Random random = new Random(SEED);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < means.length; i++) {
            double sum = 0;
            for (int k = 0; k < values.length; k++)
                sum += values[random.nextInt(values.length)];
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        return means;
    }

    /** Between the two sorted values that it lies between. */
    static double percentile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int lower = (int) place;
        int upper = Math.min(lower + 1, sorted.length - 1);
        return sorted[lower] + (place - lower) * (sorted[upper] - sorted[lower]);
    }
}
