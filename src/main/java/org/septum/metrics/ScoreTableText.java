package org.septum.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.septum.core.ClassLabel;
import org.septum.core.CsvField;
import org.septum.core.SeptumException;

/** A score table as CSV and JSON. */
final class ScoreTableText {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ScoreTableText() {
    }

    static String csv(ScoreTable table) {
        StringBuilder csv = new StringBuilder("case,label,class");
        for (Metric metric : Metric.values())
            csv.append(',').append(metric.key());
        csv.append(",unit\n");
        for (CaseScores row : table.rows()) {
            csv.append(CsvField.quoted(row.caseName())).append(',').append(row.label().value()).append(',')
                    .append(CsvField.quoted(row.label().name()));
            for (Metric metric : Metric.values())
                csv.append(',').append(metric.of(row));
            csv.append(',').append(row.unit().symbol()).append('\n');
        }
        return csv.toString();
    }

    /** The inverse of {@link #csv}. */
    static List<CaseScores> rows(String csv, String where) {
        List<String> lines = csv.lines().toList();
        String header = csv(new ScoreTable(List.of(), 0)).strip();
        if (lines.isEmpty() || !lines.get(0).equals(header)) {
            throw SeptumException.input(where + " is no table of scores; its first line must be \"" + header + "\"");
        }
        List<CaseScores> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size()))
            rows.add(row(CsvField.split(line), where));
        return rows;
    }

    private static CaseScores row(List<String> f, String where) {
        try {
            ClassLabel label = new ClassLabel(Integer.parseInt(f.get(1)), f.get(2), 0);
            double[] v = f.subList(3, 3 + Metric.values().length).stream().mapToDouble(Double::parseDouble).toArray();
            DistanceUnit unit = Arrays.stream(DistanceUnit.values()).filter(u -> u.symbol().equals(f.get(3 + v.length)))
                    .findFirst().orElseThrow();
            return new CaseScores(f.get(0), label, v[0], v[1], v[2], v[3], v[4], v[5], v[6], unit);
        } catch (NumberFormatException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw SeptumException.input(where + " has a damaged line: " + String.join(",", f), e);
        }
    }

    static String summaryCsv(ScoreTable table) {
        StringBuilder csv = new StringBuilder(
                "label,class,metric,n,mean,sd,median,missing,infinite,ci95_low,ci95_high\n");
        for (ClassLabel label : table.labels()) {
            for (Metric metric : Metric.values()) {
                Summary s = table.summary(label, metric);
                MeanInterval interval = table.interval(label, metric);
                csv.append(label.value()).append(',').append(CsvField.quoted(label.name())).append(',')
                        .append(metric.key()).append(',').append(s.n()).append(',').append(s.mean()).append(',')
                        .append(s.sd()).append(',').append(s.median()).append(',').append(s.missing()).append(',')
                        .append(s.infinite()).append(',').append(interval.low()).append(',').append(interval.high())
                        .append('\n');
            }
        }
        return csv.toString();
    }

    static String json(ScoreTable table, List<String> problems) {
        ObjectNode root = JSON.createObjectNode();
        root.put("cases", table.cases());
        put(root, "tolerance", table.tolerance());
        root.put("distance_unit", table.distanceUnit());
        put(root, "mean_dice", table.meanDice());
        put(root.putObject("dice_of_cases"), table.diceOfCases());
        ArrayNode classes = root.putArray("classes");
        for (ClassLabel label : table.labels()) {
            ObjectNode node = classes.addObject().put("label", label.value()).put("class", label.name());
            for (Metric metric : Metric.values())
                put(node.putObject(metric.key()), table.summary(label, metric));
        }
        ArrayNode scores = root.putArray("scores");
        for (CaseScores row : table.rows()) {
            ObjectNode node = scores.addObject().put("case", row.caseName()).put("label", row.label().value())
                    .put("class", row.label().name());
            for (Metric metric : Metric.values())
                put(node, metric.key(), metric.of(row));
            node.put("unit", row.unit().symbol());
        }
        ArrayNode lines = root.putArray("problems");
        problems.forEach(lines::add);
        return root.toPrettyString() + "\n";
    }

    private static void put(ObjectNode node, Summary summary) {
        node.put("n", summary.n());
        put(node, "mean", summary.mean());
        put(node, "sd", summary.sd());
        put(node, "median", summary.median());
        node.put("missing", summary.missing()).put("infinite", summary.infinite());
    }

    private static void put(ObjectNode node, String key, double value) {
        if (Double.isNaN(value)) {
            node.putNull(key);
        } else if (Double.isInfinite(value)) {
            node.put(key, Double.toString(value));
        } else {
            node.put(key, value);
        }
    }
}
