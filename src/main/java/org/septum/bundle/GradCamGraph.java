package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.number;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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

    /** Name of the scan's own channels in a graph that reads a region as well. */
    private static final String SCAN = "scan";

    private static final String REGION = "region";

    private final NetworkSpec spec;

    private final int node;

    private final List<Integer> labels;

    private GradCamGraph(NetworkSpec spec, int node, List<Integer> labels) {
        this.spec = spec;
        this.node = node;
        this.labels = List.copyOf(labels);
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
        GradCamGraph maker = new GradCamGraph(spec, node, labels);
        return together(members, maker::ofObjects);
    }

    /**
     * The graph for a region: the sum is over its voxels, whatever the network calls them. The output has the maps
     * only.
     *
     * @param spec
     *            the network
     * @param members
     *            the weights of each network of an ensemble, or of the only one
     * @param node
     *            as above
     * @param labels
     *            as above
     * @param inputs
     *            channels of the graph's input
     * @param scan
     *            which of them the network reads, in its order
     * @param region
     *            which of them is the weight of each voxel in the sum
     *
     * @return as above
     */
    public static Optional<OnnxMl.ModelProto> ofRegion(NetworkSpec spec, List<NamedWeights> members, int node,
            List<Integer> labels, int inputs, List<Integer> scan, int region) {
        GradCamGraph maker = new GradCamGraph(spec, node, labels);
        return together(members,
                weights -> maker.ofRegion(weights).map(graph -> withRegion(graph, maker.input(inputs), scan, region)));
    }

    private static Optional<OnnxMl.ModelProto> together(List<NamedWeights> members,
            Function<NamedWeights, Optional<OnnxMl.GraphProto.Builder>> maker) {
        List<OnnxMl.GraphProto> graphs = new ArrayList<>();
        for (NamedWeights weights : members) {
            Optional<OnnxMl.GraphProto.Builder> graph = maker.apply(weights);
            if (graph.isEmpty())
                return Optional.empty();
            graphs.add(graph.get().build());
        }
        return Optional.of(OnnxExport.model(graphs.size() == 1 ? graphs.get(0) : EnsembleGraph.mean(graphs)));
    }

    /** The translated network with its gradients. */
    private final class Chain {

        private final OnnxGraph forward;

        private final List<String> outputs;

        private final OnnxGradient gradient;

        private final OnnxNodes nodes;

        /** Of the node that is looked at. */
        private final int channels;

        Chain(NamedWeights weights) {
            weights.requireFit(spec.graph());
            NetworkGraph used = spec.graph().inUse();
            forward = new OnnxGraph(used, spec.sizeDivisor(), weights, true);
            outputs = forward.layers();
            gradient = new OnnxGradient(forward, outputs, used, spec.sizeDivisor(), weights);
            nodes = gradient.nodes();
            channels = used.shapes(spec.sizeDivisor()).get(node).channels();
        }

        String logits() {
            return outputs.get(outputs.size() - 1);
        }

        Optional<String> map(String share, int label) {
            return gradient.of(share, label, node)
                    .map(g -> GradCamGraph.this.map(nodes, outputs.get(node), channels, g));
        }

        OnnxMl.GraphProto.Builder end(List<String> values, int channels) {
            nodes.add("Concat", values, OnnxExport.OUTPUT, number("axis", 1));
            return forward.made().addOutput(forward.value(OnnxExport.OUTPUT, channels));
        }
    }

    private Optional<OnnxMl.GraphProto.Builder> ofObjects(NamedWeights weights) {
        Chain chain = new Chain(weights);
        OnnxNodes nodes = chain.nodes;
        List<String> values = new ArrayList<>(
                List.of(nodes.add("Softmax", List.of(chain.logits()), number("axis", 1))));
        String called = nodes.add("ArgMax", List.of(chain.logits()), number("axis", 1), number("keepdims", 1));
        for (int label : labels) {
            String inside = nodes.toFloat(nodes.add("Equal", List.of(called, nodes.integer(label))));
            Optional<String> map = chain.map(inside, label);
            if (map.isEmpty())
                return Optional.empty();
            values.add(map.get());
        }
        return Optional.of(chain.end(values, spec.classes() + labels.size()));
    }

    private Optional<OnnxMl.GraphProto.Builder> ofRegion(NamedWeights weights) {
        Chain chain = new Chain(weights);
        List<String> values = new ArrayList<>();
        for (int label : labels) {
            Optional<String> map = chain.map(REGION, label);
            if (map.isEmpty())
                return Optional.empty();
            values.add(map.get());
        }
        return Optional.of(chain.end(values, labels.size()));
    }

    private OnnxMl.ValueInfoProto input(int channels) {
        return OnnxGraph.value(OnnxExport.INPUT, channels, spec.dims());
    }

    /** With an input of which the network reads some channels. */
    private static OnnxMl.GraphProto.Builder withRegion(OnnxMl.GraphProto.Builder graph, OnnxMl.ValueInfoProto input,
            List<Integer> scan, int region) {
        List<OnnxMl.NodeProto> all = new ArrayList<>(
                List.of(gather(graph, SCAN, scan), gather(graph, REGION, List.of(region))));
        for (OnnxMl.NodeProto node : graph.getNodeList()) {
            OnnxMl.NodeProto.Builder renamed = node.toBuilder().clearInput();
            node.getInputList().forEach(name -> renamed.addInput(name.equals(OnnxExport.INPUT) ? SCAN : name));
            all.add(renamed.build());
        }
        return graph.setInput(0, input).clearNode().addAllNode(all);
    }

    private static OnnxMl.NodeProto gather(OnnxMl.GraphProto.Builder graph, String output, List<Integer> channels) {
        String which = output + ".channels";
        graph.addInitializer(OnnxTensors.integers(which, channels.stream().map(Integer::longValue).toList()));
        return OnnxMl.NodeProto.newBuilder().setOpType("Gather").setName(output).addInput(OnnxExport.INPUT)
                .addInput(which).addOutput(output).addAttribute(number("axis", 1)).build();
    }

    /** Operators that can be done slice by slice, up to the resize. */
    private String map(OnnxNodes nodes, String features, int channels, String gradient) {
        String mean = nodes.add("GlobalAveragePool", List.of(gradient));
        String sum = nodes.channelSum(nodes.add("Mul", List.of(features, mean)), channels, 1);
        String map = nodes.add("Relu", List.of(sum));
        return nodes.resizedToInput(map, 1);
    }
}
