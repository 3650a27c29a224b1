package org.septum.model;

import java.util.Map;

import org.septum.model.block.AttentionSpec;
import org.septum.model.block.GlobalAverage;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;
import org.septum.model.block.Linear;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.Backbone;

/** Encoders as their papers publish them, with the classifier of ImageNet, so that their figures can be compared. */
public final class ClassificationNetwork {

    /** Classes of ImageNet. */
    public static final int CLASSES = 1000;

    /** Channels of a photograph. */
    public static final int INPUTS = 3;

    /** Edge of the image that figures are given for. */
    public static final int EDGE = 224;

    private ClassificationNetwork() {
    }

    /** (N, 3, S) to logits (N, 1000): the encoder, the mean over all positions, one linear layer. */
    public static NetworkGraph graph(int dims, Backbone encoder, AttentionSpec attention) {
        return graph(dims, encoder, attention, Map.of());
    }

    /**
     * The encoder with other widths of single layers.
     *
     * @param widths
     *            as in {@link NetworkSpec#widths}
     */
    public static NetworkGraph graph(int dims, Backbone encoder, AttentionSpec attention, Map<String, Integer> widths) {
        GraphAssembler graph = new GraphAssembler(dims, INPUTS,
                new GraphAssembler.Style(Normalization.BATCH, encoder.activation(), 0, widths));
        Feature x = encoder.attachFeatures(graph, encoder.publishedStages(dims, INPUTS), attention);
        Feature mean = graph.add("mean", new GlobalAverage(), x);
        graph.add("head", new Linear(mean.channels(), CLASSES, true), mean);
        return graph.graph();
    }
}
