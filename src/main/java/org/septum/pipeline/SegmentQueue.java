package org.septum.pipeline;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.pipeline.SegmentScans.ScanResult;

/** Where {@link SegmentStages} gets its scans from, and whom it tells what became of them. */
interface SegmentQueue {

    /**
     * The next scan to read; empty if there is none. Called from the thread that reads, while others are segmented.
     */
    Optional<SegmentJob> next();

    /**
     * A scan was opened; false if somebody else segments it. Called from the thread that reads.
     *
     * @param scan
     *            as the network sees it
     */
    default boolean takes(SegmentJob job, Scan scan) {
        return true;
    }

    /** The masks of a scan have just been written; called from the thread that writes. */
    default void written(SegmentJob job, Scan scan, LabelMask mask) {
        // nothing to add
    }

    /** A scan is through, well or not; called from whichever thread knows first. */
    default void finished(SegmentJob job, ScanResult result) {
        // the results are given back in order
    }

    /** Jobs that are known beforehand. */
    static SegmentQueue of(List<SegmentJob> jobs) {
        Iterator<SegmentJob> left = jobs.iterator();
        return () -> left.hasNext() ? Optional.of(left.next()) : Optional.empty();
    }
}
