package org.septum.data;

import java.util.Random;

/**
 * A smooth random displacement of the voxels of a patch: control points a quarter of the patch apart are shifted at
 * random, and cubic B-splines between them make a field that is continuous with its second derivatives (Rueckert et al.
 * 1999, doi 10.1109/42.796284). Shifts below 0.4 of the distance between control points never fold it (Choi, Lee 2000).
 */
final class ElasticField {

    private static final int CELLS = 4;

    /** A cubic B-spline reaches four control points. */
    private static final int TAPS = 4;

    private final int[] size;

    private final int[] points = new int[3];

    /** Shift along each axis, x fastest. */
    private final float[][] shifts = new float[3][];

    private final float[][][] weights = new float[3][][];

    private final float[][] line;

    /**
     * @param size
     *            of the patch along x, y, z
     * @param strength
     *            largest shift as a share of the distance between control points
     * @param axes
     *            along how many axes, from x on, voxels are shifted
     */
    ElasticField(int[] size, double strength, int axes, Random random) {
        this.size = size;
        for (int d = 0; d < 3; d++) {
            points[d] = size[d] == 1 ? 1 : CELLS + TAPS - 1;
            weights[d] = weights(size[d]);
        }
        line = new float[3][points[0]];
        for (int d = 0; d < 3; d++) {
            shifts[d] = new float[points[0] * points[1] * points[2]];
            double most = strength * size[d] / CELLS;
            for (int i = 0; d < axes && i < shifts[d].length; i++)
                shifts[d][i] = (float) ((2 * random.nextDouble() - 1) * most);
        }
    }

    /** For each voxel of an axis the weights of the control points from that of {@link #first} on. */
    private static float[][] weights(int n) {
        float[][] all = new float[n][];
        for (int i = 0; i < n; i++) {
            double t = (i + 0.5) * CELLS / n;
            t -= Math.floor(t);
            double s = 1 - t;
            all[i] = n == 1 ? new float[] { 1 }
                    : new float[] { (float) (s * s * s / 6), (float) ((3 * t * t * t - 6 * t * t + 4) / 6),
                            (float) ((3 * s * s * s - 6 * s * s + 4) / 6), (float) (t * t * t / 6) };
        }
        return all;
    }

    private int first(int axis, int i) {
        return size[axis] == 1 ? 0 : (int) ((i + 0.5) * CELLS / size[axis]);
    }

    /**
     * The shifts of a row of voxels.
     *
     * @param into
     *            gets the shifts along x, y and z in voxels, one for each voxel of the row
     */
    void row(int y, int z, float[][] into) {
        for (int d = 0; d < 3; d++) {
            java.util.Arrays.fill(line[d], 0);
            for (int k = 0; k < weights[2][z].length; k++) {
                for (int j = 0; j < weights[1][y].length; j++) {
                    float w = weights[2][z][k] * weights[1][y][j];
                    int from = ((first(2, z) + k) * points[1] + first(1, y) + j) * points[0];
                    for (int i = 0; i < points[0]; i++)
                        line[d][i] += w * shifts[d][from + i];
                }
            }
            for (int x = 0; x < size[0]; x++) {
                float sum = 0;
                int from = first(0, x);
                float[] w = weights[0][x];
                for (int i = 0; i < w.length; i++)
                    sum += w[i] * line[d][from + i];
                into[d][x] = sum;
            }
        }
    }
}
