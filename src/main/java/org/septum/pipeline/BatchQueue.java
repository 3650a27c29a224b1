package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.septum.core.FileTree;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.pipeline.SegmentScans.ScanResult;

/**
 * The masks of a batch that this run makes, of the scans that {@link BatchSupply} gives it. What becomes of a mask is
 * recorded as soon as it is known; a scan is locked until all of its masks are through.
 */
final class BatchQueue implements SegmentQueue, AutoCloseable {

    /** What is said of a scan at which process after process has died. */
    static final String GIVEN_UP = "each process that had it in hand, or a scan beside it, died; was there too little"
            + " memory? --retry-failed tries it again, --memory gives more of it, --split-voxels divides it";

    private final BatchChoice choice;

    private final SegmentFolders.Request request;

    private final RunRecords records;

    private final BatchProgress progress;

    private final BatchSupply supply;

    private final MaskFiles files;

    private final BatchFolder own;

    private final Deque<Part> parts = new ArrayDeque<>();

    private final Map<String, Part> inHand = new ConcurrentHashMap<>();

    private Optional<SegmentJob> peeked = Optional.empty();

    /** True if scans that this run has begun already, without coming to an end, are given up. */
    private boolean isLastTry;

    BatchQueue(BatchChoice choice, Iterator<BatchScan> list, Optional<ScanLocks> locks, BatchProgress progress) {
        this.choice = choice;
        this.request = choice.request();
        this.records = choice.records();
        this.progress = progress;
        this.supply = new BatchSupply(choice, list, locks, progress);
        this.files = new MaskFiles(request.scans());
        this.own = new BatchFolder(request.scans().output());
    }

    /**
     * One mask to make of a scan that is held; {@code earlier} are the files that an earlier run may have made of it.
     */
    private record Part(HeldScan held, SegmentJob job, int number, int count, List<Path> earlier) {
    }

    /** From now on scans that this run has begun already, without coming to an end, are given up: they have failed. */
    void giveUpBegun() {
        isLastTry = true;
    }

    /** True if there is something to segment; the model need not be made ready if not. */
    boolean hasNext() {
        if (peeked.isEmpty())
            peeked = next();
        return peeked.isPresent();
    }

    @Override
    public Optional<SegmentJob> next() {
        Optional<SegmentJob> job = peeked;
        peeked = Optional.empty();
        while (job.isEmpty()) {
            progress.throwIfCancelled();
            if (parts.isEmpty()) {
                Optional<HeldScan> held = supply.take();
                if (held.isEmpty())
                    return Optional.empty();
                divide(held.get());
            }
            job = begin(parts.poll());
        }
        return job;
    }

    private void divide(HeldScan held) {
        BatchScan scan = held.scan;
        held.input = InputFacts.of(scan.path());
        List<SegmentJob> jobs = scan.jobs(request.scans().options(), request.scans().everyPhase());
        held.left = jobs.size();
        for (int i = 0; i < jobs.size(); i++) {
            Part part = new Part(held, jobs.get(i), i + 1, jobs.size(), earlier(scan, i + 1, jobs.get(i).name()));
            parts.add(part);
            inHand.put(part.job().name(), part);
        }
        progress.begun();
    }

    private List<Path> earlier(BatchScan scan, int part, String name) {
        RunRecords.State state = records.state(scan.scan(), part);
        if (state == RunRecords.State.UNKNOWN || state == RunRecords.State.FAILED)
            return List.of();
        List<Path> earlier = files.all(name);
        records.last(scan.scan(), part)
                .ifPresent(last -> last.files().forEach(f -> earlier.add(request.scans().output().resolve(f.file()))));
        return earlier;
    }

    /** What may be segmented now; empty if it may not, which is recorded. */
    private Optional<SegmentJob> begin(Part part) {
        BatchScan scan = part.held().scan;
        SegmentJob job = part.job();
        RunRecords.State state = records.state(scan.scan(), part.number());
        List<Path> outputs = files.all(job.name());
        if (isLastTry && state == RunRecords.State.BEGUN && records.isNew(scan.scan(), part.number())) {
            finished(job, new ScanResult(scan.path(), job.name(), List.of(), List.of(), 0, List.of(), GIVEN_UP));
            return Optional.empty();
        }
        // Why? A run that goes on may replace what an earlier one made, but nothing else: of what failed nothing is
        // left.
        if ((state == RunRecords.State.UNKNOWN || state == RunRecords.State.FAILED)
                && !request.scans().outputs().overwrite()) {
            Optional<Path> taken = outputs.stream().filter(Files::exists).findFirst();
            if (taken.isPresent()) {
                finished(job, new ScanResult(scan.path(), job.name(), List.of(), List.of(), 0, List.of(), taken.get()
                        + " exists, and no earlier run made it; move it away, or replace it with --overwrite"));
                return Optional.empty();
            }
        }
        if (state == RunRecords.State.BEGUN) {
            outputs.forEach(WholeFile::removeLeftovers);
            WholeFile.removeLeftovers(own.thumbnail(job.name()));
        }
        if (state != RunRecords.State.UNKNOWN && request.scans().outputs().slices())
            FileTree.delete(files.slicesOf(job.name()));
        records.append(ScanRecord.begun(scan, part.number(), part.count(), job.name()));
        return Optional.of(job);
    }

    @Override
    public void written(SegmentJob job, Scan scan, LabelMask mask) {
        byte[] png;
        try {
            png = Thumbnail.of(scan, mask);
        } catch (SeptumException e) {
            throw e;
        } catch (RuntimeException e) {
            // the mask is what matters
            progress.message(job.source().path() + ": no thumbnail: " + e);
            return;
        }
        WholeFile.write(own.thumbnail(job.name()), true, aside -> Files.write(aside, png));
    }

    @Override
    public void finished(SegmentJob job, ScanResult result) {
        Part part = inHand.get(job.name());
        HeldScan held = part.held();
        if (!result.isWell()) {
            BatchCheck.requireScansAreThere(request, held.scan);
            removeEarlier(part);
        }
        records.append(new ScanRecord(result.isWell() ? ScanRecord.Status.DONE : ScanRecord.Status.FAILED,
                part.number(), part.count(), held.scan.scan(), job.name(), result.seconds(), held.input, choice.model(),
                choice.options(), ScanRecord.WrittenFile.of(result.files(), request.scans().output()), result.volumes(),
                result.notes(), result.problem(), SeptumVersion.text(), 0, result.quality()));
        inHand.remove(job.name());
        boolean last;
        synchronized (held) {
            held.seconds += result.seconds();
            if (!result.isWell())
                held.problem = held.scan.path() + ": " + result.problem();
            last = --held.left == 0;
        }
        if (last)
            through(held);
    }

    private void through(HeldScan held) {
        held.release();
        progress.finished(held.seconds);
        if (!held.isLeft)
            progress.settled(held.problem);
    }

    /** Facts of the scan that a mask in hand is made of. */
    InputFacts input(SegmentJob job) {
        return inHand.get(job.name()).held().input;
    }

    /** Gives a mask in hand to somebody else; of its scan is recorded that it was begun. */
    BatchScan leave(SegmentJob job) {
        HeldScan held = inHand.remove(job.name()).held();
        boolean last;
        synchronized (held) {
            held.isLeft = true;
            last = --held.left == 0;
        }
        if (last)
            through(held);
        return held.scan;
    }

    /** A scan that has become bad has no mask: that of what it was would mislead. */
    private void removeEarlier(Part part) {
        try {
            for (Path file : part.earlier()) {
                if (Files.isDirectory(file))
                    FileTree.delete(file);
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(own.thumbnail(part.job().name()));
        } catch (IOException e) {
            throw SeptumException.output("cannot remove the earlier mask of " + part.held().scan.path() + ": "
                    + e.getMessage() + "; remove it by hand", e);
        }
    }

    /** Gives back what is in hand. */
    @Override
    public void close() {
        inHand.values().forEach(part -> part.held().release());
        inHand.clear();
    }
}
