package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

import org.septum.core.CsvField;
import org.septum.metrics.PairedDifference;
import org.septum.metrics.Summary;
import org.septum.pipeline.CompareAttention.Row;

/**
 * A comparison as Markdown and CSV.
 *
 * @param facts
 *            how it was made, by name
 * @param title
 *            names the dataset
 * @param reference
 *            the attention that the others are held against
 * @param rows
 *            one for each attention
 * @param missing
 *            runs that are not finished, in words
 */
record AblationReport(String title, Map<String, String> facts, String reference, List<Row> rows, List<String> missing) {

    private static final String CHOSEN = """
            Every run sees the same batches of the same seed and is scored on the same held-out cases. A run keeps the
            weights of its best epoch on those cases, so that all scores are a little better than on new scans.
            """;

    String markdown() {
        StringBuilder text = new StringBuilder("# Attention compared: " + title + "\n\n| | |\n|---|---|\n");
        facts.forEach((name, value) -> text.append("| ").append(name).append(" | ").append(value).append(" |\n"));
        text.append('\n').append(CHOSEN)
                .append("\n| attention | parameters | MACs of a patch | s a step | Dice, mean ± sd"
                        + " over seeds | difference to ")
                .append(reference).append(" | 95 % interval | cases |\n").append("|---|--:|--:|--:|--:|--:|--:|--:|\n");
        rows.forEach(row -> text.append(line(row)));
        List<String> classes = classes();
        if (classes.size() > 1)
            text.append(classTable(classes));
        text.append("\nDice is the mean over the classes of a case, then over the cases, for each seed. The difference"
                + " is taken seed by seed and case by case; its interval comes from 10,000 resamples of seeds and"
                + " cases, so that it also says what another seed may bring.\n\n");
        rows.forEach(row -> row.difference().ifPresent(d -> text.append("- ").append(row.attention())
                .append(" against ").append(reference).append(": ").append(d.describe()).append(".\n")));
        missing.forEach(run -> text.append("- Not finished: ").append(run).append(".\n"));
        return text.toString();
    }

    private static String line(Row row) {
        String difference = row.difference().map(d -> number(d.mean(), "%+.4f")).orElse("");
        String interval = row.difference().map(d -> Double.isNaN(d.low()) ? "not measurable"
                : number(d.low(), "%+.4f") + " to " + number(d.high(), "%+.4f")).orElse("");
        return String.format(Locale.ROOT, "| %s | %,d | %.3f G | %.3f | %s | %s | %s | %d |%n", row.attention(),
                row.parameters(), row.macs() / 1e9, row.secondsPerStep(), spread(row.dice()), difference, interval,
                row.cases());
    }

    private String classTable(List<String> classes) {
        StringBuilder table = new StringBuilder(
                "\n| Dice of | " + String.join(" | ", classes) + " |\n|---" + "|--:".repeat(classes.size()) + "|\n");
        for (Row row : rows) {
            table.append("| ").append(row.attention());
            for (String name : classes)
                table.append(" | ").append(row.classes().containsKey(name) ? spread(row.classes().get(name)) : "");
            table.append(" |\n");
        }
        return table.toString();
    }

    private List<String> classes() {
        TreeSet<String> names = new TreeSet<>();
        rows.forEach(row -> names.addAll(row.classes().keySet()));
        return List.copyOf(names);
    }

    private static String spread(Summary s) {
        if (s.n() == 0)
            return "not measured";
        return number(s.mean(), "%.4f") + (s.n() > 1 ? " ± " + number(s.sd(), "%.4f") : "");
    }

    private static String number(double value, String format) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "not measurable";
    }

    String csv() {
        List<String> classes = classes();
        StringBuilder csv = new StringBuilder("attention,parameters,macs,seconds_per_step,seeds,dice_mean,dice_sd,"
                + "difference,difference_low,difference_high,cases");
        classes.forEach(name -> csv.append(',').append(CsvField.quoted("dice_" + name)));
        csv.append('\n');
        for (Row row : rows) {
            PairedDifference d = row.difference().orElse(new PairedDifference(0, Double.NaN, Double.NaN, Double.NaN));
            List<Object> cells = new ArrayList<>(
                    List.of(row.attention(), row.parameters(), row.macs(), row.secondsPerStep(), row.dice().n(),
                            row.dice().mean(), row.dice().sd(), d.mean(), d.low(), d.high(), row.cases()));
            classes.forEach(
                    name -> cells.add(row.classes().containsKey(name) ? row.classes().get(name).mean() : Double.NaN));
            csv.append(String.join(",", cells.stream().map(String::valueOf).toList())).append('\n');
        }
        return csv.toString();
    }
}
