package org.septum.data;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

/**
 * A case as the network sees it: on the plan's grid, normalised, in memory. Immutable by convention: nobody writes into
 * its arrays.
 */
public final class PreparedCase {

    private final String name;

    private final int[] size;

    private final float[][] channels;

    private final byte[] classes;

    private final int[][] positions;

    private PreparedCase(String name, int[] size, float[][] channels, byte[] classes, int[][] positions) {
        this.name = name;
        this.size = size;
        this.channels = channels;
        this.classes = classes;
        this.positions = positions;
    }

    /** Reads a case and brings it onto a plan's grid. */
    public static PreparedCase read(DataCase c, Plan plan) {
        Scan scan = CaseReader.scan(c);
        return of(scan, CaseReader.labels(c, plan.labels(), scan), plan);
    }

    /** Brings a scan and its labels onto a plan's grid. */
    public static PreparedCase of(Scan scan, LabelMask labels, Plan plan) {
        if (scan.channels() != plan.channels().size()) {
            throw SeptumException.input("case " + scan.name() + " has " + scan.channels() + " channels and the plan "
                    + plan.channels().size() + " " + plan.channels() + "; use scans like those it was made for");
        }
        List<Long> sizes = List.of(scan.size(0), scan.size(1), scan.size(2));
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), sizes, plan);
        int[] size = grid.size().stream().mapToInt(Math::toIntExact).toArray();
        float[][] channels = new float[scan.channels()][];
        for (int k = 0; k < channels.length; k++) {
            RandomAccessibleInterval<FloatType> channel = Views.hyperSlice(scan.pixels(), 3, k);
            channels[k] = normalised(channel, grid, plan.normalization().get(k), plan);
        }
        RandomAccessibleInterval<UnsignedByteType> mask = grid.orient(labels.pixels());
        if (!grid.keepsVoxels())
            mask = Resampling.nearest(mask, grid.size());
        byte[] classes = new byte[Math.toIntExact((long) size[0] * size[1] * size[2])];
        int n = 0;
        for (UnsignedByteType v : mask.view().flatIterable()) {
            int index = plan.labels().indexOf(v.get());
            if (index < 0)
                throw SeptumException
                        .input("case " + scan.name() + " holds label " + v.get() + ", which the plan lacks");
            classes[n++] = (byte) index;
        }
        return new PreparedCase(scan.name(), size, channels, classes, positions(classes, plan.labels().count()));
    }

    private static float[] normalised(RandomAccessibleInterval<FloatType> channel, WorkingGrid grid,
            IntensityNormalization normalization, Plan plan) {
        IntensityNormalization.Applied applied = normalization.of(channel);
        RandomAccessibleInterval<FloatType> view = grid.orient(channel);
        if (!grid.keepsVoxels())
            view = plan.resampled(view, grid);
        float[] values = new float[Math.toIntExact(view.size())];
        int n = 0;
        for (FloatType v : view.view().flatIterable())
            values[n++] = applied.apply(v.get());
        return values;
    }

    /** For each foreground class the indices of its voxels. */
    private static int[][] positions(byte[] classes, int count) {
        int[] counts = new int[count];
        for (byte c : classes)
            counts[c & 0xff]++;
        int[][] positions = new int[count][];
        for (int c = 0; c < count; c++)
            positions[c] = new int[c == 0 ? 0 : counts[c]];
        int[] filled = new int[count];
        for (int i = 0; i < classes.length; i++) {
            int c = classes[i] & 0xff;
            if (c != 0)
                positions[c][filled[c]++] = i;
        }
        return positions;
    }

    public String name() {
        return name;
    }

    /** Number of classes, background included. */
    int classes() {
        return positions.length;
    }

    /** Number of channels. */
    public int channels() {
        return channels.length;
    }

    /** Voxels along axis 0 (x), 1 (y), 2 (z) of the plan's grid. */
    public int size(int axis) {
        return size[axis];
    }

    /** Normalised value of a channel; 0, the mean, outside the scan. */
    float value(int channel, int x, int y, int z) {
        return contains(x, y, z) ? channels[channel][(z * size[1] + y) * size[0] + x] : 0;
    }

    /** Index of the class of a voxel; 0, the background, outside the scan. */
    public int classAt(int x, int y, int z) {
        return contains(x, y, z) ? classes[(z * size[1] + y) * size[0] + x] & 0xff : 0;
    }

    private boolean contains(int x, int y, int z) {
        return x >= 0 && y >= 0 && z >= 0 && x < size[0] && y < size[1] && z < size[2];
    }

    /** Indices (x fastest) of the voxels of a class; do not change them. Empty for the background. */
    int[] positionsOf(int classIndex) {
        return positions[classIndex];
    }
}
