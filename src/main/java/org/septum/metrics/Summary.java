package org.septum.metrics;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Some numbers in brief. Mean, spread and median are those of the finite ones; how many there were, and how many were
 * not, stands beside them.
 *
 * @param n
 *            how many are finite
 * @param mean
 *            their mean; NaN if there are none
 * @param sd
 *            their standard deviation with n - 1; NaN for fewer than two
 * @param median
 *            the middle one, or the mean of the two in the middle; NaN if there are none
 * @param missing
 *            how many are NaN: not measurable
 * @param infinite
 *            how many are infinite: for distances, the class is in one mask only, a failure
 */
public record Summary(int n, double mean, double sd, double median, int missing, int infinite) {

    /** Sums up. */
    public static Summary of(DoubleStream values) {
        double[] all = values.toArray();
        double[] finite = Arrays.stream(all).filter(Double::isFinite).sorted().toArray();
        int missing = (int) Arrays.stream(all).filter(Double::isNaN).count();
        int n = finite.length;
        double mean = Arrays.stream(finite).average().orElse(Double.NaN);
        double squares = Arrays.stream(finite).map(v -> (v - mean) * (v - mean)).sum();
        double sd = n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1));
        double median = n == 0 ? Double.NaN : (finite[(n - 1) / 2] + finite[n / 2]) / 2;
        return new Summary(n, mean, sd, median, missing, all.length - n - missing);
    }
}
