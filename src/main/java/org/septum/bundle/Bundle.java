package org.septum.bundle;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;

/**
 * A model and everything that travels with it.
 *
 * @param plan
 *            how it was trained and how scans are treated
 * @param weights
 *            exactly those of the plan's network
 * @param card
 *            what people should know of it
 * @param attachments
 *            further texts by file name: "receipt.json" …
 */
public record Bundle(Plan plan, NamedWeights weights, ModelCard card, Map<String, String> attachments) {

    static final String RDF = "rdf.yaml";

    static final String ONNX = "weights.onnx";

    static final String WEIGHTS = "weights.safetensors";

    static final String PLAN = "plan.json";

    static final String README = "README.md";

    static final String TEST_INPUT = "test_input.npy";

    static final String TEST_OUTPUT = "test_output.npy";

    /** The files of every bundle; attachments are named otherwise. */
    static final Set<String> FILES = Set.of(RDF, ONNX, WEIGHTS, PLAN, README, TEST_INPUT, TEST_OUTPUT);

    public Bundle {
        attachments = Collections.unmodifiableMap(new TreeMap<>(attachments));
        weights.requireFit(plan.network().graph());
        for (String name : attachments.keySet()) {
            if (!isPlainName(name) || FILES.contains(name)) {
                throw SeptumException.input("attachment \"" + name
                        + "\"; allowed: a file name of letters, digits, dots, dashes that no file of a bundle has");
            }
        }
    }

    /** A model without attachments. */
    public static Bundle of(Plan plan, NamedWeights weights, ModelCard card) {
        return new Bundle(plan, weights, card, Map.of());
    }

    /** This model with other words about it. */
    public Bundle withCard(ModelCard other) {
        return new Bundle(plan, weights, other, attachments);
    }

    /** True for a file name that is the same on every system and stays in its folder. */
    static boolean isPlainName(String name) {
        return name.matches("[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,99}") && !name.endsWith(".");
    }
}
