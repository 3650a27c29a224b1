package org.septum.compress;

import java.util.Arrays;

/**
 * Least squares: the linear map of features that comes closest to targets.
 * <p>
 * With Σ the covariance of the features, μ their mean, c that of one target and the features and m the target's mean, v
 * = c Σ⁻¹ and m - v μ are the best weights and bias. Where several targets have one bias, the best b is the mean of
 * theirs, and the weights of each become v + (m - v μ - b) uᵀ / (1 + uᵀ μ) with u = Σ⁻¹ μ; the same formula with b = 0
 * holds where there is no bias. This is the form with M = Σ + μ μᵀ after Sherman and Morrison, which stays well
 * conditioned.
 */
final class Regression {

    private final double[][] covariance;

    private final double[] mean;

    private final double[][] cross;

    private final double[] targets;

    /**
     * Takes moments, which it does not copy.
     *
     * @param covariance
     *            of the features
     * @param mean
     *            of the features
     * @param cross
     *            covariance of targets and features, a row for each target
     * @param targets
     *            means of the targets
     */
    Regression(double[][] covariance, double[] mean, double[][] cross, double[] targets) {
        this.covariance = covariance;
        this.mean = mean;
        this.cross = cross;
        this.targets = targets;
    }

    /**
     * Of the targets that are the last entries of vectors, on those before.
     *
     * @param targets
     *            how many
     */
    static Regression of(FeatureStatistics joint, int targets) {
        int features = joint.features() - targets;
        double[] mean = joint.mean();
        double[][] all = joint.covariance();
        double[][] covariance = new double[features][];
        double[][] cross = new double[targets][];
        for (int i = 0; i < all.length; i++) {
            double[] row = Arrays.copyOf(all[i], features);
            if (i < features)
                covariance[i] = row;
            else
                cross[i - features] = row;
        }
        return new Regression(covariance, Arrays.copyOf(mean, features), cross,
                Arrays.copyOfRange(mean, features, mean.length));
    }

    /** What a map leaves of the targets: the same features, the differences as targets. */
    Regression beyond(LinearMap map) {
        double[][] left = Products.times(map.weights(), covariance);
        double[] means = new double[targets.length];
        for (int o = 0; o < left.length; o++) {
            for (int j = 0; j < mean.length; j++)
                left[o][j] = cross[o][j] - left[o][j];
            means[o] = targets[o] - Products.dot(map.weights()[o], mean) - map.bias(o);
        }
        return new Regression(covariance, mean, left, means);
    }

    /**
     * The map that comes closest.
     *
     * @param start
     *            says which targets share a bias; where features follow from others, and with a ridge, the map stays as
     *            close to this one as it can
     * @param ridge
     *            share of every feature's variance that is added to it, 0 for plain least squares
     */
    LinearMap solve(LinearMap start, double ridge) {
        return beyond(start).added(start, CholeskyFactor.of(covariance, ridge));
    }

    private LinearMap added(LinearMap start, CholeskyFactor factor) {
        double[][] weights = new double[targets.length][];
        double[] own = new double[targets.length];
        double[] biases = new double[start.biases().length];
        for (int o = 0; o < weights.length; o++) {
            weights[o] = cross[o].clone();
            factor.solve(weights[o]);
            own[o] = targets[o] - Products.dot(weights[o], mean);
            if (start.isBiased())
                biases[o / start.shared()] += own[o] / start.shared();
        }
        double[] u = mean.clone();
        factor.solve(u);
        double whole = 1 + Products.dot(u, mean);
        for (int o = 0; o < weights.length; o++)
            Products.add(weights[o], (own[o] - biases[o / start.shared()]) / whole, u, u.length);
        return start.plus(weights, biases);
    }
}
