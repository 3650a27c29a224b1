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
        return ofRepeated(values.mapToObj(v -> new double[] { v }).toArray(double[][]::new));
    }

    /**
     * Of values that were each measured several times, such as with trainings of several seeds. Each resample draws
     * repeats as well as cases, so that the interval also says how much the next try may differ.
     *
     * @param byCase
     *            for each case its repeats, equally many; cases in which one is not finite are left out
     */
    static MeanInterval ofRepeated(double[][] byCase) {
        double[][] finite = Arrays.stream(byCase).filter(r -> Arrays.stream(r).allMatch(Double::isFinite))
                .toArray(double[][]::new);
        double mean = Arrays.stream(finite).flatMapToDouble(Arrays::stream).average().orElse(Double.NaN);
        if (finite.length < 2)
            return new MeanInterval(finite.length, mean, Double.NaN, Double.NaN);
        double[] means = resampledMeans(finite);
        return new MeanInterval(finite.length, mean, percentile(means, 0.025), percentile(means, 0.975));
    }

    /** Of some values, one for each case. */
    public static MeanInterval of(List<Double> values) {
        return of(values.stream().mapToDouble(v -> v));
    }

    private static double[] resampledMeans(double[][] byCase) {
        Random random = new Random(SEED);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < means.length; i++)
            means[i] = resampledMean(byCase, random);
        Arrays.sort(means);
        return means;
    }

    /** Of as many repeats and cases as there are, each drawn from all; a single repeat needs no draw. */
    private static double resampledMean(double[][] byCase, Random random) {
        int repeats = byCase[0].length;
        int[] drawn = repeats == 1 ? new int[1] : random.ints(repeats, 0, repeats).toArray();
        double sum = 0;
        for (int k = 0; k < byCase.length; k++) {
            double[] values = byCase[random.nextInt(byCase.length)];
            for (int r : drawn)
                sum += values[r];
        }
        return sum / byCase.length / repeats;
    }

    /** Between the two sorted values that it lies between. */
    static double percentile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int lower = (int) place;
        int upper = Math.min(lower + 1, sorted.length - 1);
        return sorted[lower] + (place - lower) * (sorted[upper] - sorted[lower]);
    }
}
