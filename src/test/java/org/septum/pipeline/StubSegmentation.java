package org.septum.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.septum.core.ClassLabel;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.pipeline.SegmentScans.ScanResult;

/**
 * Segmentation without a model: the mask of a file is "mask of " and its text; one that begins with "bad" cannot be
 * segmented.
 */
final class StubSegmentation implements SegmentFolders.Work {

    static final String MODEL = "0".repeat(64);

    private final Path output;

    private final Consumer<String> beforeMask;

    private final Consumer<String> afterMask;

    StubSegmentation(Path output) {
        this(output, name -> {
        }, name -> {
        });
    }

    /** Calls something with the name of each scan before its mask is written, and before it is recorded. */
    StubSegmentation(Path output, Consumer<String> beforeMask, Consumer<String> afterMask) {
        this.output = output;
        this.beforeMask = beforeMask;
        this.afterMask = afterMask;
    }

    @Override
    public void run(SegmentQueue queue, Progress progress) {
        for (Optional<SegmentJob> job = queue.next(); job.isPresent(); job = queue.next())
            queue.finished(job.get(), segment(job.get()));
    }

    private ScanResult segment(SegmentJob job) {
        Path scan = job.source().path();
        try {
            beforeMask.accept(job.name());
            String text = Files.exists(scan) ? Files.readString(scan) : "bad: gone";
            if (text.startsWith("bad"))
                return new ScanResult(scan, job.name(), List.of(), List.of(), 0, List.of(), "it is bad");
            Path mask = output.resolve(job.name() + ".nii.gz");
            WholeFile.write(mask, true, aside -> Files.writeString(aside, "mask of " + text));
            afterMask.accept(job.name());
            return new ScanResult(scan, job.name(), List.of(mask),
                    List.of(new ClassVolume(new ClassLabel(1, "blob", 0), text.length(), Double.NaN, List.of())), 0.25,
                    List.of(), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Segments all scans of a request, or throws what stopped it. */
    static SegmentFolders.Result run(SegmentFolders.Request request) {
        return SegmentFolders.run(request, Progress.SILENT, MODEL, new StubSegmentation(request.scans().output()));
    }

    /** What a full disk gives. */
    static SeptumException fullDisk() {
        return SeptumException.output("no space", new IOException("No space left on device"));
    }
}
