package org.septum.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.septum.core.SeptumException;

/**
 * How much one method scores above another on the same cases, with an interval by the bootstrap over cases, and over
 * repeats if there are several (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentiles).
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

    /**
     * Compares two methods.
     *
     * @param scores
     *            of a method, one for each case
     * @param reference
     *            of the other method, in the same order; pairs in which either is not finite are left out
     */
    public static PairedDifference of(List<Double> scores, List<Double> reference) {
        return ofRepeated(List.of(scores), List.of(reference));
    }

    /**
     * Compares two methods that were each tried several times, such as trainings with several seeds. Each resample
     * draws repeats as well as cases, so that the interval also says how much the next try may differ.
     *
     * @param scores
     *            of a method, for each repeat one for each case
     * @param reference
     *            of the other method, in the same order; cases in which any is not finite are left out
     */
    public static PairedDifference ofRepeated(List<List<Double>> scores, List<List<Double>> reference) {
        MeanInterval interval = MeanInterval.ofRepeated(differences(scores, reference));
        return new PairedDifference(interval.n(), interval.mean(), interval.low(), interval.high());
    }

    /** For each case those of its repeats. */
    private static double[][] differences(List<List<Double>> scores, List<List<Double>> reference) {
        int cases = scores.isEmpty() ? 0 : scores.get(0).size();
        for (List<List<Double>> side : List.of(scores, reference)) {
            if (side.size() != scores.size() || side.stream().anyMatch(r -> r.size() != cases))
                throw new SeptumException(SeptumException.Kind.INTERNAL,
                        sizes(scores) + " scores paired with " + sizes(reference));
        }
        return IntStream.range(0, cases)
                .mapToObj(c -> IntStream.range(0, scores.size())
                        .mapToDouble(r -> scores.get(r).get(c) - reference.get(r).get(c)).toArray())
                .toArray(double[][]::new);
    }

    private static String sizes(List<List<Double>> repeats) {
        return String.join(" + ", repeats.stream().map(r -> String.valueOf(r.size())).toList());
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
