package org.septum.bundle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import org.septum.core.SeptumException;

/**
 * What a package of others says of itself, in bioimage.io's model format 0.4 or 0.5.
 *
 * @param format
 *            its version
 * @param name
 *            of the model
 * @param description
 *            in words; may be empty
 * @param licence
 *            may be empty
 * @param onnx
 *            file of the graph
 * @param input
 *            the only one
 * @param output
 *            the first one
 * @param hashes
 *            SHA-256 by file, as far as they are given
 */
record ForeignRdf(String format, String name, String description, String licence, String onnx, ForeignTensor input,
        ForeignTensor output, Map<String, String> hashes) {

    ForeignRdf {
        hashes = Map.copyOf(hashes);
    }

    /**
     * Reads a description.
     *
     * @throws SeptumException
     *             of kind INPUT with what cannot be used, without the name of the package
     */
    static ForeignRdf of(JsonNode rdf) {
        String format = rdf.path("format_version").asText();
        boolean isOld = format.startsWith("0.4.");
        if (!isOld && !format.startsWith("0.5."))
            throw SeptumException.input("it has the format version \"" + format + "\"; allowed: 0.4 and 0.5");
        JsonNode onnx = rdf.path("weights").path("onnx");
        if (!onnx.isObject()) {
            List<String> there = new ArrayList<>();
            rdf.path("weights").fieldNames().forEachRemaining(there::add);
            throw SeptumException.input("it has weights as " + there + "; allowed: onnx");
        }
        if (rdf.path("inputs").size() != 1)
            throw SeptumException.input("it has " + rdf.path("inputs").size() + " inputs; allowed: 1");
        if (rdf.path("outputs").size() < 1)
            throw SeptumException.input("it has no output");
        JsonNode in = rdf.path("inputs").get(0);
        JsonNode out = rdf.path("outputs").get(0);
        ForeignTensor input = isOld ? ForeignTensors.old(in, rdf.path("test_inputs"), "preprocessing")
                : ForeignTensors.current(in, in, "preprocessing");
        ForeignTensor output = isOld ? ForeignTensors.old(out, rdf.path("test_outputs"), "postprocessing")
                : ForeignTensors.current(out, in, "postprocessing");
        return new ForeignRdf(format, rdf.path("name").asText("model"), rdf.path("description").asText(),
                rdf.path("license").asText(), ForeignTensors.fileName(onnx.path("source")), input, output,
                hashes(onnx, in, out));
    }

    private static Map<String, String> hashes(JsonNode onnx, JsonNode in, JsonNode out) {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (JsonNode file : List.of(onnx, onnx.path("external_data"), in.path("test_tensor"),
                out.path("test_tensor"))) {
            String hash = file.path("sha256").asText("");
            if (!hash.isEmpty())
                hashes.put(ForeignTensors.fileName(file.path("source")), hash.toLowerCase(java.util.Locale.ROOT));
        }
        return hashes;
    }
}
