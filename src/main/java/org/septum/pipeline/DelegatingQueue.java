package org.septum.pipeline;

import java.util.Optional;

import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.pipeline.SegmentScans.ScanResult;

/** The queue of a batch with something that is done differently. */
abstract class DelegatingQueue implements SegmentQueue {

    private final BatchQueue queue;

    DelegatingQueue(BatchQueue queue) {
        this.queue = queue;
    }

    /** What all else is left to. */
    final BatchQueue queue() {
        return queue;
    }

    @Override
    public Optional<SegmentJob> next() {
        return queue.next();
    }

    @Override
    public boolean takes(SegmentJob job, Scan scan) {
        return queue.takes(job, scan);
    }

    @Override
    public void written(SegmentJob job, Scan scan, LabelMask mask) {
        queue.written(job, scan, mask);
    }

    @Override
    public void finished(SegmentJob job, ScanResult result) {
        queue.finished(job, result);
    }
}
