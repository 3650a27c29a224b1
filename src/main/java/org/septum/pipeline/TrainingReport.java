package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.septum.bundle.Bundle;
import org.septum.bundle.ModelCard;
import org.septum.core.ClassLabel;
import org.septum.metrics.MeasuredCase;
import org.septum.metrics.MeasurementError;
import org.septum.metrics.Metric;
import org.septum.metrics.ScoreTable;
import org.septum.metrics.Summary;
import org.septum.train.EpochReport;

/**
 * A training as one HTML page with everything inside, so that it can be sent and opened anywhere: curves, scores, the
 * worst cases as pictures, what it ran on, and the plan with its reasons.
 *
 * @param bundle
 *            the model
 * @param runs
 *            each network that was trained, with its epochs
 * @param scores
 *            of held-out cases; without rows if none were scored
 * @param measured
 *            what the model measures, of held-out cases; empty if nothing
 * @param worst
 *            the cases that scored worst, the worst first
 */
record TrainingReport(Bundle bundle, List<Run> runs, ScoreTable scores, List<MeasuredCase> measured,
        List<WorstCases.Shown> worst) {

    /**
     * One network's training.
     *
     * @param name
     *            "fold 0"
     * @param history
     *            its epochs
     * @param kept
     *            the epoch whose weights were kept
     */
    record Run(String name, List<EpochReport> history, int kept) {

        Run {
            history = List.copyOf(history);
        }
    }

    /** Of all pictures: a model's texts may have 4 MB. */
    private static final int MOST_CHARACTERS = 3 << 20;

    private static final String STYLE = """
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
                   color: #1b1f24; background: #fff }
            .warning { border-left: 4px solid #d55e00; padding: .3rem 1rem; background: #fff4ec }
            table { border-collapse: collapse } td, th { border-bottom: 1px solid #d0d7de; padding: .3rem .8rem;
                   text-align: left; vertical-align: top }
            .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums } svg { max-width: 44rem; display: block;
                   margin: 0 0 1rem }
            figure { display: inline-block; margin: 0 1rem 1rem 0; vertical-align: top; max-width: 20rem }
            figcaption { font-size: 14px } img { background: #000; max-width: 100% }
            .swatch { display: inline-block; width: 1em; height: 1em; vertical-align: -.15em; margin-right: .4em }
            pre { font-size: 13px; overflow-x: auto; background: #f6f8fa; padding: 1rem }
            """;

    String html() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<title>").append(Html.escape(bundle.card().name())).append(": training</title>\n<style>")
                .append(STYLE).append("</style></head>\n<body>\n<h1>").append(Html.escape(bundle.card().name()))
                .append("</h1>\n<p>").append(Html.escape(bundle.card().description()))
                .append("</p>\n<p class=\"warning\">For research. Not a medical device.</p>\n");
        page.append("<h2>Scores</h2>\n").append(scoreTable());
        if (!scores.rows().isEmpty())
            page.append(boxes("Dice", Metric.DICE)).append(boxes("HD95 in " + scores.distanceUnit(), Metric.HD95))
                    .append(failures()).append(measurementBoxes());
        page.append("<h2>Training</h2>\n").append(curves());
        if (!worst.isEmpty())
            page.append("<h2>The worst cases</h2>\n").append(pictures());
        page.append("<h2>How it was made</h2>\n").append(facts(bundle.card().training()));
        page.append("<h2>Plan</h2>\n").append(plan());
        return page.append("</body></html>\n").toString();
    }

    private String scoreTable() {
        if (bundle.card().scores().isEmpty())
            return "<p>No case was scored: none was held out, or the training was stopped early.</p>\n";
        StringBuilder table = new StringBuilder("<table><tr><th>class</th><th>score</th><th class=\"number\">mean</th>"
                + "<th class=\"number\">95 % interval</th><th class=\"number\">sd</th><th class=\"number\">n</th></tr>\n");
        for (ModelCard.Score s : bundle.card().scores()) {
            boolean sure = Double.isFinite(s.low()) && Double.isFinite(s.high());
            table.append(String.format(Locale.ROOT,
                    "<tr><td>%s</td><td>%s</td><td class=\"number\">%s</td><td class=\"number\">%s</td><td class=\"number\">%s</td>"
                            + "<td class=\"number\">%d</td></tr>%n",
                    Html.escape(s.className()), Html.escape(s.metric()), number(s.mean()),
                    sure ? number(s.low()) + " to " + number(s.high()) : "", number(s.sd()), s.n()));
        }
        return table.append("</table>\n<p>Measured on ").append(Html.escape(bundle.card().scores().get(0).split()))
                .append(". The interval of the mean is a bootstrap over cases.</p>\n").toString();
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "–";
    }

    private String boxes(String title, Metric metric) {
        List<SvgChart.Series> boxes = new ArrayList<>();
        for (ClassLabel label : scores.labels()) {
            boxes.add(new SvgChart.Series(label.name(), colour(label), scores.rows().stream()
                    .filter(row -> row.label().value() == label.value()).map(metric::of).toList()));
        }
        return SvgChart.boxes(title + " of each held-out case", boxes);
    }

    /** One chart for each thing that is measured and each way to know it. */
    private String measurementBoxes() {
        StringBuilder charts = new StringBuilder();
        for (MeasurementError e : MeasurementError.of(measured)) {
            List<Double> errors = measured.stream().filter(c -> c.what().equals(e.what()))
                    .map(e.isAgainstTable() ? MeasuredCase::errorToKnown : MeasuredCase::errorToReference).toList();
            charts.append(SvgChart.boxes(e.name() + " in " + e.unit().symbol(),
                    List.of(new SvgChart.Series(e.what().className(), SvgChart.colour(0), errors))));
        }
        return charts.toString();
    }

    private String colour(ClassLabel label) {
        int rgb = bundle.plan().labels().withValue(label.value()).map(ClassLabel::rgb).orElse(label.rgb());
        return String.format(Locale.ROOT, "#%06x", rgb);
    }

    private String failures() {
        StringBuilder lines = new StringBuilder();
        for (ClassLabel label : scores.labels()) {
            Summary s = scores.summary(label, Metric.HD95);
            if (s.infinite() > 0)
                lines.append("<p>").append(Html.escape(label.name())).append(": in ").append(s.infinite())
                        .append(" cases it is in the reference or the prediction alone; their HD95 is infinite and not"
                                + " drawn.</p>\n");
        }
        return lines.toString();
    }

    private String curves() {
        StringBuilder charts = new StringBuilder();
        charts.append(curve("training loss", EpochReport::loss));
        if (runs.stream().flatMap(r -> r.history().stream()).anyMatch(e -> !Double.isNaN(e.meanDice())))
            charts.append(diceCurves());
        charts.append(curve("learning rate", EpochReport::learningRate));
        charts.append("<p>Kept: ");
        charts.append(Html.escape(String.join(", ", runs.stream()
                .map(r -> "epoch " + r.kept() + " of " + r.history().size() + " of " + r.name()).toList())));
        return charts.append(".</p>\n").toString();
    }

    /** Of one network every class, of several the mean of each. */
    private String diceCurves() {
        List<ClassLabel> classes = bundle.plan().labels().foreground();
        if (runs.size() > 1 || classes.size() == 1)
            return curve("validation Dice, mean of the classes", EpochReport::meanDice);
        List<SvgChart.Series> curves = new ArrayList<>();
        for (int k = 0; k < classes.size(); k++) {
            int index = k;
            curves.add(new SvgChart.Series(classes.get(k).name(), colour(classes.get(k)), runs.get(0).history().stream()
                    .map(e -> index < e.dice().size() ? e.dice().get(index) : Double.NaN).toList()));
        }
        curves.add(new SvgChart.Series("mean", "#1b1f24",
                runs.get(0).history().stream().map(EpochReport::meanDice).toList()));
        return SvgChart.lines("validation Dice of each class", curves);
    }

    private String curve(String title, ToDoubleFunction<EpochReport> value) {
        List<SvgChart.Series> curves = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            curves.add(new SvgChart.Series(runs.get(i).name(), SvgChart.colour(i),
                    runs.get(i).history().stream().map(value::applyAsDouble).toList()));
        }
        return SvgChart.lines(title, curves);
    }

    private String pictures() {
        StringBuilder figures = new StringBuilder("<p>Coloured: predicted. White: the outline of the reference. Each is"
                + " shown at the slice where they differ most.</p>\n<p>");
        for (ClassLabel c : bundle.plan().labels().foreground()) {
            figures.append("<span class=\"swatch\" style=\"background:").append(colour(c)).append("\"></span>")
                    .append(Html.escape(c.name())).append(" &nbsp; ");
        }
        figures.append("</p>\n");
        for (WorstCases.Shown s : worst) {
            if (figures.length() + s.picture().length() > MOST_CHARACTERS)
                break;
            figures.append("<figure><img alt=\"\" src=\"data:image/png;base64,").append(s.picture())
                    .append("\"><figcaption>").append(Html.escape(s.name())).append(String.format(Locale.ROOT,
                            ", slice %d: Dice %.3f</figcaption></figure>%n", s.slice(), s.dice()));
        }
        return figures.toString();
    }

    private static String facts(Map<String, String> facts) {
        StringBuilder table = new StringBuilder("<table>\n");
        facts.forEach((fact, value) -> table.append("<tr><th>").append(Html.escape(fact)).append("</th><td>")
                .append(Html.escape(value)).append("</td></tr>\n"));
        return table.append("</table>\n").toString();
    }

    private String plan() {
        return "<p>" + Html.escape(bundle.plan().network().describe()) + ", "
                + bundle.plan().network().graph().parameters() + " parameters</p>\n" + facts(bundle.plan().reasons())
                + "<details><summary>plan.json</summary><pre>" + Html.escape(bundle.plan().toJson())
                + "</pre></details>\n";
    }
}
