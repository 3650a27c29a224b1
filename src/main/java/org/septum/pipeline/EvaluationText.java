package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.septum.core.SeptumException;
import org.septum.metrics.MeanInterval;
import org.septum.metrics.MeasurementError;
import org.septum.metrics.Summary;

/** What an evaluation of a model came to, for programs and people. */
public final class EvaluationText {

    private static final ObjectMapper JSON = new ObjectMapper();

    private EvaluationText() {
    }

    /** The JSON of the scores, with {@code split} and {@code measurements}. What cannot be measured is null. */
    public static String json(EvaluateModel.Result result) {
        try {
            ObjectNode root = (ObjectNode) JSON.readTree(result.scores().toJson(result.problems()));
            root.put("split", result.split());
            ArrayNode measurements = root.putArray("measurements");
            for (MeasurementError e : result.errors()) {
                ObjectNode node = measurements.addObject().put("class", e.what().className())
                        .put("kind", e.what().kind().word()).put("against", e.against()).put("unit", e.unit().symbol());
                put(node.putObject("error"), e.error(), e.meanError());
                put(node.putObject("absolute_error"), e.absolute(), e.meanAbsolute());
            }
            return root.toPrettyString() + "\n";
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot print scores: " + e.getMessage(), e);
        }
    }

    private static void put(ObjectNode node, Summary s, MeanInterval i) {
        node.put("n", s.n()).put("missing", s.missing());
        node.put("mean", finite(s.mean())).put("sd", finite(s.sd())).put("ci95_low", finite(i.low())).put("ci95_high",
                finite(i.high()));
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** One line for each way an error was measured. */
    public static List<String> lines(EvaluateModel.Result result) {
        List<String> lines = new ArrayList<>();
        for (MeasurementError e : result.errors()) {
            lines.add(String.format(Locale.ROOT, "%s: %s: absolute mean %s, mean %s; n %d%s", e.what().className(),
                    e.name(), words(e.absolute(), e.meanAbsolute(), e.unit().symbol()),
                    words(e.error(), e.meanError(), e.unit().symbol()), e.error().n(),
                    e.error().missing() > 0 ? ", not measurable " + e.error().missing() : ""));
        }
        return lines;
    }

    /** "1.92 ± 1.10 mm (1.71 to 2.15)". */
    private static String words(Summary s, MeanInterval i, String unit) {
        return String.format(Locale.ROOT, "%.2f ± %.2f %s (%.2f to %.2f)", s.mean(), s.sd(), unit, i.low(), i.high());
    }
}
