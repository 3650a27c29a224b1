package org.septum.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.septum.bundle.OpenBundle;
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
import org.septum.metrics.DiceScore;
import org.septum.metrics.PairedDifference;
import org.septum.metrics.Summary;

/**
 * The same scans segmented with floats and with integers on the CPU, one right after the other, so that both meet the
 * same machine.
 */
final class BeforeAndAfter {

    /** Dice of each case before and after, by class. */
    private final Map<ClassLabel, List<List<Double>>> dice = new HashMap<>();

    private final List<Double> secondsBefore = new ArrayList<>();

    private final List<Double> secondsAfter = new ArrayList<>();

    private String machine = "";

    private BeforeAndAfter() {
    }

    static BeforeAndAfter measure(OpenBundle model, List<DataCase> cases, Progress progress) {
        BeforeAndAfter result = new BeforeAndAfter();
        Plan plan = model.bundle().plan();
        plan.labels().foreground()
                .forEach(label -> result.dice.put(label, List.of(new ArrayList<>(), new ArrayList<>())));
        try (DjlEngine before = DjlEngine.open(model.onnx(), plan, "cpu", Progress.SILENT);
                DjlEngine after = DjlEngine.open(model.int8().orElseThrow(), plan, "cpu", Progress.SILENT)) {
            result.machine = before.describe();
            List<Segmenter> both = List.of(new Segmenter(before, SegmenterOptions.DEFAULT),
                    new Segmenter(after, SegmenterOptions.DEFAULT));
            for (int i = 0; i < cases.size(); i++) {
                progress.throwIfCancelled();
                progress.report("scoring before and after", i, cases.size());
                result.add(cases.get(i), plan, both, progress);
            }
            progress.report("scoring before and after", cases.size(), cases.size());
        }
        return result;
    }

    private void add(DataCase c, Plan plan, List<Segmenter> both, Progress progress) {
        Scan scan = CaseReader.scan(c);
        LabelMask reference = CaseReader.labels(c, plan.labels(), scan);
        for (int k = 0; k < both.size(); k++) {
            long start = System.nanoTime();
            LabelMask mask = both.get(k).segment(scan, plan, new Quiet(progress));
            (k == 0 ? secondsBefore : secondsAfter).add((System.nanoTime() - start) / 1e9);
            for (ClassLabel label : plan.labels().foreground()) {
                dice.get(label).get(k).add(DiceScore.of(reference.pixels(), mask.pixels(), label.value()).dice());
            }
        }
    }

    /** Medians: the first scan takes longer than the others. */
    Receipt.Change seconds() {
        return new Receipt.Change(summary(secondsBefore).median(), summary(secondsAfter).median());
    }

    String machine() {
        return machine;
    }

    Receipt.ClassScore score(ClassLabel label) {
        List<Double> before = dice.get(label).get(0);
        List<Double> after = dice.get(label).get(1);
        Summary first = summary(before);
        Summary second = summary(after);
        PairedDifference difference = PairedDifference.of(after, before);
        return new Receipt.ClassScore(label.name(), first.n(), orNull(first.mean()), orNull(first.sd()),
                orNull(second.mean()), orNull(second.sd()), orNull(difference.mean()), orNull(difference.low()),
                orNull(difference.high()));
    }

    private static Summary summary(List<Double> values) {
        return Summary.of(values.stream().mapToDouble(v -> v));
    }

    /** JSON has no NaN. */
    private static Double orNull(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
