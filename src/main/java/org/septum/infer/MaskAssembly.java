package org.septum.infer;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ByteStore;
import org.septum.core.ClassLabels;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;

/**
 * Turns probabilities into label values, slice by slice: the class of the largest probability, the first of equals.
 * Each slice goes at once to its place on the scan's grid: 1 byte a voxel in the workspace.
 */
final class MaskAssembly implements SliceConsumer {

    private final ScanOrder order;

    private final ByteStore store;

    private final ScanPlanes planes;

    private final byte[] values;

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
        this.values = new byte[labels.count()];
        for (int c = 0; c < values.length; c++)
            values[c] = (byte) labels.classes().get(c).value();
    }

    @Override
    public void accept(int z, float[][] probabilities) {
        byte[] mask = new byte[order.sliceValues()];
        for (int i = 0; i < mask.length; i++) {
            int best = 0;
            float most = probabilities[0][i];
            float sum = most;
            for (int c = 1; c < probabilities.length; c++) {
                float p = probabilities[c][i];
                sum += p;
                if (p > most) {
                    most = p;
                    best = c;
                }
            }
            if (Float.isNaN(sum)) {
                throw SeptumException.input("the network gives no number (NaN) in slice " + z
                        + "; its weights must be finite: train it again or use another model");
            }
            mask[i] = values[best];
        }
        planes.accept(z, mask);
    }

    /** The mask with the axes of the scan, once all slices are there; it lasts as long as the workspace. */
    RandomAccessibleInterval<UnsignedByteType> onScan() {
        return StoredPlanes.bytes(store, order.scanSize(0), order.scanSize(1), order.scanSize(2));
    }
}
