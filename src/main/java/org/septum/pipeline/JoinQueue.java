package org.septum.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.septum.bundle.OpenModel;
import org.septum.core.SeptumException;
import org.septum.infer.PreparedScan;
import org.septum.infer.Segmentation;
import org.septum.infer.Slab;
import org.septum.infer.SlabSegmenter;
import org.septum.pipeline.SegmentScans.ScanResult;

/** A queue of scans whose slabs are segmented: they are joined, and go when the mask is recorded. */
final class JoinQueue extends DelegatingQueue implements SegmentStages.Pass {

    private final BatchChoice choice;

    private final OpenModel model;

    private final long mostVoxels;

    private final SlabSegmenter slabs;

    private final SegmentStages.Pass others;

    private final Map<String, SlabFolder> folders = new ConcurrentHashMap<>();

    /**
     * @param others
     *            segments what is not divided: a folder may hold a small series beside a large one
     */
    JoinQueue(BatchQueue queue, BatchChoice choice, OpenModel model, long mostVoxels, SlabSegmenter slabs,
            SegmentStages.Pass others) {
        super(queue);
        this.choice = choice;
        this.model = model;
        this.mostVoxels = mostVoxels;
        this.slabs = slabs;
        this.others = others;
    }

    @Override
    public Segmentation segment(SegmentJob job, PreparedScan scan) {
        List<Slab> division = SplitQueue.slabs(choice.request(), scan.scan(), model.plan(), mostVoxels);
        if (division.size() == 1)
            return others.segment(job, scan);
        SlabFolder folder = SlabFolder.of(choice.request().scans().output(),
                SlabFolder.key(job.name(), queue().input(job), choice, division));
        folders.put(job.name(), folder);
        try (InputStream labels = folder.read(division)) {
            return slabs.join(scan, labels);
        } catch (IOException e) {
            throw SeptumException.output("cannot read " + folder.folder() + ": " + e.getMessage()
                    + "; is the disk of the output folder still there? --resume goes on", e);
        }
    }

    @Override
    public void finished(SegmentJob job, ScanResult result) {
        super.finished(job, result);
        Optional.ofNullable(folders.remove(job.name())).ifPresent(SlabFolder::delete);
    }
}
