package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.septum.bundle.OpenModel;
import org.septum.core.FileTree;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.io.ScanFiles;

/**
 * Segments folders of scans, unattended: masks in a tree of folders like that of the scans, a record of each scan, and
 * at the end a table and pages. A run that was stopped, however, can be gone on with; several runs can share a list, by
 * shards or by locks. The masks, the table and the pages are byte-equal whichever way was taken.
 */
public final class SegmentFolders {

    /** So many scans are summed up before a run that was stopped ends: it may have little time. */
    private static final long SUMMED_UP_WHEN_STOPPED = 5000;

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

    private final Request request;

    private final Progress progress;

    private final Path output;

    private SegmentFolders(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
        this.output = request.scans().output();
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
        SegmentFolders run = new SegmentFolders(request, progress);
        run.requirePaths();
        try (OpenModel open = OpenModel.open(request.scans().model())) {
            SegmentScans.Request scans = request.again() == Again.NEW ? request.scans()
                    : request.scans().withOverwrite(true);
            return run.run(open.hash(),
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
        SegmentFolders run = new SegmentFolders(request, progress);
        run.requirePaths();
        return run.run(model, division);
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
        SegmentFolders run = new SegmentFolders(request, progress);
        run.requirePaths();
        BatchList list = BatchList.of(request.scans().inputs(), run.output);
        RunRecords records = RunRecords.open(run.output);
        try (ScanLocks locks = ScanLocks.open(run.output)) {
            Optional<ScanLocks> usable = locks.whyNone().isEmpty() ? Optional.of(locks) : Optional.empty();
            BatchSummary.Counts counts = run.sumUp(list, records, usable);
            return new Result(counts.done() + counts.failed() + counts.open(), 0, counts.failed(), counts.done(),
                    List.of(), run.own().tables());
        } finally {
            records.close();
        }
    }

    private BatchFolder own() {
        return new BatchFolder(output);
    }

    private void requirePaths() {
        for (Path input : request.scans().inputs())
            if (!Files.exists(input))
                throw SeptumException.input(input + " is not there; check the path");
        if (Files.exists(output) && !Files.isDirectory(output))
            throw new SeptumException(SeptumException.Kind.OUTPUT, output + " is a file; give a folder for the masks");
    }

    private Result run(String model, Division division) {
        boolean isNew = !Files.exists(output);
        BatchList list = BatchList.of(request.scans().inputs(), output);
        long count;
        try {
            count = new BatchCheck(request).count(list);
        } catch (SeptumException e) {
            if (isNew)
                FileTree.deleteQuietly(output);
            throw e;
        }
        String options = BatchOptions.hash(request.scans());
        BatchMetrics metrics = new BatchMetrics(request.metrics());
        BatchProgress counts = new BatchProgress(progress, count, metrics);
        RunRecords records = RunRecords.open(output);
        try (ScanLocks locks = ScanLocks.open(output)) {
            Optional<ScanLocks> usable = usable(locks);
            boolean complete = false;
            try {
                try (BatchListReader scans = list.open()) {
                    division.run(new BatchChoice(request, model, options, records), scans, usable, counts);
                }
                complete = true;
            } catch (SeptumException e) {
                throw stopped(e, counts.counts());
            } finally {
                if (!complete && request.shard().isAll() && count <= SUMMED_UP_WHEN_STOPPED)
                    sumUpQuietly(list, records, usable);
            }
            metrics.write(counts.counts(), true);
            boolean all = request.shard().isAll() || BatchSummary.isThrough(list, records);
            if (all)
                sumUp(list, records, usable);
            return result(counts, all);
        } finally {
            records.close();
        }
    }

    private Optional<ScanLocks> usable(ScanLocks locks) {
        Optional<String> why = locks.whyNone();
        if (why.isEmpty())
            return Optional.of(locks);
        if (request.part().isEmpty())
            throw new SeptumException(SeptumException.Kind.OUTPUT, "the disk of " + output + " has no locks ("
                    + why.get() + "), so that a second run there could write the same masks; use another disk, or say"
                    + " with --shard of septum segment which part this run has: 1/1 if it is the only one, 1/2 and 2/2 for two");
        progress.message("the disk of " + output + " has no locks (" + why.get() + "): no other run may have shard "
                + request.shard());
        return Optional.empty();
    }

    private static SeptumException stopped(SeptumException e, BatchProgress.Counts counts) {
        if (e.kind() != SeptumException.Kind.CANCELLED)
            return e;
        return new SeptumException(SeptumException.Kind.CANCELLED, "stopped with " + counts.settled() + " of "
                + counts.total() + " scans done; the same command with --resume goes on", e);
    }

    private BatchSummary.Counts sumUp(BatchList list, RunRecords records, Optional<ScanLocks> locks) {
        BatchSummary.Counts[] counts = new BatchSummary.Counts[1];
        Runnable work = () -> {
            records.refresh();
            counts[0] = new BatchSummary(list, records, own()).write();
        };
        try {
            if (locks.isPresent())
                locks.get().alone(work);
            else
                work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "stopped while waiting for other runs", e);
        }
        return counts[0];
    }

    private void sumUpQuietly(BatchList list, RunRecords records, Optional<ScanLocks> locks) {
        try {
            sumUp(list, records, locks);
        } catch (SeptumException e) {
            // why the run has stopped is what matters; the next one sums up
        }
    }

    private Result result(BatchProgress progress, boolean summedUp) {
        BatchProgress.Counts c = progress.counts();
        return new Result(c.total(), c.done(), c.failed(), c.before(), progress.failures(),
                summedUp ? own().tables() : List.of());
    }
}
