package org.septum.compress;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Mean and second moment of feature vectors, in double precision: μ = E[x], M = E[x xᵀ]. Takes the square of the number
 * of features in doubles.
 */
final class FeatureStatistics {

    /** A variance of less than this share of the second moment is rounding. */
    private static final double CONSTANT = 1e-13;

    private final int features;

    private final double[] sum;

    private final double[][] products;

    private long rows;

    /** Of no vectors so far. */
    FeatureStatistics(int features) {
        this.features = features;
        this.sum = new double[features];
        this.products = new double[features][features];
    }

    /**
     * Adds vectors.
     *
     * @param vectors
     *            (rows, features), row-major; rows from 0 up
     * @param manager
     *            of the engine that multiplies
     */
    void add(double[] vectors, NDManager manager) {
        int count = vectors.length / features;
        if (count == 0)
            return;
        try (NDManager scope = manager.newSubManager()) {
            NDArray x = scope.create(vectors, new Shape(count, features));
            double[] product = x.transpose().matMul(x).toDoubleArray();
            double[] total = x.sum(new int[] { 0 }).toDoubleArray();
            for (int i = 0; i < features; i++) {
                sum[i] += total[i];
                double[] row = products[i];
                for (int j = 0; j < features; j++)
                    row[j] += product[i * features + j];
            }
        }
        rows += count;
    }

    int features() {
        return features;
    }

    /** How many vectors it is of. */
    long rows() {
        return rows;
    }

    /** μ. */
    double[] mean() {
        double[] mean = sum.clone();
        for (int i = 0; i < features; i++)
            mean[i] /= rows;
        return mean;
    }

    /** One entry of M. */
    double secondMoment(int i, int j) {
        return products[i][j] / rows;
    }

    /** M - μ μᵀ; exactly 0 for features that are constant but for rounding. */
    double[][] covariance() {
        double[] mean = mean();
        boolean[] constant = new boolean[features];
        for (int i = 0; i < features; i++)
            constant[i] = secondMoment(i, i) - mean[i] * mean[i] <= CONSTANT * secondMoment(i, i);
        double[][] covariance = new double[features][features];
        for (int i = 0; i < features; i++) {
            for (int j = 0; j < features && !constant[i]; j++)
                covariance[i][j] = constant[j] ? 0 : secondMoment(i, j) - mean[i] * mean[j];
        }
        return covariance;
    }
}
