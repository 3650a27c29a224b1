package org.septum.infer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ByteStore;
import org.septum.core.Workspace;

/**
 * Puts probabilities on the scan's grid, slice by slice: 4 bytes × classes × voxels, in the workspace, which has them
 * on disk as soon as they are too many.
 */
final class ProbabilityAssembly implements SliceConsumer {

    private final ScanOrder order;

    private final ByteStore store;

    private final ScanPlanes[] planes;

    /**
     * @param order
     *            of the scan
     * @param classes
     *            number of classes
     * @param space
     *            takes the probabilities
     */
    ProbabilityAssembly(ScanOrder order, int classes, Workspace space) {
        long bytes = ScanPlanes.bytes(order, Float.BYTES);
        this.order = order;
        this.store = space.store(Math.multiplyExact(classes, bytes));
        this.planes = new ScanPlanes[classes];
        for (int c = 0; c < classes; c++)
            planes[c] = new ScanPlanes(order, Float.BYTES, store, c * bytes, space.memory() / 2 / classes);
    }

    @Override
    public void accept(int z, float[][] probabilities) {
        for (int c = 0; c < planes.length; c++) {
            byte[] slice = new byte[order.sliceValues() * Float.BYTES];
            ByteBuffer.wrap(slice).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(probabilities[c]);
            planes[c].accept(z, slice);
        }
    }

    /** The probabilities with the axes of the scan and a fourth one for the classes, once all slices are there. */
    RandomAccessibleInterval<FloatType> onScan() {
        return StoredPlanes.floats(store, order.scanSize(0), order.scanSize(1), order.scanSize(2), planes.length);
    }
}
