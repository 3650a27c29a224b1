package org.septum.infer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

/**
 * A 3D ONNX graph as a 2D one that treats the slices of a tile one by one: a convolution over z, y and x becomes one
 * over y and x whose input is the slices that it reaches, one behind the other as channels.
 * <p>
 * <b>Why:</b> ONNX Runtime has a fast convolution for 2D only (channels in blocks of 16, nothing copied); in 3D it
 * copies every neighbourhood of every voxel and multiplies matrices, which takes nearly twice as long. The arithmetic
 * is the same, and results differ in the last bits. Use once.
 */
final class SliceGraph {

    /** Channels of a block; other widths have no fast convolution. */
    private static final int BLOCK = 16;

    private static final Set<String> EACH = Set.of("Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Identity",
            "Softmax", "BatchNormalization", "Add", "Sub", "Mul", "Mean", "Max");

    /** A graph that cannot be cut into slices, or would not gain by it. */
    private static final class NotSliced extends Exception {

        private static final long serialVersionUID = 1L;

        NotSliced(String why) {
            super(why);
        }
    }

    private final OnnxMl.GraphProto.Builder out = OnnxMl.GraphProto.newBuilder();

    private final SliceKernels kernels;

    /** By name of a 3D value, for each slice, the 2D values whose channels make it up. */
    private final Map<String, List<List<String>>> slices = new HashMap<>();

    private final Map<List<String>, String> joined = new HashMap<>();

    private final Map<String, String> flat = new HashMap<>();

    private SliceGraph(OnnxMl.GraphProto graph) {
        this.kernels = new SliceKernels(graph, out);
    }

    /**
     * The graph for tiles of a depth.
     *
     * @param model
     *            one input (N, channels, Z, Y, X), one output (N, classes, Z, Y, X)
     * @param depth
     *            Z
     *
     * @return empty if it holds something that cannot be done slice by slice, or its widths have no fast convolution
     */
    static Optional<OnnxMl.ModelProto> of(OnnxMl.ModelProto model, int depth) {
        OnnxMl.GraphProto graph = model.getGraph();
        try {
            SliceGraph sliced = new SliceGraph(graph);
            sliced.splitInput(graph.getInput(0).getName(), depth);
            for (NodeProto node : graph.getNodeList())
                sliced.translate(node);
            sliced.joinOutput(graph.getOutput(0).getName(), depth);
            sliced.out.setName(graph.getName()).addInput(graph.getInput(0)).addOutput(graph.getOutput(0));
            return Optional.of(model.toBuilder().setGraph(sliced.out).build());
        } catch (NotSliced e) {
            return Optional.empty();
        }
    }

    private void splitInput(String input, int depth) {
        List<String> thin = IntStream.range(0, depth).mapToObj(z -> input + "." + z + ".thin").toList();
        long[] ones = new long[depth];
        java.util.Arrays.fill(ones, 1);
        out.addNode(NodeProto.newBuilder().setOpType("Split").setName("slices").addInput(input)
                .addInput(kernels.numbers("slices.sizes", ones)).addAllOutput(thin).addAttribute(integer("axis", 2)));
        List<List<String>> all = new ArrayList<>();
        for (int z = 0; z < depth; z++)
            all.add(List.of(add("Squeeze", List.of(thin.get(z), zAxis()), input + "." + z)));
        slices.put(input, all);
    }

    private void joinOutput(String output, int depth) throws NotSliced {
        List<List<String>> all = slices.get(output);
        if (all == null || all.size() != depth)
            throw new NotSliced("output");
        List<String> thin = new ArrayList<>();
        for (int z = 0; z < depth; z++)
            thin.add(add("Unsqueeze", List.of(join(all.get(z)), zAxis()), output + "." + z + ".thin"));
        add("Concat", thin, output, integer("axis", 2));
    }

    private void translate(NodeProto node) throws NotSliced {
        String operator = node.getOpType();
        if (node.getInputList().stream().noneMatch(slices::containsKey)) {
            if (!kernels.widens(node))
                out.addNode(node);
            return;
        }
        SliceWindow window = SliceWindow.of(node);
        switch (operator) {
            case "Conv" -> convolution(node, window);
            case "ConvTranspose" -> transposed(node, window);
            case "MaxPool" -> pooling(node, window);
            case "Concat" -> concatenation(node);
            case "GlobalAveragePool" -> global(node, "Mean");
            case "GlobalMaxPool" -> global(node, "Max");
            default -> each(node);
        }
    }

    private void convolution(NodeProto node, SliceWindow window) throws NotSliced {
        List<List<String>> from = slices.get(node.getInput(0));
        TensorProto weight = kernels.tensor(node.getInput(1));
        require(weight != null && window.isPlain() && weight.getDimsCount() == 5, "convolution");
        int depth = Math.toIntExact(weight.getDims(2));
        require(depth == 1 || weight.getDims(0) % BLOCK == 0, "width");
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < window.outputs(from.size(), depth); z++) {
            List<Integer> taps = window.taps(z, depth, from.size());
            require(!taps.isEmpty(), "reach");
            int first = window.first(z);
            List<String> read = taps.stream().flatMap(k -> from.get(first + k).stream()).toList();
            List<String> inputs = new ArrayList<>(List.of(join(read), kernels.behindEachOther(node.getInput(1), taps)));
            inputs.addAll(node.getInputList().subList(2, node.getInputCount()));
            to.add(List.of(add("Conv", inputs, node.getOutput(0) + "." + z, window.inPlane())));
        }
        slices.put(node.getOutput(0), to);
    }

    /** Its kernel must be as deep as its stride, so that each slice comes of one. */
    private void transposed(NodeProto node, SliceWindow window) throws NotSliced {
        List<List<String>> from = slices.get(node.getInput(0));
        TensorProto weight = kernels.tensor(node.getInput(1));
        require(weight != null && window.isPlain() && weight.getDimsCount() == 5 && weight.getDims(2) == window.stride()
                && window.first(0) == 0, "transposed convolution");
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < from.size() * window.stride(); z++) {
            List<String> inputs = new ArrayList<>(List.of(join(from.get(z / window.stride())),
                    kernels.ofSlice(node.getInput(1), z % window.stride())));
            inputs.addAll(node.getInputList().subList(2, node.getInputCount()));
            to.add(List.of(add("ConvTranspose", inputs, node.getOutput(0) + "." + z, window.inPlane())));
        }
        slices.put(node.getOutput(0), to);
    }

    /** The largest of each slice, then that of the slices. */
    private void pooling(NodeProto node, SliceWindow window) throws NotSliced {
        require(window.isPlain(), "pooling");
        List<List<String>> from = slices.get(node.getInput(0));
        List<String> pooled = new ArrayList<>();
        for (int z = 0; z < from.size(); z++)
            pooled.add(add("MaxPool", List.of(join(from.get(z))), node.getOutput(0) + ".slice." + z, window.inPlane()));
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < window.outputs(from.size(), window.depth()); z++) {
            int first = window.first(z);
            List<String> read = window.taps(z, window.depth(), from.size()).stream().map(k -> pooled.get(first + k))
                    .toList();
            to.add(List.of(read.size() == 1 ? read.get(0) : add("Max", read, node.getOutput(0) + "." + z)));
        }
        slices.put(node.getOutput(0), to);
    }

    private void concatenation(NodeProto node) throws NotSliced {
        require(isAlong(node, 1) && slices.keySet().containsAll(node.getInputList()), "concatenation");
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < slices.get(node.getInput(0)).size(); z++) {
            int at = z;
            to.add(node.getInputList().stream().flatMap(name -> slices.get(name).get(at).stream()).toList());
        }
        slices.put(node.getOutput(0), to);
    }

    private void global(NodeProto node, String together) {
        List<String> each = new ArrayList<>();
        for (List<String> slice : slices.get(node.getInput(0)))
            each.add(add(node.getOpType(), List.of(join(slice)), node.getOutput(0) + ".slice." + each.size()));
        String all = each.size() == 1 ? each.get(0) : add(together, each, node.getOutput(0) + ".slices");
        add("Unsqueeze", List.of(all, zAxis()), node.getOutput(0));
    }

    private void each(NodeProto node) throws NotSliced {
        require(EACH.contains(node.getOpType()), node.getOpType());
        require(!node.getOpType().equals("Softmax") || isAlong(node, 1), "soft-max");
        boolean isPerChannel = node.getOpType().equals("BatchNormalization") || node.getOpType().equals("Clip");
        int depth = node.getInputList().stream().filter(slices::containsKey).mapToInt(n -> slices.get(n).size()).max()
                .orElseThrow();
        Function<String, String> whole = name -> isPerChannel || name.isEmpty() || kernels.isNumber(name) ? name
                : flat.computeIfAbsent(name, n -> add("Squeeze", List.of(n, zAxis()), n + ".flat"));
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < depth; z++) {
            List<String> inputs = new ArrayList<>();
            for (String name : node.getInputList())
                inputs.add(slices.containsKey(name) ? join(slices.get(name).get(z)) : whole.apply(name));
            to.add(List.of(add(node.getOpType(), inputs, node.getOutput(0) + "." + z,
                    node.getAttributeList().toArray(AttributeProto[]::new))));
        }
        slices.put(node.getOutput(0), to);
    }

    /** Values as one, channels behind each other. */
    private String join(List<String> parts) {
        if (parts.size() == 1)
            return parts.get(0);
        return joined.computeIfAbsent(parts,
                p -> add("Concat", p, "joined." + joined.size() + "." + p.get(0), integer("axis", 1)));
    }

    private String zAxis() {
        return kernels.numbers("slices.axis", 2);
    }

    private String add(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        out.addNode(NodeProto.newBuilder().setOpType(operator).setName(output).addAllInput(inputs).addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    private static boolean isAlong(NodeProto node, int axis) {
        return node.getAttributeList().stream().anyMatch(a -> a.getName().equals("axis") && a.getI() == axis);
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT).setI(value).build();
    }

    private static void require(boolean condition, String what) throws NotSliced {
        if (!condition)
            throw new NotSliced(what);
    }
}
