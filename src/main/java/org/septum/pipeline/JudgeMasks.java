package org.septum.pipeline;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.septum.bundle.OpenBundle;
import org.septum.bundle.OpenModel;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.explain.CaseFeatures;
import org.septum.explain.FingerprintCheck;
import org.septum.explain.QualityModel;
import org.septum.explain.ScanFacts;
import org.septum.infer.ChangedEngine;
import org.septum.infer.ChangedEngine.Change;
import org.septum.infer.Engine;
import org.septum.infer.PreparedScan;
import org.septum.infer.Segmentation;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;

/** Judges masks as a model has learnt to, by what can be measured without a reference. */
final class JudgeMasks {

    /** What is said of a mask that was joined. */
    static final String NOT_PREDICTED = "its Dice is not predicted, since it was segmented in slabs";

    private final Plan plan;

    private final Optional<QualityModel> learnt;

    private final Engine engine;

    private final SegmenterOptions options;

    /**
     * @param model
     *            Septum's own
     * @param engine
     *            of its network; stays the caller's to close
     * @param options
     *            how scans are cut into tiles
     *
     * @throws SeptumException
     *             of kind USAGE if the model is that of others
     */
    JudgeMasks(OpenModel model, Engine engine, SegmenterOptions options) {
        if (!(model instanceof OpenBundle own)) {
            throw SeptumException.usage("--quality with a model of others, of which it is not known what it was trained"
                    + " on: leave --quality out");
        }
        this.plan = own.plan();
        this.learnt = QualityModel.of(own.bundle());
        this.engine = engine;
        this.options = options;
    }

    /** The same; says if the model has not learnt to predict. */
    static JudgeMasks open(OpenModel model, Engine engine, SegmenterOptions options, Progress progress) {
        JudgeMasks judge = new JudgeMasks(model, engine, options);
        if (judge.learnt.isEmpty()) {
            progress.message("the model has not learnt to predict the Dice of its masks; only what is unlike its"
                    + " training cases is told. septum model calibrate MODEL DATASET -o OTHER teaches it");
        }
        return judge;
    }

    /**
     * Judges a mask. One further run of the network for each change that the model has learnt from, if the model can
     * predict. A mask without probabilities was joined of slabs, as its scan is too large for one task: nothing is run
     * on it again, so its Dice is not predicted, which is among the reasons.
     *
     * @param made
     *            of the scan
     */
    MaskQuality judge(PreparedScan prepared, Segmentation made, Progress progress) {
        return made.probabilities().isPresent() ? judged(prepared, made, progress) : judgedJoined(prepared, made);
    }

    private MaskQuality judgedJoined(PreparedScan prepared, Segmentation made) {
        List<String> unlike = new ArrayList<>();
        learnt.ifPresent(model -> unlike.addAll(model.unusual(ScanFacts.of(prepared.scan()), Map.of())));
        unlike.addAll(FingerprintCheck.of(plan, prepared.scan(), made.mask()));
        boolean look = !unlike.isEmpty();
        if (learnt.isPresent())
            unlike.add(NOT_PREDICTED);
        return new MaskQuality(Double.NaN, true, look, unlike);
    }

    private MaskQuality judged(PreparedScan prepared, Segmentation made, Progress progress) {
        List<String> reasons = new ArrayList<>();
        double dice = Double.NaN;
        if (learnt.isPresent()) {
            QualityModel model = learnt.get();
            Map<String, Double> features = features(prepared, made, model.changes(), progress);
            dice = Math.round(model.predict(features) * 1e4) / 1e4;
            if (dice < model.lookBelow())
                reasons.add(String.format(Locale.ROOT, "the predicted Dice is below %.3f", model.lookBelow()));
            reasons.addAll(model.unusual(ScanFacts.of(prepared.scan()), features));
        }
        reasons.addAll(FingerprintCheck.of(plan, prepared.scan(), made.mask()));
        return new MaskQuality(dice, true, !reasons.isEmpty(), reasons);
    }

    /** What is measured of a mask, with the masks of the changed scan. */
    Map<String, Double> features(PreparedScan prepared, Segmentation made, List<Change> changes, Progress progress) {
        Map<Change, LabelMask> changed = new EnumMap<>(Change.class);
        for (Change change : changes)
            changed.put(change,
                    new Segmenter(ChangedEngine.of(engine, plan, change), options).segment(prepared, progress));
        Scan scan = prepared.scan();
        return CaseFeatures.of(scan, made.probabilities().orElseThrow(), made.mask(), changed);
    }
}
