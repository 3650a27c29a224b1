package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.septum.core.FileTree;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.pipeline.SegmentFolders.Division;
import org.septum.pipeline.SegmentFolders.Request;
import org.septum.pipeline.SegmentFolders.Result;

/**
 * A run over the list of a batch from its first look to its table: what was done before is read, other runs are kept
 * apart by locks, and when the scans are through, or the run was stopped, they are summed up.
 */
final class BatchRun {

    /** So many scans are summed up before a run that was stopped ends: it may have little time. */
    private static final long SUMMED_UP_WHEN_STOPPED = 5000;

    private final Request request;

    private final Progress progress;

    private final Path output;

    BatchRun(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
        this.output = request.scans().output();
    }

    /** Sums up what all runs have done, as {@link SegmentFolders#merge}. */
    Result merge() {
        BatchList list = BatchList.of(request.scans().inputs(), output);
        RunRecords records = RunRecords.open(output);
        try (ScanLocks locks = ScanLocks.open(output)) {
            Optional<ScanLocks> usable = locks.whyNone().isEmpty() ? Optional.of(locks) : Optional.empty();
            BatchSummary.Counts counts = sumUp(list, records, usable);
            return new Result(counts.done() + counts.failed() + counts.open(), 0, counts.failed(), counts.done(),
                    List.of(), own().tables());
        } finally {
            records.close();
        }
    }

    private BatchFolder own() {
        return new BatchFolder(output);
    }

    /**
     * Takes the scans of a list through; throws as {@link SegmentFolders#run(Request, Progress)}.
     *
     * @param model
     *            SHA-256 that stands for the model
     */
    Result run(String model, Division division) {
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
            usable.ifPresent(own -> requireOthersAreAlike(own, model + options));
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

    private void requireOthersAreAlike(ScanLocks locks, String kind) {
        try {
            if (!locks.claim(kind))
                throw new SeptumException(SeptumException.Kind.OUTPUT, "another run is at work in " + output
                        + " with another model or other options; wait for its end, or choose another output folder");
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static SeptumException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new SeptumException(SeptumException.Kind.CANCELLED, "stopped while waiting for other runs", e);
    }

    private static SeptumException stopped(SeptumException e, BatchProgress.Counts counts) {
        boolean disk = e.kind() == SeptumException.Kind.OUTPUT && e.getCause() != null;
        if (disk && !e.getMessage().contains("--resume"))
            return SeptumException.output(e.getMessage() + "; the same command with --resume goes on", e.getCause());
        if (e.kind() != SeptumException.Kind.CANCELLED)
            return e;
        return new SeptumException(SeptumException.Kind.CANCELLED, "stopped with " + counts.settled() + " of "
                + counts.total() + " scans done; the same command with --resume goes on", e);
    }

    private BatchSummary.Counts sumUp(BatchList list, RunRecords records, Optional<ScanLocks> locks) {
        BatchSummary.Counts[] counts = { null };
        Runnable work = () -> counts[0] = new BatchSummary(list, records, own()).write();
        try {
            if (locks.isPresent())
                locks.get().alone(work);
            else
                work.run();
        } catch (InterruptedException e) {
            throw interrupted(e);
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
