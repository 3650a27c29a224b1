package org.septum.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.SeptumException;

/**
 * What a {@code dataset.json} of nnU-Net or the Medical Segmentation Decathlon says.
 *
 * @param name
 *            of the dataset; absent if nobody said
 * @param channels
 *            names of the channels; empty if nobody said
 * @param labels
 *            classes; absent if nobody said
 */
public record DatasetDescription(Optional<String> name, List<String> channels, Optional<ClassLabels> labels) {

    public DatasetDescription {
        channels = List.copyOf(channels);
    }

    /**
     * Reads one.
     *
     * @param file
     *            if it is not there, nobody said anything
     *
     * @throws SeptumException
     *             of kind INPUT if it is not JSON or a label has no whole number from 0 to 255
     */
    public static DatasetDescription of(Path file) {
        if (!Files.exists(file))
            return new DatasetDescription(Optional.empty(), List.of(), Optional.empty());
        try {
            JsonNode json = new ObjectMapper().readTree(file.toFile());
            return new DatasetDescription(Optional.ofNullable(json.path("name").asText(null)), channels(json),
                    labels(file, json.path("labels")));
        } catch (IOException e) {
            throw SeptumException.input(file + " is not valid JSON: " + e.getMessage().lines().findFirst().orElse("")
                    + "; correct it or move it away", e);
        }
    }

    private static List<String> channels(JsonNode json) {
        JsonNode node = json.has("channel_names") ? json.get("channel_names") : json.path("modality");
        List<String> names = new ArrayList<>();
        node.forEach(n -> names.add(n.asText()));
        return names;
    }

    /** nnU-Net maps names to values, Decathlon values to names. */
    private static Optional<ClassLabels> labels(Path file, JsonNode node) {
        Map<Integer, String> names = new TreeMap<>();
        for (Map.Entry<String, JsonNode> e : node.properties()) {
            boolean valueFirst = e.getKey().matches("\\d+");
            String value = valueFirst ? e.getKey() : e.getValue().asText();
            if (!value.matches("\\d{1,3}")) {
                throw SeptumException.input(file + " gives label \"" + e.getKey() + "\" the value " + e.getValue()
                        + "; each label needs one whole number from 0 to 255 (regions are not supported)");
            }
            names.put(Integer.valueOf(value), valueFirst ? e.getValue().asText() : e.getKey());
        }
        if (names.isEmpty())
            return Optional.empty();
        List<ClassLabel> classes = new ArrayList<>();
        names.forEach((value, name) -> classes.add(new ClassLabel(value, name, ClassLabels.colour(classes.size()))));
        return Optional.of(new ClassLabels(classes));
    }
}
