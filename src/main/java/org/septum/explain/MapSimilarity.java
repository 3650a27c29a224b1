package org.septum.explain;

import org.septum.core.SeptumException;

/**
 * Structural similarity of two maps (Wang et al., IEEE Transactions on Image Processing 13(4), 2004), each divided by
 * its largest value, mean over windows of {@value #WINDOW} voxels along every axis that has so many.
 * <p>
 * Differs from the paper: windows weigh all voxels alike; windows in which both maps are below {@value #NOTHING}
 * everywhere are left out, as two empty corners say nothing of two maps.
 */
final class MapSimilarity {

    private static final int WINDOW = 7;

    private static final double NOTHING = 0.01;

    private static final double C1 = 0.01 * 0.01;

    private static final double C2 = 0.03 * 0.03;

    private final float[] a;

    private final float[] b;

    private final int[] size;

    private MapSimilarity(float[] a, float[] b, int[] size) {
        this.a = scaled(a);
        this.b = scaled(b);
        this.size = size;
    }

    /**
     * Compares two maps.
     *
     * @param a
     *            Z, Y, X row-major, 0 and more
     * @param b
     *            likewise
     * @param size
     *            Z, Y, X; Z is 1 for pictures
     *
     * @return 1 for the same map, about 0 for maps that have nothing in common, -1 at the least; NaN for two maps of
     *         zeros
     */
    static double of(float[] a, float[] b, int... size) {
        if (a.length != b.length || a.length != size[0] * size[1] * size[2]) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "maps of " + a.length + " and " + b.length
                    + " voxels of size " + size[0] + ", " + size[1] + ", " + size[2]);
        }
        return new MapSimilarity(a, b, size).mean();
    }

    private static float[] scaled(float[] map) {
        float most = 0;
        for (float v : map)
            most = Math.max(most, v);
        float[] out = map.clone();
        for (int i = 0; most > 0 && i < out.length; i++)
            out[i] /= most;
        return out;
    }

    private double mean() {
        double sum = 0;
        long count = 0;
        for (int z = 0; z <= size[0] - width(0); z++) {
            for (int y = 0; y <= size[1] - width(1); y++) {
                for (int x = 0; x <= size[2] - width(2); x++) {
                    double one = window(z, y, x);
                    if (!Double.isNaN(one)) {
                        sum += one;
                        count++;
                    }
                }
            }
        }
        return sum / count;
    }

    private int width(int axis) {
        return Math.min(WINDOW, size[axis]);
    }

    /** NaN if there is nothing in it. */
    private double window(int z0, int y0, int x0) {
        double sa = 0;
        double sb = 0;
        double saa = 0;
        double sbb = 0;
        double sab = 0;
        double most = 0;
        for (int z = z0; z < z0 + width(0); z++) {
            for (int y = y0; y < y0 + width(1); y++) {
                int row = (z * size[1] + y) * size[2];
                for (int i = row + x0; i < row + x0 + width(2); i++) {
                    sa += a[i];
                    sb += b[i];
                    saa += a[i] * a[i];
                    sbb += b[i] * b[i];
                    sab += a[i] * b[i];
                    most = Math.max(most, Math.max(a[i], b[i]));
                }
            }
        }
        if (most < NOTHING)
            return Double.NaN;
        double n = width(0) * width(1) * width(2);
        double ma = sa / n;
        double mb = sb / n;
        double covariance = sab / n - ma * mb;
        double variances = saa / n - ma * ma + sbb / n - mb * mb;
        return (2 * ma * mb + C1) * (2 * covariance + C2) / ((ma * ma + mb * mb + C1) * (variances + C2));
    }
}
