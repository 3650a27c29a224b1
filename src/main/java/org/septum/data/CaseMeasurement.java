package org.septum.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Scan;

/**
 * What is measured of one case.
 *
 * @param size
 *            along the working axes x, y, z
 * @param spacing
 *            along them in mm
 * @param voxelVolume
 *            in mm³; NaN if not calibrated
 * @param isVolume
 *            whether it has more than one slice
 * @param modality
 *            what its file says
 * @param counts
 *            voxels of each label value from 0 to 255
 * @param foreground
 *            for each channel values of voxels that are not background
 * @param kept
 *            what is left of the foreground of a single slice at {@link #EDGES} pixels along the longer side; without
 *            those that are not smaller
 */
record CaseMeasurement(List<Integer> size, List<Double> spacing, double voxelVolume, boolean isVolume,
        Modality modality, List<Long> counts, List<float[]> foreground, Map<Integer, Double> kept) {

    /** Pixels along the longer side of a whole image that two cores can train on. */
    static final int COARSE_EDGE = 256;

    /** Sizes that are tried, in pixels along the longer side. */
    static final List<Integer> EDGES = List.of(COARSE_EDGE, 192, 160, 128);

    /**
     * Measures a case.
     *
     * @param samples
     *            values of each channel's foreground, at most about so many
     */
    static CaseMeasurement of(DataCase c, ClassLabels labels, int samples) {
        Scan scan = CaseReader.scan(c);
        RandomAccessibleInterval<UnsignedByteType> pixels = CaseReader.labels(c, labels, scan).pixels();
        byte[] mask = Resampling.labels(pixels);
        boolean calibrated = scan.geometry().isCalibrated();
        List<Long> size = List.of(scan.size(0), scan.size(1), scan.size(2));
        Plan.GridAxes axes = scan.isVolume() ? Plan.GridAxes.LPS : Plan.GridAxes.SCAN;
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), size, axes, List.of(Double.NaN, Double.NaN, Double.NaN));
        List<Double> spacing = grid.permutation().stream().map(d -> scan.geometry().spacing().get(d)).toList();
        double volume = calibrated ? spacing.get(0) * spacing.get(1) * spacing.get(2) : Double.NaN;
        List<Long> counts = counts(mask);
        return new CaseMeasurement(grid.size().stream().map(Long::intValue).toList(), spacing, volume, scan.isVolume(),
                scan.modality(), counts, foreground(scan, mask, counts, samples),
                scan.isVolume() ? Map.of() : kept(pixels));
    }

    private static List<Long> counts(byte[] mask) {
        long[] counts = new long[256];
        for (byte v : mask)
            counts[v & 0xff]++;
        List<Long> list = new ArrayList<>();
        for (long n : counts)
            list.add(n);
        return list;
    }

    /** Every so manieth voxel of the foreground. */
    private static List<float[]> foreground(Scan scan, byte[] mask, List<Long> counts, int samples) {
        long inForeground = mask.length - counts.get(0);
        long step = Math.max(1, inForeground / samples);
        int[] at = new int[(int) ((inForeground + step - 1) / step)];
        long n = 0;
        for (int i = 0; i < mask.length; i++)
            if (mask[i] != 0 && n++ % step == 0)
                at[(int) ((n - 1) / step)] = i;
        List<float[]> channels = new ArrayList<>();
        for (int k = 0; k < scan.channels(); k++)
            channels.add(values(scan, k, at));
        return channels;
    }

    private static float[] values(Scan scan, int channel, int[] at) {
        RandomAccess<FloatType> pixel = scan.pixels().randomAccess();
        float[] values = new float[at.length];
        for (int i = 0; i < at.length; i++) {
            long row = at[i] / scan.size(0);
            pixel.setPosition(new long[] { at[i] % scan.size(0), row % scan.size(1), row / scan.size(1), channel });
            values[i] = pixel.get().get();
        }
        return values;
    }

    private static Map<Integer, Double> kept(RandomAccessibleInterval<UnsignedByteType> slice) {
        Map<Integer, Double> kept = new TreeMap<>();
        for (int edge : EDGES) {
            double dice = coarseDice(slice, edge);
            if (!Double.isNaN(dice))
                kept.put(edge, dice);
        }
        return kept;
    }

    /**
     * Dice of the foreground against itself made smaller and large again, by the nearest pixel; NaN if there is none.
     */
    static double coarseDice(RandomAccessibleInterval<UnsignedByteType> slice, int edge) {
        double longer = Math.max(slice.dimension(0), slice.dimension(1));
        if (longer <= edge)
            return Double.NaN;
        List<Long> full = List.of(slice.dimension(0), slice.dimension(1), 1L);
        List<Long> coarse = List.of(Math.max(1, Math.round(full.get(0) * edge / longer)),
                Math.max(1, Math.round(full.get(1) * edge / longer)), 1L);
        byte[] front = Resampling.labels(slice);
        byte[] back = Resampling.labels(Resampling.nearest(Resampling.nearest(slice, coarse), full));
        long both = 0;
        long sum = 0;
        for (int i = 0; i < front.length; i++) {
            int was = front[i];
            int is = back[i];
            both += was != 0 && was == is ? 1 : 0;
            sum += (was != 0 ? 1 : 0) + (is != 0 ? 1 : 0);
        }
        return sum == 0 ? Double.NaN : 2.0 * both / sum;
    }
}
