package org.septum.pipeline;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

import org.septum.bundle.OpenModel;
import org.septum.core.FileTree;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.pipeline.SegmentScans.ScanResult;

/**
 * What a batch costs beside the network, with a model, in time of the processor: hashes, locks, records and thumbnails,
 * the list, the table and the pages. Arguments: a model, a folder with NIfTI files, how many of them, a folder that is
 * made and removed. Run it with OMP_NUM_THREADS=1: then the network runs in the thread that waits for it.
 */
final class BatchOverhead {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Next scan with its hash, thumbnail, record with the hashes of the masks, all else. */
    private final AtomicLongArray machinery = new AtomicLongArray(4);

    private long network;

    private long work;

    private BatchOverhead() {
    }

    /** Prints the figures. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[3]);
        Path scans = Files.createDirectories(folder.resolve("scans"));
        try (Stream<Path> files = Files.list(Path.of(args[1]))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".nii.gz")).sorted()
                    .limit(Integer.parseInt(args[2])).toList())
                Files.copy(file, scans.resolve(file.getFileName()));
        }
        try {
            SegmentScans.Request request = SegmentScans.Request
                    .of(List.of(scans), Path.of(args[0]), folder.resolve("out")).withDevice("cpu");
            for (String round : List.of("cold", "warm"))
                new BatchOverhead().run(round, SegmentFolders.Request.of(request.withOverwrite(true)));
        } finally {
            FileTree.delete(folder);
        }
    }

    private void run(String round, SegmentFolders.Request request) {
        long process = processNanos();
        long thread = THREADS.getCurrentThreadCpuTime();
        SegmentFolders.Result result;
        try (OpenModel open = OpenModel.open(request.scans().model())) {
            long opened = THREADS.getCurrentThreadCpuTime() - thread;
            result = SegmentFolders.run(request, Progress.SILENT, open.hash(), (queue, progress) -> {
                long begin = THREADS.getCurrentThreadCpuTime();
                SegmentScans.run(request.scans(), open, progress, stages -> {
                    long before = THREADS.getCurrentThreadCpuTime();
                    stages.run(new Timed(queue), r -> {
                        // the queue records it
                    });
                    network = THREADS.getCurrentThreadCpuTime() - before;
                });
                work = THREADS.getCurrentThreadCpuTime() - begin;
            });
            // list, table and pages: what this thread did but the network and its opening
            machinery.addAndGet(3, THREADS.getCurrentThreadCpuTime() - thread - opened - work);
        }
        double n = result.done() * 1e6;
        System.out.printf(Locale.ROOT,
                "%s: %d scans; a scan: process %.1f ms, network %.1f ms, machinery %.1f ms = %.1f %% of the network"
                        + " (next %.1f, thumbnail %.1f, record %.1f, list and table %.1f ms)%n",
                round, result.done(), (processNanos() - process) / n, network / n, total() / n,
                100.0 * total() / network, machinery.get(0) / n, machinery.get(1) / n, machinery.get(2) / n,
                machinery.get(3) / n);
    }

    private long total() {
        return machinery.get(0) + machinery.get(1) + machinery.get(2) + machinery.get(3);
    }

    private static long processNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Counts what the queue takes, in whichever thread. */
    private final class Timed implements SegmentQueue {

        private final SegmentQueue queue;

        Timed(SegmentQueue queue) {
            this.queue = queue;
        }

        @Override
        public Optional<SegmentJob> next() {
            long before = THREADS.getCurrentThreadCpuTime();
            try {
                return queue.next();
            } finally {
                machinery.addAndGet(0, THREADS.getCurrentThreadCpuTime() - before);
            }
        }

        @Override
        public void written(SegmentJob job, Scan scan, LabelMask mask) {
            timed(1, () -> queue.written(job, scan, mask));
        }

        @Override
        public void finished(SegmentJob job, ScanResult result) {
            timed(2, () -> queue.finished(job, result));
        }

        private void timed(int part, Runnable call) {
            long before = THREADS.getCurrentThreadCpuTime();
            call.run();
            machinery.addAndGet(part, THREADS.getCurrentThreadCpuTime() - before);
        }
    }
}
