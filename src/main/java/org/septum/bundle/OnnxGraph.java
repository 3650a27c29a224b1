package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.number;
import static org.septum.bundle.OnnxAttributes.numbers;
import static org.septum.bundle.OnnxAttributes.real;
import static org.septum.bundle.OnnxAttributes.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
import org.septum.model.block.Layer;
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
import org.septum.model.block.WeightSpec;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;

/** Translates a network layer by layer into ONNX; visiting a layer yields the name of its output. Use once. */
final class OnnxGraph implements LayerVisitor<String> {

    /** Name of the shape (N, C, 1…) of what multiplies whole channels. */
    static final String GATE_SHAPE = "shape.gate";

    private static final List<String> AXES = List.of("z", "y", "x");

    private final NetworkGraph graph;

    private final int dims;

    private final List<TensorShape> shapes;

    private final NamedWeights weights;

    private final OnnxMl.GraphProto.Builder onnx = OnnxMl.GraphProto.newBuilder();

    /** For a convolution that only a normalisation reads: that normalisation. Node numbers. */
    private final Map<Integer, Integer> normOfConvolution = new HashMap<>();

    private final OnnxConstants constants;

    /** Number of the node that is being visited. */
    private int at;

    /** Names of the tensors that it reads. */
    private List<String> sources = List.of();

    /**
     * A translation.
     *
     * @param graph
     *            the network
     * @param size
     *            one that the network allows; the graph is made for any
     * @param weights
     *            of the network
     * @param halves
     *            whether kernels that fit 16 bits are stored so
     */
    OnnxGraph(NetworkGraph graph, List<Integer> size, NamedWeights weights, boolean halves) {
        this.constants = new OnnxConstants(onnx, halves);
        this.graph = graph;
        this.dims = size.size();
        this.shapes = graph.shapes(size);
        this.weights = weights;
        findFoldable();
    }

    private void findFoldable() {
        int[] readers = new int[graph.nodes().size()];
        graph.nodes()
                .forEach(n -> n.sources().stream().filter(s -> s != NetworkGraph.INPUT).forEach(s -> readers[s]++));
        for (int i = 0; i < readers.length; i++) {
            if (!(graph.nodes().get(i).layer() instanceof BatchNormalization))
                continue;
            int source = graph.nodes().get(i).sources().get(0);
            if (source == NetworkGraph.INPUT || readers[source] != 1)
                continue;
            Layer before = graph.nodes().get(source).layer();
            if (before instanceof Convolution || before instanceof UpConvolution)
                normOfConvolution.put(source, i);
        }
    }

    OnnxMl.GraphProto build(int classes) {
        List<String> outputs = layers();
        add("Softmax", "softmax", List.of(outputs.get(outputs.size() - 1)), OnnxExport.OUTPUT, number("axis", 1));
        onnx.addOutput(value(OnnxExport.OUTPUT, classes));
        return onnx.build();
    }

    /** All layers; names of their outputs. A convolution with a normalisation folded in has the output of that. */
    List<String> layers() {
        onnx.setName("septum");
        onnx.addInput(value(OnnxExport.INPUT, graph.inputs()));
        List<String> outputs = new ArrayList<>();
        for (at = 0; at < graph.nodes().size(); at++) {
            NetworkGraph.Node node = graph.nodes().get(at);
            sources = node.sources().stream().map(s -> s == NetworkGraph.INPUT ? OnnxExport.INPUT : outputs.get(s))
                    .toList();
            outputs.add(node.layer().accept(this));
        }
        return outputs;
    }

    /** What is made so far, for more to be added behind it. */
    OnnxMl.GraphProto.Builder made() {
        return onnx;
    }

    /** For each convolution with a normalisation folded in: that normalisation. Numbers of nodes. */
    Map<Integer, Integer> folded() {
        return normOfConvolution;
    }

    @Override
    public String convolution(Convolution layer) {
        List<Long> half = layer.kernel().stream().map(k -> (long) (k / 2)).toList();
        List<Long> pads = new ArrayList<>(half);
        pads.addAll(half);
        List<AttributeProto> attributes = new ArrayList<>(
                List.of(numbers("kernel_shape", longs(layer.kernel())), numbers("pads", pads)));
        if (layer.stride().stream().anyMatch(s -> s != 1))
            attributes.add(numbers("strides", longs(layer.stride())));
        if (layer.groups() != 1)
            attributes.add(number("group", layer.groups()));
        return add("Conv", withKernel(0), attributes.toArray(AttributeProto[]::new));
    }

    @Override
    public String upConvolution(UpConvolution layer) {
        List<Long> stride = longs(layer.stride());
        return add("ConvTranspose", withKernel(1), numbers("kernel_shape", stride), numbers("strides", stride));
    }

    /** The inputs of a convolution: features, kernel, bias, with the normalisation behind it folded in. */
    private List<String> withKernel(int outAxis) {
        String weight = name() + ".weight";
        String bias = name() + ".bias";
        Integer norm = normOfConvolution.get(at);
        boolean biased = graph.nodes().get(at).layer().weights().size() > 1;
        Tensor kernel = weights.get(weight);
        if (!biased && norm == null)
            return List.of(sources.get(0), constants.tensor(weight, kernel));
        Tensor shift = biased ? weights.get(bias) : zeros(kernel.shape().get(outAxis));
        if (norm == null)
            return List.of(sources.get(0), constants.tensor(weight, kernel), constants.tensor(bias, shift));
        BatchNormFolding.Statistics statistics = BatchNormFolding.Statistics.of(weights, graph.nodes().get(norm).name(),
                BatchNormalization.EPSILON);
        return List.of(sources.get(0), constants.scaledKernel(weight, kernel, outAxis, statistics.scale()),
                constants.tensor(bias, statistics.shifted(shift)));
    }

    @Override
    public String batchNormalization(BatchNormalization layer) {
        int source = graph.nodes().get(at).sources().get(0);
        if (normOfConvolution.containsKey(source))
            return sources.get(0);
        List<String> inputs = new ArrayList<>(sources);
        for (WeightSpec w : layer.weights())
            inputs.add(stored(node().weight(w)));
        return add("BatchNormalization", inputs, real("epsilon", BatchNormalization.EPSILON));
    }

    private static Tensor zeros(long size) {
        return Tensor.of(List.of(size), new float[(int) size]);
    }

    /** ONNX gains group normalisation only in opset 18: each group as one instance, then scale and bias by channel. */
    @Override
    public String groupNormalization(GroupNormalization layer) {
        float[] ones = new float[layer.groups()];
        java.util.Arrays.fill(ones, 1);
        List<Long> perGroup = List.of((long) layer.groups());
        String rows = step("rows", "Reshape",
                List.of(sources.get(0), constants.longs("shape.groups." + layer.groups(), 0, layer.groups(), -1)));
        String normal = step("normal", "InstanceNormalization",
                List.of(rows, constants.tensor(name() + ".ones", Tensor.of(perGroup, ones)),
                        constants.tensor(name() + ".zeros", zeros(layer.groups()))),
                real("epsilon", GroupNormalization.EPSILON));
        String size = step("size", "Shape", sources);
        String back = step("back", "Reshape", List.of(normal, size));
        String scaled = step("scaled", "Mul", List.of(back, perChannel("weight")));
        return add("Add", List.of(scaled, perChannel("bias")));
    }

    /** A weight of the node (C) as a constant (1, C, 1…). */
    private String perChannel(String weight) {
        Tensor tensor = weights.get(name() + "." + weight);
        List<Long> shape = new ArrayList<>(java.util.Collections.nCopies(2 + dims, 1L));
        shape.set(1, tensor.shape().get(0));
        return constants.tensor(name() + "." + weight, Tensor.of(shape, tensor.values()));
    }

    @Override
    public String relu(Relu layer) {
        return add("Relu", sources);
    }

    @Override
    public String relu6(Relu6 layer) {
        return add("Clip", List.of(sources.get(0), constants.scalar("number.0", 0), constants.scalar("number.6", 6)));
    }

    @Override
    public String leakyRelu(LeakyRelu layer) {
        return add("LeakyRelu", sources, real("alpha", LeakyRelu.SLOPE));
    }

    @Override
    public String silu(Silu layer) {
        return add("Mul", List.of(sources.get(0), step("gate", "Sigmoid", sources)));
    }

    @Override
    public String addition(Addition layer) {
        return add("Add", sources);
    }

    @Override
    public String overlappingMaxPooling(OverlappingMaxPooling layer) {
        List<Long> half = layer.window().stream().map(w -> (long) (w / 2)).toList();
        List<Long> pads = new ArrayList<>(half);
        pads.addAll(half);
        return add("MaxPool", sources, numbers("kernel_shape", longs(layer.window())),
                numbers("strides", longs(layer.stride())), numbers("pads", pads));
    }

    @Override
    public String sigmoid(Sigmoid layer) {
        return add("Sigmoid", sources);
    }

    @Override
    public String maxPooling(MaxPooling layer) {
        List<Long> window = longs(layer.stride());
        return add("MaxPool", sources, numbers("kernel_shape", window), numbers("strides", window));
    }

    @Override
    public String concatenation(Concatenation layer) {
        return add("Concat", sources, number("axis", 1));
    }

    @Override
    public String globalAverage(GlobalAverage layer) {
        String pooled = add("GlobalAveragePool", name() + ".pool", sources, name() + ".pool");
        return add("Reshape", List.of(pooled, constants.longs("shape.batch_channels", 0, -1)));
    }

    @Override
    public String linear(Linear layer) {
        List<String> inputs = new ArrayList<>(sources);
        for (WeightSpec w : layer.weights())
            inputs.add(stored(node().weight(w)));
        return add("Gemm", inputs, number("transB", 1));
    }

    @Override
    public String channelConvolution(ChannelConvolution layer) {
        String row = add("Reshape", name() + ".row",
                List.of(sources.get(0), constants.longs("shape.batch_row", 0, 1, -1)), name() + ".row");
        String weight = stored(node().weight(layer.weights().get(0)));
        long half = layer.kernel() / 2;
        String mixed = add("Conv", name() + ".mix", List.of(row, weight), name() + ".mix",
                numbers("kernel_shape", List.of((long) layer.kernel())), numbers("pads", List.of(half, half)));
        return add("Reshape", List.of(mixed, constants.longs("shape.batch_channels", 0, -1)));
    }

    @Override
    public String gating(Gating layer) {
        TensorShape x = shapeOf(0);
        TensorShape g = shapeOf(1);
        String gate = sources.get(1);
        if (g.spatial().isEmpty()) {
            long[] target = new long[2 + dims];
            java.util.Arrays.fill(target, 2, 2 + dims, 1);
            gate = step("gate", "Reshape", List.of(gate, constants.longs(GATE_SHAPE, target)));
        }
        int each = x.channels() / g.channels();
        if (g.channels() > 1 && each > 1) {
            long[] copies = java.util.stream.LongStream.range(0, x.channels()).map(c -> c / each).toArray();
            gate = step("spread", "Gather",
                    List.of(gate, constants.longs("gather." + g.channels() + "x" + each, copies)), number("axis", 1));
        }
        return add("Mul", List.of(sources.get(0), gate));
    }

    @Override
    public String globalMaximum(GlobalMaximum layer) {
        String pooled = step("pool", "GlobalMaxPool", sources);
        return add("Reshape", List.of(pooled, constants.longs("shape.batch_channels", 0, -1)));
    }

    @Override
    public String channelGroupMean(ChannelGroupMean layer) {
        String rows = step("rows", "Reshape",
                List.of(sources.get(0), constants.longs("shape.means." + layer.groups(), 0, layer.groups(), -1)));
        return add("ReduceMean", List.of(rows), numbers("axes", List.of(2L)), number("keepdims", 0));
    }

    @Override
    public String channelDropout(ChannelDropout layer) {
        return add("Identity", sources);
    }

    @Override
    public String linearResize(LinearResize layer) {
        String kept = slice("kept", step("size", "Shape", List.of(sources.get(0))), 0, 2);
        String wanted = slice("wanted", step("target", "Shape", List.of(sources.get(1))), 2, 2L + dims);
        String sizes = step("sizes", "Concat", List.of(kept, wanted), number("axis", 0));
        return add("Resize", List.of(sources.get(0), "", "", sizes), text("mode", "linear"),
                text("coordinate_transformation_mode", "half_pixel"));
    }

    private String slice(String step, String of, long from, long to) {
        return step(step, "Slice", List.of(of, constants.longs("number." + from + ".long", from),
                constants.longs("number." + to + ".long", to)));
    }

    @Override
    public String dotProductAttention(DotProductAttention layer) {
        String flat = constants.longs("shape.flat", 0, 0, -1);
        String queries = step("queries", "Transpose", List.of(step("rows", "Reshape", List.of(sources.get(0), flat))),
                numbers("perm", List.of(0L, 2L, 1L)));
        String keys = step("keys", "Reshape", List.of(sources.get(1), flat));
        String attention = step("attention", "Softmax", List.of(step("similarity", "MatMul", List.of(queries, keys))),
                number("axis", 2));
        String turned = step("turned", "Transpose", List.of(attention), numbers("perm", List.of(0L, 2L, 1L)));
        String values = step("values", "Reshape", List.of(sources.get(2), flat));
        String gathered = step("gathered", "MatMul", List.of(values, turned));
        // values may have other channels than queries
        String channels = slice("channels", step("valuesize", "Shape", List.of(sources.get(2))), 0, 2);
        String spatial = slice("spatial", step("size", "Shape", List.of(sources.get(0))), 2, 2L + dims);
        return add("Reshape",
                List.of(gathered, step("whole", "Concat", List.of(channels, spatial), number("axis", 0))));
    }

    /** Shape of a tensor that the node reads, at a size that every network allows. */
    private TensorShape shapeOf(int source) {
        return shapes.get(graph.nodes().get(at).sources().get(source));
    }

    private NetworkGraph.Node node() {
        return graph.nodes().get(at);
    }

    private String name() {
        return node().name();
    }

    private static List<Long> longs(List<Integer> sizes) {
        return sizes.stream().map(Integer::longValue).toList();
    }

    /** A step on the way to the node's output. */
    private String step(String name, String operator, List<String> inputs, AttributeProto... attributes) {
        return add(operator, name() + "." + name, inputs, name() + "." + name, attributes);
    }

    private String add(String operator, List<String> inputs, AttributeProto... attributes) {
        return add(operator, name(), inputs, name(), attributes);
    }

    private String add(String operator, String node, List<String> inputs, String output, AttributeProto... attributes) {
        onnx.addNode(OnnxMl.NodeProto.newBuilder().setOpType(operator).setName(node).addAllInput(inputs)
                .addOutput(output).addAllAttribute(List.of(attributes)));
        return output;
    }

    /** A weight as it is, stored once however many nodes use it. */
    private String stored(String weight) {
        return constants.shared(weight, weights.get(weight));
    }

    /** An input or output (batch, channels, S). */
    OnnxMl.ValueInfoProto value(String name, int channels) {
        return value(name, channels, dims);
    }

    /** The same for a number of spatial axes. */
    static OnnxMl.ValueInfoProto value(String name, int channels, int dims) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(channels));
        for (String axis : AXES.subList(AXES.size() - dims, AXES.size()))
            shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam(axis));
        return OnnxMl.ValueInfoProto.newBuilder().setName(name)
                .setType(
                        OnnxMl.TypeProto.newBuilder()
                                .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                        .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber()).setShape(shape)))
                .build();
    }
}
