package org.septum.infer;

import org.septum.core.ByteStore;

/** Takes the finished slices of a slab: the label of each voxel, 1 byte, in the workspace of the scan. */
final class SlabLabels implements SliceConsumer {

    private final LabelChoice choice;

    private final int first;

    private final int sliceValues;

    private final ByteStore store;

    SlabLabels(PreparedScan prepared, Slab slab) {
        this.choice = new LabelChoice(prepared.plan().labels());
        this.first = slab.first();
        this.sliceValues = new ScanOrder(prepared.grid()).sliceValues();
        this.store = prepared.space().store((long) slab.depth() * sliceValues);
    }

    @Override
    public void accept(int z, float[][] probabilities) {
        store.write((long) (z - first) * sliceValues, choice.of(z, probabilities), 0, sliceValues);
    }

    /** The slices from the first of the slab on, once all are there. */
    ByteStore store() {
        return store;
    }
}
