package org.septum.infer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

/**
 * An ONNX graph as one that treats slices one by one. A convolution becomes one within a slice, whose input is the
 * slices that it reaches, one behind the other as channels, or several that give the same with fewer multiplications
 * ({@link SliceWinograd}). Use once.
 * <p>
 * <b>Volumes</b>: the slices are those along z. <b>Why:</b> ONNX Runtime has a fast convolution for 2D only (channels
 * in blocks of 16, nothing copied); in 3D it copies every neighbourhood of every voxel and multiplies matrices, which
 * takes nearly twice as long.
 * <p>
 * <b>Images</b>: slice p of n holds the rows p, p + n, p + 2 n, and so on, so that a row and those beside it lie at the
 * same place of different slices. <b>Why:</b> only so can multiplications be saved; what comes before the first slice
 * is the last one moved down by a row. n halves as the rows do.
 */
final class SliceGraph {

    /** Channels of a block; other widths have no fast convolution. */
    private static final int BLOCK = 16;

    private static final int OPSET_OF_AXES = 18;

    private static final Set<String> EACH = Set.of("Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Identity",
            "Softmax", "BatchNormalization", "Add", "Sub", "Mul", "Div", "Mean", "Max", "Sign", "Cast", "Equal",
            "Greater", "Less", "And", "Where", "ArgMax");

    /** A graph that cannot be cut into slices, or would not gain by it. */
    private static final class NotSliced extends Exception {

        private static final long serialVersionUID = 1L;

        NotSliced(String why) {
            super(why);
        }
    }

    private final OnnxMl.GraphProto.Builder out = OnnxMl.GraphProto.newBuilder();

    private final SliceKernels kernels;

    private final SliceNodes nodes;

    private final SliceAxis axis;

    /** By name of a value, for each slice, the values whose channels make it up. */
    private final Map<String, List<List<String>>> slices = new HashMap<>();

    /** By name of a value, how many channels it has, where that is known. */
    private final Map<String, Integer> channels = new HashMap<>();

    private final Map<List<String>, String> joined = new HashMap<>();

    private final Map<String, String> flat = new HashMap<>();

    private final Map<String, String> moved = new HashMap<>();

    /** Names of values that are whole although what they come of is in slices. */
    private final Set<String> joinedAlready = new HashSet<>();

    private final String input;

    /** True for versions of ONNX in which the axes of a largest value are an attribute. */
    private final boolean isOldReduction;

    private SliceGraph(OnnxMl.ModelProto model, SliceAxis axis) {
        OnnxMl.GraphProto graph = model.getGraph();
        this.isOldReduction = model.getOpsetImportList().stream().allMatch(set -> set.getVersion() < OPSET_OF_AXES);
        this.kernels = new SliceKernels(graph, out);
        this.nodes = new SliceNodes(out, kernels);
        this.axis = axis;
        this.input = graph.getInput(0).getName();
    }

    /**
     * The graph for tiles of a size.
     *
     * @param model
     *            one input (N, channels, Z, Y, X), one output (N, classes, Z, Y, X); or both without Z; further outputs
     *            have no spatial axes
     * @param axis
     *            what the slices are
     *
     * @return empty if it holds something that cannot be done slice by slice, or its widths have no fast convolution
     */
    static Optional<OnnxMl.ModelProto> of(OnnxMl.ModelProto model, SliceAxis axis) {
        OnnxMl.GraphProto graph = model.getGraph();
        try {
            SliceGraph sliced = new SliceGraph(model, axis);
            String input = sliced.input;
            sliced.slices.put(input, axis.split(input, sliced.nodes, sliced.kernels).stream().map(List::of).toList());
            for (NodeProto node : graph.getNodeList())
                sliced.translate(node);
            if (!sliced.joinedAlready.contains(graph.getOutput(0).getName()))
                sliced.joinOutput(graph.getOutput(0).getName());
            List<String> outputs = graph.getOutputList().stream().map(OnnxMl.ValueInfoProto::getName).toList();
            require(outputs.stream().skip(1).noneMatch(sliced.slices::containsKey), "further output");
            sliced.kernels.dropUnused(outputs);
            sliced.out.setName(graph.getName()).addInput(axis.sized(graph.getInput(0)))
                    .addAllOutput(graph.getOutputList());
            return Optional.of(model.toBuilder().setGraph(sliced.out).build());
        } catch (NotSliced e) {
            return Optional.empty();
        }
    }

    private void joinOutput(String output) throws NotSliced {
        List<List<String>> all = slices.get(output);
        require(all != null && all.size() == axis.count(), "output");
        List<String> each = new ArrayList<>();
        for (List<String> slice : all)
            each.add(join(slice));
        axis.join(each, output, nodes, kernels);
    }

    private void translate(NodeProto node) throws NotSliced {
        String operator = node.getOpType();
        if (node.getInputList().stream().noneMatch(slices::containsKey)) {
            kernels.note(node);
            out.addNode(node);
            if (node.getInputList().stream().anyMatch(joinedAlready::contains))
                joinedAlready.addAll(node.getOutputList());
            return;
        }
        SliceWindow window = SliceWindow.of(node, axis.isVolume());
        switch (operator) {
            case "Conv" -> convolution(node, window);
            case "ConvTranspose" -> transposed(node, window);
            case "MaxPool" -> pooling(node, window);
            case "Concat" -> concatenation(node);
            case "Resize" -> resize(node);
            case "Shape" -> shape(node);
            case "GlobalAveragePool" -> global(node, "Mean");
            case "GlobalMaxPool" -> global(node, "Max");
            default -> each(node);
        }
    }

    private void convolution(NodeProto node, SliceWindow window) throws NotSliced {
        List<List<String>> from = slices.get(node.getInput(0));
        TensorProto weight = kernel(node, window);
        int depth = Math.toIntExact(weight.getDims(2));
        require(depth == 1 || weight.getDims(0) % BLOCK == 0, "width");
        boolean isWinograd = depth == 3 && window.stride() == 1 && window.before() == 1 && window.after() == 1
                && weight.getDims(1) % BLOCK == 0;
        List<List<String>> to = new ArrayList<>();
        int outputs = window.outputs(from.size(), depth);
        require(axis.isVolume() || outputs * window.stride() == from.size(), "rows");
        while (to.size() < outputs) {
            int count = isWinograd ? SliceWinograd.most(outputs - to.size()) : 1;
            if (count == 1) {
                to.add(List.of(plain(node, window, depth, to.size())));
            } else {
                SliceWinograd winograd = new SliceWinograd(nodes, kernels, node, window.inPlane());
                List<Optional<String>> d = new ArrayList<>();
                for (int z : SliceWinograd.reach(to.size(), count))
                    d.add(slice(node, z));
                (count == 2 ? winograd.two(d) : winograd.four(d)).forEach(slice -> to.add(List.of(slice)));
            }
        }
        slices.put(node.getOutput(0), to);
        channels.put(node.getOutput(0), Math.toIntExact(weight.getDims(0)));
    }

    private String plain(NodeProto node, SliceWindow window, int depth, int output) throws NotSliced {
        List<String> read = new ArrayList<>();
        List<Integer> taps = new ArrayList<>();
        for (int k = 0; k < depth; k++) {
            Optional<String> slice = slice(node, window.first(output) + k);
            if (slice.isPresent()) {
                read.add(slice.get());
                taps.add(k);
            }
        }
        require(!taps.isEmpty(), "reach");
        List<String> inputs = new ArrayList<>(List.of(join(read), kernels.behindEachOther(node.getInput(1), taps)));
        inputs.addAll(node.getInputList().subList(2, node.getInputCount()));
        return nodes.add("Conv", inputs, node.getOutput(0) + "." + output, window.inPlane());
    }

    /** A slice of what a convolution reads, its channels joined. Empty if it is zero since it lies outside. */
    private Optional<String> slice(NodeProto convolution, int z) throws NotSliced {
        List<List<String>> from = slices.get(convolution.getInput(0));
        int count = from.size();
        if (z >= 0 && z < count)
            return Optional.of(join(from.get(z)));
        if (axis.isVolume())
            return Optional.empty();
        require(z >= -count && z < 2 * count, "reach");
        String whole = join(from.get(Math.floorMod(z, count)));
        int channels = Math.toIntExact(kernels.tensor(convolution.getInput(1)).getDims(1));
        return Optional.of(moved.computeIfAbsent(whole + (z < 0 ? ".down" : ".up"),
                name -> nodes.moved(name, channels, whole, z < 0)));
    }

    private TensorProto kernel(NodeProto node, SliceWindow window) throws NotSliced {
        TensorProto weight = kernels.tensor(node.getInput(1));
        require(weight != null && window.isPlain() && weight.getDimsCount() == axis.axes(), node.getOpType());
        return weight;
    }

    /** Its kernel must be as deep as its stride, so that each slice comes of one. */
    private void transposed(NodeProto node, SliceWindow window) throws NotSliced {
        List<List<String>> from = slices.get(node.getInput(0));
        TensorProto weight = kernel(node, window);
        require(weight.getDims(2) == window.stride() && window.first(0) == 0, "transposed convolution");
        int channels = Math.toIntExact(weight.getDims(1));
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < from.size() * window.stride(); z++) {
            List<String> inputs = new ArrayList<>(List.of(join(from.get(z / window.stride())),
                    kernels.ofSlice(node.getInput(1), z % window.stride())));
            inputs.addAll(node.getInputList().subList(2, node.getInputCount()));
            String up = nodes.add("ConvTranspose", inputs, node.getOutput(0) + "." + z, window.inPlane());
            // once more as a convolution, so that what follows finds channels in blocks
            to.add(List.of(channels % BLOCK == 0 ? nodes.scaled(up, channels, 1, up, List.of()) : up));
        }
        slices.put(node.getOutput(0), to);
    }

    /** The largest of each slice, then that of the slices. */
    private void pooling(NodeProto node, SliceWindow window) throws NotSliced {
        List<List<String>> from = slices.get(node.getInput(0));
        require(window.isPlain() && (axis.isVolume() || window.before() == 0 && window.after() == 0
                && window.depth() == window.stride() && from.size() % window.stride() == 0), "pooling");
        if (channels.containsKey(node.getInput(0)))
            channels.put(node.getOutput(0), channels.get(node.getInput(0)));
        List<String> pooled = new ArrayList<>();
        for (int z = 0; z < from.size(); z++)
            pooled.add(nodes.add("MaxPool", List.of(join(from.get(z))), node.getOutput(0) + ".slice." + z,
                    window.inPlane()));
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < window.outputs(from.size(), window.depth()); z++) {
            int first = window.first(z);
            List<String> read = window.taps(z, window.depth(), from.size()).stream().map(k -> pooled.get(first + k))
                    .toList();
            int width = channels.getOrDefault(node.getInput(0), 1);
            to.add(List.of(read.size() == 2 && width % BLOCK == 0
                    ? nodes.larger(node.getOutput(0), width, read.get(0), read.get(1))
                    : read.size() == 1 ? read.get(0) : nodes.next("Max", read, node.getOutput(0))));
        }
        slices.put(node.getOutput(0), to);
    }

    private void concatenation(NodeProto node) throws NotSliced {
        require(isAlong(node, 1), "concatenation");
        if (node.getInputList().stream().anyMatch(joinedAlready::contains)) {
            joinedFirst(node);
            return;
        }
        require(slices.keySet().containsAll(node.getInputList()), "concatenation");
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < slices.get(node.getInput(0)).size(); z++) {
            int at = z;
            to.add(node.getInputList().stream().flatMap(name -> slices.get(name).get(at).stream()).toList());
        }
        slices.put(node.getOutput(0), to);
    }

    /** Of a map only: joining many channels would take more than slices gain. */
    private void resize(NodeProto node) throws NotSliced {
        require(channels.getOrDefault(node.getInput(0), BLOCK) == 1, "resize");
        joinedFirst(node);
    }

    /** What has no rule for slices, but few channels: of whole tensors again, and so is all that reads it. */
    private void joinedFirst(NodeProto node) {
        NodeProto.Builder whole = node.toBuilder().clearInput();
        for (String input : node.getInputList()) {
            boolean isSliced = slices.containsKey(input);
            whole.addInput(isSliced ? input + ".whole" : input);
            if (isSliced && joinedAlready.add(input + ".whole"))
                axis.join(slices.get(input).stream().map(this::join).toList(), input + ".whole", nodes, kernels);
        }
        out.addNode(whole);
        joinedAlready.add(node.getOutput(0));
    }

    /** Only that of the input is known. */
    private void shape(NodeProto node) throws NotSliced {
        require(node.getInput(0).equals(input), "shape");
        out.addNode(node);
    }

    private void global(NodeProto node, String together) {
        List<String> each = new ArrayList<>();
        for (List<String> slice : slices.get(node.getInput(0)))
            each.add(nodes.add(node.getOpType(), List.of(join(slice)), node.getOutput(0) + ".slice." + each.size()));
        String all = each.size() == 1 ? each.get(0) : nodes.add(together, each, node.getOutput(0) + ".slices");
        if (axis.isVolume())
            nodes.add("Unsqueeze", List.of(all, axis.name(kernels)), node.getOutput(0));
        else
            nodes.add("Identity", List.of(all), node.getOutput(0));
    }

    private void each(NodeProto node) throws NotSliced {
        node.getInputList().stream().filter(slices::containsKey).filter(channels::containsKey).findFirst()
                .ifPresent(name -> channels.put(node.getOutput(0), channels.get(name)));
        require(EACH.contains(node.getOpType()) && node.getInputList().stream().noneMatch(joinedAlready::contains),
                node.getOpType());
        require(!Set.of("Softmax", "ArgMax").contains(node.getOpType()) || isAlong(node, 1), node.getOpType());
        boolean isPerChannel = node.getOpType().equals("BatchNormalization") || node.getOpType().equals("Clip");
        int depth = node.getInputList().stream().filter(slices::containsKey).mapToInt(n -> slices.get(n).size()).max()
                .orElseThrow();
        Function<String, String> whole = name -> isPerChannel || name.isEmpty() || kernels.isNumber(name) ? name
                : flat.computeIfAbsent(name, n -> factor(n, channels.getOrDefault(node.getOutput(0), 1)));
        List<List<String>> to = new ArrayList<>();
        for (int z = 0; z < depth; z++) {
            List<String> inputs = new ArrayList<>();
            for (String name : node.getInputList())
                inputs.add(slices.containsKey(name) ? join(slices.get(name).get(z)) : whole.apply(name));
            to.add(List.of(node.getOpType().equals("Softmax") && isOldReduction
                    ? nodes.softmax(inputs.get(0), node.getOutput(0))
                    : nodes.add(node.getOpType(), inputs, node.getOutput(0) + "." + z,
                            node.getAttributeList().toArray(AttributeProto[]::new))));
        }
        slices.put(node.getOutput(0), to);
    }

    /** What the same for all slices is, as they need it: without their axis, and a factor of each channel in blocks. */
    private String factor(String name, int width) {
        String each = axis.isVolume() ? nodes.add("Squeeze", List.of(name, axis.name(kernels)), name + ".flat") : name;
        return width % BLOCK == 0 && !kernels.isConstant(name) ? nodes.scaled(name, width, 1, each, List.of()) : each;
    }

    /** Values as one, channels behind each other. */
    private String join(List<String> parts) {
        if (parts.size() == 1)
            return parts.get(0);
        return joined.computeIfAbsent(parts,
                p -> nodes.add("Concat", p, "joined." + joined.size() + "." + p.get(0), SliceNodes.integer("axis", 1)));
    }

    private static boolean isAlong(NodeProto node, int axis) {
        return node.getAttributeList().stream().anyMatch(a -> a.getName().equals("axis") && a.getI() == axis);
    }

    private static void require(boolean condition, String what) throws NotSliced {
        if (!condition)
            throw new NotSliced(what);
    }
}
