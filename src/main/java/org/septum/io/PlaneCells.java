package org.septum.io;

import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.img.cell.Cell;
import net.imglib2.img.cell.CellGrid;
import net.imglib2.img.cell.LazyCellImg;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.SeptumException;

/**
 * Lazy pixels of a scan: a plane is read when somebody looks at it, and forgotten when memory runs low. Samples that
 * are no finite number become 0.
 * <p>
 * <b>Why?</b> A cell is a band of a plane, since an array of 1 MiB, as a plane of 512×512 is, takes two regions of the
 * Java heap: planes as cells would need twice the memory of the pixels.
 */
public final class PlaneCells implements LazyCellImg.Get<Cell<FloatArray>> {

    private static final int LARGEST_CELL = 1 << 16;

    private final CellGrid grid;
    private final PlaneSource source;
    private final String name;
    private final AtomicReferenceArray<Reference<Cell<FloatArray>>> cells;
    private final boolean cheap;

    private PlaneCells(CellGrid grid, PlaneSource source, String name, boolean cheap) {
        this.cheap = cheap;
        this.grid = grid;
        this.source = source;
        this.name = name;
        this.cells = new AtomicReferenceArray<>(
                Math.toIntExact(grid.gridDimension(1) * grid.gridDimension(2) * grid.gridDimension(3)));
    }

    /**
     * Pixels with the axes x, y, z, channel.
     *
     * @param name
     *            of the file, for messages
     * @param size
     *            along x, y, z, channel
     * @param source
     *            is asked for a plane whenever it is looked at and not kept
     */
    static RandomAccessibleInterval<FloatType> image(String name, long[] size, PlaneSource source) {
        return image(name, size, source, false);
    }

    /**
     * Pixels with the axes x, y, z, channel.
     *
     * @param name
     *            of the file or image, for messages
     * @param size
     *            along x, y, z, channel
     * @param source
     *            is asked for a plane whenever it is looked at and not kept
     * @param cheap
     *            whether the source gives a plane about as fast as memory does, so that none is kept
     *
     * @throws SeptumException
     *             of kind INPUT if a plane is too large for an array
     */
    public static RandomAccessibleInterval<FloatType> image(String name, long[] size, PlaneSource source,
            boolean cheap) {
        if (size[0] * size[1] > Integer.MAX_VALUE - 16) {
            throw SeptumException.input(name + " has planes of " + size[0] + "×" + size[1]
                    + " pixels; a plane may have up to 2147483631; crop or downsample it first");
        }
        int rows = (int) Math.max(1, Math.min(size[1], LARGEST_CELL / size[0]));
        CellGrid grid = new CellGrid(size, new int[] { (int) size[0], rows, 1, 1 });
        return new LazyCellImg<>(grid, new FloatType(), new PlaneCells(grid, source, name, cheap));
    }

    @Override
    public Cell<FloatArray> get(long index) {
        Reference<Cell<FloatArray>> reference = cells.get((int) index);
        Cell<FloatArray> cell = reference == null ? null : reference.get();
        return cell == null ? load((int) index) : cell;
    }

    /** Reads the plane of a cell and keeps all its cells. */
    private Cell<FloatArray> load(int index) {
        int bands = (int) grid.gridDimension(1);
        int first = index - index % bands;
        long[] min = new long[4];
        int[] size = new int[4];
        grid.getCellDimensions(first, min, size);
        try {
            float[] plane = source.plane((int) min[2], (int) min[3]);
            makeFinite(plane);
            Cell<FloatArray> wanted = null;
            for (int band = 0, from = 0; band < bands; band++) {
                grid.getCellDimensions(first + band, min, size);
                int count = size[0] * size[1];
                float[] part = bands == 1 ? plane : Arrays.copyOfRange(plane, from, from + count);
                Cell<FloatArray> cell = new Cell<>(size, min, new FloatArray(part));
                cells.set(first + band, cheap ? new WeakReference<>(cell) : new SoftReference<>(cell));
                if (first + band == index)
                    wanted = cell;
                from += count;
            }
            return wanted;
        } catch (IOException e) {
            throw Problem.reading(name, e);
        }
    }

    private static void makeFinite(float[] plane) {
        for (int i = 0; i < plane.length; i++)
            if (!Float.isFinite(plane[i]))
                plane[i] = 0;
    }
}
