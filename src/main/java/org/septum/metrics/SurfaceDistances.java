package org.septum.metrics;

import java.util.Arrays;

import net.imglib2.FinalInterval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * Distances between the surfaces of one class in two masks. The surface is the voxels of the class with at least one of
 * the 6 neighbours (4 in an image of one slice) outside it; beyond the border of the image all is outside. A distance
 * goes from the centre of such a voxel to the nearest such centre in the other mask.
 * <p>
 * If the class is in neither mask, every score is NaN; if it is in one only, distances are infinite and the surface
 * Dice is 0. The same conventions as MONAI's, whose 95th percentile of a one-sided empty is NaN, though.
 */
public final class SurfaceDistances {

    /** Absorbs rounding where a distance equals the tolerance: 0.7 + 0.1, say. */
    private static final double SLACK = 1e-6;

    private final double[] fromReference;
    private final double[] fromPrediction;

    private SurfaceDistances(double[] fromReference, double[] fromPrediction) {
        this.fromReference = fromReference;
        this.fromPrediction = fromPrediction;
    }

    /**
     * Measures the distances of a class. The axes count as orthogonal.
     *
     * @param reference
     *            axes x, y or x, y, z
     * @param prediction
     *            the same shape
     * @param value
     *            value of the class in both masks
     * @param spacing
     *            distance of voxel centres along x, y, z, positive and finite; its unit is that of all distances. z may
     *            be NaN for an image of one slice
     *
     * @throws SeptumException
     *             of kind INPUT if the shapes differ or the spacing is not usable
     */
    public static SurfaceDistances of(RandomAccessibleInterval<UnsignedByteType> reference,
            RandomAccessibleInterval<UnsignedByteType> prediction, int value, Vector3 spacing) {
        MaskPair pair = new MaskPair(reference, prediction);
        Vector3 step = usable(spacing, pair.isPlanar());
        FinalInterval box = pair.boxAround(value);
        if (box == null) {
            return new SurfaceDistances(new double[0], new double[0]);
        }
        VoxelSet a = VoxelSet.read(pair.reference(), value, box).edge(pair.isPlanar());
        VoxelSet b = VoxelSet.read(pair.prediction(), value, box).edge(pair.isPlanar());
        return new SurfaceDistances(NearestDistances.between(a, b, step), NearestDistances.between(b, a, step));
    }

    private static Vector3 usable(Vector3 spacing, boolean planar) {
        Vector3 step = planar ? new Vector3(spacing.x(), spacing.y(), 1) : spacing;
        if (!step.isFinite() || step.x() <= 0 || step.y() <= 0 || step.z() <= 0) {
            throw SeptumException.input("spacing " + spacing
                    + " for surface distances; each value must be positive and finite; use 1 for distances in voxels");
        }
        return step;
    }

    /** Hausdorff distance: the largest of all distances. */
    public double hd() {
        return percentile(1);
    }

    /**
     * The larger of the 95th percentiles of both directions, each with linear interpolation between the sorted
     * distances around rank 0.95 (n - 1).
     */
    public double hd95() {
        return percentile(0.95);
    }

    /** Average symmetric surface distance: the mean over the surface voxels of both masks together. */
    public double assd() {
        double sum = Arrays.stream(fromReference).sum() + Arrays.stream(fromPrediction).sum();
        return sum / surfaceVoxels();
    }

    /**
     * Normalised surface Dice: the share, 0 to 1, of the surface voxels of both masks that lie no farther than a
     * tolerance from the other surface. S. Nikolov et al., J Med Internet Res 23 (2021), e26151, on voxels in place of
     * surface elements.
     */
    public double nsd(double tolerance) {
        return (within(fromReference, tolerance) + within(fromPrediction, tolerance)) / (double) surfaceVoxels();
    }

    /** Number of surface voxels in the reference. */
    public int referenceSurfaceVoxels() {
        return fromReference.length;
    }

    /** Number of surface voxels in the prediction. */
    public int predictionSurfaceVoxels() {
        return fromPrediction.length;
    }

    private long surfaceVoxels() {
        return (long) fromReference.length + fromPrediction.length;
    }

    private double percentile(double fraction) {
        if (surfaceVoxels() == 0) {
            return Double.NaN;
        }
        if (fromReference.length == 0 || fromPrediction.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return Math.max(percentile(fromReference, fraction), percentile(fromPrediction, fraction));
    }

    private static double percentile(double[] sorted, double fraction) {
        double rank = fraction * (sorted.length - 1);
        int lower = (int) rank;
        int upper = Math.min(lower + 1, sorted.length - 1);
        return sorted[lower] + (rank - lower) * (sorted[upper] - sorted[lower]);
    }

    private static long within(double[] distances, double tolerance) {
        return Arrays.stream(distances).filter(d -> d <= tolerance + SLACK).count();
    }
}
