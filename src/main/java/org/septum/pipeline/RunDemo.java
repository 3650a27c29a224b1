package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.io.ScanFiles;

/**
 * Segments the sample scan in three formats with the sample model, looks whether the masks are equal, and writes a
 * report.
 */
public final class RunDemo {

    private static final double SAME_PLACE_MM = 1e-4;

    /**
     * What to do.
     *
     * @param output
     *            folder for masks, pictures and report; what an earlier demo wrote there is replaced, nothing else
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     */
    public record Request(Path output, String device) {
    }

    /**
     * What came out.
     *
     * @param scans
     *            one for each format
     * @param masksAreEqual
     *            whether the masks of all formats have the same voxels in the same place
     * @param report
     *            HTML page
     * @param seconds
     *            in all
     */
    public record Result(List<SegmentScans.ScanResult> scans, boolean masksAreEqual, Path report, double seconds) {

        public Result {
            scans = List.copyOf(scans);
        }
    }

    private RunDemo() {
    }

    /** Runs the demo. */
    public static Result run(Request request, Progress progress) {
        long start = System.nanoTime();
        Path samples = Installation.sampleData();
        Path model = samples.resolve("models").resolve("hippocampus");
        SegmentScans.Result segmented = SegmentScans.run(SegmentScans.Request
                .of(List.of(samples.resolve("scans")), model, request.output()).withDevice(request.device())
                .withOutputs(SegmentOutputs.DEFAULT.withPictures(true, false).withOverwrite(true)), progress);
        for (SegmentScans.ScanResult scan : segmented.scans())
            if (!scan.isWell())
                throw SeptumException.input("the sample scan " + scan.scan() + " failed: " + scan.problem());
        DescribeModel.Result about = DescribeModel.run(model);
        boolean equal = areEqual(segmented.scans(), about.plan().labels());
        Path report = request.output().resolve("report.html");
        double seconds = (System.nanoTime() - start) / 1e9;
        String html = new DemoReport(segmented, about, equal, seconds).html();
        WholeFile.write(report, true, aside -> Files.writeString(aside, html));
        return new Result(segmented.scans(), equal, report, seconds);
    }

    private static boolean areEqual(List<SegmentScans.ScanResult> scans, ClassLabels labels) {
        LabelMask first = null;
        byte[] voxels = {};
        for (SegmentScans.ScanResult scan : scans) {
            LabelMask mask = ScanFiles.readMask(scan.files().get(0), labels);
            byte[] own = voxels(mask);
            if (first == null) {
                first = mask;
                voxels = own;
            }
            if (!Arrays.equals(voxels, own) || !first.geometry().isCloseTo(mask.geometry(), SAME_PLACE_MM))
                return false;
        }
        return true;
    }

    /** The mask's values, x fastest. */
    private static byte[] voxels(LabelMask mask) {
        byte[] values = new byte[Math.toIntExact(mask.pixels().size())];
        int[] n = { 0 };
        mask.pixels().view().flatIterable().forEach(v -> values[n[0]++] = (byte) v.get());
        return values;
    }
}
