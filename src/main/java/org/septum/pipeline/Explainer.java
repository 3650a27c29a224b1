package org.septum.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.bundle.OpenBundle;
import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.ProbabilityMap;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;
import org.septum.data.Plan;
import org.septum.explain.AttentionMaps;
import org.septum.explain.Calibration;
import org.septum.explain.GradCam;
import org.septum.explain.GradCamEngine;
import org.septum.explain.MapEngine;
import org.septum.explain.Occlusion;
import org.septum.explain.RegionGradCam;
import org.septum.explain.SanityCheck;
import org.septum.explain.Uncertainty;
import org.septum.infer.Engine;
import org.septum.infer.MappedSegmentation;
import org.septum.infer.MirroredEngine;
import org.septum.infer.PreparedScan;
import org.septum.infer.Segmentation;
import org.septum.infer.Segmenter;

/** A model with all that explains its masks, open for one scan after the other. */
final class Explainer implements AutoCloseable {

    /** Edge of the cubes of an occlusion map, in voxels of the working grid. */
    private static final int CUBE = 8;

    private static final String GRADCAM = "gradcam";

    private static final String WORDS = "Grad-CAM of";

    /**
     * All that is said of a scan.
     *
     * @param mask
     *            as {@code septum segment} makes it
     * @param uncertainty
     *            how sure the model is
     * @param maps
     *            those that were asked for
     * @param weights
     *            attention of channels and scales by the layer that it steers; empty if not asked for
     * @param checks
     *            how Grad-CAM of each class that was found stood the test; empty if not asked for
     * @param networks
     *            Dice between the masks of the networks of an ensemble; NaN if not asked for
     * @param quality
     *            how good the mask seems; {@link MaskQuality#NONE} if not asked for
     */
    record Explained(LabelMask mask, Uncertainty uncertainty, List<MapOfScan> maps, Map<String, List<Double>> weights,
            Map<String, SanityCheck.Result> checks, double networks, MaskQuality quality) {
    }

    private final OpenBundle model;

    private final ExplainScan.Request request;

    /** Gives probabilities alone; absent where {@link #gradCam} gives them and nothing else needs it. */
    private final Optional<Engine> engine;

    /** Gives probabilities and Grad-CAM in one run, or only Grad-CAM of a region; absent if PyTorch has to do it. */
    private final Optional<Engine> gradCam;

    private final List<ClassLabel> labels;

    /** What makes maps with PyTorch, by its kind and class; the last one stays open for the next scan. */
    private final OneOpen<MapEngine> makers = new OneOpen<>();

    private final Optional<Calibration> calibration;

    private final Optional<AttentionMaps> attention;

    private final NetworkMasks networks;

    private final Optional<JudgeMasks> judge;

    Explainer(OpenBundle model, ExplainScan.Request request, Progress progress) {
        this.model = model;
        this.request = request;
        this.labels = labels(model.plan(), request.className());
        this.calibration = Calibration.of(model.bundle());
        this.networks = new NetworkMasks(model, request);
        this.attention = request.maps().contains(ExplainScan.Kind.ATTENTION)
                ? Optional.of(
                        AttentionMaps.open(model.plan(), model.bundle().members().get(0), request.device(), progress))
                : Optional.empty();
        Optional<Engine> opened = Optional.empty();
        try {
            opened = request.maps().contains(ExplainScan.Kind.GRADCAM) ? openGradCam(progress) : Optional.empty();
            boolean isOnePass = opened.isPresent() && request.region().isEmpty();
            this.engine = isOnePass && !request.mirrors() && !request.quality() ? Optional.empty()
                    : Optional.of(open(progress));
        } catch (SeptumException e) {
            opened.ifPresent(Engine::close);
            attention.ifPresent(AttentionMaps::close);
            throw e;
        }
        this.gradCam = opened;
        this.judge = request.quality()
                ? Optional.of(JudgeMasks.open(model, engine.orElseThrow(), pass().segmenterOptions(model), progress))
                : Optional.empty();
    }

    private Optional<Engine> openGradCam(Progress progress) {
        List<Integer> indices = labels.stream().map(model.plan().labels().classes()::indexOf).toList();
        return request.region().isPresent()
                ? GradCamEngine.openRegion(model.plan(), model.bundle().members(), indices, request.place(),
                        request.device(), progress)
                : GradCamEngine.open(model.plan(), model.bundle().members(), indices, request.place(), request.device(),
                        progress);
    }

    private Engine open(Progress progress) {
        Engine opened = pass().open(model, progress);
        try {
            // says before a long job if the model does not know mirrored scans
            if (request.mirrors())
                MirroredEngine.each(opened, model.plan());
            return opened;
        } catch (SeptumException e) {
            opened.close();
            throw e;
        }
    }

    private SegmentPass pass() {
        return SegmentPass.DEFAULT.withDevice(request.device()).withOverlap(request.overlap());
    }

    private static List<ClassLabel> labels(Plan plan, String name) {
        List<ClassLabel> all = plan.labels().foreground();
        if (name.isEmpty())
            return all;
        List<ClassLabel> chosen = all.stream().filter(c -> c.name().equals(name)).toList();
        if (chosen.isEmpty()) {
            throw SeptumException.usage("the model has no class \"" + name + "\"; its classes: "
                    + all.stream().map(ClassLabel::name).toList());
        }
        return chosen;
    }

    /** The calibration of the model, if it has one. */
    Optional<Calibration> calibration() {
        return calibration;
    }

    /** Explains a scan; what comes back lies in the workspace or is computed from it. */
    Explained explain(Scan scan, Workspace space, Progress progress) {
        PreparedScan prepared = segmenter(engine.or(() -> gradCam).orElseThrow()).prepare(scan, model.plan(), space);
        Optional<MappedSegmentation> both = gradCam.filter(e -> request.region().isEmpty())
                .map(e -> segmenter(e).segmentWithMaps(prepared, labels.size(), progress));
        Segmentation made = both.map(MappedSegmentation::segmentation)
                .orElseGet(() -> segmenter(engine.orElseThrow()).segment(prepared, true, progress));
        MaskQuality quality = judge.map(j -> j.judge(prepared, made, progress)).orElse(MaskQuality.NONE);
        ProbabilityMap raw = made.probabilities().orElseThrow();
        ProbabilityMap map = calibration.map(c -> c.apply(raw)).orElse(raw);
        Uncertainty uncertainty = Uncertainty.of(map, made.mask(), mirrored(prepared, made.mask(), progress));
        List<MapOfScan> maps = new ArrayList<>();
        Map<String, List<Double>> weights = Map.of();
        for (ExplainScan.Kind kind : request.maps()) {
            switch (kind) {
                case ENTROPY -> maps.add(new MapOfScan("entropy", "entropy of the probabilities, 0 to 1",
                        scan(scan, "entropy", Uncertainty.entropy(map)), 1));
                case GRADCAM -> maps.addAll(request.region().map(box -> ofRegion(box, scan, space, progress))
                        .orElseGet(() -> both.map(b -> named(GRADCAM, WORDS, scan, b.maps()))
                                .orElseGet(() -> ofClasses(GRADCAM, WORDS, label -> GradCam.open(model.plan(),
                                        model.bundle().members(), label, request.place(), request.device()), scan,
                                        space, progress))));
                case OCCLUSION -> maps.addAll(ofClasses("occlusion", "fall of the probability, where hidden, of",
                        label -> Occlusion.open(model.plan(), model.bundle().members(), label, CUBE, request.device()),
                        scan, space, progress));
                default -> {
                    maps.addAll(attention(scan, space, progress));
                    weights = attention.orElseThrow().weights();
                }
            }
        }
        return new Explained(made.mask(), uncertainty, maps, weights, checks(scan, space, progress),
                networks.agreement(prepared, pass().segmenterOptions(model), progress), quality);
    }

    private Segmenter segmenter(Engine any) {
        return new Segmenter(any, pass().segmenterOptions(model));
    }

    /** The mask and one for each mirror image; none if they are not asked for. */
    private List<LabelMask> mirrored(PreparedScan prepared, LabelMask mask, Progress progress) {
        if (!request.mirrors())
            return List.of();
        List<LabelMask> masks = new ArrayList<>(List.of(mask));
        // the first is the scan as it is
        for (Engine one : MirroredEngine.each(engine.orElseThrow(), model.plan()).stream().skip(1).toList())
            masks.add(segmenter(one).segment(prepared, progress));
        return masks;
    }

    private List<MapOfScan> ofClasses(String kind, String words, IntFunction<MapEngine> open, Scan scan,
            Workspace space, Progress progress) {
        return ofClasses(kind, words, open, scan, model.plan(), space, progress);
    }

    private List<MapOfScan> ofClasses(String kind, String words, IntFunction<MapEngine> open, Scan scan, Plan plan,
            Workspace space, Progress progress) {
        List<MapOfScan> maps = new ArrayList<>();
        for (ClassLabel label : labels) {
            int index = model.plan().labels().classes().indexOf(label);
            MapEngine maker = makers.get(kind + index, () -> open.apply(index));
            maps.add(named(kind, words, label, scan,
                    Views.hyperSlice(stitched(maker, scan, plan, space, progress), 3, 0)));
        }
        return maps;
    }

    /** Maps of all classes to explain, along the fourth axis of an image. */
    private List<MapOfScan> named(String kind, String words, Scan scan, RandomAccessibleInterval<FloatType> all) {
        List<MapOfScan> maps = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++)
            maps.add(named(kind, words, labels.get(i), scan, Views.hyperSlice(all, 3, i)));
        return maps;
    }

    private static MapOfScan named(String kind, String words, ClassLabel label, Scan scan,
            RandomAccessibleInterval<FloatType> map) {
        String name = kind + "_" + label.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return new MapOfScan(name, words + " " + label.name(), scan(scan, name, map), 0);
    }

    private List<MapOfScan> ofRegion(VoxelBox box, Scan scan, Workspace space, Progress progress) {
        Scan marked = RegionGradCam.marked(scan, box.min(), box.max());
        Plan plan = RegionGradCam.marked(model.plan());
        String words = "Grad-CAM in " + box.words() + " of";
        return gradCam
                .map(e -> named(GRADCAM, words, marked,
                        segmenter(e).maps(marked, plan, space, labels.size(), progress)))
                .orElseGet(() -> ofClasses(GRADCAM, words, label -> RegionGradCam.open(model.plan(),
                        model.bundle().members(), label, request.place(), request.device()), marked, plan, space,
                        progress));
    }

    /** Tests Grad-CAM by class, if that is asked for; of an ensemble with its first network. */
    private Map<String, SanityCheck.Result> checks(Scan scan, Workspace space, Progress progress) {
        Map<String, SanityCheck.Result> checks = new LinkedHashMap<>();
        for (ClassLabel label : request.check() ? labels : List.<ClassLabel> of()) {
            SanityCheck
                    .run(model.plan(), model.bundle().members().get(0), model.plan().labels().classes().indexOf(label),
                            request.place(), request.device(),
                            maker -> stitched(maker, scan, model.plan(), space, progress))
                    .ifPresent(r -> checks.put(label.name(), r));
        }
        return checks;
    }

    private List<MapOfScan> attention(Scan scan, Workspace space, Progress progress) {
        AttentionMaps gates = attention.orElseThrow();
        gates.reset();
        var made = segmenter(gates.engine()).maps(scan, model.plan(), space, gates.names().size(), progress);
        List<MapOfScan> maps = new ArrayList<>();
        for (int i = 0; gates.hasMaps() && i < gates.names().size(); i++) {
            String name = "attention_" + gates.names().get(i);
            maps.add(new MapOfScan(name, "attention of " + gates.names().get(i) + ", 0 to 1",
                    scan(scan, name, Views.hyperSlice(made, 3, i)), 1));
        }
        return maps;
    }

    /** The maps of an engine along the fourth axis. */
    private RandomAccessibleInterval<FloatType> stitched(MapEngine maker, Scan scan, Plan plan, Workspace space,
            Progress progress) {
        return segmenter(maker).maps(scan, plan, space, maker.names().size(), progress);
    }

    /** A map as a scan of one channel. */
    private static Scan scan(Scan scan, String name, RandomAccessibleInterval<FloatType> map) {
        return new Scan(scan.name() + "_" + name, Views.addDimension(map, 0, 0), scan.geometry(), Modality.OTHER,
                List.of());
    }

    @Override
    public void close() {
        engine.ifPresent(Engine::close);
        gradCam.ifPresent(Engine::close);
        makers.close();
        networks.close();
        attention.ifPresent(AttentionMaps::close);
    }
}
