package org.septum.infer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.basictypeaccess.array.DirtyByteArray;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.img.cell.Cell;
import net.imglib2.img.cell.CellGrid;
import net.imglib2.img.cell.LazyCellImg;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ByteStore;

/**
 * Images whose values lie in a {@link ByteStore}, x fastest. The last pieces that somebody looked at are kept, and go
 * back to the store, if they were changed, when others take their place. Many threads may look; one at a time may
 * change, while nobody else looks.
 */
final class StoredPlanes {

    private static final int LARGEST_CELL = 1 << 16;

    /** Pieces that are kept: a megabyte of bytes. */
    private static final int KEPT = 16;

    private StoredPlanes() {
    }

    /** Bytes as an image. It may be written to. */
    static RandomAccessibleInterval<UnsignedByteType> bytes(ByteStore store, long... size) {
        CellGrid grid = grid(size);
        return new LazyCellImg<>(grid, new UnsignedByteType(), new Cells<>(grid, store, 1, DirtyByteArray::new)::cell);
    }

    /** Little-endian floats as an image. It is not to be written to. */
    static RandomAccessibleInterval<FloatType> floats(ByteStore store, long... size) {
        CellGrid grid = grid(size);
        return new LazyCellImg<>(grid, new FloatType(),
                new Cells<>(grid, store, Float.BYTES, StoredPlanes::floats)::cell);
    }

    private static FloatArray floats(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return new FloatArray(values);
    }

    /** Cells of whole rows, so that each lies in one piece. */
    private static CellGrid grid(long... size) {
        int[] cell = new int[size.length];
        Arrays.fill(cell, 1);
        cell[0] = Math.toIntExact(size[0]);
        cell[1] = (int) Math.max(1, Math.min(size[1], LARGEST_CELL / size[0]));
        return new CellGrid(size, cell);
    }

    private static final class Cells<A> {

        private final CellGrid grid;
        private final ByteStore store;
        private final int valueBytes;
        private final Function<byte[], A> decoder;
        private final LinkedHashMap<Long, Cell<A>> recent = new LinkedHashMap<>(2 * KEPT, 0.75f, true);

        Cells(CellGrid grid, ByteStore store, int valueBytes, Function<byte[], A> decoder) {
            this.grid = grid;
            this.store = store;
            this.valueBytes = valueBytes;
            this.decoder = decoder;
        }

        synchronized Cell<A> cell(long index) {
            Cell<A> cell = recent.get(index);
            if (cell == null) {
                cell = read(index);
                recent.put(index, cell);
                if (recent.size() > KEPT)
                    drop(recent.entrySet().iterator());
            }
            return cell;
        }

        private void drop(Iterator<Map.Entry<Long, Cell<A>>> oldest) {
            Map.Entry<Long, Cell<A>> dropped = oldest.next();
            if (dropped.getValue().getData() instanceof DirtyByteArray bytes && bytes.isDirty()) {
                byte[] values = bytes.getCurrentStorageArray();
                store.write(address(dropped.getKey(), new int[grid.numDimensions()]), values, 0, values.length);
            }
            oldest.remove();
        }

        private Cell<A> read(long index) {
            int[] size = new int[grid.numDimensions()];
            long at = address(index, size);
            byte[] bytes = new byte[size[0] * size[1] * valueBytes];
            store.read(at, bytes, 0, bytes.length);
            long[] min = new long[size.length];
            grid.getCellDimensions(index, min, size);
            return new Cell<>(size, min, decoder.apply(bytes));
        }

        /** Where a cell lies in the store; {@code size} gets its size. */
        private long address(long index, int[] size) {
            long[] min = new long[size.length];
            grid.getCellDimensions(index, min, size);
            long at = 0;
            for (int d = size.length - 1; d >= 0; d--)
                at = at * grid.imgDimension(d) + min[d];
            return at * valueBytes;
        }
    }
}
