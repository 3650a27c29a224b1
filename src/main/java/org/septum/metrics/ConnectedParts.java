package org.septum.metrics;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/**
 * The connected parts of some classes of a mask. Runs of equal voxels along x are joined with those of the rows and
 * slices before them (union-find, the first run of a part stands for it), so a slice and its predecessor are all that
 * is looked at at a time.
 * <p>
 * Memory: 13 bytes for every run of the mask, and two slices of runs.
 */
public final class ConnectedParts {

    /** Hears of equal voxels in a row. */
    @FunctionalInterface
    public interface Row {

        /** From the voxel {@code first} to {@code last} along x. */
        void at(int first, int last, int y, int z);
    }

    /** Runs of one slice in raster order; those of row y are {@code row[y]} to {@code row[y + 1] - 1}. */
    private static final class Runs {

        private final int[] row;

        private int[] start = new int[256];

        private int[] end = new int[256];

        private byte[] label = new byte[256];

        private int count;

        /** Number of the first run among those of the whole mask. */
        private int first;

        Runs(int rows) {
            this.row = new int[rows + 1];
        }

        void add(int from, int to, int value) {
            if (count == start.length) {
                start = Arrays.copyOf(start, 2 * count);
                end = Arrays.copyOf(end, 2 * count);
                label = Arrays.copyOf(label, 2 * count);
            }
            start[count] = from;
            end[count] = to;
            label[count++] = (byte) value;
        }
    }

    private final RandomAccessibleInterval<UnsignedByteType> mask;

    private final boolean perSlice;

    private final boolean[] wanted = new boolean[256];

    private final int reach;

    private int[] parent = new int[1024];

    private long[] size = new long[1024];

    private byte[] label = new byte[1024];

    private int count;

    private final BitSet largest = new BitSet();

    private final long[] voxels = new long[256];

    private final long[] kept = new long[256];

    /**
     * Looks through a mask.
     *
     * @param mask
     *            axes x, y, z, which start at 0
     * @param values
     *            of the classes, 1 to 255
     * @param corners
     *            whether voxels that share an edge or a corner are connected, too, and not those alone that share a
     *            face
     * @param perSlice
     *            whether each slice is looked at by itself
     */
    public ConnectedParts(RandomAccessibleInterval<UnsignedByteType> mask, Collection<Integer> values, boolean corners,
            boolean perSlice) {
        this.mask = mask;
        this.perSlice = perSlice;
        this.reach = corners ? 1 : 0;
        values.forEach(v -> wanted[v] = true);
        find();
    }

    /** Share of the voxels of a class outside its largest part, or parts if slices are looked at one by one; or 0. */
    public double strays(int value) {
        return voxels[value] == 0 ? 0 : 1 - (double) kept[value] / voxels[value];
    }

    /** Sets what lies outside the largest part of its class to a value. */
    public void clear(int background) {
        visit(false, (first, last, y, z) -> fill(first, last, y, z, background));
    }

    /**
     * Goes through the largest part of each class, or through all the others, in the order of x, then y, then z. Of
     * equally large parts the first is the largest.
     */
    public void visit(boolean isLargest, Row row) {
        int id = 0;
        for (int z = 0; z < mask.dimension(2); z++) {
            Runs runs = read(z);
            for (int y = 0; y + 1 < runs.row.length; y++) {
                for (int i = runs.row[y]; i < runs.row[y + 1]; i++) {
                    if (largest.get(root(id++)) == isLargest)
                        row.at(runs.start[i], runs.end[i], y, z);
                }
            }
        }
    }

    private void fill(int first, int last, int y, int z, int value) {
        RandomAccess<UnsignedByteType> voxel = mask.randomAccess();
        voxel.setPosition(new int[] { first, y, z });
        for (int x = first; x <= last; x++) {
            voxel.get().set(value);
            voxel.fwd(0);
        }
    }

    private void find() {
        Runs before = null;
        for (int z = 0; z < mask.dimension(2); z++) {
            Runs runs = read(z);
            runs.first = count;
            for (int i = 0; i < runs.count; i++)
                add(runs.end[i] - runs.start[i] + 1, runs.label[i]);
            for (int y = 0; y + 1 < runs.row.length; y++) {
                join(runs, y, runs, y - 1);
                for (int dy = -reach; dy <= reach && before != null; dy++)
                    join(runs, y, before, y + dy);
            }
            if (perSlice)
                choose(runs.first);
            else
                before = runs;
        }
        if (!perSlice)
            choose(0);
    }

    private void add(int length, byte value) {
        if (count == parent.length) {
            parent = Arrays.copyOf(parent, Math.multiplyExact(2, count));
            size = Arrays.copyOf(size, parent.length);
            label = Arrays.copyOf(label, parent.length);
        }
        parent[count] = count;
        size[count] = length;
        label[count++] = value;
    }

    /** The largest part of each class among the runs from a number on; the first of equals. */
    private void choose(int from) {
        int[] best = new int[256];
        Arrays.fill(best, -1);
        for (int id = from; id < count; id++) {
            int value = label[id] & 0xff;
            if (parent[id] != id)
                continue;
            voxels[value] += size[id];
            if (best[value] < 0 || size[id] > size[best[value]])
                best[value] = id;
        }
        for (int value = 0; value < best.length; value++) {
            if (best[value] >= 0) {
                largest.set(best[value]);
                kept[value] += size[best[value]];
            }
        }
    }

    private int root(int id) {
        int at = id;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    /** Joins the runs of a row with those of a row that was read before it. */
    private void join(Runs a, int rowA, Runs b, int rowB) {
        if (rowB < 0 || rowB + 1 >= b.row.length)
            return;
        int j = b.row[rowB];
        for (int i = a.row[rowA]; i < a.row[rowA + 1]; i++) {
            while (j < b.row[rowB + 1] && b.end[j] < a.start[i] - reach)
                j++;
            // the last of them may touch the next run as well
            for (int k = j; k < b.row[rowB + 1] && b.start[k] <= a.end[i] + reach; k++)
                if (a.label[i] == b.label[k])
                    unite(a.first + i, b.first + k);
        }
    }

    private void unite(int a, int b) {
        int first = Math.min(root(a), root(b));
        int second = Math.max(root(a), root(b));
        if (first == second)
            return;
        parent[second] = first;
        size[first] += size[second];
    }

    private Runs read(int z) {
        int nx = Math.toIntExact(mask.dimension(0));
        Runs runs = new Runs(Math.toIntExact(mask.dimension(1)));
        RandomAccess<UnsignedByteType> voxel = mask.randomAccess();
        for (int y = 0; y + 1 < runs.row.length; y++) {
            voxel.setPosition(new long[] { 0, y, z });
            int start = 0;
            int current = 0;
            for (int x = 0; x < nx; x++) {
                int value = voxel.get().get();
                if (value != current) {
                    if (wanted[current])
                        runs.add(start, x - 1, current);
                    current = value;
                    start = x;
                }
                voxel.fwd(0);
            }
            if (wanted[current])
                runs.add(start, nx - 1, current);
            runs.row[y + 1] = runs.count;
        }
        return runs;
    }
}
