package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.number;
import static org.septum.bundle.OnnxAttributes.numbers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.Addition;
import org.septum.model.block.BatchNormalization;
import org.septum.model.block.ChannelConvolution;
import org.septum.model.block.ChannelDropout;
import org.septum.model.block.ChannelGroupMean;
import org.septum.model.block.Concatenation;
import org.septum.model.block.Convolution;
import org.septum.model.block.DotProductAttention;
import org.septum.model.block.Gating;
import org.septum.model.block.GlobalAverage;
import org.septum.model.block.GlobalMaximum;
import org.septum.model.block.GroupNormalization;
import org.septum.model.block.LayerVisitor;
import org.septum.model.block.LeakyRelu;
import org.septum.model.block.Linear;
import org.septum.model.block.LinearResize;
import org.septum.model.block.MaxPooling;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.OverlappingMaxPooling;
import org.septum.model.block.Relu;
import org.septum.model.block.Relu6;
import org.septum.model.block.Sigmoid;
import org.septum.model.block.Silu;
import org.septum.model.block.TensorShape;
import org.septum.model.block.UpConvolution;

/**
 * Adds to the ONNX graph of a network the gradient of a weighted sum over one channel of its last layer with respect to
 * what a node makes. It goes backwards layer by layer, along the paths that lead from the node to the end and no
 * others. Only gradients of features are made, none of weights.
 * <p>
 * Visiting a layer adds what its inputs get of the gradient of its output, and yields false if there is no rule for it:
 * pooling, resizing and products of positions, which networks rarely have behind the places that are looked at.
 */
final class OnnxGradient implements LayerVisitor<Boolean> {

    /**
     * A summand of a gradient.
     *
     * @param name
     *            of the value
     * @param isWhole
     *            false if its spatial axes have size 1 and stand for all positions
     */
    private record Part(String name, boolean isWhole) {
    }

    private final NetworkGraph graph;

    private final List<TensorShape> shapes;

    private final TensorShape input;

    private final NamedWeights weights;

    /** Names of what the nodes make. */
    private final List<String> outputs;

    private final Map<Integer, Integer> folded;

    private final OnnxNodes nodes;

    /** What several gradients need. */
    private final OnnxDerivatives derivatives;

    /** By node, what its output has got so far; null where no path leads. */
    private List<List<Part>> parts = List.of();

    /** The node that is being visited, and the gradient of what it makes. */
    private int at;

    private String gradient;

    /** The channel that the last node's gradient is of, and it has that one only; -1 elsewhere. */
    private int only;

    /**
     * @param forward
     *            the network, all its layers translated
     * @param outputs
     *            names of what they make
     * @param graph
     *            the network
     * @param size
     *            one that it allows
     * @param weights
     *            its weights
     */
    OnnxGradient(OnnxGraph forward, List<String> outputs, NetworkGraph graph, List<Integer> size,
            NamedWeights weights) {
        this.graph = graph;
        this.shapes = graph.shapes(size);
        this.input = new TensorShape(graph.inputs(), size);
        this.weights = weights;
        this.outputs = outputs;
        this.folded = forward.folded();
        this.nodes = new OnnxNodes(forward.made(), OnnxExport.OPSET, 2 + size.size(), "gradient.");
        this.derivatives = new OnnxDerivatives(nodes, size.size());
    }

    /** Adds nodes to the same graph. */
    OnnxNodes nodes() {
        return nodes;
    }

    /**
     * The gradient with respect to a node.
     *
     * @param share
     *            (N, 1, S): the weight of each position in the sum
     * @param channel
     *            of the last layer that is summed
     * @param node
     *            not the last
     *
     * @return the name of a value shaped as the node's output; empty if a layer on the way has no rule, or if the node
     *         is a convolution whose output no longer exists as a normalisation is folded into it
     */
    Optional<String> of(String share, int channel, int node) {
        int last = graph.nodes().size() - 1;
        if (folded.containsKey(node) || !(graph.nodes().get(last).layer() instanceof Convolution head)
                || head.groups() != 1)
            return Optional.empty();
        parts = paths(node);
        give(last, share);
        for (at = last; at > node; at--) {
            if (parts.get(at) == null || parts.get(at).isEmpty())
                continue;
            gradient = sum(at);
            only = at == last ? channel : -1;
            if (!graph.nodes().get(at).layer().accept(this))
                return Optional.empty();
        }
        return parts.get(node).isEmpty() ? Optional.empty() : Optional.of(sum(node));
    }

    /** An empty list for a node and all that depend on it. */
    private List<List<Part>> paths(int node) {
        List<List<Part>> paths = new ArrayList<>(Collections.nCopies(node, null));
        paths.add(new ArrayList<>());
        for (int i = node + 1; i < graph.nodes().size(); i++) {
            boolean isBehind = graph.nodes().get(i).sources().stream().anyMatch(s -> s >= node && paths.get(s) != null);
            paths.add(isBehind ? new ArrayList<>() : null);
        }
        return paths;
    }

    private boolean isOnPath(int node) {
        return node != NetworkGraph.INPUT && parts.get(node) != null;
    }

    private boolean give(int node, String value) {
        return give(node, value, true);
    }

    private boolean give(int node, String value, boolean isWhole) {
        if (isOnPath(node))
            parts.get(node).add(new Part(value, isWhole));
        return true;
    }

    private String sum(int node) {
        List<Part> all = parts.get(node);
        String sum = all.get(0).name();
        for (Part part : all.subList(1, all.size()))
            sum = nodes.add("Add", List.of(sum, part.name()));
        return all.stream().anyMatch(Part::isWhole) ? sum
                : nodes.add("Expand", List.of(sum, nodes.add("Shape", List.of(outputs.get(node)))));
    }

    private NetworkGraph.Node node() {
        return graph.nodes().get(at);
    }

    private int source(int input) {
        return node().sources().get(input);
    }

    private String read(int input) {
        return source(input) == NetworkGraph.INPUT ? OnnxExport.INPUT : outputs.get(source(input));
    }

    /** The kernel as the graph has it, with a normalisation behind it folded in. */
    private Tensor kernel(int outAxis) {
        Tensor kernel = weights.get(node().weight(node().layer().weights().get(0)));
        Integer norm = folded.get(at);
        return norm == null ? kernel : BatchNormFolding.scaled(kernel, outAxis, statistics(norm).scale());
    }

    private BatchNormFolding.Statistics statistics(int norm) {
        return BatchNormFolding.Statistics.of(weights, graph.nodes().get(norm).name(), BatchNormalization.EPSILON);
    }

    /** Of joined channels only those parts are computed to which a path leads. */
    @Override
    public Boolean convolution(Convolution layer) {
        if (layer.stride().stream().anyMatch(s -> s != 1))
            return false;
        if (!isJoined(source(0)) || layer.groups() != 1)
            return give(source(0), backwards(layer, 0, layer.in()));
        int from = 0;
        for (int s : graph.nodes().get(source(0)).sources()) {
            int channels = shapes.get(s).channels();
            if (isOnPath(s))
                give(s, backwards(layer, from, channels));
            from += channels;
        }
        return true;
    }

    private boolean isJoined(int node) {
        return isOnPath(node) && graph.nodes().get(node).layer() instanceof Concatenation
                && !graph.nodes().get(node).sources().contains(NetworkGraph.INPUT);
    }

    private String backwards(Convolution layer, int from, int channels) {
        String name = "kernel." + at + "." + only + "." + from;
        String kernel = derivatives.once(name,
                () -> constant(BackwardKernel.of(kernel(0), layer.groups(), from, channels, only)));
        List<Long> half = layer.kernel().stream().map(k -> (long) (k / 2)).toList();
        return nodes.add("Conv", List.of(gradient, kernel),
                numbers("kernel_shape", layer.kernel().stream().map(Integer::longValue).toList()),
                numbers("pads", Stream.concat(half.stream(), half.stream()).toList()), number("group", layer.groups()));
    }

    private String constant(Tensor tensor) {
        return nodes.floats(tensor.shape(), tensor.values());
    }

    @Override
    public Boolean upConvolution(UpConvolution layer) {
        List<Long> stride = layer.stride().stream().map(Integer::longValue).toList();
        String kernel = derivatives.once("kernel." + at, () -> constant(kernel(1)));
        return give(source(0), nodes.add("Conv", List.of(gradient, kernel), numbers("kernel_shape", stride),
                numbers("strides", stride)));
    }

    @Override
    public Boolean batchNormalization(BatchNormalization layer) {
        if (folded.containsKey(source(0)))
            return give(source(0), gradient);
        String scale = derivatives.once("scale." + at,
                () -> nodes.perChannel(Arrays.stream(statistics(at).scale()).boxed().toList()));
        return give(source(0), times(gradient, scale));
    }

    private String times(String x, String y) {
        return nodes.add("Mul", List.of(x, y));
    }

    /**
     * With x' = (x − mean) / σ, g' the gradient of x' and means over a group: of x, (g' − mean g' − x' mean (g' x')) /
     * σ.
     */
    @Override
    public Boolean groupNormalization(GroupNormalization layer) {
        OnnxDerivatives.Group group = derivatives.group(at, read(0), layer.groups());
        String scale = derivatives.once("scale." + at, () -> {
            List<Double> values = new ArrayList<>();
            for (float value : weights.get(node().weight(layer.weights().get(0))).values())
                values.add((double) value);
            return nodes.perChannel(values);
        });
        String rows = nodes.add("Reshape", List.of(times(gradient, scale), group.shape()));
        String mean = derivatives.mean(rows);
        String along = times(group.normal(), derivatives.mean(times(rows, group.normal())));
        String own = nodes.add("Sub", List.of(nodes.add("Sub", List.of(rows, mean)), along));
        return give(source(0),
                nodes.add("Reshape", List.of(times(own, group.inverse()), nodes.add("Shape", List.of(read(0))))));
    }

    private boolean pointwise(Supplier<String> derivative) {
        return give(source(0), times(gradient, derivatives.once("slope." + at, derivative)));
    }

    @Override
    public Boolean relu(Relu layer) {
        return pointwise(() -> nodes.add("Sign", List.of(outputs.get(at))));
    }

    @Override
    public Boolean relu6(Relu6 layer) {
        return pointwise(() -> derivatives.between(outputs.get(at), 0, 6));
    }

    @Override
    public Boolean leakyRelu(LeakyRelu layer) {
        return pointwise(() -> derivatives.leaky(outputs.get(at), LeakyRelu.SLOPE));
    }

    @Override
    public Boolean silu(Silu layer) {
        return pointwise(() -> derivatives.silu(read(0), outputs.get(at)));
    }

    @Override
    public Boolean sigmoid(Sigmoid layer) {
        return pointwise(() -> derivatives.sigmoid(outputs.get(at)));
    }

    @Override
    public Boolean addition(Addition layer) {
        for (int s : node().sources()) {
            if (s == NetworkGraph.INPUT)
                continue;
            if (!shapes.get(s).equals(shapes.get(at)))
                return false;
            give(s, gradient);
        }
        return true;
    }

    @Override
    public Boolean concatenation(Concatenation layer) {
        long from = 0;
        for (int s : node().sources()) {
            long end = from + (s == NetworkGraph.INPUT ? graph.inputs() : shapes.get(s).channels());
            if (isOnPath(s))
                give(s, nodes.add("Slice", List.of(gradient, nodes.integers(List.of(from)),
                        nodes.integers(List.of(end)), nodes.integers(List.of(1L)))));
            from = end;
        }
        return true;
    }

    @Override
    public Boolean globalAverage(GlobalAverage layer) {
        String each = nodes.add("Reshape", List.of(gradient, derivatives.gateShape()));
        return give(source(0), nodes.add("Div", List.of(each, positions(shapeOf(0)))), false);
    }

    @Override
    public Boolean linear(Linear layer) {
        String weight = derivatives.once("kernel." + at,
                () -> constant(weights.get(node().weight(layer.weights().get(0)))));
        return give(source(0), nodes.add("MatMul", List.of(gradient, weight)));
    }

    @Override
    public Boolean channelConvolution(ChannelConvolution layer) {
        long half = layer.kernel() / 2;
        String kernel = derivatives.once("kernel." + at,
                () -> constant(BackwardKernel.of(weights.get(node().weight(layer.weights().get(0))), 1, 0, 1, -1)));
        String row = nodes.reshape(gradient, List.of(0L, 1L, -1L));
        String mixed = nodes.add("Conv", List.of(row, kernel), numbers("kernel_shape", List.of((long) layer.kernel())),
                numbers("pads", List.of(half, half)));
        return give(source(0), nodes.reshape(mixed, List.of(0L, -1L)));
    }

    /** The product rule: features get the gates' share, gates the sum over what each of them scales. */
    @Override
    public Boolean gating(Gating layer) {
        TensorShape x = shapeOf(0);
        TensorShape g = shapeOf(1);
        long each = x.channels() / g.channels();
        if (isOnPath(source(0)))
            give(source(0), times(gradient, derivatives.once("gate." + at, () -> spread(g, each))));
        if (!isOnPath(source(1)))
            return true;
        String product = times(gradient, read(0));
        if (g.spatial().isEmpty() && each == 1) {
            String means = nodes.reshape(nodes.add("GlobalAveragePool", List.of(product)), List.of(0L, -1L));
            return give(source(1), times(means, positions(x)));
        }
        String groups = nodes.reshape(product, List.of(0L, (long) g.channels(), each, -1L));
        String axes = nodes.integers(g.spatial().isEmpty() ? List.of(2L, 3L) : List.of(2L));
        String sums = nodes.add("ReduceSum", List.of(groups, axes), number("keepdims", 0));
        return give(source(1), g.spatial().isEmpty() ? sums
                : nodes.add("Reshape", List.of(sums, nodes.add("Shape", List.of(read(1))))));
    }

    /** How many positions features have. */
    private String positions(TensorShape features) {
        return derivatives.positions(OnnxExport.INPUT, (double) features.positions() / input.positions());
    }

    /** The gates of a node in a shape that multiplies its features. */
    private String spread(TensorShape gates, long each) {
        String gate = gates.spatial().isEmpty() ? nodes.add("Reshape", List.of(read(1), derivatives.gateShape()))
                : read(1);
        return gates.channels() == 1 || each == 1 ? gate
                : nodes.channels(gate,
                        LongStream.range(0, gates.channels() * each).map(c -> c / each).boxed().toList());
    }

    private TensorShape shapeOf(int input) {
        return source(input) == NetworkGraph.INPUT ? this.input : shapes.get(source(input));
    }

    @Override
    public Boolean channelDropout(ChannelDropout layer) {
        return give(source(0), gradient);
    }

    @Override
    public Boolean maxPooling(MaxPooling layer) {
        return false;
    }

    @Override
    public Boolean overlappingMaxPooling(OverlappingMaxPooling layer) {
        return false;
    }

    @Override
    public Boolean globalMaximum(GlobalMaximum layer) {
        return false;
    }

    @Override
    public Boolean channelGroupMean(ChannelGroupMean layer) {
        return false;
    }

    @Override
    public Boolean linearResize(LinearResize layer) {
        return false;
    }

    @Override
    public Boolean dotProductAttention(DotProductAttention layer) {
        return false;
    }
}
