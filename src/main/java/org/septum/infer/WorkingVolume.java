package org.septum.infer;

import java.util.Arrays;
import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.SliceStack;
import org.septum.data.WorkingGrid;

/**
 * A scan as the network sees it: every channel turned to the working axes, resampled, then normalised with parameters
 * from the whole scan as it was, in this order as in training. Held in memory as one array a slice, so that tiles are
 * copied row by row: 4 bytes × channels × voxels.
 */
final class WorkingVolume {

    private final int nx;

    private final int ny;

    private final int nz;

    /** By channel, z, and place in the slice. */
    private final float[][][] slices;

    private final SliceStack stack;

    private WorkingVolume(List<Long> size, SliceStack stack, float[][][] slices) {
        this.stack = stack;
        this.nx = Math.toIntExact(size.get(0));
        this.ny = Math.toIntExact(size.get(1));
        this.nz = Math.toIntExact(size.get(2));
        this.slices = slices;
    }

    /** Reads the whole scan, each channel twice if its normalisation comes from the scan. */
    static WorkingVolume of(Scan scan, Plan plan, WorkingGrid grid) {
        requireArrays(scan, grid);
        float[][][] slices = new float[scan.channels()][][];
        for (int c = 0; c < slices.length; c++) {
            RandomAccessibleInterval<FloatType> channel = Views.hyperSlice(scan.pixels(), 3, c);
            IntensityNormalization.Applied applied = plan.normalization().get(c).of(channel);
            PlanarImg<FloatType, FloatArray> oriented = oriented(channel, grid);
            slices[c] = grid.keepsVoxels() ? planes(oriented)
                    : cut(plan.resampled(oriented, grid).update(null).getCurrentStorageArray(), grid.size());
            for (float[] slice : slices[c])
                for (int i = 0; i < slice.length; i++)
                    slice[i] = applied.apply(slice[i]);
        }
        return new WorkingVolume(grid.size(), plan.stack(), slices);
    }

    private static void requireArrays(Scan scan, WorkingGrid grid) {
        List<Long> a = grid.orientedSize();
        List<Long> b = grid.size();
        // interpolating along x, then y, then z passes through sizes between the old and the new one
        long plane = Math.max(a.get(0) * a.get(1), b.get(0) * b.get(1));
        long volume = Math.max(a.get(0), b.get(0)) * Math.max(a.get(1), b.get(1)) * Math.max(a.get(2), b.get(2));
        if (plane > Integer.MAX_VALUE || !grid.keepsVoxels() && volume > Integer.MAX_VALUE) {
            throw SeptumException.input("scan " + scan.name() + " of " + scan.shape() + " voxels on a working grid of "
                    + b + "; at most " + Integer.MAX_VALUE + " voxels can be resampled: cut the scan into parts");
        }
    }

    /** Walks the scan in its own order, as its cells are read fastest. */
    private static PlanarImg<FloatType, FloatArray> oriented(RandomAccessibleInterval<FloatType> channel,
            WorkingGrid grid) {
        List<Long> size = grid.orientedSize();
        PlanarImg<FloatType, FloatArray> oriented = PlanarImgs.floats(size.get(0), size.get(1), size.get(2));
        LoopBuilder.setImages(channel, grid.restore(oriented)).forEachPixel((from, to) -> to.set(from));
        return oriented;
    }

    private static float[][] planes(PlanarImg<FloatType, FloatArray> image) {
        float[][] planes = new float[image.numSlices()][];
        for (int z = 0; z < planes.length; z++)
            planes[z] = image.getPlane(z).getCurrentStorageArray();
        return planes;
    }

    private static float[][] cut(float[] values, List<Long> size) {
        int plane = Math.toIntExact(size.get(0) * size.get(1));
        float[][] planes = new float[size.get(2).intValue()][];
        for (int z = 0; z < planes.length; z++)
            planes[z] = Arrays.copyOfRange(values, z * plane, (z + 1) * plane);
        return planes;
    }

    /**
     * Copies a tile, with zeros (the mean) outside the scan.
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
        int part = slices.length * size.get(0) * size.get(1) * size.get(2);
        for (int k = 0; k < stack.count(); k++) {
            long z = stack.count() == 1 ? at.z() : stack.slice(at.z(), k, nz);
            copyChannels(new TileGrid.Tile(at.x(), at.y(), z), size, target, offset + k * part);
        }
    }

    private void copyChannels(TileGrid.Tile at, List<Integer> size, float[] target, int offset) {
        int tx = size.get(0);
        int ty = size.get(1);
        int tz = size.get(2);
        Arrays.fill(target, offset, offset + slices.length * tx * ty * tz, 0);
        int firstX = (int) Math.max(0, -at.x());
        int length = (int) Math.min(tx, nx - at.x()) - firstX;
        int endY = (int) Math.min(ty, ny - at.y());
        int endZ = (int) Math.min(tz, nz - at.z());
        for (int c = 0; c < slices.length; c++) {
            for (int z = (int) Math.max(0, -at.z()); z < endZ; z++) {
                float[] slice = slices[c][(int) (at.z() + z)];
                for (int y = (int) Math.max(0, -at.y()); y < endY; y++) {
                    int from = (int) ((at.y() + y) * nx + at.x() + firstX);
                    int to = offset + ((c * tz + z) * ty + y) * tx + firstX;
                    System.arraycopy(slice, from, target, to, length);
                }
            }
        }
    }
}
