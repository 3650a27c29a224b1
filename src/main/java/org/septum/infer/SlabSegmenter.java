package org.septum.infer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

import org.septum.core.ByteStore;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

/**
 * Segments a scan that is too large for one machine in slabs, each of them anywhere, and joins them. The mask has the
 * bits of {@link Segmenter}'s: a slab runs every tile that reaches into it, in the same order and with the same graph,
 * so the tiles at a seam are run for both sides. Post-processing is done once, on the whole.
 */
public final class SlabSegmenter {

    private final Segmenter segmenter;

    private final SegmenterOptions options;

    /** The engine stays the caller's to close. */
    public SlabSegmenter(Engine engine, SegmenterOptions options) {
        this.segmenter = new Segmenter(new SteadyEngine(engine), options);
        this.options = options;
    }

    /**
     * Segments one slab.
     *
     * @param prepared
     *            the whole scan
     * @param slab
     *            of it
     * @param labels
     *            gets the label values, 1 byte a voxel: slices along the working axes on the scan's voxels, x fastest
     * @param progress
     *            hears of every batch of tiles and is asked between them whether to stop
     *
     * @throws SeptumException
     *             as {@link Segmenter#segment(PreparedScan, Progress)}; of kind DEVICE if memory runs out and fewer
     *             tiles at once do not help
     * @throws IOException
     *             if the labels cannot be written
     */
    public void segment(PreparedScan prepared, Slab slab, OutputStream labels, Progress progress) throws IOException {
        ByteStore store = segmenter.labels(prepared, slab, progress);
        int slice = new ScanOrder(prepared.grid()).sliceValues();
        byte[] values = new byte[slice];
        for (int k = 0; k < slab.depth(); k++) {
            store.read((long) k * slice, values, 0, slice);
            labels.write(values);
        }
    }

    /**
     * Joins slabs.
     *
     * @param prepared
     *            the whole scan
     * @param labels
     *            what {@link #segment} wrote for all slabs of it, in their order
     *
     * @throws IOException
     *             if they cannot be read
     * @throws SeptumException
     *             of kind OUTPUT if labels are missing
     */
    public Segmentation join(PreparedScan prepared, InputStream labels) throws IOException {
        ScanOrder order = new ScanOrder(prepared.grid());
        MaskAssembly assembly = new MaskAssembly(order, prepared.plan().labels(), prepared.space());
        for (int z = 0; z < order.slices(); z++) {
            byte[] slice = labels.readNBytes(order.sliceValues());
            if (slice.length < order.sliceValues())
                throw new SeptumException(SeptumException.Kind.OUTPUT, "labels of slice " + z + " of "
                        + prepared.scan().name() + " are missing; remove the slabs and begin again");
            assembly.accept(z, slice);
        }
        Scan scan = prepared.scan();
        Segmentation joined = new Segmentation(
                new LabelMask(assembly.onScan(), scan.geometry(), prepared.plan().labels(), scan.dicom()),
                Optional.empty());
        return options.postProcessing() ? joined.postProcessed(prepared.plan().postProcessing()) : joined;
    }
}
