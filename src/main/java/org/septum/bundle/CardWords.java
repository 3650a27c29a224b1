package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.SeptumException;
import org.septum.metrics.Measurement;

/**
 * What only people know of a model, as a JSON file that they write: every field may be left out.
 *
 * @param name
 *            instead of the one made from the dataset
 * @param description
 *            instead of the one made from the plan
 * @param authors
 *            who made it
 * @param licence
 *            SPDX identifier
 * @param attribution
 *            what the licences of model and data ask users to say
 * @param citations
 *            beside the papers of the network
 * @param classes
 *            new names of classes by their old ones
 * @param intendedUse
 *            what it is for, in a sentence or two
 * @param limits
 *            known weaknesses
 * @param measurements
 *            what is measured in its masks, by the new names of classes
 */
public record CardWords(Optional<String> name, Optional<String> description, List<ModelCard.Author> authors,
        Optional<String> licence, Optional<String> attribution, List<ModelCard.Citation> citations,
        Map<String, String> classes, Optional<String> intendedUse, List<String> limits,
        List<Measurement> measurements) {

    /** The fields as they stand in the file; absent ones are null. */
    private record Json(String name, String description, List<ModelCard.Author> authors, String licence,
            String attribution, List<ModelCard.Citation> citations, Map<String, String> classes, String intendedUse,
            List<String> limits, List<Measured> measurements) {
    }

    /** A measurement as it stands in the file. */
    private record Measured(@JsonProperty("class") String className, String kind) {

        Measurement toMeasurement() {
            return new Measurement(className, Measurement.Kind.of(kind));
        }
    }

    public CardWords {
        authors = List.copyOf(authors);
        citations = List.copyOf(citations);
        classes = new TreeMap<>(classes);
        limits = List.copyOf(limits);
        measurements = List.copyOf(measurements);
    }

    /**
     * Reads a file.
     *
     * @throws SeptumException
     *             of kind INPUT if it is not there or not such a file
     */
    public static CardWords read(Path file) {
        try {
            Json json = new ObjectMapper().readValue(Files.readString(file), Json.class);
            return new CardWords(Optional.ofNullable(json.name()), Optional.ofNullable(json.description()),
                    orNone(json.authors()), Optional.ofNullable(json.licence()),
                    Optional.ofNullable(json.attribution()), orNone(json.citations()),
                    json.classes() == null ? Map.of() : json.classes(), Optional.ofNullable(json.intendedUse()),
                    orNone(json.limits()), orNone(json.measurements()).stream().map(Measured::toMeasurement).toList());
        } catch (JsonProcessingException e) {
            throw SeptumException.input(file + " is no card of a model: " + e.getOriginalMessage()
                    + "; allowed fields: name, description, authors, licence, attribution, citations, classes,"
                    + " intendedUse, limits, measurements", e);
        } catch (IOException e) {
            throw SeptumException.input("cannot read the card " + file + ": " + e, e);
        }
    }

    private static <T> List<T> orNone(List<T> list) {
        return list == null ? List.of() : list;
    }

    /**
     * Throws a {@link SeptumException} of kind INPUT if these words name classes that a model does not have. Ask before
     * a long training.
     *
     * @param labels
     *            of the model, by their old names
     */
    public void requireFit(ClassLabels labels) {
        List<String> old = labels.foreground().stream().map(ClassLabel::name).toList();
        List<String> renamed = labels.renamed(classes).foreground().stream().map(ClassLabel::name).toList();
        for (String name : classes.keySet())
            requireKnown(name, old);
        for (Measurement m : measurements)
            requireKnown(m.className(), renamed);
    }

    private static void requireKnown(String name, List<String> known) {
        if (!known.contains(name)) {
            throw SeptumException.input("the card names the class \"" + name + "\"; the model has " + known);
        }
    }

    /** What a model is for, where these words say so. */
    ModelCard.Use use(ModelCard.Use otherwise) {
        return new ModelCard.Use(intendedUse.orElse(otherwise.intended()),
                limits.isEmpty() ? otherwise.limits() : limits,
                measurements.isEmpty() ? otherwise.measurements() : measurements);
    }
}
