package org.septum.compress;

/**
 * Lower Cholesky factor L of a covariance matrix, A = L Lᵀ. A feature that follows from those before it has no pivot
 * and is left out; systems are then solved with a solution that is 0 there, which is as good as any other.
 */
final class CholeskyFactor {

    /** A feature of which less than this share of its variance does not follow from others follows from them. */
    static final double TOLERANCE = 1e-10;

    /** Row i holds i + 1 entries; a diagonal of 0 stands for a feature that is left out. */
    private final double[][] rows;

    private CholeskyFactor(double[][] rows) {
        this.rows = rows;
    }

    /**
     * Factors a matrix.
     *
     * @param matrix
     *            symmetric, not negative; its lower half is read
     * @param ridge
     *            share of each diagonal entry that is added to it, 0 for none
     */
    static CholeskyFactor of(double[][] matrix, double ridge) {
        double[][] rows = new double[matrix.length][];
        for (int i = 0; i < rows.length; i++) {
            double[] row = new double[i + 1];
            for (int j = 0; j < i; j++) {
                double pivot = rows[j][j];
                row[j] = pivot == 0 ? 0 : (matrix[i][j] - Products.dot(row, rows[j], j)) / pivot;
            }
            double own = matrix[i][i] * (1 + ridge);
            double left = own - Products.dot(row, row, i);
            row[i] = left > TOLERANCE * own ? Math.sqrt(left) : 0;
            rows[i] = row;
        }
        return new CholeskyFactor(rows);
    }

    /** True if a feature follows from those before it. */
    boolean isLeftOut(int feature) {
        return rows[feature][feature] == 0;
    }

    /** Solves L y = b in place. */
    void forward(double[] b) {
        for (int i = 0; i < rows.length; i++)
            b[i] = rows[i][i] == 0 ? 0 : (b[i] - Products.dot(rows[i], b, i)) / rows[i][i];
    }

    /** Solves A x = b in place. */
    void solve(double[] b) {
        forward(b);
        for (int i = rows.length - 1; i >= 0; i--) {
            if (rows[i][i] != 0) {
                b[i] /= rows[i][i];
                Products.add(b, -b[i], rows[i], i);
            }
        }
    }
}
