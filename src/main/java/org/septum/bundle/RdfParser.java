package org.septum.bundle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;

import org.septum.core.SeptumException;
import org.septum.metrics.Measurement;

/** Reads back from {@code rdf.yaml} what {@link RdfDocument} wrote. Only plain data is parsed, no object is made. */
final class RdfParser {

    private final JsonNode rdf;

    private final Path where;

    /**
     * Looks whether a description is one of Septum's.
     *
     * @param rdf
     *            the document
     * @param where
     *            the bundle, for messages
     */
    RdfParser(JsonNode rdf, Path where) {
        this.where = where;
        this.rdf = rdf;
        if (!rdf.path("format_version").asText().startsWith("0.5."))
            throw unusable("rdf.yaml has format version \"" + rdf.path("format_version").asText() + "\"; allowed: 0.5");
        if (!septum().isObject())
            throw unusable("rdf.yaml has no section config.septum; this can be done only with models made by Septum");
        if (septum().path("version").asInt(0) > RdfDocument.CONFIG_VERSION)
            throw unusable("a newer Septum made it; use that");
    }

    private JsonNode septum() {
        return rdf.path("config").path("septum");
    }

    private SeptumException unusable(String what) {
        return SeptumException.input(where + " is not a usable model: " + what);
    }

    /**
     * SHA-256 of every file of the bundle but rdf.yaml by name. The format's own places for hashes must agree with it.
     */
    Map<String, String> hashes() {
        Map<String, String> hashes = new TreeMap<>();
        for (Map.Entry<String, JsonNode> e : septum().path("sha256").properties()) {
            String hash = e.getValue().asText();
            if (!Bundle.isPlainName(e.getKey()) || !hash.matches("[0-9a-f]{64}"))
                throw unusable("rdf.yaml lists the file \"" + e.getKey() + "\" with hash \"" + hash + "\"");
            hashes.put(e.getKey(), hash);
        }
        List<JsonNode> described = new ArrayList<>();
        described.add(rdf.path("weights").path("onnx"));
        described.add(rdf.path("inputs").path(0).path("test_tensor"));
        described.add(rdf.path("outputs").path(0).path("test_tensor"));
        rdf.path("attachments").forEach(described::add);
        for (JsonNode file : described) {
            String name = file.path("source").asText();
            if (!file.path("sha256").asText().equals(hashes.get(name)))
                throw unusable("rdf.yaml gives two hashes for \"" + name + "\"");
        }
        for (String name : Bundle.FILES) {
            if (!name.equals(Bundle.RDF) && !hashes.containsKey(name))
                throw unusable("rdf.yaml has no hash for " + name);
        }
        return hashes;
    }

    ModelCard card() {
        List<ModelCard.Author> authors = new ArrayList<>();
        rdf.path("authors").forEach(
                a -> authors.add(new ModelCard.Author(a.path("name").asText(), a.path("affiliation").asText())));
        List<ModelCard.Citation> citations = new ArrayList<>();
        rdf.path("cite").forEach(c -> citations
                .add(new ModelCard.Citation(c.path("text").asText(), c.path("doi").asText(), c.path("url").asText())));
        Map<String, String> training = new LinkedHashMap<>();
        septum().path("training").properties().forEach(e -> training.put(e.getKey(), e.getValue().asText()));
        List<ModelCard.Score> scores = new ArrayList<>();
        septum().path("scores")
                .forEach(s -> scores.add(new ModelCard.Score(s.path("class").asText(), s.path("metric").asText(),
                        s.path("mean").asDouble(Double.NaN), s.path("sd").asDouble(Double.NaN), s.path("n").asInt(),
                        s.path("split").asText(), s.path("low").asDouble(Double.NaN),
                        s.path("high").asDouble(Double.NaN))));
        return new ModelCard(rdf.path("name").asText(), rdf.path("description").asText(), authors,
                rdf.path("license").asText(), septum().path("attribution").asText(), citations, training, scores,
                use());
    }

    private ModelCard.Use use() {
        List<String> limits = new ArrayList<>();
        septum().path("limits").forEach(l -> limits.add(l.asText()));
        List<Measurement> measurements = new ArrayList<>();
        septum().path("measurements").forEach(m -> measurements
                .add(new Measurement(m.path("class").asText(), Measurement.Kind.of(m.path("kind").asText()))));
        return new ModelCard.Use(septum().path("intended_use").asText(), limits, measurements);
    }
}
