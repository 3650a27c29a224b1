package org.septum.compress;

import java.util.Arrays;
import java.util.List;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.mult.MatrixMultProduct_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights.Tensor;

/** A weight tensor as a matrix: one row for each channel along one of its axes, all other axes along the columns. */
final class Unfolding {

    private final DMatrixRMaj matrix;

    private Unfolding(DMatrixRMaj matrix) {
        this.matrix = matrix;
    }

    /**
     * A matrix as it is.
     *
     * @param values
     *            row by row
     */
    static Unfolding of(int rows, int columns, double... values) {
        if (rows < 1 || columns < 1 || values.length != rows * columns) {
            throw new IllegalArgumentException(
                    values.length + " values for a matrix of " + rows + " rows and " + columns + " columns");
        }
        return new Unfolding(new DMatrixRMaj(rows, columns, true, values.clone()));
    }

    /** All channels along an axis; see {@link #of(Tensor, int, int, int)}. */
    static Unfolding of(Tensor tensor, int axis) {
        return of(tensor, axis, 0, Math.toIntExact(tensor.shape().get(axis)));
    }

    /**
     * Some neighbouring channels of a tensor.
     *
     * @param tensor
     *            (out, in, k…) or (in, out, k…)
     * @param axis
     *            whose entries become rows
     * @param first
     *            first of them
     * @param count
     *            how many
     */
    static Unfolding of(Tensor tensor, int axis, int first, int count) {
        List<Long> shape = tensor.shape();
        int entries = Math.toIntExact(shape.get(axis));
        int inside = 1;
        for (int d = axis + 1; d < shape.size(); d++)
            inside *= Math.toIntExact(shape.get(d));
        float[] values = tensor.values();
        int outside = values.length / entries / inside;
        DMatrixRMaj matrix = new DMatrixRMaj(count, outside * inside);
        for (int row = 0; row < count; row++) {
            for (int o = 0; o < outside; o++) {
                int from = (o * entries + first + row) * inside;
                for (int i = 0; i < inside; i++)
                    matrix.set(row, o * inside + i, values[from + i]);
            }
        }
        return new Unfolding(matrix);
    }

    int rows() {
        return matrix.numRows;
    }

    int columns() {
        return matrix.numCols;
    }

    /** The smaller of its sizes. */
    int shortSide() {
        return Math.min(rows(), columns());
    }

    /** The larger of its sizes. */
    int longSide() {
        return Math.max(rows(), columns());
    }

    /**
     * Squares of the singular values, descending, as many as the short side has entries.
     * <p>
     * <b>Why</b> by the products of rows: kernels have a few dozen rows and thousands of columns, and the eigenvalues
     * of so small a matrix take a fraction of the time. Singular values below 1e-8 of the largest drown in rounding;
     * they are noise in any trained kernel.
     */
    double[] squaredSingularValues() {
        int n = shortSide();
        DMatrixRMaj products = new DMatrixRMaj(n, n);
        // not by CommonOps, which takes all cores for large matrices while others train
        MatrixMultProduct_DDRM.outer(rows() <= columns() ? matrix : CommonOps_DDRM.transpose(matrix, null), products);
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, false, true);
        if (!eigen.decompose(products)) {
            throw SeptumException.input("a kernel of " + rows() + " x " + columns()
                    + " has no singular values; it holds NaN or infinite weights: train with a lower learning rate");
        }
        double[] ascending = new double[n];
        for (int i = 0; i < n; i++)
            ascending[i] = Math.max(0, eigen.getEigenvalue(i).getReal());
        Arrays.sort(ascending);
        double[] squares = new double[n];
        for (int i = 0; i < n; i++)
            squares[i] = ascending[n - 1 - i];
        return squares;
    }
}
