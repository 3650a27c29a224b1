package org.septum.bundle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.NodeProto;

/**
 * Rewrites a float graph so that its convolutions are computed with 8-bit integers: features from 0 to 255 with one
 * scale a tensor, kernels with one scale for each output channel, in standard operators (QuantizeLinear and
 * DequantizeLinear around what is to be computed with integers, which an engine fuses). Features lie as (N, [Z,] Y, X,
 * C), the order that integer kernels want; what moves values (joining, pooling, shifting slices) works on integers.
 * What has no integer form, and what is to be kept, is computed in floats as it was. Use once.
 */
final class QuantizedGraph {

    private static final Set<String> CUTS = Set.of("Relu", "Clip");

    private final GraphFeatures source;

    private final Quantization quantization;

    private final OnnxMl.GraphProto.Builder onnx = OnnxMl.GraphProto.newBuilder();

    private final QuantizedLayers layers;

    /** Float values of the new graph by their names in the old, (N, C, S). */
    private final Map<String, String> floats = new HashMap<>();

    private final Map<String, QuantizedLayers.Feature> integers = new HashMap<>();

    /** Outputs of nodes that were computed together with the one before. */
    private final Set<String> done = new HashSet<>();

    private final Map<String, OnnxMl.TensorProto> initializers = new HashMap<>();

    QuantizedGraph(OnnxMl.GraphProto graph, Quantization quantization) {
        this.source = new GraphFeatures(graph);
        this.quantization = quantization;
        this.layers = new QuantizedLayers(source, new TensorScales(source, quantization), new GraphEdit(onnx));
        graph.getInitializerList().forEach(i -> initializers.put(i.getName(), i));
    }

    OnnxMl.GraphProto build() {
        OnnxMl.GraphProto graph = source.graph();
        onnx.setName(graph.getName()).addAllInput(graph.getInputList()).addAllOutput(graph.getOutputList());
        String input = graph.getInput(0).getName();
        floats.put(input, input);
        layers.begin(input);
        for (NodeProto node : graph.getNodeList()) {
            if (!done.contains(node.getOutput(0)) && !isInteger(node))
                copy(node);
        }
        return onnx.build();
    }

    /** Translates a node to integers, or says that it cannot be. */
    private boolean isInteger(NodeProto node) {
        return switch (node.getOpType()) {
            case "Conv", "ConvTranspose" -> convolution(node);
            case "MaxPool" -> layers.canPool(node) && allInteger(node.getInputList())
                    && put(node.getOutput(0), layers.pool(node, integers.get(node.getInput(0))));
            case "Concat" -> source.isFeature(node.getOutput(0)) && concatenation(node);
            case "GlobalAveragePool" -> mean(node);
            case "Add", "Mul" -> pair(node);
            case "LeakyRelu", "Sigmoid" -> allInteger(node.getInputList()) && put(node.getOutput(0),
                    layers.pointwise(node, List.of(integers.get(node.getInput(0))), node.getOutput(0)));
            default -> false;
        };
    }

    private boolean allInteger(List<String> values) {
        return integers.keySet().containsAll(values);
    }

    private boolean put(String name, QuantizedLayers.Feature feature) {
        integers.put(name, feature);
        return true;
    }

    private boolean convolution(NodeProto node) {
        boolean volumeGroups = source.dims() == 3 && GraphFeatures.group(node) != 1;
        if (!source.isConvolution(node) || volumeGroups)
            return false;
        if (isKept(node))
            return isBetweenIntegers(node) && keptConvolution(node);
        QuantizedLayers.Feature x = integer(node.getInput(0));
        Optional<NodeProto> softmax = source.onlyReader(node.getOutput(0), Set.of("Softmax"));
        if (softmax.isPresent() && source.isHead(node)) {
            floats.put(softmax.get().getOutput(0), layers.head(node, x, softmax.get().getOutput(0)));
            done.add(softmax.get().getOutput(0));
            return true;
        }
        String output = cut(node);
        return put(output, node.getOpType().equals("Conv") ? layers.convolution(node, x, output)
                : layers.upConvolution(node, x, output));
    }

    private boolean isKept(NodeProto node) {
        return quantization.kept().contains(node.getName());
    }

    /**
     * A convolution of volumes that reads integers, and whose result, or what an activation makes of it, becomes some.
     */
    private boolean isBetweenIntegers(NodeProto node) {
        Optional<NodeProto> activation = source.onlyReader(node.getOutput(0), CUTS);
        String output = activation.map(a -> a.getOutput(0)).orElse(node.getOutput(0));
        return source.dims() == 3 && node.getOpType().equals("Conv") && allInteger(node.getInputList().subList(0, 1))
                && source.readers(output).stream().allMatch(this::readsIntegers);
    }

    private boolean readsIntegers(NodeProto node) {
        return switch (node.getOpType()) {
            case "Conv", "ConvTranspose" -> !isKept(node);
            case "MaxPool" -> layers.canPool(node);
            case "Concat" -> true;
            default -> false;
        };
    }

    /** Kept in floats, slice by slice as the integer ones are, since engines have no fast one of volumes either. */
    private boolean keptConvolution(NodeProto node) {
        return put(cut(node), layers.keptConvolution(node, integers.get(node.getInput(0)), cut(node)));
    }

    /**
     * The value behind a node and the activation that follows it, if that cuts values off: the ends of the range do the
     * same.
     */
    private String cut(NodeProto node) {
        return source.onlyReader(node.getOutput(0), CUTS).map(activation -> {
            done.add(activation.getOutput(0));
            return activation.getOutput(0);
        }).orElse(node.getOutput(0));
    }

    private boolean concatenation(NodeProto node) {
        if (node.getInputList().stream().noneMatch(integers::containsKey))
            return false;
        return put(node.getOutput(0), layers.concatenation(node.getInputList().stream().map(this::integer).toList()));
    }

    private boolean mean(NodeProto node) {
        boolean flattened = source.onlyReader(node.getOutput(0), Set.of("Reshape")).isPresent();
        if (!flattened || !allInteger(node.getInputList()))
            return false;
        floats.put(node.getOutput(0), layers.mean(node, integers.get(node.getInput(0))));
        return true;
    }

    private boolean pair(NodeProto node) {
        String first = node.getInput(0);
        String second = node.getInput(1);
        if (!integers.containsKey(first))
            return false;
        if (source.isFeature(second)) {
            List<QuantizedLayers.Feature> both = List.of(integer(first), integer(second));
            String output = cut(node);
            return put(output, layers.pointwise(node, both, output));
        }
        boolean gate = node.getOpType().equals("Mul") && source.isChannelGate(second);
        return gate && put(node.getOutput(0), layers.gate(node, integers.get(first), floats.get(second)));
    }

    private QuantizedLayers.Feature integer(String value) {
        if (!integers.containsKey(value))
            integers.put(value, layers.quantized(value, floats.get(value)));
        return integers.get(value);
    }

    /** The node as it was, on float inputs. */
    private void copy(NodeProto node) {
        List<String> inputs = new ArrayList<>();
        for (String input : node.getInputList()) {
            if (integers.containsKey(input) && !floats.containsKey(input))
                floats.put(input, layers.dequantized(input, integers.get(input)));
            OnnxMl.TensorProto constant = initializers.remove(input);
            if (constant != null)
                onnx.addInitializer(constant);
            inputs.add(floats.getOrDefault(input, input));
        }
        onnx.addNode(node.toBuilder().clearInput().addAllInput(inputs));
        node.getOutputList().forEach(output -> floats.put(output, output));
    }
}
