package org.septum.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.septum.core.SeptumException;

/**
 * How much one method scores above another on the same cases, with an interval by the bootstrap over cases (Efron and
 * Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentiles).
 *
 * @param n
 *            pairs in which both are finite
 * @param mean
 *            of their differences; NaN if there are none
 * @param low
 *            percentile 2.5 of the means of resampled differences; NaN for fewer than two pairs
 * @param high
 *            percentile 97.5 of them; NaN for fewer than two pairs
 */
public record PairedDifference(int n, double mean, double low, double high) {

    private static final int RESAMPLES = 10_000;

    /** The same numbers give the same interval. */
    private static final long SEED = 12345;

    /**
     * Compares two methods.
     *
     * @param scores
     *            of a method, one for each case
     * @param reference
     *            of the other method, in the same order; pairs in which either is not finite are left out
     */
    public static PairedDifference of(List<Double> scores, List<Double> reference) {
        if (scores.size() != reference.size()) {
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    scores.size() + " scores paired with " + reference.size());
        }
        double[] differences = new double[scores.size()];
        for (int i = 0; i < differences.length; i++)
            differences[i] = scores.get(i) - reference.get(i);
        differences = Arrays.stream(differences).filter(Double::isFinite).toArray();
        double mean = Arrays.stream(differences).average().orElse(Double.NaN);
        if (differences.length < 2)
            return new PairedDifference(differences.length, mean, Double.NaN, Double.NaN);
        double[] means = resampledMeans(differences);
        return new PairedDifference(differences.length, mean, percentile(means, 0.025), percentile(means, 0.975));
    }

    private static double[] resampledMeans(double[] differences) {
        Random random = new Random(SEED);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < means.length; i++) {
            double sum = 0;
            for (int k = 0; k < differences.length; k++)
                sum += differences[random.nextInt(differences.length)];
            means[i] = sum / differences.length;
        }
        Arrays.sort(means);
        return means;
    }

    /** Between the two sorted values that it lies between. */
    private static double percentile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int lower = (int) place;
        int upper = Math.min(lower + 1, sorted.length - 1);
        return sorted[lower] + (place - lower) * (sorted[upper] - sorted[lower]);
    }

    /** Whether all of the interval lies on one side of 0. */
    public boolean excludesZero() {
        return low > 0 || high < 0;
    }

    /** "0.0120 higher over 36 cases; the 95 % interval from 0.0040 to 0.0200 excludes 0", for people. */
    public String describe() {
        if (n == 0)
            return "not measurable: no case was scored with both";
        String cases = n == 1 ? " in one case" : " over " + n + " cases";
        String by = String.format(Locale.ROOT, "%.4f %s%s", Math.abs(mean), mean < 0 ? "lower" : "higher", cases);
        if (n == 1)
            return by + "; one case has no interval";
        return by + String.format(Locale.ROOT, "; the 95 %% interval from %.4f to %.4f %s", low, high,
                excludesZero() ? "excludes 0" : "includes 0, so that no difference is shown");
    }
}
