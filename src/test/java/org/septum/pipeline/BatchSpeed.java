package org.septum.pipeline;

import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import com.sun.management.OperatingSystemMXBean;

import org.septum.core.ClassLabel;
import org.septum.core.FileTree;
import org.septum.core.Progress;
import org.septum.pipeline.SegmentScans.ScanResult;

/**
 * What a batch costs beside the segmentation: lists, locks, records and sums up a number of empty files with nothing in
 * place of a model, and watches the memory. Arguments: how many scans, a folder that is made and removed, and "records"
 * to read no more than the records of so many scans, as a run does that goes on.
 */
final class BatchSpeed {

    private static final int SCANS_A_FOLDER = 1000;

    private final int count;

    private final Path folder;

    private BatchSpeed(int count, Path folder) {
        this.count = count;
        this.folder = folder;
    }

    /** Prints the figures. */
    public static void main(String[] args) throws IOException {
        BatchSpeed speed = new BatchSpeed(Integer.parseInt(args[0]), Path.of(args[1]));
        if (args.length > 2)
            speed.readRecords();
        else
            speed.run();
    }

    private void readRecords() throws IOException {
        try {
            Path runs = Files.createDirectories(folder.resolve(".septum/runs"));
            int written = 0;
            for (int part : new int[] { count / 10, count / 10 * 3, count }) {
                try (BufferedWriter out = Files.newBufferedWriter(runs.resolve("host-1-" + part + "-0.jsonl"))) {
                    for (; written < part; written++)
                        out.write(record(written).json() + "\n");
                }
                RunRecords[] records = { null };
                time(part, "read the records of " + part + " scans", () -> records[0] = RunRecords.open(folder));
                if (records[0].state(record(part - 1).scan(), 1) != RunRecords.State.DONE)
                    throw new IllegalStateException("the last of " + part + " records was not read");
            }
        } finally {
            FileTree.delete(folder);
        }
    }

    private static ScanRecord record(int i) {
        String scan = String.format(Locale.ROOT, "site%04d/patient%07d_visit1_T1w", i / SCANS_A_FOLDER, i);
        return new ScanRecord(ScanRecord.Status.DONE, 1, 1, scan + ".nii.gz", scan, 1, new InputFacts(1, 1, "0"),
                StubSegmentation.MODEL, StubSegmentation.MODEL, List.of(), List.of(), List.of(), "", "test", 1,
                MaskQuality.NONE);
    }

    private void run() throws IOException {
        Path scans = folder.resolve("scans");
        Path output = folder.resolve("out");
        try {
            makeScans(scans);
            Files.createDirectories(output);
            time(count, "list, first time", () -> BatchList.of(List.of(scans), output));
            time(count, "list again", () -> count(BatchList.of(List.of(scans), output)));
            SegmentFolders.Request request = SegmentFolders.Request
                    .of(SegmentScans.Request.of(List.of(scans), folder, output));
            time(count, "go through all, sum up", () -> SegmentFolders.run(request, Progress.SILENT,
                    StubSegmentation.MODEL, (queue, progress) -> segment(queue)));
            time(count, "go on, nothing left", () -> SegmentFolders.run(request.withAgain(SegmentFolders.Again.RESUME),
                    Progress.SILENT, StubSegmentation.MODEL, (queue, progress) -> segment(queue)));
            time(count, "sum up", () -> SegmentFolders.merge(request, Progress.SILENT));
        } finally {
            FileTree.delete(folder);
        }
    }

    private void makeScans(Path scans) throws IOException {
        for (int i = 0; i < count; i++) {
            Path site = scans.resolve(String.format(Locale.ROOT, "site%04d", i / SCANS_A_FOLDER));
            if (i % SCANS_A_FOLDER == 0)
                Files.createDirectories(site);
            Files.createFile(site.resolve(String.format(Locale.ROOT, "patient%07d_visit1_T1w.nii.gz", i)));
        }
        for (int i = 0; i <= (count - 1) / SCANS_A_FOLDER; i++)
            Files.setLastModifiedTime(scans.resolve(String.format(Locale.ROOT, "site%04d", i)),
                    FileTime.fromMillis(1_600_000_000_000L));
        Files.setLastModifiedTime(scans, FileTime.fromMillis(1_600_000_000_000L));
    }

    private void count(BatchList list) {
        int n = 0;
        try (BatchListReader reader = list.open()) {
            for (; reader.hasNext(); reader.next())
                n++;
        }
        if (n != count)
            throw new IllegalStateException(n + " scans listed of " + count);
    }

    private void segment(SegmentQueue queue) {
        int n = 0;
        for (Optional<SegmentJob> job = queue.next(); job.isPresent(); job = queue.next()) {
            queue.finished(job.get(), new ScanResult(job.get().source().path(), job.get().name(), List.of(),
                    List.of(new ClassVolume(new ClassLabel(1, "blob", 0), 1, 0.5, List.of())), 1, List.of(), ""));
            if (++n == count / 10 || n == count / 10 * 3 || n == count)
                System.out.printf(Locale.ROOT, "  after %d scans %d MB of objects%n", n, usedMegabytes());
        }
    }

    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long usedMegabytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory() >> 20;
    }

    private static void time(int scans, String what, Runnable work) {
        long start = System.nanoTime();
        long before = processorNanos();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        // on a machine that does other things as well, the time of the processor says more
        double processor = (processorNanos() - before) / 1e9;
        System.out.printf(Locale.ROOT, "%s: %.1f s, %.1f µs a scan (processor %.1f µs), then %d MB of objects%n", what,
                seconds, seconds / scans * 1e6, processor / scans * 1e6, usedMegabytes());
    }
}
