package org.septum.data;

import java.util.List;
import java.util.Random;

import org.joml.Matrix3d;
import org.joml.Vector3d;

/**
 * Cuts patches out of cases: a share of them centred near a foreground voxel, rotated, scaled and mirrored at random. A
 * patch is a function of its case and its random generator alone.
 */
public final class PatchSampler {

    private final int[] patch;

    private final int dims;

    private final TrainingPlan training;

    /** Sampler for a plan. */
    public PatchSampler(Plan plan) {
        this.patch = plan.patch().stream().mapToInt(Integer::intValue).toArray();
        this.dims = plan.network().dims();
        this.training = plan.training();
    }

    /** A random patch with random variations. */
    public Patch sample(PreparedCase c, Random random) {
        Vector3d centre = centre(c, random);
        Matrix3d map = map(random);
        Patch cut = cut(c, centre, map);
        new Augmentation(training.augmentation()).apply(cut.input(), c.channels(), random);
        return cut;
    }

    /** The patch with its first voxel at (x, y, z), without variations; 0 and background outside the scan. */
    public Patch cut(PreparedCase c, int x, int y, int z) {
        Vector3d centre = new Vector3d(x + (patch[0] - 1) / 2.0, y + (patch[1] - 1) / 2.0, z + (patch[2] - 1) / 2.0);
        return cut(c, centre, new Matrix3d());
    }

    private Vector3d centre(PreparedCase c, Random random) {
        double[] p = new double[3];
        int[] seed = random.nextDouble() < training.foregroundShare() ? foreground(c, random) : null;
        for (int d = 0; d < 3; d++) {
            double half = (patch[d] - 1) / 2.0;
            double room = c.size(d) - patch[d];
            // a scan smaller than the patch is moved about inside it
            double at = half + random.nextDouble() * room;
            if (seed != null && room > 0) {
                double shifted = seed[d] + (random.nextDouble() - 0.5) * patch[d] / 2;
                at = Math.min(Math.max(shifted, half), half + room);
            }
            p[d] = d < dims ? Math.rint(at - half) + half : seed == null ? Math.rint(at) : seed[d];
        }
        return new Vector3d(p[0], p[1], p[2]);
    }

    /** A random voxel of a random class among those that the case has; null if it has none. */
    private int[] foreground(PreparedCase c, Random random) {
        List<int[]> present = new java.util.ArrayList<>();
        for (int k = 1; k < c.classes(); k++)
            if (c.positionsOf(k).length > 0)
                present.add(c.positionsOf(k));
        if (present.isEmpty())
            return null;
        int[] positions = present.get(random.nextInt(present.size()));
        int i = positions[random.nextInt(positions.length)];
        return new int[] { i % c.size(0), i / c.size(0) % c.size(1), i / c.size(0) / c.size(1) };
    }

    /** From an offset inside the patch to an offset in the case. */
    private Matrix3d map(Random random) {
        TrainingPlan.AugmentationPlan a = training.augmentation();
        Matrix3d map = new Matrix3d();
        double limit = Math.toRadians(a.rotation());
        boolean rotate = random.nextDouble() < 0.5;
        double[] angles = { symmetric(random) * limit, symmetric(random) * limit, symmetric(random) * limit };
        if (rotate && dims == 3)
            map.rotateX(angles[0]).rotateY(angles[1]);
        if (rotate)
            map.rotateZ(angles[2]);
        boolean zoom = random.nextDouble() < 0.5;
        double scale = 1 + symmetric(random) * a.scale();
        if (zoom)
            map.scale(scale, scale, dims == 3 ? scale : 1);
        boolean[] mirror = { a.mirrorX(), a.mirrorY(), a.mirrorZ() && dims == 3 };
        double[] sign = new double[3];
        for (int d = 0; d < 3; d++)
            sign[d] = random.nextBoolean() && mirror[d] ? -1 : 1;
        return map.scale(sign[0], sign[1], sign[2]);
    }

    private static double symmetric(Random random) {
        return 2 * random.nextDouble() - 1;
    }

    private Patch cut(PreparedCase c, Vector3d centre, Matrix3d map) {
        int n = patch[0] * patch[1] * patch[2];
        float[] input = new float[n * c.channels()];
        byte[] classes = new byte[n];
        Vector3d p = new Vector3d();
        int i = 0;
        for (int z = 0; z < patch[2]; z++) {
            for (int y = 0; y < patch[1]; y++) {
                for (int x = 0; x < patch[0]; x++, i++) {
                    p.set(x - (patch[0] - 1) / 2.0, y - (patch[1] - 1) / 2.0, z - (patch[2] - 1) / 2.0);
                    map.transform(p).add(centre);
                    classes[i] = (byte) c.classAt((int) Math.rint(p.x), (int) Math.rint(p.y), (int) Math.rint(p.z));
                    for (int k = 0; k < c.channels(); k++)
                        input[k * n + i] = interpolate(c, k, p);
                }
            }
        }
        return new Patch(input, classes);
    }

    private static float interpolate(PreparedCase c, int channel, Vector3d p) {
        int x = (int) Math.floor(p.x);
        int y = (int) Math.floor(p.y);
        int z = (int) Math.floor(p.z);
        float fx = (float) (p.x - x);
        float fy = (float) (p.y - y);
        float fz = (float) (p.z - z);
        if (fx == 0 && fy == 0 && fz == 0)
            return c.value(channel, x, y, z);
        float near = plane(c, channel, new int[] { x, y, z }, fx, fy);
        return fz == 0 ? near : near * (1 - fz) + plane(c, channel, new int[] { x, y, z + 1 }, fx, fy) * fz;
    }

    private static float plane(PreparedCase c, int channel, int[] at, float fx, float fy) {
        int x = at[0];
        int y = at[1];
        int z = at[2];
        float top = c.value(channel, x, y, z) * (1 - fx) + c.value(channel, x + 1, y, z) * fx;
        float bottom = c.value(channel, x, y + 1, z) * (1 - fx) + c.value(channel, x + 1, y + 1, z) * fx;
        return top * (1 - fy) + bottom * fy;
    }
}
