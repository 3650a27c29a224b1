package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

import net.imglib2.Localizable;
import net.imglib2.RandomAccess;
import net.imglib2.position.FunctionRandomAccessible;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.view.Views;

import org.septum.bundle.OpenModel;
import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.infer.Engine;
import org.septum.infer.PreparedScan;
import org.septum.infer.Segmentation;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;

/** Segments scans that are already open: what {@link SegmentScans} does to files, without the files. */
public final class SegmentImage {

    /** A part of every slice, such as a selection that somebody drew. May be asked from many threads. */
    @FunctionalInterface
    public interface Region {

        /** True if the pixel in column x and row y belongs to it. */
        boolean contains(long x, long y);
    }

    /**
     * What is wanted beside the masks.
     *
     * @param region
     *            outside of which masks are background; absent for everywhere. The network sees all of the scan, so
     *            that masks inside are those of the whole
     * @param probabilities
     *            whether those of every class are kept; the region does not change them
     * @param intensities
     *            whether the mean of the scan's values in every class is taken, which reads the scan once more
     * @param quality
     *            whether each mask is judged without a reference, as a whole: the region does not count
     */
    public record Wishes(Optional<Region> region, boolean probabilities, boolean intensities, boolean quality) {

        /** The whole mask and nothing else. */
        public static final Wishes NONE = new Wishes(Optional.empty(), false, false, false);
    }

    /**
     * What to segment.
     *
     * @param scans
     *            with the channels and, for a 3D model, the slices that the model needs; several are the phases of one
     *            scan
     * @param model
     *            folder or zip
     * @param pass
     *            how the network goes over them
     * @param wishes
     *            what is wanted beside the masks
     */
    public record Request(List<Scan> scans, Path model, SegmentPass pass, Wishes wishes) {

        public Request {
            scans = List.copyOf(scans);
            if (scans.isEmpty())
                throw SeptumException.usage("no scan to segment; give at least one");
        }

        /** The usual way of the network over one scan, on a device. */
        public static Request of(Scan scan, Path model, String device) {
            return new Request(List.of(scan), model, SegmentPass.DEFAULT.withDevice(device), Wishes.NONE);
        }
    }

    /**
     * What came of one scan.
     *
     * @param mask
     *            on the scan's grid
     * @param probabilities
     *            on the scan's grid, if they were asked for
     * @param contents
     *            of the foreground classes
     * @param quality
     *            how good the mask seems; {@link MaskQuality#NONE} if nobody asked
     */
    public record Segmented(LabelMask mask, Optional<ProbabilityMap> probabilities, List<ClassContent> contents,
            MaskQuality quality) {

        public Segmented {
            contents = List.copyOf(contents);
        }
    }

    /**
     * What came out.
     *
     * @param scans
     *            one for each scan, in their order
     * @param engine
     *            what the network ran on, for people
     */
    public record Result(List<Segmented> scans, String engine) {

        public Result {
            scans = List.copyOf(scans);
        }

        /** The mask of the first scan. */
        public LabelMask mask() {
            return scans.get(0).mask();
        }
    }

    private final Request request;

    private final Progress progress;

    private SegmentImage(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Segments. Without a region a mask is byte-equal to the one that {@link SegmentScans} writes for the same scan.
     *
     * @throws SeptumException
     *             if the model is bad, does not fit the scan, the device is missing, mirror images are asked of a model
     *             that never saw any, masks are to be judged of a model of others, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        return new SegmentImage(request, progress).run();
    }

    private Result run() {
        try (OpenModel open = OpenModel.open(request.model());
                Engine engine = request.pass().open(open, progress)) {
            open.notes().forEach(progress::message);
            SegmenterOptions options = request.pass().segmenterOptions(open);
            Segmenter segmenter = new Segmenter(engine, options);
            Optional<JudgeMasks> judge = request.wishes().quality()
                    ? Optional.of(JudgeMasks.open(open, engine, options, progress))
                    : Optional.empty();
            // one for all phases, so that they share its memory; what lies in it is freed with the masks
            Workspace space = Workspace.ofHeap();
            List<Segmented> made = new ArrayList<>();
            for (Scan scan : request.scans()) {
                PreparedScan prepared = segmenter.prepare(open.prepared(scan), open.plan(), space);
                Segmentation pass = segmenter.segment(prepared, request.wishes().probabilities() || judge.isPresent(),
                        progress);
                MaskQuality quality = judge.map(j -> j.judge(prepared, pass, progress)).orElse(MaskQuality.NONE);
                made.add(finished(pass, scan, open, quality));
            }
            return new Result(made, engine.describe());
        }
    }

    private Segmented finished(Segmentation pass, Scan scan, OpenModel open, MaskQuality quality) {
        LabelMask whole = open.finished(pass.mask(), scan);
        LabelMask mask = request.wishes().region().map(r -> inside(r, whole)).orElse(whole);
        List<ClassVolume> volumes = ClassVolume.of(mask, open.measurements());
        List<ClassContent> contents = request.wishes().intensities() ? ClassContent.of(mask, volumes, scan, progress)
                : ClassContent.of(mask, volumes);
        Optional<ProbabilityMap> map = request.wishes().probabilities() ? pass.probabilities() : Optional.empty();
        return new Segmented(mask, map.map(p -> open.finished(p, scan)), contents, quality);
    }

    /** A view of a mask that is background outside a region. */
    private static LabelMask inside(Region region, LabelMask mask) {
        FunctionRandomAccessible<UnsignedByteType> view = new FunctionRandomAccessible<>(3, () -> {
            RandomAccess<UnsignedByteType> at = mask.pixels().randomAccess();
            BiConsumer<Localizable, UnsignedByteType> value = (position, out) -> {
                boolean isIn = region.contains(position.getLongPosition(0), position.getLongPosition(1));
                out.set(isIn ? at.setPositionAndGet(position).get() : 0);
            };
            return value;
        }, UnsignedByteType::new);
        return new LabelMask(Views.interval(view, mask.pixels()), mask.geometry(), mask.labels(), mask.dicom());
    }
}
