package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.septum.bundle.OpenModel;
import org.septum.core.FileTree;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.infer.DjlEngine;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.io.MaskWriters;
import org.septum.io.OverlayPicture;
import org.septum.io.ReadOptions;
import org.septum.io.ScanContent;
import org.septum.io.ScanFiles;

/**
 * Segments scans with a model and writes the masks: {@code OUT/NAME.nii.gz} and, on wish, {@code OUT/NAME_overlay.png}.
 * A scan that cannot be segmented is reported and does not stop the others.
 */
public final class SegmentScans {

    /**
     * What to segment.
     *
     * @param inputs
     *            scan files, DICOM folders, or folders that are searched for scans
     * @param model
     *            folder or zip
     * @param output
     *            folder for the masks; made if need be
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     * @param formats
     *            of the masks, as named by {@link MaskWriters#names()}
     * @param overlay
     *            whether a picture of each scan with its mask is written, a sheet of slices
     * @param slices
     *            whether each slice that holds mask is written as a picture of its own, into {@code NAME_slices}
     * @param overlap
     *            share of a tile that the next one covers again, 0 to below 1
     * @param overwrite
     *            whether files in the output folder may be replaced
     * @param options
     *            which series, phase and resolution of files that hold several
     * @param everyPhase
     *            whether all phases of a time series are segmented, each to a mask of its own with {@code _phase02} in
     *            its name; the phase of the options then does not count
     */
    public record Request(List<Path> inputs, Path model, Path output, String device, List<String> formats,
            boolean overlay, boolean slices, double overlap, boolean overwrite, ReadOptions options,
            boolean everyPhase) {

        public Request {
            inputs = List.copyOf(inputs);
            formats = formats.stream().map(f -> MaskWriters.named(f).format()).distinct().toList();
            if (inputs.isEmpty() || formats.isEmpty())
                throw SeptumException.usage("give at least one scan, and at least one format of masks");
            SegmenterOptions.DEFAULT.withOverlap(overlap);
        }

        /** NIfTI masks on whatever device there is, no pictures, nothing replaced. */
        public static Request of(List<Path> inputs, Path model, Path output) {
            return new Request(inputs, model, output, "auto", List.of("nifti"), false, false,
                    SegmenterOptions.DEFAULT.overlap(), false, ReadOptions.DEFAULT, false);
        }

        /** The same with a picture of each scan or without. */
        public Request withOverlay(boolean wanted) {
            return new Request(inputs, model, output, device, formats, wanted, slices, overlap, overwrite, options,
                    everyPhase);
        }

        /** The same with a picture of each slice or without. */
        public Request withSlices(boolean wanted) {
            return new Request(inputs, model, output, device, formats, overlay, wanted, overlap, overwrite, options,
                    everyPhase);
        }

        /** The same with leave to replace files, or without. */
        public Request withOverwrite(boolean allowed) {
            return new Request(inputs, model, output, device, formats, overlay, slices, overlap, allowed, options,
                    everyPhase);
        }

        /** The same on another device. */
        public Request withDevice(String other) {
            return new Request(inputs, model, output, other, formats, overlay, slices, overlap, overwrite, options,
                    everyPhase);
        }

        /** The same with a choice where files hold several scans. */
        public Request withChoice(ReadOptions choice, boolean allPhases) {
            return new Request(inputs, model, output, device, formats, overlay, slices, overlap, overwrite, choice,
                    allPhases);
        }

        /** The same with masks in other formats. */
        public Request withFormats(List<String> others) {
            return new Request(inputs, model, output, device, others, overlay, slices, overlap, overwrite, options,
                    everyPhase);
        }
    }

    /**
     * What came of one scan.
     *
     * @param scan
     *            where it came from
     * @param name
     *            of its output files, without extension
     * @param files
     *            what was written; empty if it failed
     * @param volumes
     *            of the foreground classes; empty if it failed
     * @param seconds
     *            from opening it to the last file
     * @param notes
     *            what its reader saw that a person should know
     * @param problem
     *            why it failed; empty if it did not
     */
    public record ScanResult(Path scan, String name, List<Path> files, List<ClassVolume> volumes, double seconds,
            List<String> notes, String problem) {

        public ScanResult {
            files = List.copyOf(files);
            volumes = List.copyOf(volumes);
            notes = List.copyOf(notes);
        }

        /** True if its masks were written. */
        public boolean isWell() {
            return problem.isEmpty();
        }
    }

    /**
     * What came out.
     *
     * @param scans
     *            one for each scan, in the order they were found
     * @param engine
     *            what the network ran on, for people
     * @param model
     *            SHA-256 that stands for the model
     */
    public record Result(List<ScanResult> scans, String engine, String model) {

        public Result {
            scans = List.copyOf(scans);
        }

        /** Number of scans that failed. */
        public long failed() {
            return scans.stream().filter(s -> !s.isWell()).count();
        }
    }

    private final Request request;

    private final MaskFiles outputs;

    private final Progress progress;

    private SegmentScans(Request request, Progress progress) {
        this.request = request;
        this.outputs = new MaskFiles(request);
        this.progress = progress;
    }

    /**
     * Segments scans.
     *
     * @throws SeptumException
     *             if nothing can be segmented at all: a path that is not there, a bad model, a device that is missing,
     *             an output that exists; or CANCELLED
     */
    public static Result run(Request request, Progress progress) {
        return new SegmentScans(request, progress).run();
    }

    private Result run() {
        List<ScanSource> sources = outputs.withoutEarlierOutputs(ScanFiles.find(request.inputs()));
        if (sources.isEmpty()) {
            throw SeptumException.input("no scan in " + request.inputs()
                    + "; give NIfTI, OME-TIFF, TIFF, PNG or JPEG files or the folder of a DICOM series");
        }
        List<Job> jobs = jobs(sources);
        outputs.requireFree(jobs.stream().map(Job::name).toList(), sources);
        try (OpenModel open = OpenModel.open(request.model());
                DjlEngine engine = DjlEngine.open(open.onnx(), open.plan(), request.device(), progress)) {
            open.notes().forEach(note -> progress.message(request.model() + ": " + note));
            Segmenter segmenter = new Segmenter(engine,
                    SegmenterOptions.DEFAULT.withOverlap(open.overlap(request.overlap())).withBatch(open.mostTiles()));
            List<ScanResult> results = new ArrayList<>();
            for (Job job : jobs) {
                results.add(segment(job, segmenter, open));
                if (jobs.size() > 1)
                    progress.report("scans", results.size(), jobs.size());
            }
            return new Result(results, engine.describe(), open.hash());
        }
    }

    /** One mask to make. */
    private record Job(ScanSource source, ReadOptions options, String name) {
    }

    private List<Job> jobs(List<ScanSource> sources) {
        List<String> names = OutputNames.of(sources);
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            int phases = request.everyPhase() ? phases(sources.get(i)) : 1;
            for (int k = 1; k <= phases; k++) {
                jobs.add(phases == 1 ? new Job(sources.get(i), request.options(), names.get(i))
                        : new Job(sources.get(i), request.options().withPhase(k),
                                String.format(Locale.ROOT, "%s_phase%02d", names.get(i), k)));
            }
        }
        return jobs;
    }

    /** How many phases the chosen series has; 1 if that cannot be told: reading it will say why. */
    private int phases(ScanSource source) {
        try {
            List<ScanContent> chosen = ScanFiles.contents(source.path()).stream()
                    .filter(c -> c.isMeantBy(request.options().series())).toList();
            return chosen.size() == 1 ? chosen.get(0).phases().size() : 1;
        } catch (SeptumException e) {
            return 1;
        }
    }

    private ScanResult segment(Job job, Segmenter segmenter, OpenModel model) {
        long start = System.nanoTime();
        Path path = job.source().path();
        List<Path> written = new ArrayList<>();
        try {
            Scan scan = ScanFiles.read(path, job.options());
            scan.notes().forEach(note -> progress.message(path + ": " + note));
            LabelMask mask = model.finished(segmenter.segment(model.prepared(scan), model.plan(), progress), scan);
            write(scan, mask, job.name(), written);
            List<ClassVolume> volumes = ClassVolume.of(mask, model.measurements());
            return new ScanResult(path, job.name(), written, volumes, secondsSince(start), scan.notes(), "");
        } catch (SeptumException e) {
            written.forEach(SegmentScans::deleteQuietly);
            if (isOfEveryScan(e))
                throw e;
            return failed(job, start, e);
        } catch (OutOfMemoryError e) {
            // the next scan may be smaller
            written.forEach(SegmentScans::deleteQuietly);
            return failed(job, start, SeptumException.outOfMemory(e));
        } catch (RuntimeException e) {
            // Why any? A reader or an engine that trips over one scan says nothing of the others.
            written.forEach(SegmentScans::deleteQuietly);
            return failed(job, start, SeptumException.input(
                    "this scan made Septum stumble (" + e + "); report it with the scan, if you may share it", e));
        }
    }

    private ScanResult failed(Job job, long start, SeptumException e) {
        Path path = job.source().path();
        progress.message(path + ": " + e.getMessage());
        return new ScanResult(path, job.name(), List.of(), List.of(), secondsSince(start), List.of(), e.getMessage());
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

    private void write(Scan scan, LabelMask mask, String name, List<Path> written) {
        List<Path> files = outputs.of(name);
        for (int i = 0; i < files.size(); i++) {
            if (i < request.formats().size())
                MaskWriters.named(request.formats().get(i)).write(mask, files.get(i), request.overwrite());
            else
                OverlayPicture.write(scan, mask, files.get(i), request.overwrite());
            written.add(files.get(i));
        }
        if (request.slices())
            writeSlices(scan, mask, outputs.slicesOf(name), written);
    }

    private void writeSlices(Scan scan, LabelMask mask, Path folder, List<Path> written) {
        boolean isNew = !Files.exists(folder);
        try {
            if (OverlayPicture.writeSlices(scan, mask, folder, request.overwrite()) > 0)
                written.add(folder);
        } catch (SeptumException e) {
            if (isNew)
                FileTree.delete(folder);
            throw e;
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (java.io.IOException e) {
            // the error that made it superfluous is the one to report
        }
    }

    private static double secondsSince(long start) {
        return Math.round((System.nanoTime() - start) / 1e6) / 1e3;
    }

    /** "anterior 1.73 ml, posterior 1.52 ml", for people. */
    public static String describe(List<ClassVolume> volumes) {
        List<String> words = new ArrayList<>();
        for (ClassVolume v : volumes)
            words.add(v.label().name() + " " + v.words());
        return String.join(", ", words);
    }
}
