package org.septum.metrics;

import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.septum.core.ClassLabel;

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
            csv.append(quoted(row.caseName())).append(',').append(row.label().value()).append(',')
                    .append(quoted(row.label().name()));
            for (Metric metric : Metric.values())
                csv.append(',').append(metric.of(row));
            csv.append(',').append(row.unit().symbol()).append('\n');
        }
        return csv.toString();
    }

    static String summaryCsv(ScoreTable table) {
        StringBuilder csv = new StringBuilder("label,class,metric,n,mean,sd,median,missing,infinite\n");
        for (ClassLabel label : table.labels()) {
            for (Metric metric : Metric.values()) {
                Summary s = table.summary(label, metric);
                csv.append(label.value()).append(',').append(quoted(label.name())).append(',').append(metric.key())
                        .append(',').append(s.n()).append(',').append(s.mean()).append(',').append(s.sd()).append(',')
                        .append(s.median()).append(',').append(s.missing()).append(',').append(s.infinite())
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

    /** A field as RFC 4180 wants it. */
    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
