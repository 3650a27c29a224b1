package org.septum.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A linear prediction y = b + s Σ w (x − mean) / sd. The weight w of a feature is known beforehand, so that only b and
 * s are learnt.
 * <p>
 * <b>Why</b> no free weights? With the few tens of cases that are held out of a training, weights of their own learnt
 * chance by heart: on cases left out they ranked masks worse than given ones.
 *
 * @param mean
 *            of each feature
 * @param sd
 *            of each feature; infinite for one that does not vary, which then says nothing
 * @param weights
 *            of each feature, in standard deviations: s w
 * @param bias
 *            mean of the truth
 */
record ScoreFit(List<Double> mean, List<Double> sd, List<Double> weights, double bias) {

    ScoreFit {
        mean = List.copyOf(mean);
        sd = List.copyOf(sd);
        weights = List.copyOf(weights);
    }

    /** Predicts the cases of a group by what the others say. */
    interface Fold {

        double[] predict(List<Integer> train, List<Integer> test);
    }

    /** A prediction of each case by the cases of all other groups. */
    static double[] leftOut(List<String> groups, Fold fold) {
        double[] predicted = new double[groups.size()];
        for (String group : groups.stream().distinct().toList()) {
            List<Integer> train = new ArrayList<>();
            List<Integer> test = new ArrayList<>();
            for (int i = 0; i < groups.size(); i++)
                (groups.get(i).equals(group) ? test : train).add(i);
            double[] values = fold.predict(train, test);
            for (int k = 0; k < values.length; k++)
                predicted[test.get(k)] = values[k];
        }
        return predicted;
    }

    /**
     * Least squares of b and s, s not below 0.
     *
     * @param x
     *            features by case
     * @param y
     *            truth by case
     * @param given
     *            the weight of each feature in the score, below 0 where less is better
     */
    static ScoreFit of(double[][] x, double[] y, double[] given) {
        int features = given.length;
        Double[] mean = new Double[features];
        Double[] sd = new Double[features];
        for (int k = 0; k < features; k++) {
            int column = k;
            double m = Arrays.stream(x).mapToDouble(row -> row[column]).average().orElse(0);
            double variance = Arrays.stream(x).mapToDouble(row -> row[column] - m).map(d -> d * d).average().orElse(0);
            mean[k] = m;
            sd[k] = variance > 1e-12 ? Math.sqrt(variance) : Double.MAX_VALUE;
        }
        double bias = Arrays.stream(y).average().orElse(0);
        ScoreFit unit = new ScoreFit(List.of(mean), List.of(sd), Arrays.stream(given).boxed().toList(), 0);
        double both = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            double score = unit.predict(x[i]);
            both += score * (y[i] - bias);
            squares += score * score;
        }
        double slope = squares > 0 ? Math.max(0, both / squares) : 0;
        return new ScoreFit(unit.mean, unit.sd, Arrays.stream(given).map(w -> w * slope).boxed().toList(), bias);
    }

    /** What the features of a case say. */
    double predict(double[] x) {
        double sum = bias;
        for (int k = 0; k < x.length; k++)
            sum += weights.get(k) * (x[k] - mean.get(k)) / sd.get(k);
        return sum;
    }
}
