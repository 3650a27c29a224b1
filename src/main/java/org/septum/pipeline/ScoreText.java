package org.septum.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.septum.core.ClassLabel;
import org.septum.metrics.MeanInterval;
import org.septum.metrics.Metric;
import org.septum.metrics.ScoreTable;
import org.septum.metrics.Summary;

/** Scores for people: one line a class. */
public final class ScoreText {

    private ScoreText() {
    }

    /** A table with a header; no line if nothing was scored. */
    public static List<String> lines(ScoreTable table) {
        List<String> lines = new ArrayList<>();
        if (table.rows().isEmpty())
            return lines;
        String unit = table.distanceUnit();
        lines.add(String.format(Locale.ROOT, "%-16s %15s %15s %17s %15s %4s", "class", "Dice", "IoU", "HD95 " + unit,
                "NSD " + number(table.tolerance()) + " " + unit, "n"));
        for (ClassLabel label : table.labels()) {
            lines.add(String.format(Locale.ROOT, "%-16s %15s %15s %17s %15s %4d", label.name(),
                    spread(table, label, Metric.DICE, 3), spread(table, label, Metric.IOU, 3),
                    spread(table, label, Metric.HD95, 2), spread(table, label, Metric.NSD, 3),
                    table.summary(label, Metric.DICE).n()));
        }
        Summary cases = table.diceOfCases();
        String over = cases.n() == 1 ? "of one case"
                : String.format(Locale.ROOT, "over %d cases: mean %.4f, sd %.4f", cases.n(), cases.mean(), cases.sd());
        lines.add(String.format(Locale.ROOT, "mean Dice of the classes %.4f; %s", table.meanDice(), over));
        return lines;
    }

    /** The 95 % interval of the mean Dice and HD95 of each class; no line for a single case. */
    public static List<String> intervals(ScoreTable table) {
        List<String> lines = new ArrayList<>();
        for (ClassLabel label : table.labels()) {
            MeanInterval dice = table.interval(label, Metric.DICE);
            MeanInterval hd95 = table.interval(label, Metric.HD95);
            if (dice.n() > 1)
                lines.add(String.format(Locale.ROOT,
                        "95 %% interval of the mean of %s: Dice %.4f to %.4f, HD95 %.2f to" + " %.2f %s", label.name(),
                        dice.low(), dice.high(), hd95.low(), hd95.high(), table.distanceUnit()));
        }
        return lines;
    }

    private static String spread(ScoreTable table, ClassLabel label, Metric metric, int digits) {
        Summary s = table.summary(label, metric);
        if (s.n() == 0)
            return "not measurable";
        String failures = s.infinite() > 0 ? " (" + s.infinite() + " missed)" : "";
        // one case has no spread
        String sd = Double.isNaN(s.sd()) ? "" : String.format(Locale.ROOT, " ± %." + digits + "f", s.sd());
        return String.format(Locale.ROOT, "%." + digits + "f", s.mean()) + sd + failures;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    /** The same for programs; a number that cannot be measured is null. */
    public static Map<String, Object> json(ScoreTable table) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cases", table.cases());
        json.put("mean_dice", finite(table.meanDice()));
        Map<String, Object> classes = new LinkedHashMap<>();
        for (ClassLabel label : table.labels()) {
            Map<String, Object> metrics = new LinkedHashMap<>();
            for (Metric metric : Metric.values()) {
                Summary s = table.summary(label, metric);
                Map<String, Object> values = new LinkedHashMap<>();
                values.put("n", s.n());
                values.put("mean", finite(s.mean()));
                values.put("sd", finite(s.sd()));
                metrics.put(metric.key(), values);
            }
            classes.put(label.name(), metrics);
        }
        json.put("classes", classes);
        return json;
    }

    /** A number for JSON; null if it is none. */
    public static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
