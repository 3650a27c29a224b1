package org.septum.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
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
        double[][] byCase = finite(scores, reference);
        double mean = Arrays.stream(byCase).flatMapToDouble(Arrays::stream).average().orElse(Double.NaN);
        if (byCase.length < 2)
            return new PairedDifference(byCase.length, mean, Double.NaN, Double.NaN);
        double[] means = resampledMeans(byCase);
        return new PairedDifference(byCase.length, mean, percentile(means, 0.025), percentile(means, 0.975));
    }

    /** For each case in which all are finite the differences of its repeats. */
    private static double[][] finite(List<List<Double>> scores, List<List<Double>> reference) {
        int cases = scores.isEmpty() ? 0 : scores.get(0).size();
        for (List<List<Double>> side : List.of(scores, reference)) {
            if (side.size() != scores.size() || side.stream().anyMatch(r -> r.size() != cases))
                throw new SeptumException(SeptumException.Kind.INTERNAL,
                        sizes(scores) + " scores paired with " + sizes(reference));
        }
        return IntStream.range(0, cases)
                .mapToObj(c -> IntStream.range(0, scores.size())
                        .mapToDouble(r -> scores.get(r).get(c) - reference.get(r).get(c)).toArray())
                .filter(repeats -> Arrays.stream(repeats).allMatch(Double::isFinite)).toArray(double[][]::new);
    }

    private static String sizes(List<List<Double>> repeats) {
        return String.join(" + ", repeats.stream().map(r -> String.valueOf(r.size())).toList());
    }

    private static double[] resampledMeans(double[][] byCase) {
        Random random = new Random(SEED);
        double[] means = new double[RESAMPLES];
        int[] drawn = new int[byCase[0].length];
        for (int i = 0; i < means.length; i++) {
            for (int r = 0; r < drawn.length && drawn.length > 1; r++)
                drawn[r] = random.nextInt(drawn.length);
            double sum = 0;
            for (int k = 0; k < byCase.length; k++) {
                double[] repeats = byCase[random.nextInt(byCase.length)];
                for (int r : drawn)
                    sum += repeats[r];
            }
            means[i] = sum / byCase.length / drawn.length;
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
