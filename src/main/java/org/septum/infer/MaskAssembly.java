package org.septum.infer;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ByteStore;
import org.septum.core.ClassLabels;
import org.septum.core.Workspace;

/**
 * Turns probabilities into label values, slice by slice. Each slice goes at once to its place on the scan's grid: 1
 * byte a voxel in the workspace.
 */
final class MaskAssembly implements SliceConsumer {

    private final ScanOrder order;

    private final ByteStore store;

    private final ScanPlanes planes;

    private final LabelChoice choice;

    /**
     * @param order
     *            of the scan
     * @param labels
     *            the classes
     * @param space
     *            takes the mask
     */
    MaskAssembly(ScanOrder order, ClassLabels labels, Workspace space) {
        this.order = order;
        this.store = ScanPlanes.store(order, 1, space);
        this.planes = new ScanPlanes(order, 1, store, 0, space.memory() / 2);
        this.choice = new LabelChoice(labels);
    }

    @Override
    public void accept(int z, float[][] probabilities) {
        accept(z, choice.of(z, probabilities));
    }

    /** Takes the next slice as labels; it is kept until it is written. */
    void accept(int z, byte[] labels) {
        planes.accept(z, labels);
    }

    /** The mask with the axes of the scan, once all slices are there; it lasts as long as the workspace. */
    RandomAccessibleInterval<UnsignedByteType> onScan() {
        return StoredPlanes.bytes(store, order.scanSize(0), order.scanSize(1), order.scanSize(2));
    }
}
