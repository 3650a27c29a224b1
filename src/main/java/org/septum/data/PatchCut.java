package org.septum.data;

import org.joml.Matrix3d;
import org.joml.Vector3d;

/**
 * Where the voxels of a patch lie in a case: a map from offsets about the middle of the patch, perhaps bent. Images are
 * interpolated linearly, labels are those of the nearest voxel; 0 and background outside the scan.
 * <p>
 * <b>Why?</b> A training waits for this loop. So it runs over rows with arrays of its own, asks for bounds before it
 * reads, and copies where a patch lies straight on the voxels of the case.
 */
final class PatchCut {

    private final PreparedCase source;

    private final int[] patch;

    private final int nx;

    private final int ny;

    private final int nz;

    /** Of each channel. */
    private final float[][] values;

    private final SliceStack stack;

    private final byte[] labels;

    private final float[] input;

    private final byte[] classes;

    private final double[][] row;

    /**
     * @param patch
     *            size along x, y, z
     * @param stack
     *            slices that a 2D patch shows, all channels of one after the other
     */
    PatchCut(PreparedCase source, int[] patch, SliceStack stack) {
        this.stack = stack;
        this.source = source;
        this.patch = patch;
        this.nx = source.size(0);
        this.ny = source.size(1);
        this.nz = source.size(2);
        this.values = source.values();
        this.labels = source.labels();
        int n = patch[0] * patch[1] * patch[2];
        this.input = new float[n * values.length * stack.count()];
        this.classes = new byte[n];
        this.row = new double[3][patch[0]];
    }

    /**
     * Cuts the patch.
     *
     * @param centre
     *            in voxels of the case
     * @param map
     *            from offsets in the patch to offsets in the case
     * @param bend
     *            shifts voxels of the patch first; null for none
     */
    Patch at(Vector3d centre, Matrix3d map, ElasticField bend) {
        Vector3d p = new Vector3d();
        boolean straight = bend == null && isStraight(centre, map);
        float[][] shifts = bend == null ? null : new float[3][patch[0]];
        for (int z = 0, to = 0; z < patch[2]; z++) {
            for (int y = 0; y < patch[1]; y++, to += patch[0]) {
                p.set(offset(0, 0), offset(1, y), offset(2, z));
                map.transform(p).add(centre);
                if (straight) {
                    copy((int) p.x, (int) map.m00, ((int) p.z), (int) p.y, to);
                    continue;
                }
                place(p, map);
                if (bend != null) {
                    bend.row(y, z, shifts);
                    bend(map, shifts);
                }
                if (patch[2] == 1)
                    sampleFlat(to, (int) Math.rint(p.z));
                else
                    sampleSolid(to);
            }
        }
        return new Patch(input, classes);
    }

    private double offset(int axis, int i) {
        return i - (patch[axis] - 1) / 2.0;
    }

    /** True if each voxel of the patch is one of the case, axis by axis, forwards or backwards. */
    private boolean isStraight(Vector3d centre, Matrix3d map) {
        boolean axes = Math.abs(map.m00) == 1 && Math.abs(map.m11) == 1 && Math.abs(map.m22) == 1 && map.m01 == 0
                && map.m02 == 0 && map.m10 == 0 && map.m12 == 0 && map.m20 == 0 && map.m21 == 0;
        return axes && isWhole(centre.x + offset(0, 0)) && isWhole(centre.y + offset(1, 0))
                && isWhole(centre.z + offset(2, 0));
    }

    private static boolean isWhole(double x) {
        return x == Math.rint(x);
    }

    private void copy(int x, int step, int z, int y, int to) {
        if (y < 0 || z < 0 || y >= ny || z >= nz)
            return;
        int first = Math.max(0, step > 0 ? -x : x - nx + 1);
        int last = Math.min(patch[0] - 1, step > 0 ? nx - 1 - x : x);
        int from = (z * ny + y) * nx + x;
        int n = classes.length;
        if (step > 0 && first <= last) {
            System.arraycopy(labels, from + first, classes, to + first, last - first + 1);
            for (int k = 0; k < values.length * stack.count(); k++)
                System.arraycopy(channel(k), from + first + beside(k, z), input, k * n + to + first, last - first + 1);
            return;
        }
        for (int i = first; i <= last; i++)
            classes[to + i] = labels[from - i];
        for (int k = 0; k < values.length * stack.count(); k++) {
            float[] v = channel(k);
            int start = from + beside(k, z);
            for (int i = first; i <= last; i++)
                input[k * n + to + i] = v[start - i];
        }
    }

    /** The channel that input k shows. */
    private float[] channel(int k) {
        return values[k % values.length];
    }

    /** By how much the indices of the slice that input k shows are larger than those of slice z. */
    private int beside(int k, int z) {
        return ((int) stack.slice(z, k / values.length, nz) - z) * nx * ny;
    }

    /** Positions of a row that begins at p. */
    private void place(Vector3d p, Matrix3d map) {
        for (int x = 0; x < patch[0]; x++) {
            row[0][x] = p.x + x * map.m00;
            row[1][x] = p.y + x * map.m01;
            row[2][x] = p.z + x * map.m02;
        }
    }

    private void bend(Matrix3d map, float[][] shifts) {
        for (int x = 0; x < patch[0]; x++) {
            float dx = shifts[0][x];
            float dy = shifts[1][x];
            float dz = shifts[2][x];
            row[0][x] += map.m00 * dx + map.m10 * dy + map.m20 * dz;
            row[1][x] += map.m01 * dx + map.m11 * dy + map.m21 * dz;
            row[2][x] += map.m02 * dx + map.m12 * dy + map.m22 * dz;
        }
    }

    /** A row of a 2D patch: between four voxels of one slice. */
    private void sampleFlat(int to, int z) {
        if (z < 0 || z >= nz)
            return;
        int n = classes.length;
        for (int i = 0; i < patch[0]; i++) {
            int x = (int) Math.floor(row[0][i]);
            int y = (int) Math.floor(row[1][i]);
            float fx = (float) (row[0][i] - x);
            float fy = (float) (row[1][i] - y);
            if (x < -1 || y < -1 || x >= nx || y >= ny)
                continue;
            if (x < 0 || y < 0 || x >= nx - 1 || y >= ny - 1) {
                classes[to + i] = (byte) source.classAt(near(x, fx), near(y, fy), z);
                for (int k = 0; k < values.length * stack.count(); k++)
                    input[k * n + to + i] = plane(k % values.length, x, y, (int) stack.slice(z, k / values.length, nz),
                            fx, fy);
                continue;
            }
            int here = (z * ny + y) * nx + x;
            classes[to + i] = labels[here + near(0, fx) + near(0, fy) * nx];
            for (int k = 0; k < values.length * stack.count(); k++) {
                float[] v = channel(k);
                int at = here + beside(k, z);
                float top = v[at] * (1 - fx) + v[at + 1] * fx;
                float bottom = v[at + nx] * (1 - fx) + v[at + nx + 1] * fx;
                input[k * n + to + i] = top * (1 - fy) + bottom * fy;
            }
        }
    }

    /** A row of a 3D patch: between eight voxels. */
    private void sampleSolid(int to) {
        int n = classes.length;
        int slice = nx * ny;
        for (int i = 0; i < patch[0]; i++) {
            int x = (int) Math.floor(row[0][i]);
            int y = (int) Math.floor(row[1][i]);
            int z = (int) Math.floor(row[2][i]);
            float fx = (float) (row[0][i] - x);
            float fy = (float) (row[1][i] - y);
            float fz = (float) (row[2][i] - z);
            if (x < -1 || y < -1 || z < -1 || x >= nx || y >= ny || z >= nz)
                continue;
            if (x < 0 || y < 0 || z < 0 || x >= nx - 1 || y >= ny - 1 || z >= nz - 1) {
                classes[to + i] = (byte) source.classAt(near(x, fx), near(y, fy), near(z, fz));
                for (int k = 0; k < values.length; k++)
                    input[k * n + to + i] = plane(k, x, y, z, fx, fy) * (1 - fz) + plane(k, x, y, z + 1, fx, fy) * fz;
                continue;
            }
            int at = z * slice + y * nx + x;
            classes[to + i] = labels[at + near(0, fx) + near(0, fy) * nx + near(0, fz) * slice];
            for (int k = 0; k < values.length; k++) {
                float[] v = values[k];
                float near = (v[at] * (1 - fx) + v[at + 1] * fx) * (1 - fy)
                        + (v[at + nx] * (1 - fx) + v[at + nx + 1] * fx) * fy;
                int next = at + slice;
                float far = (v[next] * (1 - fx) + v[next + 1] * fx) * (1 - fy)
                        + (v[next + nx] * (1 - fx) + v[next + nx + 1] * fx) * fy;
                input[k * n + to + i] = near * (1 - fz) + far * fz;
            }
        }
    }

    private static int near(int below, float fraction) {
        return fraction >= 0.5f ? below + 1 : below;
    }

    /** Between four voxels of a slice, some of which may lie outside. */
    private float plane(int channel, int x, int y, int z, float fx, float fy) {
        float top = source.value(channel, x, y, z) * (1 - fx) + source.value(channel, x + 1, y, z) * fx;
        float bottom = source.value(channel, x, y + 1, z) * (1 - fx) + source.value(channel, x + 1, y + 1, z) * fx;
        return top * (1 - fy) + bottom * fy;
    }
}
