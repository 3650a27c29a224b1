package org.septum.cli;

import java.nio.file.Path;
import java.util.Optional;

import org.septum.core.SeptumException;
import org.septum.pipeline.SegmentFolders;
import org.septum.pipeline.SegmentScans;
import org.septum.pipeline.Shard;

import picocli.CommandLine.Option;

/** How folders of scans are gone through, unattended. */
final class BatchChoices {

    @Option(names = "--shard", paramLabel = "I/N", description = "Segment the I-th of N disjoint parts of the scans, I from 1 to N; which part a scan belongs to follows from its path alone. The last part to end writes the table and the pages.")
    private String shard;

    @Option(names = "--resume", description = "Go on with an earlier run on this output folder: skip what is done with this model and these options and has not changed. Runs at the same time share the work.")
    private boolean resume;

    @Option(names = "--retry-failed", description = "Try the scans again that failed, and no others.")
    private boolean retryFailed;

    @Option(names = "--merge", description = "Segment nothing; write summary.csv and index.html of what all runs have done.")
    private boolean merge;

    @Option(names = "--metrics", paramLabel = "FILE", description = "Write figures of the run every few seconds, in the text format of Prometheus.")
    private Path metrics;

    /** True if something was asked for that only folders have. */
    boolean isWanted() {
        return shard != null || resume || retryFailed || merge || metrics != null;
    }

    boolean merge() {
        return merge;
    }

    SegmentFolders.Request request(SegmentScans.Request scans) {
        if (merge && (resume || retryFailed || shard != null))
            throw SeptumException
                    .usage("--merge is for all parts at once; leave --shard, --resume and --retry-failed out");
        if (resume && retryFailed)
            throw SeptumException.usage("--resume tries what failed again as well; leave one of the two out");
        SegmentFolders.Again again = resume ? SegmentFolders.Again.RESUME
                : retryFailed ? SegmentFolders.Again.RETRY_FAILED : SegmentFolders.Again.NEW;
        return new SegmentFolders.Request(scans, Optional.ofNullable(shard).map(Shard::parse), again,
                Optional.ofNullable(metrics));
    }
}
