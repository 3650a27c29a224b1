package org.septum.explain;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How well the Dice of cases was predicted by what other cases say.
 *
 * @param spearman
 *            rank correlation of predicted and true Dice, -1 to 1; NaN if one of them does not vary
 * @param meanError
 *            mean of |predicted − true|
 * @param found
 *            share of the worst tenth of the cases (at least one) that lie in the fifth with the lowest prediction
 * @param acrossPatients
 *            whether each case was predicted from other patients alone; else from all other cases, those of its own
 *            patient as well
 */
public record QualityTrial(double spearman, double meanError, double found, boolean acrossPatients) {

    private static final double WORST = 0.1;

    /** Of predictions. */
    public static QualityTrial of(double[] predicted, double[] dice, boolean acrossPatients) {
        double error = IntStream.range(0, dice.length).mapToDouble(i -> Math.abs(predicted[i] - dice[i])).average()
                .orElse(Double.NaN);
        Set<Integer> worst = lowest(dice, WORST);
        Set<Integer> looked = lowest(predicted, QualityModel.LOOK_SHARE);
        double found = worst.stream().filter(looked::contains).count() / (double) worst.size();
        return new QualityTrial(spearman(predicted, dice), error, found, acrossPatients);
    }

    private static Set<Integer> lowest(double[] values, double share) {
        return IntStream.range(0, values.length).boxed().sorted(Comparator.comparingDouble(i -> values[i]))
                .limit((long) Math.ceil(share * values.length)).collect(Collectors.toSet());
    }

    /** Rank correlation; equal values share the mean of their ranks. */
    static double spearman(double[] a, double[] b) {
        double[] x = ranks(a);
        double[] y = ranks(b);
        double middle = (a.length - 1) / 2.0;
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < a.length; i++) {
            xy += (x[i] - middle) * (y[i] - middle);
            xx += (x[i] - middle) * (x[i] - middle);
            yy += (y[i] - middle) * (y[i] - middle);
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static double[] ranks(double[] values) {
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double v = values[i];
            double below = Arrays.stream(values).filter(o -> o < v).count();
            double same = Arrays.stream(values).filter(o -> o == v).count();
            ranks[i] = below + (same - 1) / 2;
        }
        return ranks;
    }
}
