package org.septum.data;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

/**
 * How dark the surroundings of foreground get, in the first channel: what tells tiles of mere air from tiles that may
 * hold something.
 * <p>
 * For each voxel of the foreground the brightest value is taken in each of the four squares of {@value #REACH} ×
 * {@value #REACH} voxels of its slice that have it in a corner. Every tile with the voxel in it that is at least
 * {@code 2 * REACH - 1} wide and high holds one of these squares whole, wherever it lies. So no tile with foreground in
 * it is altogether below the smallest of all these values.
 *
 * @param nearForeground
 *            the smallest of these values, as stored; NaN if there is no foreground
 * @param darkest
 *            the darkest value of all, as stored
 * @param nearForegroundScaled
 *            {@code nearForeground} less the scan's mean, divided by the scan's standard deviation
 * @param darkestScaled
 *            the same of {@code darkest}
 */
public record Darkness(double nearForeground, double darkest, double nearForegroundScaled, double darkestScaled) {

    static final int REACH = 8;

    /** How much of the way from the darkest near foreground to the darkest of all is left as a margin. */
    private static final double MARGIN = 0.25;

    /**
     * Measures one scan.
     *
     * @param channel
     *            axes x, y, z
     * @param labels
     *            of its voxels, x fastest; 0 is background
     */
    static Darkness of(RandomAccessibleInterval<FloatType> channel, byte[] labels) {
        int nx = (int) channel.dimension(0);
        int ny = (int) channel.dimension(1);
        float[] values = Resampling.values(channel);
        float near = Float.POSITIVE_INFINITY;
        float darkest = Float.POSITIVE_INFINITY;
        float[] slice = new float[nx * ny];
        for (int from = 0; from < values.length; from += slice.length) {
            boolean labelled = false;
            for (int i = 0; i < slice.length; i++) {
                darkest = Math.min(darkest, values[from + i]);
                labelled |= labels[from + i] != 0;
            }
            for (int corner = 0; labelled && corner < 4; corner++) {
                System.arraycopy(values, from, slice, 0, slice.length);
                brightest(slice, nx, ny, corner % 2 == 0, corner < 2);
                for (int i = 0; i < slice.length; i++)
                    if (labels[from + i] != 0)
                        near = Math.min(near, slice[i]);
            }
        }
        IntensityNormalization.Applied scale = IntensityNormalization.perScan().of(channel);
        return new Darkness(near == Float.POSITIVE_INFINITY ? Double.NaN : near, darkest,
                near == Float.POSITIVE_INFINITY ? Double.NaN : (near - scale.mean()) / scale.sd(),
                (darkest - scale.mean()) / scale.sd());
    }

    /** Each value becomes the largest of a square with it in a corner; squares end where the slice does. */
    private static void brightest(float[] slice, int nx, int ny, boolean forwardX, boolean forwardY) {
        // squares of 1, 2, 4, 8
        for (int step = 1; step < REACH; step *= 2) {
            for (int y = 0; y < ny; y++)
                line(slice, y * nx, 1, nx, forwardX ? step : -step);
            for (int x = 0; x < nx; x++)
                line(slice, x, nx, ny, forwardY ? step : -step);
        }
    }

    /** Each value of a line becomes the larger of it and the one so many steps further on. */
    private static void line(float[] slice, int start, int stride, int n, int step) {
        if (step > 0) {
            for (int i = 0; i + step < n; i++)
                slice[start + i * stride] = Math.max(slice[start + i * stride], slice[start + (i + step) * stride]);
        } else {
            for (int i = n - 1; i + step >= 0; i--)
                slice[start + i * stride] = Math.max(slice[start + i * stride], slice[start + (i + step) * stride]);
        }
    }

    /** That of a whole dataset: the smallest of everything. */
    static Darkness ofAll(List<Darkness> scans) {
        return new Darkness(
                scans.stream().mapToDouble(Darkness::nearForeground).filter(v -> !Double.isNaN(v)).min()
                        .orElse(Double.NaN),
                scans.stream().mapToDouble(Darkness::darkest).min().orElse(Double.NaN),
                scans.stream().mapToDouble(Darkness::nearForegroundScaled).filter(v -> !Double.isNaN(v)).min().orElse(
                        Double.NaN),
                scans.stream().mapToDouble(Darkness::darkestScaled).max().orElse(Double.NaN));
    }

    /**
     * The value that no voxel of a tile exceeds if it is mere air, in the unit of the network's input before clipping;
     * NaN if there is none that is safe: foreground that is as dark as air, or no foreground.
     *
     * @param normalization
     *            of the first channel
     */
    double airBelow(IntensityNormalization normalization) {
        if (normalization.kind() == IntensityNormalization.Kind.SCAN)
            return between(nearForegroundScaled, darkestScaled);
        return (between(nearForeground, darkest) - normalization.mean()) / normalization.sd();
    }

    private static double between(double near, double darkest) {
        double value = near - MARGIN * (near - darkest);
        return value > darkest ? value : Double.NaN;
    }
}
