package org.septum.infer;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.basictypeaccess.array.ByteArray;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.img.cell.Cell;
import net.imglib2.img.cell.CellGrid;
import net.imglib2.img.cell.LazyCellImg;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ByteStore;

/**
 * Images whose values lie in a {@link ByteStore}, x fastest, and are fetched when somebody looks at them. They are not
 * to be written to.
 */
final class StoredPlanes {

    private static final int LARGEST_CELL = 1 << 16;

    private StoredPlanes() {
    }

    /** Bytes as an image. */
    static RandomAccessibleInterval<UnsignedByteType> bytes(ByteStore store, long... size) {
        CellGrid grid = grid(size);
        return new LazyCellImg<>(grid, new UnsignedByteType(),
                new Cells<>(grid, store, 1, bytes -> new ByteArray(bytes))::cell);
    }

    /** Little-endian floats as an image. */
    static RandomAccessibleInterval<FloatType> floats(ByteStore store, long... size) {
        CellGrid grid = grid(size);
        return new LazyCellImg<>(grid, new FloatType(), new Cells<>(grid, store, Float.BYTES, bytes -> {
            float[] values = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            return new FloatArray(values);
        })::cell);
    }

    /** Cells of whole rows, so that each lies in one piece. */
    private static CellGrid grid(long... size) {
        int[] cell = new int[size.length];
        Arrays.fill(cell, 1);
        cell[0] = Math.toIntExact(size[0]);
        cell[1] = (int) Math.max(1, Math.min(size[1], LARGEST_CELL / size[0]));
        return new CellGrid(size, cell);
    }

    /** Makes the array of a cell. */
    @FunctionalInterface
    private interface Decoder<A> {

        /** The values that bytes stand for. */
        A decode(byte[] bytes);
    }

    private static final class Cells<A> {

        private final CellGrid grid;
        private final ByteStore store;
        private final int valueBytes;
        private final Decoder<A> decoder;
        private final AtomicReferenceArray<WeakReference<Cell<A>>> cells;

        Cells(CellGrid grid, ByteStore store, int valueBytes, Decoder<A> decoder) {
            this.grid = grid;
            this.store = store;
            this.valueBytes = valueBytes;
            this.decoder = decoder;
            long count = 1;
            for (int d = 0; d < grid.numDimensions(); d++)
                count *= grid.gridDimension(d);
            this.cells = new AtomicReferenceArray<>(Math.toIntExact(count));
        }

        Cell<A> cell(long index) {
            WeakReference<Cell<A>> known = cells.get((int) index);
            Cell<A> cell = known == null ? null : known.get();
            if (cell == null) {
                cell = read(index);
                cells.set((int) index, new WeakReference<>(cell));
            }
            return cell;
        }

        private Cell<A> read(long index) {
            int n = grid.numDimensions();
            long[] min = new long[n];
            int[] size = new int[n];
            grid.getCellDimensions(index, min, size);
            long at = 0;
            for (int d = n - 1; d >= 0; d--)
                at = at * grid.imgDimension(d) + min[d];
            byte[] bytes = new byte[size[0] * size[1] * valueBytes];
            store.read(at * valueBytes, bytes, 0, bytes.length);
            return new Cell<>(size, min, decoder.decode(bytes));
        }
    }
}
