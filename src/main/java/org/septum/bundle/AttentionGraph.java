package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.number;

import java.util.ArrayList;
import java.util.List;

import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NetworkGraph;

import ai.onnx.proto.OnnxMl;

/**
 * A network as an ONNX graph that gives what some of its nodes make instead of probabilities: input
 * {@value OnnxExport#INPUT} (batch, channels, S); output {@value OnnxExport#OUTPUT} (batch, maps, S) with every channel
 * of the nodes that have spatial axes, brought linearly to the size of the input, or zeros if there are none; and, if
 * there are nodes without spatial axes, a second output {@value #VECTORS} (batch, values) with theirs behind each
 * other.
 */
public final class AttentionGraph {

    /** Name of the second output. */
    public static final String VECTORS = "vectors";

    private AttentionGraph() {
    }

    /**
     * The graph.
     *
     * @param spec
     *            the network
     * @param weights
     *            exactly its own
     * @param maps
     *            indices of nodes with spatial axes, of the network as it is used
     * @param vectors
     *            indices of nodes without
     */
    public static OnnxMl.ModelProto of(NetworkSpec spec, NamedWeights weights, List<Integer> maps,
            List<Integer> vectors) {
        weights.requireFit(spec.graph());
        NetworkGraph graph = spec.graph().inUse();
        OnnxGraph forward = new OnnxGraph(graph, spec.sizeDivisor(), weights, true);
        List<String> outputs = forward.layers();
        OnnxNodes nodes = new OnnxNodes(forward.made(), OnnxExport.OPSET, 2 + spec.dims(), "attention.");
        List<String> all = new ArrayList<>();
        int channels = 0;
        for (int node : maps) {
            int own = graph.shapes(spec.sizeDivisor()).get(node).channels();
            all.add(nodes.resizedToInput(outputs.get(node), own));
            channels += own;
        }
        if (all.isEmpty()) {
            // zeros
            all.add(nodes.channelSum(OnnxExport.INPUT, graph.inputs(), 0));
            channels = 1;
        }
        nodes.add("Concat", all, OnnxExport.OUTPUT, number("axis", 1));
        forward.made().addOutput(forward.value(OnnxExport.OUTPUT, channels));
        if (!vectors.isEmpty()) {
            nodes.add("Concat", vectors.stream().map(outputs::get).toList(), VECTORS, number("axis", 1));
            int values = vectors.stream().mapToInt(v -> graph.shapes(spec.sizeDivisor()).get(v).channels()).sum();
            forward.made().addOutput(OnnxGraph.value(VECTORS, values, 0));
        }
        return OnnxExport.model(forward.made().build());
    }
}
