package org.septum.bundle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.metrics.Measurement;

/**
 * What people should know of a model: who made it from what, how good it is, what they may do with it.
 *
 * @param name
 *            5 to 128 letters, digits, spaces and any of {@code _ + - ( )}
 * @param description
 *            what it segments, at most 1024 characters
 * @param authors
 *            at least one
 * @param licence
 *            SPDX identifier, for example CC-BY-4.0; empty if none was chosen
 * @param attribution
 *            what the licences of model and data ask users to say; may be empty
 * @param citations
 *            at least one
 * @param training
 *            facts in words: epochs, minutes, device, seed, versions, split …
 * @param scores
 *            what was measured; empty if nothing was
 * @param use
 *            what it is for
 */
public record ModelCard(String name, String description, List<Author> authors, String licence, String attribution,
        List<Citation> citations, Map<String, String> training, List<Score> scores, Use use) {

    private static final int SHORTEST_NAME = 5;

    private static final int LONGEST_NAME = 128;

    private static final int LONGEST_DESCRIPTION = 1024;

    /**
     * Someone who made the model.
     *
     * @param name
     *            of a person or group, without slashes
     * @param affiliation
     *            empty if none
     */
    public record Author(String name, String affiliation) {

        public Author {
            if (name == null || name.isBlank() || name.contains("/") || name.contains("\\"))
                throw SeptumException.input("author \"" + name + "\"; give a name without slashes");
            affiliation = orEmpty(affiliation);
        }
    }

    /**
     * Something to cite.
     *
     * @param text
     *            in words
     * @param doi
     *            without a web address, "10.…"; may be empty if there is a url
     * @param url
     *            may be empty if there is a doi
     */
    public record Citation(String text, String doi, String url) {

        public Citation {
            doi = orEmpty(doi);
            url = orEmpty(url);
            if (text == null || text.isBlank() || doi.isEmpty() && url.isEmpty())
                throw SeptumException.input("citation \"" + text + "\"; give a text, and a doi or a url");
        }
    }

    /**
     * One measured score.
     *
     * @param className
     *            of the class, as in the plan
     * @param metric
     *            "Dice", "HD95 mm" …
     * @param mean
     *            over cases; NaN if it could not be measured
     * @param sd
     *            standard deviation over cases; NaN if it could not be measured
     * @param n
     *            number of cases
     * @param split
     *            which cases: "fold 0 validation", "held-out test cases" …
     * @param low
     *            lower end of the 95 % interval of the mean; NaN if there is none
     * @param high
     *            its upper end; NaN if there is none
     */
    public record Score(String className, String metric, double mean, double sd, int n, String split, double low,
            double high) {

        /** Without an interval. */
        public Score(String className, String metric, double mean, double sd, int n, String split) {
            this(className, metric, mean, sd, n, split, Double.NaN, Double.NaN);
        }
    }

    /**
     * What a model is for.
     *
     * @param intended
     *            in a sentence or two; may be empty
     * @param limits
     *            known weaknesses, beside those of every model
     * @param measurements
     *            what is measured in its masks and reported with them
     */
    public record Use(String intended, List<String> limits, List<Measurement> measurements) {

        /** Nothing in particular. */
        public static final Use ANY = new Use("", List.of(), List.of());

        public Use {
            intended = orEmpty(intended);
            limits = limits == null ? List.of() : limits.stream().map(String::strip).toList();
            measurements = measurements == null ? List.of() : List.copyOf(measurements);
        }

        /** This use with other measurements. */
        public Use withMeasurements(List<Measurement> other) {
            return new Use(intended, limits, other);
        }
    }

    public ModelCard {
        use = use == null ? Use.ANY : use;
        authors = List.copyOf(authors);
        citations = List.copyOf(citations);
        training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
        scores = List.copyOf(scores);
        licence = orEmpty(licence);
        attribution = orEmpty(attribution);
        if (name == null || !name.matches("[A-Za-z0-9_+\\- ()]{" + SHORTEST_NAME + "," + LONGEST_NAME + "}")) {
            throw SeptumException.input("model name \"" + name + "\"; allowed: " + SHORTEST_NAME + " to " + LONGEST_NAME
                    + " letters, digits, spaces and _ + - ( )");
        }
        if (description == null || description.isBlank() || description.length() > LONGEST_DESCRIPTION) {
            throw SeptumException.input(
                    "model \"" + name + "\" has a description of " + (description == null ? 0 : description.length())
                            + " characters; allowed: 1 to " + LONGEST_DESCRIPTION);
        }
        if (!licence.matches("[A-Za-z0-9.+\\-]*")) {
            throw SeptumException.input("licence \"" + licence
                    + "\"; give its SPDX identifier, CC-BY-4.0 for example, or nothing and say it in the attribution");
        }
        if (authors.isEmpty() || citations.isEmpty())
            throw SeptumException.input("model \"" + name + "\" needs at least one author and one citation");
    }

    /** For nothing in particular. */
    public ModelCard(String name, String description, List<Author> authors, String licence, String attribution,
            List<Citation> citations, Map<String, String> training, List<Score> scores) {
        this(name, description, authors, licence, attribution, citations, training, scores, Use.ANY);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text.strip();
    }

    /**
     * A card with what a plan tells: name, description and the papers of the network. Nobody is named as author, no
     * licence is chosen, nothing is measured.
     */
    public static ModelCard of(Plan plan) {
        String dataset = plan.dataset().replaceAll("[^A-Za-z0-9_+\\- ()]+", "-");
        String name = "Septum " + plan.network().dims() + "D " + dataset;
        List<String> classes = plan.labels().foreground().stream().map(c -> c.name()).toList();
        String description = "Segments " + String.join(", ", classes) + " in " + plan.modality() + " scans. "
                + plan.network().describe() + ", trained by Septum on " + plan.dataset() + ".";
        return new ModelCard(shortened(name, LONGEST_NAME), shortened(description, LONGEST_DESCRIPTION),
                List.of(new Author("anonymous", "")), "", "", papers(plan), Map.of(), List.of());
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    private static List<Citation> papers(Plan plan) {
        List<Citation> papers = new ArrayList<>();
        papers.add(new Citation(
                "Ronneberger et al., U-Net: Convolutional Networks for Biomedical Image Segmentation, " + "MICCAI 2015",
                "10.1007/978-3-319-24574-4_28", ""));
        if (plan.network().dims() == 3) {
            papers.add(new Citation("Çiçek et al., 3D U-Net: Learning Dense Volumetric Segmentation from Sparse "
                    + "Annotation, MICCAI 2016", "10.1007/978-3-319-46723-8_49", ""));
        }
        if (plan.network().attention().word().equals("eca")) {
            papers.add(new Citation("Wang et al., ECA-Net: Efficient Channel Attention for Deep Convolutional Neural "
                    + "Networks, CVPR 2020", "10.1109/CVPR42600.2020.01155", ""));
        }
        return papers;
    }

    /** This card with what is known of a training. */
    public ModelCard withTraining(Map<String, String> facts) {
        return new ModelCard(name, description, authors, licence, attribution, citations, facts, scores, use);
    }

    /** This card with other words: what they leave out stays. */
    public ModelCard withWords(CardWords words) {
        return new ModelCard(words.name().orElse(name), words.description().orElse(description),
                words.authors().isEmpty() ? authors : words.authors(), words.licence().orElse(licence),
                words.attribution().orElse(attribution), all(citations, words.citations()), training, scores,
                words.use(use));
    }

    private static List<Citation> all(List<Citation> first, List<Citation> second) {
        Set<Citation> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }

    /** This card with other scores. */
    public ModelCard withScores(List<Score> other) {
        return new ModelCard(name, description, authors, licence, attribution, citations, training, other, use);
    }

    /** This card with another use. */
    public ModelCard withUse(Use other) {
        return new ModelCard(name, description, authors, licence, attribution, citations, training, scores, other);
    }

    /** This card with other names for classes, in scores and measurements; what is not in the map stays. */
    public ModelCard withClassNames(Map<String, String> names) {
        List<Score> renamed = scores.stream().map(s -> new Score(names.getOrDefault(s.className(), s.className()),
                s.metric(), s.mean(), s.sd(), s.n(), s.split(), s.low(), s.high())).toList();
        List<Measurement> measured = use.measurements().stream()
                .map(m -> new Measurement(names.getOrDefault(m.className(), m.className()), m.kind())).toList();
        return withScores(renamed).withUse(use.withMeasurements(measured));
    }
}
