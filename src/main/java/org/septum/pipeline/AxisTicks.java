package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Round numbers along an axis: 1, 2 or 5 times a power of ten apart.
 *
 * @param values
 *            within the range, ascending
 * @param digits
 *            behind the point that tell them apart
 */
record AxisTicks(List<Double> values, int digits) {

    private static final double[] ROUND = { 1, 2, 5, 10 };

    /** Axes that only go up to this, or go beyond the other, have powers of ten. */
    private static final double SMALLEST_PLAIN = 1e-3;

    private static final double LARGEST_PLAIN = 1e5;

    AxisTicks {
        values = List.copyOf(values);
    }

    /**
     * Ticks of a range.
     *
     * @param most
     *            of them, at least 2; about half as many at the least
     * @param smallestStep
     *            1 for things that are counted; 0 for anything else
     */
    static AxisTicks of(double low, double high, int most, double smallestStep) {
        double step = Math.max(smallestStep, step((high - low) / (most - 1)));
        List<Double> values = new ArrayList<>();
        // counted from whole numbers, so that 0.1 + 0.2 is 0.3
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
            values.add(i * step);
        return new AxisTicks(values, Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9)));
    }

    /** The smallest round number that is not below a length. */
    private static double step(double length) {
        double power = Math.pow(10, Math.floor(Math.log10(length)));
        for (double round : ROUND)
            if (round * power >= length * (1 - 1e-9))
                return round * power;
        return 10 * power;
    }

    /** "0.25", "1200", "2e-5": all ticks of an axis with as many digits. */
    String label(double value) {
        if (value == 0)
            return "0";
        double largest = values.stream().mapToDouble(Math::abs).max().orElse(0);
        if (largest >= SMALLEST_PLAIN && largest < LARGEST_PLAIN)
            return String.format(Locale.ROOT, "%." + digits + "f", value);
        int power = (int) Math.floor(Math.log10(Math.abs(value)) + 1e-9);
        String factor = String.format(Locale.ROOT, "%.1f", value / Math.pow(10, power));
        return factor.replace(".0", "") + "e" + power;
    }
}
