package org.septum.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.septum.model.NamedWeights.Tensor;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.NodeProto;

/**
 * What of a float graph can be computed with integers: its features, that is values (N, C, S) of as many axes as the
 * input, with their channels, and who reads what.
 */
final class GraphFeatures {

    /** Give as many channels as their first input has. */
    private static final Set<String> KEEP_CHANNELS = Set.of("Relu", "LeakyRelu", "Clip", "Sigmoid", "MaxPool",
            "BatchNormalization", "Identity", "Resize", "Add", "Mul");

    private final OnnxMl.GraphProto graph;

    private final int dims;

    private final Map<String, Tensor> weights = new HashMap<>();

    private final Map<String, Integer> channels = new LinkedHashMap<>();

    private final Map<String, NodeProto> makers = new HashMap<>();

    private final Map<String, List<NodeProto>> readers = new HashMap<>();

    GraphFeatures(OnnxMl.GraphProto graph) {
        this.graph = graph;
        this.dims = graph.getInput(0).getType().getTensorType().getShape().getDimCount() - 2;
        for (OnnxMl.TensorProto t : graph.getInitializerList())
            if (t.getDataType() == OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                weights.put(t.getName(), tensor(t));
        channels.put(graph.getInput(0).getName(),
                (int) graph.getInput(0).getType().getTensorType().getShape().getDim(1).getDimValue());
        for (NodeProto node : graph.getNodeList()) {
            node.getInputList().forEach(i -> readers.computeIfAbsent(i, k -> new ArrayList<>()).add(node));
            makers.put(node.getOutput(0), node);
            find(node);
        }
    }

    private static Tensor tensor(OnnxMl.TensorProto t) {
        ByteBuffer bytes = t.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return Tensor.of(t.getDimsList(), values);
    }

    private void find(NodeProto node) {
        String output = node.getOutput(0);
        if (isConvolution(node)) {
            List<Long> kernel = weights.get(node.getInput(1)).shape();
            boolean up = node.getOpType().equals("ConvTranspose");
            channels.put(node.getInput(0), (int) (up ? kernel.get(0) : kernel.get(1) * group(node)));
            channels.put(output, kernel.get(up ? 1 : 0).intValue());
        } else if (node.getOpType().equals("Concat")) {
            if (channels.keySet().containsAll(node.getInputList()))
                channels.put(output, node.getInputList().stream().mapToInt(channels::get).sum());
        } else if (KEEP_CHANNELS.contains(node.getOpType()) && channels.containsKey(node.getInput(0))) {
            channels.put(output, channels.get(node.getInput(0)));
        }
    }

    /** True for a convolution over all spatial axes whose kernel does not change. */
    boolean isConvolution(NodeProto node) {
        return (node.getOpType().equals("Conv") || node.getOpType().equals("ConvTranspose"))
                && weights.containsKey(node.getInput(1)) && weights.get(node.getInput(1)).shape().size() == dims + 2;
    }

    static long group(NodeProto node) {
        return number(node, "group", 1);
    }

    static long number(NodeProto node, String attribute, long otherwise) {
        return node.getAttributeList().stream().filter(a -> a.getName().equals(attribute)).findFirst()
                .map(OnnxMl.AttributeProto::getI).orElse(otherwise);
    }

    /** The numbers of an attribute, or as many of {@code otherwise} as there are spatial axes. */
    List<Long> numbers(NodeProto node, String attribute, long otherwise) {
        return node.getAttributeList().stream().filter(a -> a.getName().equals(attribute)).findFirst()
                .map(OnnxMl.AttributeProto::getIntsList).orElse(Collections.nCopies(dims, otherwise));
    }

    OnnxMl.GraphProto graph() {
        return graph;
    }

    int dims() {
        return dims;
    }

    boolean isFeature(String value) {
        return channels.containsKey(value);
    }

    int channels(String value) {
        return channels.get(value);
    }

    Tensor weight(String name) {
        return weights.get(name);
    }

    /** True for one factor for each channel, (N, C, 1…): made so by a reshape, perhaps with each repeated. */
    boolean isChannelGate(String value) {
        NodeProto maker = makers.get(value);
        if (maker != null && maker.getOpType().equals("Gather"))
            maker = makers.get(maker.getInput(0));
        return maker != null && maker.getOpType().equals("Reshape") && maker.getInput(1).endsWith(OnnxGraph.GATE_SHAPE);
    }

    /** The bias of a convolution, 0 if it has none. */
    float[] bias(NodeProto node, int out) {
        return node.getInputCount() > 2 ? weight(node.getInput(2)).values() : new float[out];
    }

    /** The nodes that read a value. */
    List<NodeProto> readers(String value) {
        return List.copyOf(readers.getOrDefault(value, List.of()));
    }

    /** The only node that reads a value, if it is of this kind. */
    Optional<NodeProto> onlyReader(String value, Set<String> operators) {
        List<NodeProto> all = readers.getOrDefault(value, List.of());
        return all.size() == 1 && operators.contains(all.get(0).getOpType()) ? Optional.of(all.get(0))
                : Optional.empty();
    }

    /** True for a convolution that looks at one position, as the last one of a network does. */
    boolean isHead(NodeProto node) {
        return node.getOpType().equals("Conv") && group(node) == 1
                && numbers(node, "kernel_shape", 0).stream().allMatch(k -> k == 1)
                && numbers(node, "strides", 1).stream().allMatch(s -> s == 1);
    }

    /** Names of all convolutions, in computing order. */
    List<String> convolutions() {
        return graph.getNodeList().stream().filter(this::isConvolution).map(NodeProto::getName).toList();
    }

    /** All values whose range has to be known: features, gates of their channels, and their means. */
    List<String> measured() {
        List<String> names = new ArrayList<>(channels.keySet());
        for (NodeProto node : graph.getNodeList()) {
            boolean mean = node.getOpType().equals("GlobalAveragePool") && isFeature(node.getInput(0));
            if (mean)
                names.add(node.getOutput(0));
            if (node.getOpType().equals("Mul") && isFeature(node.getInput(0)) && isChannelGate(node.getInput(1)))
                names.add(node.getInput(1));
        }
        return names.stream().distinct().toList();
    }
}
