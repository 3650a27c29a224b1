package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.septum.bundle.OpenModel;
import org.septum.core.ProbabilityMap;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.infer.PreparedScan;
import org.septum.infer.Segmentation;
import org.septum.infer.Segmenter;
import org.septum.io.ScanFiles;
import org.septum.pipeline.SegmentScans.ScanResult;

/**
 * Takes scans through reading, segmenting and writing. The three overlap: while a scan is segmented, the next one is
 * read and the masks of the last one are written. No more than these three are held at once. What goes wrong stays with
 * its scan, unless it concerns all of them.
 */
final class SegmentStages implements AutoCloseable {

    private final SegmentScans.Request request;

    private final OpenModel model;

    private final Segmenter segmenter;

    private final Pass pass;

    private final WriteMasks masks;

    private final Optional<JudgeMasks> judge;

    private final Progress progress;

    private final ExecutorService reading = thread("septum-read");

    private final ExecutorService writing = thread("septum-write");

    /** The scan that is read ahead; without one if there is none left. */
    private Future<Optional<Read>> ahead;

    private SegmentQueue queue = SegmentQueue.of(List.of());

    /** Why writing has ended; known to the thread that writes. */
    private RuntimeException end;

    /** Makes the mask of a scan that was read. */
    @FunctionalInterface
    interface Pass {

        Segmentation segment(SegmentJob job, PreparedScan scan);
    }

    SegmentStages(SegmentScans.Request request, OpenModel model, Segmenter segmenter, Optional<JudgeMasks> judge,
            Progress progress) {
        this(request, model, segmenter, judge, progress, (job, scan) -> segmenter.segment(scan,
                request.outputs().probabilities() || judge.isPresent(), progress));
    }

    /** The same with another way to a mask than the segmenter's, which then only prepares scans. */
    SegmentStages(SegmentScans.Request request, OpenModel model, Segmenter segmenter, Optional<JudgeMasks> judge,
            Progress progress, Pass pass) {
        this.pass = pass;
        this.request = request;
        this.model = model;
        this.segmenter = segmenter;
        this.masks = new WriteMasks(new MaskFiles(request), request.outputs());
        this.judge = judge;
        this.progress = progress;
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A scan as it was read, and as the network sees it: its geometry is known, its intensities are measured. */
    private record Opened(Scan original, PreparedScan scan, Workspace space, double seconds) {
    }

    /** A scan that was read, or what went wrong. */
    private record Read(SegmentJob job, Opened opened, Throwable problem) {
    }

    /**
     * Segments scans.
     *
     * @return one result for each job, in their order
     *
     * @throws SeptumException
     *             if something is the matter with more than one scan, or CANCELLED; masks that were being written are
     *             complete then
     */
    List<ScanResult> run(List<SegmentJob> jobs) {
        List<ScanResult> results = new ArrayList<>();
        run(SegmentQueue.of(jobs), result -> add(result, results, jobs.size()));
        return results;
    }

    /**
     * Segments scans until a queue has no more.
     *
     * @param inOrder
     *            gets the results in the order of the queue, in the thread of the caller
     *
     * @throws SeptumException
     *             as above, or what the queue throws
     */
    void run(SegmentQueue scans, Consumer<ScanResult> inOrder) {
        queue = scans;
        Future<ScanResult> last = null;
        ahead = reading.submit(this::readNext);
        for (Optional<Read> read = await(ahead); read.isPresent(); read = await(ahead)) {
            ahead = reading.submit(this::readNext);
            Future<ScanResult> next = segment(read.get());
            if (last != null)
                inOrder.accept(await(last));
            last = next;
        }
        if (last != null)
            inOrder.accept(await(last));
    }

    private Optional<Read> readNext() {
        for (Optional<SegmentJob> job = queue.next(); job.isPresent(); job = queue.next()) {
            try {
                Optional<Opened> opened = open(job.get());
                if (opened.isPresent())
                    return Optional.of(new Read(job.get(), opened.get(), null));
            } catch (RuntimeException | OutOfMemoryError e) {
                return Optional.of(new Read(job.get(), null, e));
            }
        }
        return Optional.empty();
    }

    /** Segments a scan that was read; what comes back is its writing, or what went wrong. */
    private Future<ScanResult> segment(Read read) {
        ScanResult failed;
        try {
            if (read.problem() == null)
                return segment(read.job(), read.opened());
            failed = failed(read.job(), read.problem());
        } catch (RuntimeException | OutOfMemoryError e) {
            failed = failed(read.job(), e);
        }
        queue.finished(read.job(), failed);
        return CompletableFuture.completedFuture(failed);
    }

    private void add(ScanResult result, List<ScanResult> results, int count) {
        if (!result.isWell())
            progress.message(result.failure());
        results.add(result);
        if (count > 1)
            progress.report("scans", results.size(), count);
    }

    /** Empty if somebody else segments the scan. */
    private Optional<Opened> open(SegmentJob job) {
        long start = System.nanoTime();
        Workspace space = Workspace.of(new MemoryBudget(request.pass().memory()).workspace(), request.output());
        boolean complete = false;
        try {
            Scan scan = ScanFiles.read(job.source().path(), job.options(), space);
            Scan seen = model.prepared(scan);
            if (!queue.takes(job, seen))
                return Optional.empty();
            PreparedScan prepared = segmenter.prepare(seen, model.plan(), space);
            complete = true;
            return Optional.of(new Opened(scan, prepared, space, secondsSince(start)));
        } finally {
            if (!complete)
                space.close();
        }
    }

    private Future<ScanResult> segment(SegmentJob job, Opened opened) {
        boolean complete = false;
        try {
            long start = System.nanoTime();
            opened.original().notes().forEach(note -> progress.message(job.source().path() + ": " + note));
            Segmentation seen = pass.segment(job, opened.scan());
            MaskQuality quality = judge.map(j -> j.judge(opened.scan(), seen, progress)).orElse(MaskQuality.NONE);
            Segmentation made = new Segmentation(model.finished(seen.mask(), opened.original()),
                    (request.outputs().probabilities() ? seen.probabilities() : Optional.<ProbabilityMap> empty())
                            .map(p -> model.finished(p, opened.original())));
            double seconds = opened.seconds() + secondsSince(start);
            Future<ScanResult> result = writing.submit(() -> write(job, opened, made, quality, seconds));
            complete = true;
            return result;
        } finally {
            if (!complete)
                opened.space().close();
        }
    }

    /** Once what concerns every scan has gone wrong, a full disk say, nothing more is written. */
    private ScanResult write(SegmentJob job, Opened opened, Segmentation made, MaskQuality quality, double seconds) {
        if (end != null) {
            opened.space().close();
            throw end;
        }
        try {
            ScanResult result = written(job, opened, made, quality, seconds);
            queue.finished(job, result);
            return result;
        } catch (RuntimeException e) {
            end = e;
            throw e;
        }
    }

    private ScanResult written(SegmentJob job, Opened opened, Segmentation made, MaskQuality quality, double seconds) {
        long start = System.nanoTime();
        try {
            List<Path> written = masks.write(opened.original(), made, job.name());
            queue.written(job, opened.original(), made.mask());
            List<ClassVolume> volumes = ClassVolume.of(made.mask(), model.measurements());
            return new ScanResult(job.source().path(), job.name(), written, volumes,
                    Math.round((seconds + secondsSince(start)) * 1e3) / 1e3, opened.original().notes(), "", quality);
        } catch (RuntimeException | OutOfMemoryError e) {
            return failed(job, e);
        } finally {
            opened.space().close();
        }
    }

    /** The result of a scan that something went wrong with; throws what concerns every scan. */
    static ScanResult failed(SegmentJob job, Throwable e) {
        SeptumException why;
        if (e instanceof OutOfMemoryError memory) {
            // the next scan may be smaller
            why = SeptumException.outOfMemory(memory);
        } else if (e instanceof SeptumException known) {
            if (isOfEveryScan(known))
                throw known;
            why = known;
        } else {
            // Why any? A reader or an engine that trips over one scan says nothing of the others.
            why = SeptumException.input(
                    "this scan made Septum stumble (" + e + "); report it with the scan, if you may share it", e);
        }
        return new ScanResult(job.source().path(), job.name(), List.of(), List.of(), 0, List.of(), why.getMessage());
    }

    /** False for what is the matter with one scan: that it cannot be read, or not be written in a format. */
    private static boolean isOfEveryScan(SeptumException e) {
        return switch (e.kind()) {
            case INPUT, USAGE -> false;
            // a writer that refuses a mask gives its own reason, one that fails that of the disk
            case OUTPUT -> e.getCause() != null;
            default -> true;
        };
    }

    /** What a stage gives, or what it threw. */
    private static <T> T await(Future<T> stage) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return stage.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error)
                throw error;
            throw (RuntimeException) e.getCause();
        } finally {
            if (interrupted)
                Thread.currentThread().interrupt();
        }
    }

    private static double secondsSince(long start) {
        return Math.round((System.nanoTime() - start) / 1e6) / 1e3;
    }

    /** Waits for what is being read or written; what nobody needs any more is dropped. */
    @Override
    public void close() {
        reading.shutdown();
        writing.shutdown();
        try {
            reading.awaitTermination(1, TimeUnit.HOURS);
            writing.awaitTermination(1, TimeUnit.HOURS);
            if (ahead != null)
                ahead.get().map(Read::opened).ifPresent(opened -> opened.space().close());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            // a scan that was not reached says nothing
        }
    }
}
