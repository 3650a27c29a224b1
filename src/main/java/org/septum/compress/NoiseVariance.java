package org.septum.compress;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Variance of the noise in a matrix that is a sum of few strong directions and noise: the one with the least free
 * energy under variational Bayesian matrix factorisation (Nakajima et al., JMLR 14, 2013, theorem 4 and section 5).
 * <p>
 * With L the short and M the long side, a = L/M, s the singular values and x = s²/(M v), it minimises over v the sum of
 * x - ln x where x is below a limit, and of x - t + ln((t+1)/x) + a ln(t/a+1) above it, with t = (x-(1+a) +
 * sqrt((x-(1+a))² - 4a)) / 2.
 * <p>
 * Differs from the authors of CONet: their code searches v from both ends with an absolute tolerance, so that its
 * result depends on the scale of the weights and on the minimum it falls into. Here ln v is scanned and the lowest
 * place refined.
 */
final class NoiseVariance {

    private static final int STEPS = 256;

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /** Of ln v: finer, the sum cannot tell two values apart. */
    private static final double RESOLUTION = 1e-10;

    /** A singular value of 0 counts as this share of the largest, squared: what rounding leaves of it. */
    private static final double ROUNDING = 1e-15;

    private final double[] squares;

    private final int longSide;

    private final double ratio;

    private final double limit;

    /**
     * @param squares
     *            of the singular values, descending, as many as the short side has entries; the first above 0
     * @param longSide
     *            number of entries of the long side
     */
    NoiseVariance(double[] squares, int longSide) {
        this.squares = Arrays.stream(squares).map(s -> Math.max(s, squares[0] * ROUNDING)).toArray();
        this.longSide = longSide;
        this.ratio = (double) squares.length / longSide;
        double t = 2.5129 * Math.sqrt(ratio);
        this.limit = (1 + t) * (1 + ratio / t);
    }

    /** Squared singular values above this, for a variance, are more than noise. */
    double threshold(double variance) {
        return longSide * variance * limit;
    }

    /** The variance. */
    double find() {
        int n = squares.length;
        int first = (int) Math.ceil(n / (1 + ratio)) - 1;
        double tail = Arrays.stream(squares, first, n).average().orElseThrow() / longSide;
        double low = Math.log(Math.max(squares[first] / (longSide * limit), tail));
        double high = Math.log(Arrays.stream(squares).sum() / ((double) n * longSide));
        double step = Math.max(0, high - low) / STEPS;
        double[] energy = new double[STEPS + 1];
        for (int i = 0; i <= STEPS; i++)
            energy[i] = energy(low + i * step);
        double best = low;
        double least = energy[0];
        for (int i = 0; i <= STEPS; i++) {
            if (i > 0 && energy[i - 1] < energy[i] || i < STEPS && energy[i + 1] < energy[i])
                continue;
            double from = low + Math.max(0, i - 1) * step;
            double to = low + Math.min(STEPS, i + 1) * step;
            double place = minimum(this::energy, from, to);
            double there = energy(place);
            if (there < least) {
                best = place;
                least = there;
            }
        }
        return Math.exp(best);
    }

    /** Golden-section search. */
    private static double minimum(DoubleUnaryOperator f, double from, double to) {
        double low = from;
        double high = to;
        double a = high - GOLDEN * (high - low);
        double b = low + GOLDEN * (high - low);
        double atA = f.applyAsDouble(a);
        double atB = f.applyAsDouble(b);
        while (high - low > RESOLUTION) {
            if (atA <= atB) {
                high = b;
                b = a;
                atB = atA;
                a = high - GOLDEN * (high - low);
                atA = f.applyAsDouble(a);
            } else {
                low = a;
                a = b;
                atA = atB;
                b = low + GOLDEN * (high - low);
                atB = f.applyAsDouble(b);
            }
        }
        return (low + high) / 2;
    }

    /** Free energy at a variance's logarithm, up to a constant. */
    private double energy(double lnVariance) {
        double scale = longSide * Math.exp(lnVariance);
        double sum = 0;
        for (double square : squares) {
            double x = square / scale;
            if (x <= limit) {
                sum += x - Math.log(x);
            } else {
                double middle = x - (1 + ratio);
                double t = (middle + Math.sqrt(middle * middle - 4 * ratio)) / 2;
                sum += x - t + Math.log((t + 1) / x) + ratio * Math.log(t / ratio + 1);
            }
        }
        return sum;
    }
}
