package org.septum.pipeline;

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

/** The classes that the {@code dataset.json} of nnU-Net or Medical Decathlon beside a folder of labels names. */
final class DatasetLabels {

    private DatasetLabels() {
    }

    /** The classes of the dataset that masks belong to: a folder of masks or one of its files. */
    static Optional<ClassLabels> of(Path masks) {
        Path absolute = masks.toAbsolutePath().normalize();
        Path folder = Files.isDirectory(absolute) ? absolute : absolute.getParent();
        Optional<ClassLabels> labels = in(folder.resolve("dataset.json"));
        return labels.isPresent() ? labels : in(folder.resolveSibling("dataset.json"));
    }

    private static Optional<ClassLabels> in(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return labels(file, new ObjectMapper().readTree(file.toFile()).path("labels"));
        } catch (IOException e) {
            throw SeptumException
                    .input(file + " is no valid JSON; correct it, or move it away to score the values found", e);
        }
    }

    /** nnU-Net maps names to values, Decathlon values to names. */
    private static Optional<ClassLabels> labels(Path file, JsonNode node) {
        Map<Integer, String> names = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            boolean valueFirst = field.getKey().matches("\\d+");
            String value = valueFirst ? field.getKey() : field.getValue().asText();
            if (!value.matches("\\d{1,3}")) {
                throw SeptumException.input(file + " gives label \"" + field.getKey() + "\" the value "
                        + field.getValue() + "; each label needs one whole number from 0 to 255");
            }
            names.put(Integer.valueOf(value), valueFirst ? field.getValue().asText() : field.getKey());
        }
        if (names.isEmpty()) {
            return Optional.empty();
        }
        List<ClassLabel> classes = new ArrayList<>();
        names.forEach((value, name) -> classes.add(new ClassLabel(value, name, ClassLabels.colour(classes.size()))));
        return Optional.of(new ClassLabels(classes));
    }
}
