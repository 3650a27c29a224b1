package org.septum.infer;

import java.util.Arrays;
import java.util.Optional;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.Scan;

/**
 * Takes the finished slices of a scan for all that is made of them: the mask, probabilities if they are wanted, and
 * maps if the engine gives any behind the probabilities.
 */
final class SlicesOnScan implements SliceConsumer {

    private final PreparedScan prepared;

    private final MaskAssembly mask;

    private final Optional<ProbabilityAssembly> probabilities;

    private final Optional<ProbabilityAssembly> maps;

    /**
     * @param probabilities
     *            whether they are kept
     * @param count
     *            how many maps follow them in a slice
     */
    SlicesOnScan(PreparedScan prepared, boolean probabilities, int count) {
        ScanOrder order = new ScanOrder(prepared.grid());
        this.prepared = prepared;
        this.mask = new MaskAssembly(order, prepared.plan().labels(), prepared.space());
        this.probabilities = probabilities
                ? Optional.of(new ProbabilityAssembly(order, prepared.plan().labels().count(), prepared.space()))
                : Optional.empty();
        this.maps = count > 0 ? Optional.of(new ProbabilityAssembly(order, count, prepared.space())) : Optional.empty();
    }

    @Override
    public void accept(int z, float[][] slice) {
        int classes = prepared.plan().labels().count();
        mask.accept(z, Arrays.copyOf(slice, classes));
        probabilities.ifPresent(p -> p.accept(z, slice));
        maps.ifPresent(m -> m.accept(z, Arrays.copyOfRange(slice, classes, slice.length)));
    }

    /** What there is once the last slice has come. */
    Segmentation segmentation() {
        Scan scan = prepared.scan();
        return new Segmentation(new LabelMask(mask.onScan(), scan.geometry(), prepared.plan().labels(), scan.dicom()),
                probabilities.map(p -> new ProbabilityMap(p.onScan(), scan.geometry(), prepared.plan().labels())));
    }

    /** The maps with the axes of the scan and a fourth one for the maps, once the last slice has come. */
    RandomAccessibleInterval<FloatType> maps() {
        return maps.orElseThrow().onScan();
    }
}
