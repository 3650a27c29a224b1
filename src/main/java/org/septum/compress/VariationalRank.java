package org.septum.compress;

import java.util.Arrays;
import java.util.List;

/**
 * How many directions of a matrix are more than noise, and how strong they are without it: variational Bayesian matrix
 * factorisation (EVBMF; Nakajima, Sugiyama, Babacan, Tomioka, <i>Global analytic solution of fully-observed variational
 * Bayesian matrix factorization</i>, JMLR 14, 2013), as CONet measures kernels with it.
 * <p>
 * Differs from the authors of CONet: a matrix with more rows than columns is transposed, as the theory asks.
 *
 * @param rows
 *            of the matrix
 * @param noise
 *            variance of the noise; 0 for a matrix of zeros
 * @param threshold
 *            largest singular value that noise alone has
 * @param kept
 *            singular values above the threshold, shrunk by what noise added, descending
 */
record VariationalRank(int rows, double noise, double threshold, List<Double> kept) {

    VariationalRank {
        kept = List.copyOf(kept);
    }

    /** That of a matrix. */
    static VariationalRank of(Unfolding matrix) {
        double[] squares = matrix.squaredSingularValues();
        if (squares[0] == 0)
            return new VariationalRank(matrix.rows(), 0, 0, List.of());
        NoiseVariance variance = new NoiseVariance(squares, matrix.longSide());
        double v = variance.find();
        double threshold = variance.threshold(v);
        List<Double> kept = Arrays.stream(squares).filter(s -> s > threshold)
                .map(s -> shrunk(s, matrix.shortSide(), matrix.longSide(), v)).boxed().toList();
        return new VariationalRank(matrix.rows(), v, Math.sqrt(threshold), kept);
    }

    /** Corollary 2 of the paper, for a squared singular value above the threshold. */
    private static double shrunk(double square, double shortSide, double longSide, double noise) {
        double part = 1 - (shortSide + longSide) * noise / square;
        double root = Math.sqrt(Math.max(0, part * part - 4 * shortSide * longSide * noise * noise / square / square));
        return Math.sqrt(square) / 2 * (part + root);
    }

    /** Number of directions that are kept. */
    int rank() {
        return kept.size();
    }

    /** Rank by number of rows, 0 to 1. */
    double share() {
        return (double) rank() / rows;
    }

    /** Strongest by weakest direction kept, at least 1; 0 if there is none. */
    double mappingCondition() {
        return kept.isEmpty() ? 0 : kept.get(0) / kept.get(kept.size() - 1);
    }
}
