package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.explain.GradCam;
import org.septum.explain.SanityCheck;
import org.septum.explain.Uncertainty;

/** Explains a scan that is already open: what {@link ExplainScan} does to files, without the files. */
public final class ExplainImage {

    /**
     * What to explain.
     *
     * @param scan
     *            with the channels and, for a 3D model, the slices that the model needs
     * @param model
     *            folder or zip of Septum's own
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
     * @param quality
     *            whether the mask is judged without a reference
     */
    public record Request(Scan scan, Path model, List<ExplainScan.Kind> maps, String className, GradCam.Place place,
            boolean mirrors, boolean check, String device, double overlap, boolean quality) {

        public Request {
            maps = maps.stream().distinct().toList();
            if (maps.isEmpty())
                throw SeptumException.usage("no map to make; allowed: " + KINDS);
        }

        private ExplainScan.Request ofFiles() {
            return new ExplainScan.Request(List.of(Path.of("open")), model, Path.of("."), maps, className, place,
                    mirrors, check, device, overlap, false).withJudgement(false, quality);
        }
    }

    /**
     * A map of a scan.
     *
     * @param title
     *            for people
     * @param map
     *            one channel on the grid of the scan
     * @param highest
     *            value that is shown as hottest, above 0
     */
    public record Heat(String title, Scan map, float highest) {
    }

    /**
     * What came out.
     *
     * @param mask
     *            as {@link SegmentImage} makes it
     * @param uncertainty
     *            how sure the model is
     * @param maps
     *            in the order that they were asked for, a map for each class where there are several
     * @param checks
     *            how Grad-CAM stood the test, by the class; empty if not asked for
     * @param quality
     *            how good the mask seems; {@link MaskQuality#NONE} if not asked for
     */
    public record Result(LabelMask mask, Uncertainty uncertainty, List<Heat> maps,
            Map<String, SanityCheck.Result> checks, MaskQuality quality) {

        public Result {
            maps = List.copyOf(maps);
            checks = Map.copyOf(checks);
        }

        /** For people. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("promises Dice " + ExplainScan.words(uncertainty.expectedDice()) + ", entropy at the borders "
                    + ExplainScan.words(uncertainty.entropy()) + (Double.isNaN(uncertainty.agreement()) ? ""
                            : ", mirror images agree to " + ExplainScan.words(uncertainty.agreement())));
            if (quality.judged())
                lines.add("quality: " + quality.sentence());
            maps.forEach(map -> lines.add("map: " + map.title()));
            checks.forEach((label, c) -> lines.add(String.format(Locale.ROOT,
                    "Grad-CAM of %s %s: shown %.3f (random %.3f), hidden %.3f (random %.3f), random weights' map %.3f"
                            + " alike",
                    label, c.isWell() ? "stands the test" : "FAILS the test", c.insertion(), c.randomInsertion(),
                    c.deletion(), c.randomDeletion(), c.similarity())));
            lines.add("Attention and heat are not proof that a mask is right.");
            return lines;
        }
    }

    private static final String KINDS = Stream.of(ExplainScan.Kind.values()).map(k -> k.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));

    private ExplainImage() {
    }

    /**
     * Kinds of maps by their names, in any case.
     *
     * @throws SeptumException
     *             of kind USAGE for a name that is none
     */
    public static List<ExplainScan.Kind> kinds(List<String> names) {
        List<ExplainScan.Kind> kinds = new ArrayList<>();
        for (String name : names) {
            kinds.add(Stream.of(ExplainScan.Kind.values()).filter(k -> k.name().equalsIgnoreCase(name.strip()))
                    .findFirst().orElseThrow(() -> SeptumException.usage("map \"" + name + "\"; allowed: " + KINDS)));
        }
        return kinds;
    }

    /**
     * Explains a scan.
     *
     * @throws SeptumException
     *             if the model is bad or not Septum's own, does not fit the scan, lacks the class or the attention, the
     *             device is missing, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        try (OpenBundle open = BundleReader.open(request.model());
                Explainer explainer = new Explainer(open, request.ofFiles(), progress)) {
            // what lies in it is freed with the maps
            Explainer.Explained made = explainer.explain(request.scan(), Workspace.ofHeap(), progress);
            List<Heat> maps = made.maps().stream().map(m -> new Heat(m.title(), m.map(), m.hottest())).toList();
            return new Result(made.mask(), made.uncertainty(), maps, made.checks(), made.quality());
        }
    }
}
