package org.septum.bundle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import org.septum.core.ClassLabel;
import org.septum.core.SeptumException;
import org.septum.data.Plan;

/** Writes {@code rdf.yaml}: a model in the words of the bioimage.io model format. */
final class RdfDocument {

    /** Of bioimage.io's model format; all that is written here has been valid since. */
    static final String FORMAT_VERSION = "0.5.3";

    /** Of what stands under config.septum. */
    static final int CONFIG_VERSION = 1;

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).disable(YAMLGenerator.Feature.SPLIT_LINES).build());

    private final Bundle bundle;

    private final Plan plan;

    private final Map<String, String> hashes;

    /**
     * A document to be written.
     *
     * @param bundle
     *            the model
     * @param hashes
     *            SHA-256 of every other file of the bundle by name
     */
    RdfDocument(Bundle bundle, Map<String, String> hashes) {
        this.bundle = bundle;
        this.plan = bundle.plan();
        this.hashes = hashes;
    }

    String yaml() {
        try {
            return YAML.writeValueAsString(document());
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write rdf.yaml: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> document() {
        ModelCard card = bundle.card();
        Map<String, Object> rdf = new LinkedHashMap<>();
        rdf.put("format_version", FORMAT_VERSION);
        rdf.put("type", "model");
        rdf.put("name", card.name());
        rdf.put("description", card.description());
        rdf.put("authors",
                card.authors().stream().map(a -> words("name", a.name(), "affiliation", a.affiliation())).toList());
        rdf.put("cite",
                card.citations().stream().map(c -> words("text", c.text(), "doi", c.doi(), "url", c.url())).toList());
        if (!card.licence().isEmpty())
            rdf.put("license", card.licence());
        rdf.put("documentation", Bundle.README);
        rdf.put("tags", tags());
        rdf.put("inputs", List.of(input()));
        rdf.put("outputs", List.of(output()));
        Map<String, Object> onnx = file(Bundle.ONNX);
        onnx.put("opset_version", OnnxExport.OPSET);
        rdf.put("weights", Map.of("onnx", onnx));
        List<Map<String, Object>> attachments = new ArrayList<>(List.of(file(Bundle.PLAN), file(Bundle.WEIGHTS)));
        bundle.attachments().keySet().forEach(name -> attachments.add(file(name)));
        if (hashes.containsKey(Bundle.INT8))
            attachments.add(file(Bundle.INT8));
        rdf.put("attachments", attachments);
        rdf.put("config", Map.of("septum", config()));
        return rdf;
    }

    private List<String> tags() {
        return List.of("septum", "semantic-segmentation", "medical", "unet", plan.network().dims() + "d",
                plan.modality().name().toLowerCase(Locale.ROOT));
    }

    /** The pairs of key and value whose value is not empty. */
    private static Map<String, Object> words(String... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2)
            if (!pairs[i + 1].isEmpty())
                map.put(pairs[i], pairs[i + 1]);
        return map;
    }

    private Map<String, Object> file(String name) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("source", name);
        file.put("sha256", hashes.get(name));
        return file;
    }

    private Map<String, Object> input() {
        Map<String, Object> input = new LinkedHashMap<>();
        boolean raw = new Preprocessing(plan).isExpressible();
        input.put("id", OnnxExport.INPUT);
        input.put("description", raw ? "A scan on the grid of config.septum" : "A scan normalised as plan.json says");
        List<Map<String, Object>> axes = axes(plan.inputNames());
        for (AxisSize size : AxisSize.of(plan)) {
            Map<String, Object> axis = words("type", "space", "id", size.axis());
            axis.put("size", size.step() == 0 ? size.min() : range(size));
            axes.add(axis);
        }
        input.put("axes", axes);
        input.put("data", Map.of("type", "float32"));
        List<Map<String, Object>> steps = new Preprocessing(plan).steps();
        if (!steps.isEmpty())
            input.put("preprocessing", steps);
        input.put("test_tensor", file(Bundle.TEST_INPUT));
        return input;
    }

    private static Map<String, Object> range(AxisSize size) {
        Map<String, Object> range = new LinkedHashMap<>();
        range.put("min", size.min());
        range.put("step", size.step());
        return range;
    }

    private Map<String, Object> output() {
        Map<String, Object> output = new LinkedHashMap<>();
        output.put("id", OnnxExport.OUTPUT);
        output.put("description", "Probability of every class; they sum to 1");
        List<Map<String, Object>> axes = axes(plan.labels().classes().stream().map(ClassLabel::name).toList());
        for (AxisSize size : AxisSize.of(plan)) {
            Map<String, Object> axis = words("type", "space", "id", size.axis());
            axis.put("size", words("tensor_id", OnnxExport.INPUT, "axis_id", size.axis()));
            axes.add(axis);
        }
        output.put("axes", axes);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("type", "float32");
        data.put("range", List.of(0.0, 1.0));
        output.put("data", data);
        output.put("test_tensor", file(Bundle.TEST_OUTPUT));
        return output;
    }

    private static List<Map<String, Object>> axes(List<String> channelNames) {
        List<Map<String, Object>> axes = new ArrayList<>();
        axes.add(words("type", "batch"));
        Map<String, Object> channel = words("type", "channel");
        channel.put("channel_names", channelNames);
        axes.add(channel);
        return axes;
    }

    private Map<String, Object> config() {
        ModelCard card = bundle.card();
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("version", CONFIG_VERSION);
        config.put("spacing", plan.spacing().stream().map(RdfDocument::orNull).toList());
        config.put("spacing_axes", List.of("x", "y", "z"));
        config.put("spacing_unit", "millimeter");
        if (!plan.size().isEmpty())
            config.put("size", plan.size());
        if (!card.attribution().isEmpty())
            config.put("attribution", card.attribution());
        putUse(config, card.use());
        config.put("training", card.training());
        List<Map<String, Object>> scores = new ArrayList<>();
        for (ModelCard.Score s : card.scores()) {
            Map<String, Object> score = words("class", s.className(), "metric", s.metric());
            score.put("mean", orNull(s.mean()));
            score.put("sd", orNull(s.sd()));
            score.put("n", s.n());
            score.put("split", s.split());
            if (Double.isFinite(s.low()) && Double.isFinite(s.high())) {
                score.put("low", s.low());
                score.put("high", s.high());
            }
            scores.add(score);
        }
        config.put("scores", scores);
        // the format has a place for one ONNX file
        if (hashes.containsKey(Bundle.INT8))
            config.put("int8", file(Bundle.INT8));
        config.put("sha256", hashes);
        return config;
    }

    private static void putUse(Map<String, Object> config, ModelCard.Use use) {
        if (!use.intended().isEmpty())
            config.put("intended_use", use.intended());
        if (!use.limits().isEmpty())
            config.put("limits", use.limits());
        if (!use.measurements().isEmpty())
            config.put("measurements", use.measurements().stream()
                    .map(m -> words("class", m.className(), "kind", m.kind().word())).toList());
    }

    /** YAML readers disagree on NaN; null is the same to all. */
    private static Double orNull(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
