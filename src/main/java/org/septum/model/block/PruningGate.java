package org.septum.model.block;

import org.septum.model.block.GraphAssembler.Feature;

/**
 * A gate that a training learns in order to tell which channels of a convolution matter; the network that is kept has
 * none. Each channel is scaled by s = sigmoid(B · relu(A · mean)) with the means of all channels over all positions, A
 * (hidden, C), B (C, hidden): C / 16 hidden units and no biases for more than 16 channels, one hidden unit and biases
 * for fewer (J. Chang et al., UCP, arXiv 2010.01251, 2020: the modified squeeze-and-excitation block).
 * <p>
 * Differs from the paper, whose code has gates before or after a normalisation: where one follows the convolution, the
 * gate reads what the convolution puts out and scales what the normalisation puts out. <b>Why:</b> before it, a factor
 * that is the same for all images is undone, and next to nothing teaches the gates; after it, the means of a normalised
 * channel say next to nothing.
 */
public final class PruningGate {

    private static final int REDUCTION = 16;

    private static final String SUFFIX = ".pruning";

    private PruningGate() {
    }

    /** Name of the node whose output (N, C) is the gate of a convolution, given the name of the convolution's node. */
    public static String nodeOf(String convolution) {
        return convolution + SUFFIX + ".gate";
    }

    /** Whether the full name of a weight is that of B; with zeros there, and no bias, all gates are 0.5. */
    public static boolean isLastWeight(String name) {
        return name.endsWith(SUFFIX + ".fc2.weight");
    }

    /**
     * Adds the gate of a convolution.
     *
     * @param name
     *            of the convolution's node
     * @param seen
     *            what the convolution puts out
     * @param scaled
     *            what is scaled
     */
    static Feature attach(GraphAssembler graph, String name, Feature seen, Feature scaled) {
        boolean wide = seen.planned() > REDUCTION;
        int hidden = wide ? seen.planned() / REDUCTION : 1;
        String part = name + SUFFIX;
        Feature mean = graph.add(part + ".mean", new GlobalAverage(), seen);
        Feature squeezed = graph.add(part + ".fc1", new Linear(seen.channels(), hidden, !wide), mean);
        Feature active = graph.add(part + ".relu", new Relu(), squeezed);
        Feature z = graph.add(part + ".fc2", new Linear(active.channels(), seen.channels(), !wide), active);
        Feature gate = graph.add(nodeOf(name), new Sigmoid(), z);
        return graph.add(part + ".scale", new Gating(), scaled, gate);
    }
}
