package org.septum.infer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.AirRule;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.Resampling;
import org.septum.data.SliceStack;
import org.septum.data.WorkingGrid;

/**
 * A scan as the network sees it: every channel turned to the working axes, resampled, then normalised with parameters
 * from the whole scan as it was, in this order as in training.
 * <p>
 * Slices are made when a tile needs them, and the last ones are kept: twice the depth of a tile, so that tiles may come
 * from many threads as long as they come about in the order of {@link TileGrid#tile}; in any other order they are as
 * right, but slow. Memory: 4 bytes × channels × these slices, whatever the depth of the scan.
 */
final class WorkingVolume {

    private static final int FEWEST_KEPT = 8;

    /** Edge of the squares that are looked at as a whole for air. */
    private static final int SQUARE = 16;

    private final Plan plan;

    private final WorkingGrid grid;

    private final int nx;

    private final int ny;

    private final int nz;

    private final List<OrientedSlices> channels = new ArrayList<>();

    private final List<IntensityNormalization.Applied> normalization = new ArrayList<>();

    /** What each working slice is made of. */
    private final List<Resampling.Share> shares;

    private final int kept;

    private final SliceStack stack;

    /** Tells air from others; null if nothing is air. */
    private final AirRule air;

    /** Finished slices by z. */
    private final TreeMap<Integer, Slice> slices = new TreeMap<>();

    /** Slices before they are resampled along z, by z; each by channel and place in the slice. */
    private final TreeMap<Integer, float[][]> between = new TreeMap<>();

    /**
     * A finished slice.
     *
     * @param values
     *            by channel and place in the slice
     * @param bright
     *            which squares of {@link #SQUARE} voxels hold more than air, x fastest
     */
    private record Slice(float[][] values, BitSet bright) {
    }

    private WorkingVolume(Scan scan, Plan plan, WorkingGrid grid, long memory, AirRule air) {
        this.air = air;
        this.plan = plan;
        this.grid = grid;
        this.nx = Math.toIntExact(grid.size().get(0));
        this.ny = Math.toIntExact(grid.size().get(1));
        this.nz = Math.toIntExact(grid.size().get(2));
        this.stack = plan.stack();
        this.kept = Math.max(FEWEST_KEPT, 2 * plan.patch().get(2)) + stack.reach();
        this.shares = Resampling.shares(Math.toIntExact(grid.orientedSize().get(2)), nz, !plan.size().isEmpty());
        ScanOrder order = new ScanOrder(grid);
        for (int c = 0; c < scan.channels(); c++) {
            RandomAccessibleInterval<FloatType> channel = Views.hyperSlice(scan.pixels(), 3, c);
            normalization.add(plan.normalization().get(c).of(channel));
            channels.add(new OrientedSlices(scan, c, order, memory / scan.channels()));
        }
    }

    /**
     * Prepares a scan. Each channel is read once if its normalisation comes from the scan.
     *
     * @param memory
     *            bytes that may be taken where the slices of the network run across those of the scan
     */
    static WorkingVolume of(Scan scan, Plan plan, WorkingGrid grid, long memory) {
        return of(scan, plan, grid, memory, null);
    }

    /** The same, which tells tiles of mere air from others by a rule; null if no tile is air. */
    static WorkingVolume of(Scan scan, Plan plan, WorkingGrid grid, long memory, AirRule air) {
        requireArrays(scan, grid);
        return new WorkingVolume(scan, plan, grid, memory, air);
    }

    private static void requireArrays(Scan scan, WorkingGrid grid) {
        List<Long> a = grid.orientedSize();
        List<Long> b = grid.size();
        // interpolating along x, then along y passes through sizes between the old and the new one
        long plane = Math.max(a.get(0), b.get(0)) * Math.max(a.get(1), b.get(1));
        if (plane > Integer.MAX_VALUE) {
            throw SeptumException.input("scan " + scan.name() + " of " + scan.shape() + " voxels on a working grid of "
                    + b + "; a slice may have at most " + Integer.MAX_VALUE + " voxels: cut the scan into parts");
        }
    }

    /**
     * Copies a tile, with zeros (the mean) outside the scan. May be called from many threads.
     *
     * @param at
     *            its place
     * @param size
     *            along x, y, z
     * @param target
     *            gets (inputs, Z, Y, X), row-major: the channels, or those of every slice that the network sees at once
     * @param offset
     *            where it starts in {@code target}
     */
    void copyTile(TileGrid.Tile at, List<Integer> size, float[] target, int offset) {
        int part = channels.size() * size.get(0) * size.get(1) * size.get(2);
        for (int k = 0; k < stack.count(); k++) {
            long z = stack.count() == 1 ? at.z() : stack.slice(at.z(), k, nz);
            copyChannels(new TileGrid.Tile(at.x(), at.y(), z), size, target, offset + k * part);
        }
    }

    private void copyChannels(TileGrid.Tile at, List<Integer> size, float[] target, int offset) {
        int tx = size.get(0);
        int ty = size.get(1);
        int tz = size.get(2);
        Arrays.fill(target, offset, offset + channels.size() * tx * ty * tz, 0);
        int firstX = (int) Math.max(0, -at.x());
        int length = (int) Math.min(tx, nx - at.x()) - firstX;
        int endY = (int) Math.min(ty, ny - at.y());
        int endZ = (int) Math.min(tz, nz - at.z());
        for (int z = (int) Math.max(0, -at.z()); z < endZ; z++) {
            float[][] slice = slice((int) (at.z() + z)).values();
            for (int c = 0; c < slice.length; c++) {
                for (int y = (int) Math.max(0, -at.y()); y < endY; y++) {
                    int from = (int) ((at.y() + y) * nx + at.x() + firstX);
                    int to = offset + ((c * tz + z) * ty + y) * tx + firstX;
                    System.arraycopy(slice[c], from, target, to, length);
                }
            }
        }
    }

    /**
     * True if a tile is mere air, so that there is nothing to run the network on: in all slices that it would see, and
     * up to {@value #SQUARE} voxels around. May be called from many threads.
     *
     * @param at
     *            its place
     * @param size
     *            along x, y, z
     */
    boolean isAir(TileGrid.Tile at, List<Integer> size) {
        if (air == null || !air.fits(size, grid.size()))
            return false;
        if (stack.count() > 1) {
            return IntStream.range(0, stack.count())
                    .allMatch(k -> isAirSlice(at, size, (int) stack.slice(at.z(), k, nz)));
        }
        int endZ = (int) Math.min(nz, at.z() + size.get(2));
        return IntStream.range((int) Math.max(0, at.z()), endZ).allMatch(z -> isAirSlice(at, size, z));
    }

    private boolean isAirSlice(TileGrid.Tile at, List<Integer> size, int z) {
        int squares = (nx - 1) / SQUARE + 1;
        int firstX = (int) Math.max(0, at.x()) / SQUARE;
        int endX = (int) (Math.min(nx, at.x() + size.get(0)) - 1) / SQUARE + 1;
        int endY = (int) (Math.min(ny, at.y() + size.get(1)) - 1) / SQUARE + 1;
        BitSet bright = slice(z).bright();
        for (int y = (int) Math.max(0, at.y()) / SQUARE; y < endY; y++) {
            int next = bright.nextSetBit(y * squares + firstX);
            if (next >= 0 && next < y * squares + endX)
                return false;
        }
        return true;
    }

    /** A finished slice of all channels. It must not be changed. */
    private synchronized Slice slice(int z) {
        Slice slice = slices.get(z);
        if (slice == null) {
            slice = make(z);
            keep(slices, z, slice, kept);
        }
        return slice;
    }

    /** Keeps the slices with the highest numbers: tiles come in ascending order. */
    private static <S> void keep(TreeMap<Integer, S> some, int z, S slice, int most) {
        some.put(z, slice);
        if (some.size() > most)
            some.pollFirstEntry();
    }

    private Slice make(int z) {
        List<Integer> from = shares.get(z).from();
        List<Float> weights = shares.get(z).weights();
        float[][] slice = new float[channels.size()][nx * ny];
        for (int k = 0; k < from.size(); k++) {
            float[][] part = inPlane(from.get(k), from.size() + 1);
            float w = weights.get(k);
            for (int c = 0; c < slice.length; c++)
                for (int i = 0; i < slice[c].length; i++)
                    slice[c][i] += part[c][i] * w;
        }
        for (int c = 0; c < slice.length; c++) {
            IntensityNormalization.Applied applied = normalization.get(c);
            for (int i = 0; i < slice[c].length; i++)
                slice[c][i] = applied.apply(slice[c][i]);
        }
        return new Slice(slice, bright(slice));
    }

    private BitSet bright(float[][] slice) {
        BitSet bright = new BitSet();
        if (air == null)
            return bright;
        int squares = (nx - 1) / SQUARE + 1;
        for (float[] channel : slice)
            for (int i = 0; i < channel.length; i++)
                if (!air.isAir(channel[i]))
                    bright.set(i / nx / SQUARE * squares + i % nx / SQUARE);
        return bright;
    }

    /** A slice of all channels, resampled along x and y only. */
    private float[][] inPlane(int z, int most) {
        float[][] slice = between.get(z);
        if (slice == null) {
            slice = new float[channels.size()][];
            for (int c = 0; c < slice.length; c++)
                slice[c] = inPlane(channels.get(c).slice(z));
            keep(between, z, slice, most);
        }
        return slice;
    }

    private float[] inPlane(float[] slice) {
        List<Long> size = grid.orientedSize();
        if (size.get(0) == nx && size.get(1) == ny)
            return slice;
        return plan.resampled(ArrayImgs.floats(slice, size.get(0), size.get(1), 1), List.of((long) nx, (long) ny, 1L))
                .update(null).getCurrentStorageArray();
    }
}
