package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.core.Progress;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.explain.GradCam;
import org.septum.explain.SanityCheck;
import org.septum.explain.Uncertainty;
import org.septum.infer.SegmenterOptions;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;

/**
 * Explains why a model segments scans as it does and how sure it is: maps as {@code OUT/NAME_MAP.nii.gz} on the grid of
 * the scan and {@code OUT/NAME_MAP.png}, one page {@code OUT/NAME.html} with all of it and, of several scans, the list
 * {@code OUT/index.html}. A scan that cannot be explained is reported and does not stop the others.
 */
public final class ExplainScan {

    /** What is mapped. */
    public enum Kind {
        /** Seg-Grad-CAM of each class: {@link GradCam}. */
        GRADCAM,
        /** Gates of the network's attention: {@link org.septum.explain.AttentionMaps}. */
        ATTENTION,
        /** Entropy of the probabilities: {@link Uncertainty#entropy}. */
        ENTROPY,
        /** Occlusion, the slow reference: {@link org.septum.explain.Occlusion}. */
        OCCLUSION
    }

    /**
     * What to explain.
     *
     * @param inputs
     *            scan files, DICOM folders, or folders that are searched for scans
     * @param model
     *            folder or zip of Septum's own
     * @param output
     *            folder for the maps; made if need be
     * @param maps
     *            which, in this order
     * @param className
     *            the class that Grad-CAM and occlusion explain; empty for every foreground class
     * @param place
     *            where Grad-CAM looks
     * @param mirrors
     *            whether the masks of mirror images are compared
     * @param check
     *            whether Grad-CAM is put to the test
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     * @param overlap
     *            share of a tile that the next one covers again, 0 to below 1
     * @param overwrite
     *            whether files may be replaced
     * @param region
     *            voxels whose class Grad-CAM explains; absent for the whole object
     * @param networks
     *            whether the masks of an ensemble's networks are compared
     * @param quality
     *            whether the mask is judged without a reference
     * @param options
     *            which series, phase and resolution of files that hold several
     * @param everyPhase
     *            whether all phases of a time series are explained, each with maps and a page of its own as
     *            {@link SegmentScans} names its masks; the phase of the options then does not count
     */
    public record Request(List<Path> inputs, Path model, Path output, List<Kind> maps, String className,
            GradCam.Place place, boolean mirrors, boolean check, String device, double overlap, boolean overwrite,
            Optional<VoxelBox> region, boolean networks, boolean quality, ReadOptions options, boolean everyPhase) {

        public Request {
            inputs = List.copyOf(inputs);
            maps = maps.stream().distinct().toList();
            if (inputs.isEmpty())
                throw SeptumException.usage("give at least one scan");
            SegmenterOptions.DEFAULT.withOverlap(overlap);
            if (region.isPresent() && !maps.contains(Kind.GRADCAM)) {
                throw SeptumException.usage("a region to explain with the maps " + maps
                        + "; only gradcam explains one: add it, or leave the region out");
            }
        }

        /** Of whole objects of the only scan of each file; networks are not compared, masks not judged. */
        public Request(List<Path> inputs, Path model, Path output, List<Kind> maps, String className,
                GradCam.Place place, boolean mirrors, boolean check, String device, double overlap, boolean overwrite) {
            this(inputs, model, output, maps, className, place, mirrors, check, device, overlap, overwrite,
                    Optional.empty(), false, false, ReadOptions.DEFAULT, false);
        }

        /** Grad-CAM of every class and entropy, on whatever device there is, nothing replaced. */
        public static Request of(List<Path> inputs, Path model, Path output) {
            return new Request(inputs, model, output, List.of(Kind.GRADCAM, Kind.ENTROPY), "", GradCam.DEFAULT, false,
                    false, "auto", SegmenterOptions.DEFAULT.overlap(), false);
        }

        /** The same with other maps. */
        public Request withMaps(List<Kind> others) {
            return new Request(inputs, model, output, others, className, place, mirrors, check, device, overlap,
                    overwrite, region, networks, quality, options, everyPhase);
        }

        /** The same with Grad-CAM put to the test, or not. */
        public Request withCheck(boolean wanted) {
            return new Request(inputs, model, output, maps, className, place, mirrors, wanted, device, overlap,
                    overwrite, region, networks, quality, options, everyPhase);
        }

        /** The same with mirror images compared, or not. */
        public Request withMirrors(boolean wanted) {
            return new Request(inputs, model, output, maps, className, place, wanted, check, device, overlap, overwrite,
                    region, networks, quality, options, everyPhase);
        }

        /** The same for some voxels instead of whole objects. */
        public Request withRegion(VoxelBox voxels) {
            return new Request(inputs, model, output, maps, className, place, mirrors, check, device, overlap,
                    overwrite, Optional.of(voxels), networks, quality, options, everyPhase);
        }

        /** The same with the networks of an ensemble compared, and masks judged, or not. */
        public Request withJudgement(boolean ofNetworks, boolean ofMasks) {
            return new Request(inputs, model, output, maps, className, place, mirrors, check, device, overlap,
                    overwrite, region, ofNetworks, ofMasks, options, everyPhase);
        }

        /** The same with a choice where files hold several scans. */
        public Request withChoice(ReadOptions choice, boolean allPhases) {
            return new Request(inputs, model, output, maps, className, place, mirrors, check, device, overlap,
                    overwrite, region, networks, quality, choice, allPhases);
        }
    }

    /**
     * What came of one scan.
     *
     * @param name
     *            of its output files, without extension
     * @param files
     *            what was written, the page first; empty if it failed
     * @param entropy
     *            mean along the borders of the mask, 0 to 1; NaN if there is no mask
     * @param expectedDice
     *            that the probabilities promise, 0 to 1; NaN if there is no mask
     * @param agreement
     *            of the masks of mirror images, a Dice; NaN if not asked for
     * @param checks
     *            how Grad-CAM stood the test, by the class; empty if not asked for
     * @param problem
     *            why it failed; empty if it did not
     * @param networks
     *            agreement of the masks of an ensemble's networks, a Dice; NaN if not asked for
     * @param quality
     *            how good the mask seems; {@link MaskQuality#NONE} if not asked for
     * @param weights
     *            attention of channels and scales, 0 to 1, by the layer that it steers; empty without that map
     */
    public record ScanResult(String name, List<Path> files, double entropy, double expectedDice, double agreement,
            Map<String, SanityCheck.Result> checks, String problem, double networks, MaskQuality quality,
            Map<String, List<Double>> weights) {

        public ScanResult {
            checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
            weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
            files = List.copyOf(files);
        }

        /** True if its maps were written. */
        public boolean isWell() {
            return problem.isEmpty();
        }
    }

    private final Request request;

    private final Progress progress;

    private ExplainScan(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Explains scans.
     *
     * @return one result for each, in the order they were found
     *
     * @throws SeptumException
     *             if nothing can be explained at all: a path that is not there, a bad model, a class or an attention
     *             that it lacks, a device that is missing, an output that exists; or CANCELLED
     */
    public static List<ScanResult> run(Request request, Progress progress) {
        return new ExplainScan(request, progress).run();
    }

    private List<ScanResult> run() {
        List<ScanSource> sources = ScanFiles.find(request.inputs());
        if (sources.isEmpty()) {
            throw SeptumException.input("no scan in " + request.inputs()
                    + "; give NIfTI, OME-TIFF, TIFF, PNG or JPEG files or the folder of a DICOM series");
        }
        List<SegmentJob> jobs = SegmentJob.of(sources, request.options(), request.everyPhase());
        jobs.forEach(
                job -> WholeFile.requireFree(ExplainFiles.page(request.output(), job.name()), request.overwrite()));
        if (jobs.size() > 1)
            WholeFile.requireFree(index(), request.overwrite());
        try (OpenBundle open = BundleReader.open(request.model());
                Explainer explainer = new Explainer(open, request, progress)) {
            ExplainFiles files = new ExplainFiles(open, explainer, request, progress);
            List<ScanResult> results = new ArrayList<>();
            for (SegmentJob job : jobs) {
                results.add(files.explain(job));
                progress.report("scans", results.size(), jobs.size());
            }
            if (results.size() > 1)
                WholeFile.write(index(), true, aside -> Files.writeString(aside, ExplainIndex.html(results)));
            return results;
        }
    }

    private Path index() {
        return request.output().resolve("index.html");
    }

    /**
     * The place of a name: {@code half} or {@code bottleneck}, in any case.
     *
     * @throws SeptumException
     *             of kind USAGE for any other
     */
    public static GradCam.Place place(String name) {
        for (GradCam.Place place : GradCam.Place.values())
            if (place.name().equalsIgnoreCase(name.strip()))
                return place;
        throw SeptumException.usage("Grad-CAM at \"" + name + "\"; allowed: half, bottleneck");
    }

    /** A share as people read it: "0.93", or "not measured". */
    static String words(double share) {
        return Double.isNaN(share) ? "not measured" : String.format(Locale.ROOT, "%.3f", share);
    }
}
