package org.septum.data;

import java.util.List;
import java.util.Random;

import org.joml.Matrix3d;
import org.joml.Vector3d;
import org.septum.core.Modality;
import org.septum.data.TrainingPlan.AugmentationPlan.Spatial;

/**
 * Cuts patches out of cases, turned, scaled, bent and mirrored at random, images and labels together. A patch is a
 * function of its case, the class it is to show and its random generator alone.
 */
public final class PatchSampler {

    private final int[] patch;

    private final int dims;

    private final SliceStack stack;

    private final double[] spacing;

    private final double foregroundShare;

    private final Spatial spatial;

    private final Augmentation augmentation;

    /** Sampler for a plan. */
    public PatchSampler(Plan plan) {
        this.patch = plan.patch().stream().mapToInt(Integer::intValue).toArray();
        this.dims = plan.network().dims();
        this.stack = plan.stack();
        this.spacing = plan.spacing().stream().mapToDouble(s -> Double.isNaN(s) ? 1 : s).toArray();
        this.foregroundShare = plan.training().foregroundShare();
        this.spatial = plan.training().augmentation().spatial();
        this.augmentation = new Augmentation(plan.training().augmentation().intensity(),
                plan.modality() == Modality.RGB);
    }

    /** A random patch; the plan's share of them, by chance, shows a random class of those that the case has. */
    public Patch sample(PreparedCase c, Random random) {
        boolean forced = random.nextDouble() < foregroundShare;
        int[] present = forced ? c.presentClasses() : new int[0];
        return sample(c, present.length == 0 ? 0 : present[random.nextInt(present.length)], random);
    }

    /**
     * A random patch that shows a class.
     *
     * @param classIndex
     *            the class; 0 for a patch from anywhere. A case that lacks it shows one of those that it has, or
     *            anything if it has none
     */
    public Patch sample(PreparedCase c, int classIndex, Random random) {
        Vector3d centre = centre(c, seed(c, classIndex, random), random);
        Matrix3d map = map(random);
        ElasticField bend = spatial.elastic().happens(random)
                ? new ElasticField(patch, spatial.elastic().strength() * random.nextDouble(),
                        dims == 2 || spatial.inPlane() ? 2 : 3, random)
                : null;
        Patch cut = new PatchCut(c, patch, stack).at(centre, map, bend);
        augmentation.apply(cut.input(), patch, random);
        return cut;
    }

    /** The patch with its first voxel at (x, y, z), without variations; 0 and background outside the scan. */
    public Patch cut(PreparedCase c, int x, int y, int z) {
        Vector3d centre = new Vector3d(x + (patch[0] - 1) / 2.0, y + (patch[1] - 1) / 2.0, z + (patch[2] - 1) / 2.0);
        return new PatchCut(c, patch, stack).at(centre, new Matrix3d(), null);
    }

    /** A random voxel of a class; null for anywhere. */
    private static int[] seed(PreparedCase c, int classIndex, Random random) {
        if (classIndex == 0)
            return null;
        int[] positions = c.positionsOf(classIndex);
        int[] present = c.presentClasses();
        if (positions.length == 0 && present.length > 0)
            positions = c.positionsOf(present[random.nextInt(present.length)]);
        if (positions.length == 0)
            return null;
        int i = positions[random.nextInt(positions.length)];
        return new int[] { i % c.size(0), i / c.size(0) % c.size(1), i / c.size(0) / c.size(1) };
    }

    private Vector3d centre(PreparedCase c, int[] seed, Random random) {
        double[] p = new double[3];
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

    /** From an offset inside the patch to an offset in the case. Angles are those in mm, not in voxels. */
    private Matrix3d map(Random random) {
        boolean solid = dims == 3 && !spatial.inPlane();
        Matrix3d map = new Matrix3d();
        boolean rotate = spatial.rotation().happens(random);
        double limit = Math.toRadians(spatial.rotation().strength());
        List<Double> angles = List.of(symmetric(random) * limit, symmetric(random) * limit, symmetric(random) * limit);
        if (rotate) {
            map.scale(1 / spacing[0], 1 / spacing[1], 1 / spacing[2]);
            if (solid)
                map.rotateX(angles.get(0)).rotateY(angles.get(1));
            map.rotateZ(angles.get(2)).scale(spacing[0], spacing[1], spacing[2]);
        }
        boolean zoom = spatial.scale().happens(random);
        double scale = 1 + symmetric(random) * spatial.scale().strength();
        if (zoom)
            map.scale(scale, scale, solid ? scale : 1);
        boolean[] mirror = { spatial.mirrorX(), spatial.mirrorY(), spatial.mirrorZ() && dims == 3 };
        double[] sign = new double[3];
        for (int d = 0; d < 3; d++)
            sign[d] = random.nextBoolean() && mirror[d] ? -1 : 1;
        return map.scale(sign[0], sign[1], sign[2]);
    }

    private static double symmetric(Random random) {
        return 2 * random.nextDouble() - 1;
    }
}
