package org.septum.compress;

/** The two inner loops of dense linear algebra, on rows of double precision. */
final class Products {

    private Products() {
    }

    /** Sum of the products of the first {@code n} entries. */
    static double dot(double[] a, double[] b, int n) {
        // four sums at once: the additions of one sum would wait for each other
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < n; i++)
            s0 += a[i] * b[i];
        return s0 + s1 + (s2 + s3);
    }

    static double dot(double[] a, double[] b) {
        return dot(a, b, a.length);
    }

    /** Adds {@code factor * x} to {@code y}, the first {@code n} entries. */
    static void add(double[] y, double factor, double[] x, int n) {
        for (int i = 0; i < n; i++)
            y[i] += factor * x[i];
    }

    /** Each row of {@code a} times a symmetric matrix. */
    static double[][] times(double[][] a, double[][] symmetric) {
        double[][] product = new double[a.length][symmetric.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < symmetric.length; j++) {
                if (a[i][j] != 0)
                    add(product[i], a[i][j], symmetric[j], symmetric.length);
            }
        }
        return product;
    }

    /** Entries of a row, in the order given. */
    static double[] pick(double[] row, int[] columns) {
        double[] picked = new double[columns.length];
        for (int i = 0; i < columns.length; i++)
            picked[i] = row[columns[i]];
        return picked;
    }

    /** Columns of all rows. */
    static double[][] pick(double[][] rows, int[] columns) {
        double[][] picked = new double[rows.length][];
        for (int i = 0; i < rows.length; i++)
            picked[i] = pick(rows[i], columns);
        return picked;
    }
}
