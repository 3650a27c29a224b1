package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.septum.bundle.OpenModel;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.io.ScanFiles;

/**
 * Segments folders of scans, unattended: masks in a tree of folders like that of the scans, a record of each scan, and
 * at the end a table and pages. A run that was stopped, however, can be gone on with; several runs can share a list, by
 * shards or by locks. The masks, the table and the pages are byte-equal whichever way was taken.
 */
public final class SegmentFolders {

    /** What is done with scans that an earlier run has seen. */
    public enum Again {
        /** There must be none whose mask exists, unless it may be replaced. */
        NEW,
        /** They are skipped if they are done, with the same model and options, and have not changed. */
        RESUME,
        /** Those that failed are tried again, and nothing else. */
        RETRY_FAILED
    }

    /**
     * What to segment.
     *
     * @param scans
     *            the scans, the model, the output folder and how
     * @param part
     *            which of them; all if empty. On a disk without locks it must be given
     * @param again
     *            what is done with scans that an earlier run has seen
     * @param metrics
     *            file for figures in the text format of Prometheus; none if empty
     */
    public record Request(SegmentScans.Request scans, Optional<Shard> part, Again again, Optional<Path> metrics) {

        /** All scans, none of which was segmented before. */
        public static Request of(SegmentScans.Request scans) {
            return new Request(scans, Optional.empty(), Again.NEW, Optional.empty());
        }

        /** The same with a part of the scans. */
        public Request withShard(Shard other) {
            return new Request(scans, Optional.of(other), again, metrics);
        }

        /** The same with another way with scans that an earlier run has seen. */
        public Request withAgain(Again other) {
            return new Request(scans, part, other, metrics);
        }

        /** The same with a file for figures. */
        public Request withMetrics(Path file) {
            return new Request(scans, part, again, Optional.of(file));
        }

        /** The part of the scans that is segmented. */
        public Shard shard() {
            return part.orElse(Shard.ALL);
        }
    }

    /**
     * What came out.
     *
     * @param scans
     *            how many there are, in this part
     * @param done
     *            how many were segmented, by this run or others meanwhile
     * @param failed
     *            how many cannot be segmented
     * @param before
     *            how many were left alone, as they were done before or nobody asked for them
     * @param failures
     *            the first problems, each with its scan
     * @param tables
     *            the table of all scans and their first page; empty if other runs are to finish them
     */
    public record Result(long scans, long done, long failed, long before, List<String> failures, List<Path> tables) {

        public Result {
            failures = List.copyOf(failures);
            tables = List.copyOf(tables);
        }
    }

    /** Segments the scans of a queue. */
    @FunctionalInterface
    interface Work {

        void run(SegmentQueue queue, Progress progress);
    }

    /** Takes the scans of a list through, by whatever machines. */
    @FunctionalInterface
    interface Division {

        void run(BatchChoice choice, BatchListReader scans, Optional<ScanLocks> locks, BatchProgress counts);
    }

    private SegmentFolders() {
    }

    /** True for a folder that is more than one DICOM series: it is searched, and its tree mirrored. */
    public static boolean isFolderOfScans(Path path) {
        if (!Files.isDirectory(path))
            return false;
        if (!ScanFiles.accepts(path))
            return true;
        try (Stream<Path> below = Files.list(path)) {
            return below.anyMatch(Files::isDirectory);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Segments scans.
     *
     * @throws SeptumException
     *             if nothing can be segmented at all: a path that is not there, a bad model, a device that is missing,
     *             an output that exists; of kind OUTPUT if the disk is full or was taken away; or CANCELLED. What is
     *             done is recorded then, and RESUME goes on
     */
    public static Result run(Request request, Progress progress) {
        requirePaths(request);
        try (OpenModel open = OpenModel.open(request.scans().model())) {
            SegmentScans.Request scans = request.again() == Again.NEW ? request.scans()
                    : request.scans().withOverwrite(true);
            return new BatchRun(request, progress).run(open.hash(),
                    here((queue, quiet) -> SegmentScans.run(scans, open, quiet, stages -> stages.run(queue, result -> {
                        // the queue records it
                    }))));
        }
    }

    /** The same with something else in place of a model. */
    static Result run(Request request, Progress progress, String model, Work work) {
        return run(request, progress, model, here(work));
    }

    /** The same with scans that are taken through elsewhere. */
    static Result run(Request request, Progress progress, String model, Division division) {
        requirePaths(request);
        return new BatchRun(request, progress).run(model, division);
    }

    private static Division here(Work work) {
        return (choice, scans, locks, counts) -> {
            try (BatchQueue queue = new BatchQueue(choice, scans, locks, counts)) {
                if (queue.hasNext())
                    work.run(queue, counts);
            }
        };
    }

    /**
     * Writes the table and the pages of all scans that are through, whoever segmented them.
     *
     * @return with {@code scans} for all, {@code before} for those that are done, and {@code failed}; the rest is open
     */
    public static Result merge(Request request, Progress progress) {
        requirePaths(request);
        return new BatchRun(request, progress).merge();
    }

    private static void requirePaths(Request request) {
        Path output = request.scans().output();
        for (Path input : request.scans().inputs())
            if (!Files.exists(input))
                throw SeptumException.input(input + " is not there; check the path");
        if (Files.exists(output) && !Files.isDirectory(output))
            throw new SeptumException(SeptumException.Kind.OUTPUT, output + " is a file; give a folder for the masks");
    }
}
