package org.septum.infer;

import org.septum.core.ByteStore;
import org.septum.core.Workspace;

/**
 * Puts finished slices along the working axes into the order in which the scan is stored. Where a slice runs across the
 * planes of the scan, as many slices as memory allows are collected before the planes are touched.
 */
final class ScanPlanes {

    private final ScanOrder order;

    private final int valueBytes;

    private final ByteStore store;

    private final long offset;

    private final byte[][] collected;

    private int first;

    private int count;

    /**
     * @param order
     *            of the scan
     * @param valueBytes
     *            bytes of a value
     * @param store
     *            gets the planes
     * @param offset
     *            address of the first plane in it
     * @param memory
     *            bytes that collected slices may take
     */
    ScanPlanes(ScanOrder order, int valueBytes, ByteStore store, long offset, long memory) {
        this.order = order;
        this.valueBytes = valueBytes;
        this.store = store;
        this.offset = offset;
        long slice = (long) valueBytes * order.sliceValues();
        this.collected = new byte[order.keepsPlanes() ? 1
                : (int) Math.max(1, Math.min(order.slices(), memory / slice))][];
    }

    /** Bytes that all planes of a scan take. */
    static long bytes(ScanOrder order, int valueBytes) {
        return (long) order.planeValues() * order.scanSize(2) * valueBytes;
    }

    /** A store for all planes of a scan. */
    static ByteStore store(ScanOrder order, int valueBytes, Workspace space) {
        return space.store(bytes(order, valueBytes));
    }

    /**
     * Takes the next slice; all are there after the last one.
     *
     * @param z
     *            its number, one more than that of the slice before
     * @param slice
     *            its values as bytes, x fastest; kept until it is written
     */
    void accept(int z, byte[] slice) {
        if (count == 0)
            first = z;
        collected[count++] = slice;
        if (count == collected.length || z == order.slices() - 1)
            write();
    }

    private void write() {
        byte[] plane = new byte[order.planeValues() * valueBytes];
        if (order.keepsPlanes()) {
            write(order.planeOf(first), plane);
        } else {
            for (int k = 0; k < order.scanSize(2); k++) {
                // nothing is there yet before the first slice
                if (first > 0)
                    store.read(address(k), plane, 0, plane.length);
                write(k, plane);
            }
        }
        count = 0;
    }

    private void write(int k, byte[] plane) {
        for (int i = 0; i < count; i++)
            order.shared(k, first + i).scatter(collected[i], plane, valueBytes);
        store.write(address(k), plane, 0, plane.length);
    }

    private long address(int plane) {
        return offset + (long) plane * order.planeValues() * valueBytes;
    }
}
