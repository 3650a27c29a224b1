package org.septum.data;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImg;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.basictypeaccess.array.FloatArray;
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

    /** At most so many positions of a class are kept: 40 kB a class however large the case. */
    static final int MOST_POSITIONS = 10_000;

    private final String name;

    private final int[] size;

    private final float[][] channels;

    private final byte[] classes;

    private final int[][] positions;

    private final int[] present;

    private PreparedCase(String name, int[] size, float[][] channels, byte[] classes, int[][] positions) {
        this.name = name;
        this.size = size;
        this.channels = channels;
        this.classes = classes;
        this.positions = positions;
        this.present = IntStream.range(0, positions.length).filter(c -> positions[c].length > 0).toArray();
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
        byte[] classes = Resampling.labels(mask);
        int[] index = IntStream.range(0, 256).map(plan.labels()::indexOf).toArray();
        for (int i = 0; i < classes.length; i++) {
            int value = classes[i] & 0xff;
            if (index[value] < 0)
                throw SeptumException.input("case " + scan.name() + " holds label " + value + ", which the plan lacks");
            classes[i] = (byte) index[value];
        }
        return new PreparedCase(scan.name(), size, channels, classes,
                positions(classes, plan.labels().count(), new Random(scan.name().hashCode())));
    }

    private static float[] normalised(RandomAccessibleInterval<FloatType> channel, WorkingGrid grid,
            IntensityNormalization normalization, Plan plan) {
        // copied first: statistics and resampling both run over it
        ArrayImg<FloatType, FloatArray> copy = ArrayImgs.floats(Resampling.values(channel),
                channel.dimensionsAsLongArray());
        IntensityNormalization.Applied applied = normalization.of(copy);
        RandomAccessibleInterval<FloatType> view = grid.orient(copy);
        if (!grid.keepsVoxels())
            view = plan.resampled(view, grid);
        float[] values = Resampling.values(view);
        for (int i = 0; i < values.length; i++)
            values[i] = applied.apply(values[i]);
        return values;
    }

    /** For each foreground class the indices of its voxels: all, or one at random of each of so many equal parts. */
    private static int[][] positions(byte[] classes, int count, Random random) {
        int[] counts = new int[count];
        for (byte c : classes)
            counts[c & 0xff]++;
        int[][] positions = new int[count][];
        int[] next = new int[count];
        for (int c = 0; c < count; c++) {
            positions[c] = new int[c == 0 ? 0 : Math.min(counts[c], MOST_POSITIONS)];
            next[c] = ordinal(0, counts[c], positions[c].length, random);
        }
        int[] seen = new int[count];
        int[] filled = new int[count];
        for (int i = 0; i < classes.length; i++) {
            int c = classes[i] & 0xff;
            if (filled[c] < positions[c].length && seen[c]++ == next[c]) {
                positions[c][filled[c]++] = i;
                next[c] = ordinal(filled[c], counts[c], positions[c].length, random);
            }
        }
        return positions;
    }

    /** Which voxel of a class stands for its k-th part of so many. */
    private static int ordinal(int k, int voxels, int parts, Random random) {
        if (k >= parts)
            return -1;
        int from = (int) ((long) k * voxels / parts);
        int to = (int) ((k + 1L) * voxels / parts);
        return to - from == 1 ? from : from + random.nextInt(to - from);
    }

    public String name() {
        return name;
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

    /** Normalised values of each channel, x fastest; not a copy. */
    float[][] values() {
        return channels;
    }

    /** Index of the class of each voxel as an unsigned byte, x fastest; not a copy. */
    byte[] labels() {
        return classes;
    }

    /** Foreground classes that the case has. */
    int[] presentClasses() {
        return present;
    }

    /**
     * Indices (x fastest) of voxels of a class, ascending; do not change them. All if they are few, else
     * {@link #MOST_POSITIONS} spread evenly. Empty for the background.
     */
    int[] positionsOf(int classIndex) {
        return positions[classIndex];
    }
}
