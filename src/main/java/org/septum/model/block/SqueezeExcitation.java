package org.septum.model.block;

import org.septum.core.SeptumException;

/**
 * Squeeze and excitation (Hu et al., CVPR 2018): each channel is scaled by a gate in (0, 1) that two fully connected
 * layers compute from the means of all channels, s = sigmoid(W2 · relu(W1 · mean)) with W1 (C/r, C) and W2 (C, C/r).
 *
 * @param reduction
 *            r; the hidden layer has C / r channels rounded down, at least 1
 * @param biased
 *            whether the two layers have biases; the counts of the paper are those without
 */
public record SqueezeExcitation(int reduction, boolean biased) implements AttentionSpec {

    /** The paper's reduction. */
    public static final int REDUCTION = 16;

    public SqueezeExcitation {
        if (reduction < 1)
            throw SeptumException.input("SE reduction " + reduction + "; it must be at least 1, such as " + REDUCTION);
    }

    /** With the paper's reduction and no biases. */
    public SqueezeExcitation() {
        this(REDUCTION, false);
    }

    @Override
    public String word() {
        return "se";
    }

    @Override
    public GraphAssembler.Feature attach(GraphAssembler graph, String name, GraphAssembler.Feature x) {
        int hidden = Math.max(1, x.planned() / reduction);
        GraphAssembler.Feature mean = graph.add(name + ".mean", new GlobalAverage(), x);
        GraphAssembler.Feature squeezed = graph.add(name + ".fc1", new Linear(x.channels(), hidden, biased), mean);
        GraphAssembler.Feature active = graph.add(name + ".relu", new Relu(), squeezed);
        GraphAssembler.Feature z = graph.add(name + ".fc2", new Linear(active.channels(), x.channels(), biased),
                active);
        GraphAssembler.Feature gate = graph.add(name + ".gate", new Sigmoid(), z);
        return graph.add(name + ".scale", new Gating(), x, gate);
    }
}
