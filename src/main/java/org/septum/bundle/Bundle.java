package org.septum.bundle;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.septum.core.ClassLabel;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.metrics.Measurement;
import org.septum.metrics.ScoreTable;
import org.septum.model.NamedWeights;

/**
 * A model and everything that travels with it. An ensemble has several networks of one plan; it gives the mean of their
 * probabilities.
 *
 * @param plan
 *            how it was trained and how scans are treated
 * @param members
 *            the weights of each network, exactly those of the plan's; one, or several for an ensemble
 * @param card
 *            what people should know of it
 * @param attachments
 *            further texts by file name: "receipt.json" …
 */
public record Bundle(Plan plan, List<NamedWeights> members, ModelCard card, Map<String, String> attachments) {

    static final String RDF = "rdf.yaml";

    static final String ONNX = "weights.onnx";

    static final String WEIGHTS = "weights.safetensors";

    static final String PLAN = "plan.json";

    static final String README = "README.md";

    /** Attachments that a training writes. */
    public static final String SCORES = "scores.csv";

    /** Likewise. */
    public static final String SUMMARY = "summary.csv";

    static final String TEST_INPUT = "test_input.npy";

    static final String TEST_OUTPUT = "test_output.npy";

    /** The attachment from which {@link #INT8} follows. */
    static final String QUANTIZATION = "quantization.json";

    /** The graph that computes with 8-bit integers, of a model that has a quantisation. */
    static final String INT8 = "weights.int8.onnx";

    /** The files of every bundle; attachments are named otherwise. */
    static final Set<String> FILES = Set.of(RDF, ONNX, WEIGHTS, PLAN, README, TEST_INPUT, TEST_OUTPUT);

    private static final int MOST_MEMBERS = 100;

    public Bundle {
        attachments = Collections.unmodifiableMap(new TreeMap<>(attachments));
        members = List.copyOf(members);
        if (members.isEmpty() || members.size() > MOST_MEMBERS) {
            throw SeptumException.input("a model of " + members.size() + " networks; allowed: 1 to " + MOST_MEMBERS);
        }
        members.forEach(weights -> weights.requireFit(plan.network().graph()));
        for (Measurement m : card.use().measurements())
            requireClass(plan, m.className());
        for (String name : attachments.keySet()) {
            if (!isPlainName(name) || FILES.contains(name) || name.equals(INT8)) {
                throw SeptumException.input("attachment \"" + name
                        + "\"; allowed: a file name of letters, digits, dots, dashes that no file of a bundle has");
            }
        }
    }

    private static void requireClass(Plan plan, String name) {
        if (plan.labels().foreground().stream().noneMatch(c -> c.name().equals(name))) {
            throw SeptumException.input("the model has no class \"" + name + "\"; its classes: "
                    + plan.labels().foreground().stream().map(ClassLabel::name).toList());
        }
    }

    /** A model of one network. */
    public Bundle(Plan plan, NamedWeights weights, ModelCard card, Map<String, String> attachments) {
        this(plan, List.of(weights), card, attachments);
    }

    /** A model without attachments. */
    public static Bundle of(Plan plan, NamedWeights weights, ModelCard card) {
        return new Bundle(plan, weights, card, Map.of());
    }

    /** This model with other words about it. */
    public Bundle withCard(ModelCard other) {
        return new Bundle(plan, members, other, attachments);
    }

    /** This model with other words about it: what they leave out stays. Names of classes are not changed. */
    public Bundle withWords(CardWords words) {
        return withCard(card.withWords(words));
    }

    /** This model with other attachments. */
    public Bundle withAttachments(Map<String, String> other) {
        return new Bundle(plan, members, card, other);
    }

    /**
     * This model with other names for classes: in the plan, the card and the tables of scores. Other attachments, such
     * as a report, keep the old ones.
     *
     * @param names
     *            new names by old ones
     *
     * @throws SeptumException
     *             of kind INPUT if no class has one of the old names, or two would have one name
     */
    public Bundle withClassNames(Map<String, String> names) {
        names.keySet().forEach(old -> requireClass(plan, old));
        Map<String, String> texts = new TreeMap<>(attachments);
        if (texts.containsKey(SCORES)) {
            ScoreTable scores = ScoreTable.ofCsv(texts.get(SCORES), 0, SCORES).withClassNames(names);
            texts.put(SCORES, scores.toCsv());
            texts.computeIfPresent(SUMMARY, (k, v) -> scores.summaryCsv());
        }
        return new Bundle(plan.withClassNames(names), members, card.withClassNames(names), texts);
    }

    /** This model with its kernels rounded to 16-bit floats, in which they are then stored. */
    public Bundle withHalfKernels() {
        return new Bundle(plan, members.stream().map(HalfFloats::rounded).toList(), card, attachments);
    }

    /** This model with what it needs to compute with 8-bit integers. */
    public Bundle withQuantization(Quantization quantization) {
        Map<String, String> more = new TreeMap<>(attachments);
        more.put(QUANTIZATION, quantization.toJson());
        return withAttachments(more);
    }

    /**
     * What the model needs to compute with 8-bit integers; empty if it cannot.
     *
     * @throws SeptumException
     *             of kind INPUT if it is there and damaged
     */
    public Optional<Quantization> quantization() {
        return Optional.ofNullable(attachments.get(QUANTIZATION)).map(Quantization::parse);
    }

    /** True for several networks. */
    public boolean isEnsemble() {
        return members.size() > 1;
    }

    /**
     * The weights of the only network.
     *
     * @throws SeptumException
     *             of kind INPUT for an ensemble
     */
    public NamedWeights weights() {
        if (isEnsemble()) {
            throw SeptumException.input("the model is an ensemble of " + members.size()
                    + " networks; this needs a model of one: train it with --fold none or --fold 0");
        }
        return members.get(0);
    }

    /** True for a file name that is the same on every system and stays in its folder. */
    static boolean isPlainName(String name) {
        return name.matches("[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,99}") && !name.endsWith(".");
    }
}
