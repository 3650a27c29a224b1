package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import org.septum.compress.Receipt;
import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.data.Plan;
import org.septum.infer.DjlEngine;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.io.PixelSizes;
import org.septum.metrics.CaseScores;
import org.septum.metrics.PairedDifference;
import org.septum.metrics.ScoreTable;
import org.septum.metrics.Summary;

/**
 * The same scans segmented with two models on the CPU, one right after the other, so that both meet the same machine.
 */
final class BeforeAndAfter {

    /**
     * A model as it is run.
     *
     * @param onnx
     *            its graph
     * @param plan
     *            how scans are treated
     */
    record Side(Path onnx, Plan plan) {
    }

    /** Scores of all classes and cases, in the same order before and after. */
    private final List<List<CaseScores>> rows = List.of(new ArrayList<>(), new ArrayList<>());

    private final List<List<Double>> seconds = List.of(new ArrayList<>(), new ArrayList<>());

    private final PixelSizes pixelSizes;

    private String machine = "";

    private BeforeAndAfter(PixelSizes pixelSizes) {
        this.pixelSizes = pixelSizes;
    }

    /**
     * Segments and scores.
     *
     * @param sides
     *            before and after, with the same classes
     * @param cases
     *            to segment
     * @param pixelSizes
     *            of pictures that do not state theirs
     */
    static BeforeAndAfter measure(List<Side> sides, List<DataCase> cases, PixelSizes pixelSizes, Progress progress) {
        BeforeAndAfter result = new BeforeAndAfter(pixelSizes);
        try (DjlEngine before = engine(sides.get(0));
                DjlEngine after = engine(sides.get(1))) {
            result.machine = before.describe();
            List<Segmenter> both = List.of(new Segmenter(before, SegmenterOptions.DEFAULT),
                    new Segmenter(after, SegmenterOptions.DEFAULT));
            for (int i = 0; i < cases.size(); i++) {
                progress.throwIfCancelled();
                progress.report("scoring before and after", i, cases.size());
                result.add(cases.get(i), sides, both, progress);
            }
            progress.report("scoring before and after", cases.size(), cases.size());
        }
        return result;
    }

    private static DjlEngine engine(Side side) {
        return DjlEngine.open(side.onnx(), side.plan(), "cpu", Progress.SILENT);
    }

    private void add(DataCase c, List<Side> sides, List<Segmenter> both, Progress progress) {
        Scan scan = CaseReader.scan(c, pixelSizes);
        Plan plan = sides.get(0).plan();
        LabelMask read = CaseReader.labels(c, plan.labels(), scan);
        // a picture of labels does not state its pixel size, but lies on its scan
        LabelMask reference = new LabelMask(read.pixels(), scan.geometry(), read.labels(), read.dicom());
        for (int k = 0; k < both.size(); k++) {
            long start = System.nanoTime();
            LabelMask mask = both.get(k).segment(scan, sides.get(k).plan(), new Quiet(progress));
            seconds.get(k).add((System.nanoTime() - start) / 1e9);
            for (ClassLabel label : plan.labels().foreground())
                rows.get(k).add(CaseScores.of(c.name(), label, reference, mask, HeldOutScores.TOLERANCE));
        }
    }

    /** Medians: the first scan takes longer than the others. */
    Receipt.Change seconds() {
        return new Receipt.Change(summary(seconds.get(0)).median(), summary(seconds.get(1)).median());
    }

    String machine() {
        return machine;
    }

    /** All scores of the model after. */
    ScoreTable after() {
        return new ScoreTable(rows.get(1), HeldOutScores.TOLERANCE);
    }

    List<Receipt.ClassScore> scores(Plan plan) {
        List<Receipt.ClassScore> scores = new ArrayList<>();
        for (ClassLabel label : plan.labels().foreground()) {
            scores.add(new Receipt.ClassScore(label.name(), paired(label, CaseScores::dice),
                    paired(label, CaseScores::hd95), after().distanceUnit()));
        }
        return scores;
    }

    /** Cases without a finite value on one of both sides are left out of all of it. */
    private Receipt.Paired paired(ClassLabel label, ToDoubleFunction<CaseScores> score) {
        List<Double> before = new ArrayList<>();
        List<Double> after = new ArrayList<>();
        for (int i = 0; i < rows.get(0).size(); i++) {
            double first = score.applyAsDouble(rows.get(0).get(i));
            double second = score.applyAsDouble(rows.get(1).get(i));
            if (rows.get(0).get(i).label().equals(label) && Double.isFinite(first) && Double.isFinite(second)) {
                before.add(first);
                after.add(second);
            }
        }
        PairedDifference difference = PairedDifference.of(after, before);
        return new Receipt.Paired(before.size(), orNull(summary(before).mean()), orNull(summary(before).sd()),
                orNull(summary(after).mean()), orNull(summary(after).sd()), orNull(difference.mean()),
                orNull(difference.low()), orNull(difference.high()));
    }

    private static Summary summary(List<Double> values) {
        return Summary.of(values.stream().mapToDouble(v -> v));
    }

    /** JSON has no NaN. */
    private static Double orNull(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
