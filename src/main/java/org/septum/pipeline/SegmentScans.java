package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.septum.bundle.OpenModel;
import org.septum.core.Progress;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.infer.Engine;
import org.septum.infer.Segmenter;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;

/**
 * Segments scans with a model and writes the masks: {@code OUT/NAME.nii.gz} and, on wish, {@code OUT/NAME_overlay.png}.
 * A scan that cannot be segmented is reported and does not stop the others. Reading, segmenting and writing overlap
 * ({@link SegmentStages}).
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
     * @param pass
     *            how the network goes over the scans
     * @param outputs
     *            what is written of each
     * @param options
     *            which series, phase and resolution of files that hold several
     * @param everyPhase
     *            whether all phases of a time series are segmented, each to a mask of its own with {@code _phase02} in
     *            its name; the phase of the options then does not count
     */
    public record Request(List<Path> inputs, Path model, Path output, SegmentPass pass, SegmentOutputs outputs,
            ReadOptions options, boolean everyPhase) {

        public Request {
            inputs = List.copyOf(inputs);
            if (inputs.isEmpty())
                throw SeptumException.usage("give at least one scan");
        }

        /** NIfTI masks on whatever device there is, no pictures, nothing replaced. */
        public static Request of(List<Path> inputs, Path model, Path output) {
            return new Request(inputs, model, output, SegmentPass.DEFAULT, SegmentOutputs.DEFAULT, ReadOptions.DEFAULT,
                    false);
        }

        /** The same with another way of the network over the scans. */
        public Request withPass(SegmentPass other) {
            return new Request(inputs, model, output, other, outputs, options, everyPhase);
        }

        /** The same with other files to write. */
        public Request withOutputs(SegmentOutputs others) {
            return new Request(inputs, model, output, pass, others, options, everyPhase);
        }

        /** The same with a choice where files hold several scans. */
        public Request withChoice(ReadOptions choice, boolean allPhases) {
            return new Request(inputs, model, output, pass, outputs, choice, allPhases);
        }

        /** The same with leave to replace files, or without. */
        public Request withOverwrite(boolean allowed) {
            return withOutputs(outputs.withOverwrite(allowed));
        }

        /** The same on another device. */
        public Request withDevice(String other) {
            return withPass(pass.withDevice(other));
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
     *            that its reading, segmenting and writing took, without what it waited; 0 if it failed
     * @param notes
     *            what its reader saw that a person should know
     * @param problem
     *            why it failed; empty if it did not
     * @param quality
     *            how good the mask seems; {@link MaskQuality#NONE} if nobody asked
     */
    public record ScanResult(Path scan, String name, List<Path> files, List<ClassVolume> volumes, double seconds,
            List<String> notes, String problem, MaskQuality quality) {

        public ScanResult {
            files = List.copyOf(files);
            volumes = List.copyOf(volumes);
            notes = List.copyOf(notes);
        }

        /** A scan whose mask was not judged. */
        public ScanResult(Path scan, String name, List<Path> files, List<ClassVolume> volumes, double seconds,
                List<String> notes, String problem) {
            this(scan, name, files, volumes, seconds, notes, problem, MaskQuality.NONE);
        }

        /** True if its masks were written. */
        public boolean isWell() {
            return problem.isEmpty();
        }

        /** Why it failed, with the scan's path, for people. */
        public String failure() {
            return SeptumException.about(scan, problem);
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
        List<SegmentJob> jobs = SegmentJob.of(sources, request.options(), request.everyPhase());
        outputs.requireFree(jobs.stream().map(SegmentJob::name).toList(), sources);
        try (OpenModel open = OpenModel.open(request.model())) {
            List<ScanResult> results = new ArrayList<>();
            String engine = run(request, open, progress, stages -> results.addAll(stages.run(jobs)));
            return new Result(results, engine, open.hash());
        }
    }

    /**
     * Does work with a model's network in place.
     *
     * @return what the network ran on, for people
     */
    static String run(Request request, OpenModel open, Progress progress, Consumer<SegmentStages> work) {
        try (Engine engine = request.pass().open(open, progress);
                SegmentStages stages = new SegmentStages(request, open,
                        new Segmenter(engine, request.pass().segmenterOptions(open)),
                        judge(request, open, engine, progress), progress)) {
            open.notes().forEach(note -> progress.message(request.model() + ": " + note));
            work.accept(stages);
            return engine.describe();
        }
    }

    /** What judges masks, if that was asked for. */
    static Optional<JudgeMasks> judge(Request request, OpenModel open, Engine engine, Progress progress) {
        return request.outputs().quality()
                ? Optional.of(JudgeMasks.open(open, engine, request.pass().segmenterOptions(open), progress))
                : Optional.empty();
    }

    /** "anterior 1.73 ml, posterior 1.52 ml", for people. */
    public static String describe(List<ClassVolume> volumes) {
        List<String> words = new ArrayList<>();
        for (ClassVolume v : volumes)
            words.add(v.label().name() + " " + v.words());
        return String.join(", ", words);
    }
}
