package org.septum.compress;

import java.util.Arrays;

/**
 * y = W x + b, what a kernel does to the features that it reads at one place. Its arrays are not copied: whoever gets
 * one reads it only.
 */
final class LinearMap {

    private final double[][] weights;

    private final double[] biases;

    private final int shared;

    private final boolean biased;

    /**
     * Takes them.
     *
     * @param weights
     *            W, a row for each output
     * @param biases
     *            b, one for each {@code shared} outputs
     * @param shared
     *            how many neighbouring outputs have one bias
     * @param biased
     *            false if b is 0 and has to stay so
     */
    LinearMap(double[][] weights, double[] biases, int shared, boolean biased) {
        this.weights = weights;
        this.biases = biases;
        this.shared = shared;
        this.biased = biased;
    }

    double[][] weights() {
        return weights;
    }

    double[] biases() {
        return biases;
    }

    int shared() {
        return shared;
    }

    boolean isBiased() {
        return biased;
    }

    /** This with other weights and biases. */
    LinearMap with(double[][] otherWeights, double[] otherBiases) {
        return new LinearMap(otherWeights, otherBiases, shared, biased);
    }

    int outputs() {
        return weights.length;
    }

    /** Bias of one output. */
    double bias(int output) {
        return biases[output / shared];
    }

    /** This of some features only, as if the others were 0. */
    LinearMap reading(int[] features) {
        return with(Products.pick(weights, features), biases);
    }

    /** Some of the outputs; those with one bias stay together. */
    LinearMap making(int[] groups) {
        double[][] kept = new double[groups.length * shared][];
        for (int i = 0; i < kept.length; i++)
            kept[i] = weights[groups[i / shared] * shared + i % shared];
        return with(kept, Products.pick(biases, groups));
    }

    /** This plus weights and biases that suit it. */
    LinearMap plus(double[][] moreWeights, double[] moreBiases) {
        double[][] sum = new double[weights.length][];
        for (int o = 0; o < sum.length; o++) {
            sum[o] = weights[o].clone();
            Products.add(sum[o], 1, moreWeights[o], sum[o].length);
        }
        double[] sums = Arrays.copyOf(biases, biases.length);
        Products.add(sums, 1, moreBiases, sums.length);
        return with(sum, sums);
    }
}
