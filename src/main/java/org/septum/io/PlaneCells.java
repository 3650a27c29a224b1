package org.septum.io;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.img.cell.Cell;
import net.imglib2.img.cell.CellGrid;
import net.imglib2.img.cell.LazyCellImg;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.SeptumException;

/**
 * Lazy pixels of a scan: one cell is one plane, read when somebody looks at it and forgotten when memory runs low.
 * Samples that are no finite number become 0.
 */
final class PlaneCells implements LazyCellImg.Get<Cell<FloatArray>> {

    private final CellGrid grid;
    private final PlaneSource source;
    private final String name;
    private final AtomicReferenceArray<SoftReference<Cell<FloatArray>>> cells;

    private PlaneCells(CellGrid grid, PlaneSource source, String name) {
        this.grid = grid;
        this.source = source;
        this.name = name;
        this.cells = new AtomicReferenceArray<>((int) (grid.gridDimension(2) * grid.gridDimension(3)));
    }

    /**
     * Pixels with the axes x, y, z, channel.
     *
     * @param name
     *            of the file, for messages
     */
    static RandomAccessibleInterval<FloatType> image(String name, long[] size, PlaneSource source) {
        if (size[0] * size[1] > Integer.MAX_VALUE - 16) {
            throw SeptumException.input(name + " has planes of " + size[0] + "×" + size[1]
                    + " pixels; a plane may have up to 2147483631; crop or downsample it first");
        }
        CellGrid grid = new CellGrid(size, new int[] { (int) size[0], (int) size[1], 1, 1 });
        return new LazyCellImg<>(grid, new FloatType(), new PlaneCells(grid, source, name));
    }

    @Override
    public Cell<FloatArray> get(long index) {
        SoftReference<Cell<FloatArray>> reference = cells.get((int) index);
        Cell<FloatArray> cell = reference == null ? null : reference.get();
        if (cell == null) {
            cell = load(index);
            cells.set((int) index, new SoftReference<>(cell));
        }
        return cell;
    }

    private Cell<FloatArray> load(long index) {
        long[] min = new long[4];
        int[] size = new int[4];
        grid.getCellDimensions(index, min, size);
        try {
            float[] plane = source.plane((int) min[2], (int) min[3]);
            makeFinite(plane);
            return new Cell<>(size, min, new FloatArray(plane));
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
