package org.septum.infer;

import java.util.Optional;

import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.Scan;

/** Takes the finished slices of a scan for all that is made of them: the mask, and probabilities if they are wanted. */
final class SlicesOnScan implements SliceConsumer {

    private final PreparedScan prepared;

    private final MaskAssembly mask;

    private final Optional<ProbabilityAssembly> probabilities;

    SlicesOnScan(PreparedScan prepared, boolean probabilities) {
        ScanOrder order = new ScanOrder(prepared.grid());
        this.prepared = prepared;
        this.mask = new MaskAssembly(order, prepared.plan().labels(), prepared.space());
        this.probabilities = probabilities
                ? Optional.of(new ProbabilityAssembly(order, prepared.plan().labels().count(), prepared.space()))
                : Optional.empty();
    }

    @Override
    public void accept(int z, float[][] slice) {
        mask.accept(z, slice);
        probabilities.ifPresent(p -> p.accept(z, slice));
    }

    /** What there is once the last slice has come. */
    Segmentation segmentation() {
        Scan scan = prepared.scan();
        return new Segmentation(new LabelMask(mask.onScan(), scan.geometry(), prepared.plan().labels(), scan.dicom()),
                probabilities.map(p -> new ProbabilityMap(p.onScan(), scan.geometry(), prepared.plan().labels())));
    }
}
