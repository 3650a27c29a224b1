package org.septum.bundle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.septum.core.ClassLabels;
import org.septum.core.SeptumException;

import ai.onnx.proto.OnnxMl;

/**
 * Which classes the output of a network of others stands for, and how its values become probabilities of them.
 *
 * @param labels
 *            background first
 * @param rule
 *            how values become probabilities
 * @param background
 *            channel of the background; -1 if there is none
 * @param note
 *            what was decided, for people
 */
record ForeignClasses(ClassLabels labels, Rule rule, int background, String note) {

    /** How values become probabilities. */
    enum Rule {
        /** Channels exclude one another and are probabilities. */
        PROBABILITIES,
        /** Channels exclude one another; a soft-max makes probabilities of them. */
        SOFTMAX,
        /** Each channel is a probability of its own; background is where all are small. */
        INDEPENDENT,
        /** As INDEPENDENT after a sigmoid. */
        SIGMOID
    }

    private static final int MOST_CLASSES = 256;

    /** Nodes that leave values as they are. */
    private static final Set<String> NEUTRAL = Set.of("Identity", "Cast", "Transpose", "Reshape", "Squeeze",
            "Unsqueeze", "Slice");

    static ForeignClasses of(ForeignTensor output, OnnxFile onnx) {
        int channels = output.channels();
        if (channels >= MOST_CLASSES)
            throw SeptumException.input(
                    "its output has " + channels + " channels; allowed: up to " + (MOST_CLASSES - 1) + " classes");
        String last = lastActivation(output, onnx);
        List<String> names = output.channelNames();
        int background = backgroundOf(names);
        if (channels == 1) {
            Rule rule = last.isEmpty() ? Rule.SIGMOID : Rule.INDEPENDENT;
            String how = rule == Rule.SIGMOID
                    ? "one channel without a known activation: its sigmoid above 0.5 is the object"
                    : "one channel (" + last + "): values above 0.5 are the object";
            return new ForeignClasses(labels(names, output.id(), List.of(0)), rule, -1, how);
        }
        boolean isExclusive = !last.equals("sigmoid") && !last.equals("binarize");
        if (isExclusive || background >= 0) {
            int first = Math.max(0, background);
            List<Integer> others = new ArrayList<>();
            for (int c = 0; c < channels; c++)
                if (c != first)
                    others.add(c);
            Rule rule = last.isEmpty() ? Rule.SOFTMAX : Rule.PROBABILITIES;
            return new ForeignClasses(labels(names, output.id(), others), rule, first,
                    "the largest of " + channels + " channels (" + (last.isEmpty() ? "soft-max" : last) + "); channel "
                            + first + " is the background");
        }
        List<Integer> all = new ArrayList<>();
        for (int c = 0; c < channels; c++)
            all.add(c);
        return new ForeignClasses(labels(names, output.id(), all), Rule.INDEPENDENT, -1,
                "the largest of " + channels + " channels (" + last + "); background is where none is above 0.5");
    }

    /** "softmax", "sigmoid", "binarize", "range 0 to 1", or "" for values of any size. */
    private static String lastActivation(ForeignTensor output, OnnxFile onnx) {
        String last = inGraph(onnx);
        for (ProcessingStep step : output.steps()) {
            last = step instanceof ProcessingStep.Sigmoid ? "sigmoid"
                    : step instanceof ProcessingStep.Softmax ? "softmax"
                            : step instanceof ProcessingStep.Binarize ? "binarize" : last;
        }
        boolean isUnit = output.range().equals(List.of(0.0, 1.0));
        return last.isEmpty() && isUnit ? "range 0 to 1" : last;
    }

    /** The activation that the graph ends with. */
    private static String inGraph(OnnxFile onnx) {
        Map<String, OnnxMl.NodeProto> makers = new HashMap<>();
        onnx.model().getGraph().getNodeList().forEach(n -> n.getOutputList().forEach(o -> makers.put(o, n)));
        OnnxMl.NodeProto node = makers.get(onnx.outputs().get(0).name());
        while (node != null && NEUTRAL.contains(node.getOpType()) && node.getInputCount() > 0)
            node = makers.get(node.getInput(0));
        String type = node == null ? "" : node.getOpType();
        return type.equals("Sigmoid") ? "sigmoid" : type.equals("Softmax") ? "softmax" : "";
    }

    private static int backgroundOf(List<String> names) {
        for (int c = 0; c < names.size(); c++)
            if (names.get(c).strip().matches("(?i)(background|bg|bkg)([_ -].*)?"))
                return c;
        return -1;
    }

    private static ClassLabels labels(List<String> names, String output, List<Integer> channels) {
        List<String> labels = new ArrayList<>(List.of("background"));
        Set<String> seen = new HashSet<>(labels);
        for (int c : channels) {
            String given = c < names.size() ? names.get(c).strip().replaceAll("\\p{Cntrl}", " ") : "";
            boolean isNumberOnly = given.isBlank() || given.matches("(?i)(channel|c)_?\\d*");
            String name = !isNumberOnly ? given
                    : channels.size() == 1 ? output.isBlank() || output.matches("(?i)output_?\\d*") ? "object" : output
                            : "class " + labels.size();
            labels.add(seen.add(name) ? name : name + " (" + labels.size() + ")");
        }
        return ClassLabels.of(labels.toArray(String[]::new));
    }
}
