package org.septum.compress;

import java.util.function.DoubleUnaryOperator;

/**
 * A normal distribution, and what becomes of it behind an activation.
 *
 * @param mean
 *            any
 * @param sd
 *            standard deviation, at least 0
 */
record Gaussian(double mean, double sd) {

    /** Standard deviations from the mean beyond which nothing counts. */
    private static final double REACH = 8;

    /** Steps of a standard deviation when a function is averaged. */
    private static final int STEPS = 16;

    /** Intervals of a smooth part when a product is averaged; even. */
    private static final int INTERVALS = 128;

    /** Density of the standard normal distribution. */
    static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /**
     * Distribution function of the standard normal distribution, by its Taylor series around 0 (Marsaglia, Evaluating
     * the normal distribution, J. Stat. Softw. 2004).
     */
    static double distribution(double x) {
        if (Math.abs(x) > REACH)
            return x > 0 ? 1 : 0;
        double sum = x;
        double term = x;
        for (int i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * density(x);
    }

    /** Mean of max(x, 0). */
    double rectifiedMean() {
        if (sd == 0)
            return Math.max(0, mean);
        double a = mean / sd;
        return Math.max(0, mean * distribution(a) + sd * density(a));
    }

    /** Mean of max(x, 0)². */
    double rectifiedSecond() {
        if (sd == 0)
            return Math.pow(Math.max(0, mean), 2);
        double a = mean / sd;
        return Math.max(0, (mean * mean + sd * sd) * distribution(a) + mean * sd * density(a));
    }

    /** Variance of max(x, 0). */
    double rectifiedVariance() {
        return Math.max(0, rectifiedSecond() - Math.pow(rectifiedMean(), 2));
    }

    /** Mean of f(x), to about three digits where f has kinks. */
    double meanOf(DoubleUnaryOperator f) {
        if (sd == 0)
            return f.applyAsDouble(mean);
        double sum = 0;
        double weights = 0;
        int end = (int) REACH * STEPS;
        for (int i = -end; i <= end; i++) {
            double z = (double) i / STEPS;
            double weight = density(z);
            sum += weight * f.applyAsDouble(mean + sd * z);
            weights += weight;
        }
        return sum / weights;
    }

    /**
     * Mean of max(x, 0) · max(y, 0) for this x and another y.
     *
     * @param correlation
     *            of x and y, -1 to 1
     */
    double rectifiedProduct(Gaussian other, double correlation) {
        if (sd == 0)
            return rectifiedMean() * other.rectifiedMean();
        double rest = other.sd * Math.sqrt(Math.max(0, 1 - correlation * correlation));
        DoubleUnaryOperator integrand = z -> density(z) * (mean + sd * z)
                * new Gaussian(other.mean + correlation * other.sd * z, rest).rectifiedMean();
        // given x, y is normal; the mean of its positive part bends where its mean is 0, within the rest of its spread
        double kink = -other.mean / (correlation * other.sd);
        double width = REACH * Math.abs(rest / (correlation * other.sd));
        double sum = 0;
        double from = Math.max(-REACH, -mean / sd);
        for (double end : new double[] { kink - width, kink, kink + width, REACH }) {
            if (end > from && end <= REACH) {
                sum += integral(integrand, from, end);
                from = end;
            }
        }
        return sum;
    }

    /** By Simpson's rule. */
    private static double integral(DoubleUnaryOperator f, double from, double to) {
        double h = (to - from) / INTERVALS;
        double sum = f.applyAsDouble(from) + f.applyAsDouble(to);
        for (int i = 1; i < INTERVALS; i++)
            sum += (i % 2 == 0 ? 2 : 4) * f.applyAsDouble(from + i * h);
        return sum * h / 3;
    }
}
