package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.number;
import static org.septum.bundle.OnnxAttributes.numbers;
import static org.septum.bundle.OnnxAttributes.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NetworkGraph;

import ai.onnx.proto.OnnxMl;

/**
 * A model as an ONNX graph that gives probabilities and Grad-CAM in one run: input {@value OnnxExport#INPUT} (batch,
 * channels, S), output {@value OnnxExport#OUTPUT} (batch, classes + maps, S), first the probabilities, then a map for
 * each class that was asked for: ReLU(Σ α_k A_k) with the outputs A_k of a node and α_k the mean over space of the
 * gradient of the class's logits, summed over the voxels that the network calls the class, brought linearly to the size
 * of the input. The network runs once however many maps there are; of an ensemble all is the mean over its networks.
 * <p>
 * The gradient is written into the graph as layers that run backwards ({@link OnnxGradient}).
 */
public final class GradCamGraph {

    private final NetworkSpec spec;

    private final int node;

    private final List<Integer> labels;

    private GradCamGraph(NetworkSpec spec, int node, List<Integer> labels) {
        this.spec = spec;
        this.node = node;
        this.labels = labels;
    }

    /**
     * The graph for whole objects.
     *
     * @param spec
     *            the network
     * @param members
     *            the weights of each network of an ensemble, or of the only one
     * @param node
     *            index among the nodes of the network as it is used; it must have spatial axes and not be the last
     * @param labels
     *            indices of the classes to explain
     *
     * @return empty if a layer between the node and the logits has no rule for its gradient
     */
    public static Optional<OnnxMl.ModelProto> of(NetworkSpec spec, List<NamedWeights> members, int node,
            List<Integer> labels) {
        List<OnnxMl.GraphProto> graphs = new ArrayList<>();
        for (NamedWeights weights : members) {
            Optional<OnnxMl.GraphProto> graph = new GradCamGraph(spec, node, labels).build(weights);
            if (graph.isEmpty())
                return Optional.empty();
            graphs.add(graph.get());
        }
        return Optional.of(OnnxExport.model(graphs.size() == 1 ? graphs.get(0) : EnsembleGraph.mean(graphs)));
    }

    private Optional<OnnxMl.GraphProto> build(NamedWeights weights) {
        NetworkGraph graph = spec.graph();
        weights.requireFit(graph);
        NetworkGraph used = graph.inUse();
        OnnxGraph forward = new OnnxGraph(used, spec.sizeDivisor(), weights, false);
        List<String> outputs = forward.layers();
        String logits = outputs.get(outputs.size() - 1);
        OnnxGradient gradient = new OnnxGradient(forward, outputs, used, spec.sizeDivisor(), weights);
        OnnxNodes nodes = gradient.nodes();
        List<String> together = new ArrayList<>(List.of(nodes.add("Softmax", List.of(logits), number("axis", 1))));
        String called = nodes.add("ArgMax", List.of(logits), number("axis", 1), number("keepdims", 1));
        for (int label : labels) {
            String inside = nodes.toFloat(nodes.add("Equal", List.of(called, nodes.integers(List.of((long) label)))));
            Optional<String> slope = gradient.of(inside, label, node);
            if (slope.isEmpty())
                return Optional.empty();
            together.add(map(nodes, outputs.get(node), slope.get()));
        }
        nodes.add("Concat", together, OnnxExport.OUTPUT, number("axis", 1));
        return Optional
                .of(forward.made().addOutput(forward.value(OnnxExport.OUTPUT, spec.classes() + labels.size())).build());
    }

    private String map(OnnxNodes nodes, String features, String gradient) {
        List<Long> spatial = LongStream.range(2, 2 + spec.dims()).boxed().toList();
        String mean = nodes.add("ReduceMean", List.of(gradient), numbers("axes", spatial));
        String sum = nodes.add("ReduceSum",
                List.of(nodes.add("Mul", List.of(features, mean)), nodes.integers(List.of(1L))));
        String map = nodes.add("Relu", List.of(sum));
        String kept = slice(nodes, map, 0, 2);
        String wanted = slice(nodes, OnnxExport.INPUT, 2, 2L + spec.dims());
        return nodes.add("Resize", List.of(map, "", "", nodes.add("Concat", List.of(kept, wanted), number("axis", 0))),
                text("mode", "linear"), text("coordinate_transformation_mode", "half_pixel"));
    }

    private static String slice(OnnxNodes nodes, String of, long from, long to) {
        return nodes.add("Slice",
                List.of(nodes.add("Shape", List.of(of)), nodes.integers(List.of(from)), nodes.integers(List.of(to))));
    }
}
