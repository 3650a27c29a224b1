package org.septum.bundle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

import org.septum.bundle.ForeignAxis.Kind;
import org.septum.core.SeptumException;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/**
 * The graph of a network of others with nodes around it, so that it takes and gives what Septum's own do: (N, channels,
 * S) in, (N, classes, S) of probabilities out, float32, S of one tile. What the halo takes is 0 in every class, so that
 * it adds nothing where tiles are blended.
 */
final class AdaptedGraph {

    private static final String PREFIX = "septum.";

    private static final int OLDEST_OPSET = 9;

    private final OnnxFile onnx;

    private final ForeignTensor in;

    private final ForeignTensor out;

    private final TileGeometry tiles;

    private final ForeignClasses classes;

    private final int rank;

    /** Of the names of all that is added. */
    private final String prefix;

    /** Our order: N, channels, z, y, x. */
    private final List<Kind> order;

    AdaptedGraph(OnnxFile onnx, ForeignTensor in, ForeignTensor out, TileGeometry tiles, ForeignClasses classes) {
        this.onnx = onnx;
        this.in = in;
        this.out = out;
        this.tiles = tiles;
        this.classes = classes;
        this.order = new ArrayList<>(List.of(Kind.BATCH, Kind.CHANNEL));
        order.addAll(tiles.axes());
        this.rank = order.size();
        this.prefix = unused(onnx.model().getGraph());
    }

    private static String unused(OnnxMl.GraphProto graph) {
        Set<String> names = new HashSet<>();
        graph.getNodeList().forEach(n -> {
            names.add(n.getName());
            names.addAll(n.getInputList());
            names.addAll(n.getOutputList());
        });
        graph.getInitializerList().forEach(t -> names.add(t.getName()));
        String prefix = PREFIX;
        while (true) {
            String tried = prefix;
            if (names.stream().noneMatch(n -> n.startsWith(tried)))
                return tried;
            prefix = "_" + prefix;
        }
    }

    /** True if only one tile fits at once. */
    boolean takesOneTile() {
        int batch = in.axes().stream().map(ForeignAxis::kind).toList().indexOf(Kind.BATCH);
        return batch < 0 || out.axis(Kind.BATCH).isEmpty() || onnx.inputs().get(0).sizes().get(batch) == 1;
    }

    /** With probabilities of classes behind the network. */
    OnnxMl.ModelProto build() {
        return around((nodes, values) -> cropped(nodes, probabilities(nodes, values)), classes.labels().count());
    }

    /** With the network's own post-processing only, as its test output has it: (N, channels, S of the output). */
    OnnxMl.ModelProto asDescribed() {
        return around((nodes, values) -> values, out.channels());
    }

    private OnnxMl.ModelProto around(BiFunction<OnnxNodes, String, String> end, int channels) {
        if (onnx.opset() < OLDEST_OPSET)
            throw SeptumException.input("its graph has opset " + onnx.opset() + "; allowed: " + OLDEST_OPSET
                    + " and later: convert it with onnx.version_converter");
        OnnxFile.Port output = onnx.outputs().get(0);
        OnnxMl.GraphProto.Builder graph = onnx.model().getGraph().toBuilder();
        List<OnnxMl.NodeProto> inner = graph.getNodeList();
        graph.clearNode().clearOutput().clearInput().clearValueInfo();
        OnnxNodes nodes = new OnnxNodes(graph, onnx.opset(), rank, prefix);
        graph.addInput(port(prefix + "input", in.channels(), tiles.input()));
        feed(nodes, onnx.inputs().get(0));
        graph.addAllNode(inner);
        String values = processed(nodes, taken(nodes, nodes.toFloat(output.name())));
        nodes.add("Identity", List.of(end.apply(nodes, values)), prefix + "probabilities");
        graph.addOutput(port(prefix + "probabilities", channels, List.of()));
        return onnx.model().toBuilder().setGraph(graph).build();
    }

    private String processed(OnnxNodes nodes, String tensor) {
        String values = tensor;
        for (ProcessingStep step : out.steps()) {
            if (step instanceof ProcessingStep.Softmax && out.channels() == 1)
                throw SeptumException.input("its step \"softmax\" has one channel, which is always 1");
            values = step.after(nodes, values)
                    .orElseThrow(() -> SeptumException.input("its post-processing " + step.getClass().getSimpleName()
                            + " needs the whole result at once,"
                            + " which is a picture, not classes; allowed: binarize, clip, ensure_dtype, scale_linear,"
                            + " sigmoid, softmax"));
        }
        return values;
    }

    /** Without sizes, those along the spatial axes are free. */
    private OnnxMl.ValueInfoProto port(String name, int channels, List<Integer> sizes) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(channels));
        for (int d = 0; d < rank - 2; d++) {
            OnnxMl.TensorShapeProto.Dimension.Builder size = OnnxMl.TensorShapeProto.Dimension.newBuilder();
            shape.addDim(sizes.isEmpty() ? size.setDimParam("out" + d) : size.setDimValue(sizes.get(d)));
        }
        return OnnxMl.ValueInfoProto.newBuilder().setName(name)
                .setType(OnnxMl.TypeProto.newBuilder().setTensorType(
                        OnnxMl.TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).setShape(shape)))
                .build();
    }

    /** The axes of a tensor that Septum has too, in that tensor's order, after those of Septum that it lacks. */
    private List<Kind> known(ForeignTensor tensor) {
        List<Kind> known = new ArrayList<>(order);
        known.removeIf(k -> tensor.axis(k).isPresent());
        tensor.axes().stream().map(ForeignAxis::kind).filter(order::contains).forEach(known::add);
        return known;
    }

    private void feed(OnnxNodes nodes, OnnxFile.Port input) {
        String turned = nodes.transpose(prefix + "input", known(in).stream().map(order::indexOf).toList());
        List<Long> sizes = new ArrayList<>();
        for (ForeignAxis axis : in.axes())
            sizes.add(axis.kind() == Kind.OTHER ? 1 : size(axis.kind(), in.channels(), tiles.input()));
        String shaped = nodes.reshape(turned, sizes);
        nodes.add("Cast", List.of(shaped), input.name(), OnnxMl.AttributeProto.newBuilder().setName("to")
                .setType(OnnxMl.AttributeProto.AttributeType.INT).setI(input.type()).build());
    }

    private String taken(OnnxNodes nodes, String values) {
        List<Kind> known = known(out);
        List<Long> sizes = new ArrayList<>();
        for (Kind kind : known)
            sizes.add(out.axis(kind).isEmpty() ? 1L : size(kind, out.channels(), tiles.output()));
        return nodes.transpose(nodes.reshape(values, sizes), order.stream().map(known::indexOf).toList());
    }

    private long size(Kind kind, int channels, List<Integer> spatial) {
        return kind == Kind.BATCH ? -1 : kind == Kind.CHANNEL ? channels : spatial.get(tiles.axes().indexOf(kind));
    }

    private String probabilities(OnnxNodes nodes, String values) {
        List<Long> channels = new ArrayList<>();
        if (classes.background() >= 0)
            channels.add((long) classes.background());
        for (long c = 0; c < out.channels(); c++)
            if (c != classes.background())
                channels.add(c);
        String ordered = classes.background() > 0 ? nodes.channels(values, channels) : values;
        return switch (classes.rule()) {
            case PROBABILITIES -> ordered;
            case SOFTMAX -> nodes.softmaxOverChannels(ordered);
            case SIGMOID -> withBackground(nodes, nodes.add("Sigmoid", List.of(ordered)));
            case INDEPENDENT -> withBackground(nodes, ordered);
        };
    }

    /** Background 1 - max(p), so that it wins where no p is above 0.5; then all divided by their sum. */
    private String withBackground(OnnxNodes nodes, String p) {
        String one = nodes.perChannel(List.of(1.0));
        if (out.channels() == 1)
            return nodes.concatenateChannels(List.of(nodes.add("Sub", List.of(one, p)), p));
        List<String> each = new ArrayList<>();
        for (long c = 0; c < out.channels(); c++)
            each.add(nodes.channels(p, List.of(c)));
        String background = nodes.add("Sub", List.of(one, nodes.add("Max", each)));
        List<String> all = new ArrayList<>(List.of(background));
        all.addAll(each);
        return nodes.add("Div", List.of(nodes.concatenateChannels(all), nodes.add("Sum", all)));
    }

    /** Zeros where the halo takes, and around, up to the size of the tile. */
    private String cropped(OnnxNodes nodes, String p) {
        if (tiles.output().equals(tiles.input()) && tiles.halo().stream().allMatch(h -> h == 0))
            return p;
        String kept = p;
        for (int d = 0; d < tiles.axes().size(); d++) {
            int size = tiles.output().get(d);
            float[] mask = new float[size];
            for (int i = tiles.halo().get(d); i < size - tiles.halo().get(d); i++)
                mask[i] = 1;
            List<Long> shape = new ArrayList<>(Collections.nCopies(rank, 1L));
            shape.set(2 + d, (long) size);
            if (tiles.halo().get(d) > 0)
                kept = nodes.add("Mul", List.of(kept, nodes.floats(shape, mask)));
        }
        List<Long> pads = new ArrayList<>(Collections.nCopies(2 * rank, 0L));
        for (int d = 0; d < tiles.axes().size(); d++) {
            pads.set(2 + d, (long) tiles.before(d) - tiles.halo().get(d));
            pads.set(rank + 2 + d, (long) tiles.after(d) - tiles.halo().get(d));
        }
        return nodes.pad(kept, pads);
    }
}
