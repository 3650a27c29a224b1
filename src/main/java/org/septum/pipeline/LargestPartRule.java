package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.bundle.OpenBundle;
import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.data.Plan;
import org.septum.data.PostProcessingPlan;
import org.septum.infer.DjlEngine;
import org.septum.infer.PostProcessing;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.metrics.DiceScore;

/**
 * Decides of which classes only the largest connected part of a mask is kept: of those that are one part in every
 * training case, and whose masks of some training cases do not suffer.
 * <p>
 * <b>Why?</b> nnU-Net decides by the held-out cases, whose scores are then a little better than those of new scans. The
 * labels that were trained on say as well what a class looks like, and the held-out scores stay honest.
 */
final class LargestPartRule {

    /** The labels of at most so many training cases are looked at, evenly spread. */
    private static final int MOST_LABELS = 200;

    /** So many of them are segmented. */
    private static final int MOST_SCANS = 5;

    /** What lies beside the largest part of a class that counts as one: a stray voxel is a slip of a pen. */
    private static final double STRAYS = 0.01;

    /** Mean loss of Dice that is still no harm. */
    private static final double HARMLESS = 0.001;

    private final String device;

    private final Progress progress;

    private final Path aside;

    /**
     * @param aside
     *            where models may be written meanwhile
     */
    LargestPartRule(String device, Path aside, Progress progress) {
        this.device = device;
        this.aside = aside;
        this.progress = progress;
    }

    /** The networks with plans that say what is done to masks: the same for all of them. */
    List<TrainedNetwork> applied(List<TrainedNetwork> networks) {
        List<Decision> decisions = new ArrayList<>();
        for (TrainedNetwork network : networks)
            decisions.add(decision(network));
        List<Integer> common = new ArrayList<>(decisions.get(0).values());
        decisions.forEach(d -> common.retainAll(d.values()));
        String reasons = decisions.stream().map(Decision::reason).distinct().collect(Collectors.joining("; "));
        return IntStream.range(0, networks.size()).mapToObj(i -> {
            Plan plan = networks.get(i).plan();
            PostProcessingPlan post = common.isEmpty() ? null
                    : PostProcessingPlan.largestPart(common, plan.network().dims());
            return networks.get(i).withPlan(plan.withPostProcessing(post, reasons));
        }).toList();
    }

    /** Label values of which the largest part is kept, and why. */
    private record Decision(List<Integer> values, String reason) {
    }

    private Decision decision(TrainedNetwork network) {
        Plan plan = network.plan();
        List<DataCase> cases = spread(network.split().training(), MOST_LABELS);
        List<Integer> single = new ArrayList<>(plan.labels().foreground().stream().map(ClassLabel::value).toList());
        PostProcessingPlan post = PostProcessingPlan.largestPart(single, plan.network().dims());
        for (int i = 0; i < cases.size() && !single.isEmpty(); i++) {
            progress.throwIfCancelled();
            progress.report("looking for parts of classes", i, cases.size());
            LabelMask labels = CaseReader.labels(cases.get(i), plan.labels(), CaseReader.scan(cases.get(i)));
            single.removeIf(value -> PostProcessing.strays(labels, post, value) > STRAYS);
        }
        String where = plan.network().dims() == 2 ? " in every slice" : "";
        if (single.isEmpty()) {
            return new Decision(List.of(), "masks are left as they are: no class is one connected part" + where
                    + " in each of " + cases.size() + " training cases");
        }
        return tried(network, single, where + " in each of " + cases.size() + " training cases");
    }

    /** Of the classes that are one part those whose masks do not suffer. */
    private Decision tried(TrainedNetwork network, List<Integer> single, String where) {
        Plan plan = network.plan();
        Map<Integer, double[]> dice = dice(network, single);
        List<Integer> kept = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (int value : single) {
            double[] d = dice.get(value);
            boolean harmless = !(d[1] < d[0] - HARMLESS * d[2]);
            if (harmless)
                kept.add(value);
            words.add(String.format(Locale.ROOT,
                    "%s is one connected part%s; with its largest part alone Dice of %.0f"
                            + " of them goes from %.4f to %.4f, so %s",
                    name(plan, value), where, d[2], d[0] / d[2], d[1] / d[2],
                    harmless ? "only that is kept" : "its islands stay"));
        }
        return new Decision(kept, String.join("; ", words));
    }

    private static String name(Plan plan, int value) {
        return plan.labels().classes().get(plan.labels().indexOf(value)).name();
    }

    /** By class: sums of Dice without and with, and of how many training cases. */
    private Map<Integer, double[]> dice(TrainedNetwork network, List<Integer> values) {
        Plan plan = network.plan();
        PostProcessingPlan post = PostProcessingPlan.largestPart(values, plan.network().dims());
        Map<Integer, double[]> sums = new LinkedHashMap<>();
        values.forEach(v -> sums.put(v, new double[3]));
        BundleWriter.write(Bundle.of(plan, network.best(), ModelCard.of(plan)), aside, true);
        try (OpenBundle open = BundleReader.open(aside);
                DjlEngine engine = DjlEngine.open(open.onnx(), plan, device, Progress.SILENT)) {
            Segmenter segmenter = new Segmenter(engine, SegmenterOptions.DEFAULT.withPostProcessing(false));
            for (DataCase c : spread(network.split().training(), MOST_SCANS)) {
                Scan scan = CaseReader.scan(c);
                LabelMask reference = CaseReader.labels(c, plan.labels(), scan);
                LabelMask mask = segmenter.segment(scan, plan, new Quiet(progress));
                sums.forEach(
                        (value, sum) -> add(sum, 0, DiceScore.of(reference.pixels(), mask.pixels(), value).dice()));
                PostProcessing.apply(mask, post);
                sums.forEach(
                        (value, sum) -> add(sum, 1, DiceScore.of(reference.pixels(), mask.pixels(), value).dice()));
            }
        }
        return sums;
    }

    /** Adds a Dice to sum {@code at}, and counts the second of both. */
    private static void add(double[] sum, int at, double dice) {
        if (Double.isNaN(dice))
            return;
        sum[at] += dice;
        sum[2] += at;
    }

    /** So many of a list at most, evenly spread. */
    private static List<DataCase> spread(List<DataCase> all, int most) {
        int n = Math.min(most, all.size());
        return IntStream.range(0, n).mapToObj(i -> all.get((int) ((long) i * all.size() / n))).toList();
    }
}
