package org.septum.compress;

/**
 * Rewrites a linear map for fewer features so that its outputs change least on the data that statistics were taken of:
 * W' = W Σ[:,S] Σ[S,S]⁻¹, b' = b + W μ - W' μ[S] (Xie et al., Pruning with Compensation, arXiv 2108.13728, 2021).
 * <p>
 * Differs from the paper: nothing fails where features follow from others, these are left as they are; the variance of
 * the outputs is brought back to the original's only on request.
 */
final class Compensation {

    private final LinearMap whole;

    private final double[][] covariance;

    private final double[] mean;

    /**
     * Prepares it.
     *
     * @param whole
     *            what is rewritten
     * @param statistics
     *            of all features that it reads
     */
    Compensation(LinearMap whole, FeatureStatistics statistics) {
        this.whole = whole;
        this.covariance = statistics.covariance();
        this.mean = statistics.mean();
    }

    /**
     * The map of the features that are kept.
     *
     * @param ridge
     *            0 for the least error on the data; more, as a share of every feature's variance, to stay closer to the
     *            weights that there were
     */
    LinearMap keep(int[] kept, double ridge) {
        return regression(kept).solve(whole.reading(kept), ridge);
    }

    private Regression regression(int[] kept) {
        double[][] cross = Products.pick(Products.times(whole.weights(), covariance), kept);
        double[] targets = new double[whole.outputs()];
        for (int o = 0; o < targets.length; o++)
            targets[o] = Products.dot(whole.weights()[o], mean) + whole.bias(o);
        double[][] square = new double[kept.length][];
        for (int i = 0; i < kept.length; i++)
            square[i] = Products.pick(covariance[kept[i]], kept);
        return new Regression(square, Products.pick(mean, kept), cross, targets);
    }

    /**
     * A map whose outputs have the variance and the mean of the original's. Outputs that share a bias stay as they are.
     *
     * @param small
     *            map of the features that are kept
     */
    LinearMap rescaled(LinearMap small, int[] kept) {
        if (small.shared() > 1 || !small.isBiased())
            return small;
        double[][] weights = new double[small.outputs()][];
        double[] biases = small.biases().clone();
        double[] means = Products.pick(mean, kept);
        for (int o = 0; o < weights.length; o++) {
            double before = variance(whole.weights()[o]);
            double after = variance(spread(small.weights()[o], kept));
            double factor = before > 0 && after > 0 ? Math.sqrt(before / after) : 1;
            weights[o] = small.weights()[o].clone();
            for (int i = 0; i < kept.length; i++)
                weights[o][i] *= factor;
            biases[o] = whole.bias(o) + Products.dot(whole.weights()[o], mean) - Products.dot(weights[o], means);
        }
        return small.with(weights, biases);
    }

    /** Mean over the data of the squared difference that a smaller map makes, summed over outputs. */
    double error(LinearMap small, int[] kept) {
        double sum = 0;
        for (int o = 0; o < whole.outputs(); o++) {
            double[] difference = whole.weights()[o].clone();
            Products.add(difference, -1, spread(small.weights()[o], kept), difference.length);
            double shift = Products.dot(difference, mean) + whole.bias(o) - small.bias(o);
            sum += variance(difference) + shift * shift;
        }
        return sum;
    }

    private double variance(double[] weights) {
        return Products.dot(Products.times(new double[][] { weights }, covariance)[0], weights);
    }

    private double[] spread(double[] weights, int[] kept) {
        double[] all = new double[mean.length];
        for (int i = 0; i < kept.length; i++)
            all[kept[i]] = weights[i];
        return all;
    }
}
