package org.septum.bundle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;

/**
 * Adds nodes to a graph of any opset from 9: only operators that mean the same in all of them, or their older form
 * where the opset needs it. Their names are a prefix and a number.
 */
final class OnnxNodes {

    private static final int PADS_AS_INPUT = 11;

    private final OnnxMl.GraphProto.Builder graph;

    private final long opset;

    private final int rank;

    private final String prefix;

    private int made;

    /**
     * @param graph
     *            gets the nodes
     * @param opset
     *            of the graph
     * @param rank
     *            number of axes of the tensors: N, channels, S
     * @param prefix
     *            of all names; no other name in the graph may start with it
     */
    OnnxNodes(OnnxMl.GraphProto.Builder graph, long opset, int rank, String prefix) {
        this.graph = graph;
        this.opset = opset;
        this.rank = rank;
        this.prefix = prefix;
    }

    private String name() {
        return prefix + made++;
    }

    /** A node; returns the name of its output. */
    String add(String operator, List<String> inputs, AttributeProto... attributes) {
        return add(operator, inputs, name(), attributes);
    }

    /** A node with a given name of its output. */
    String add(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(OnnxMl.NodeProto.newBuilder().setOpType(operator).setName(prefix + operator + "." + made++)
                .addAllInput(inputs).addOutput(output).addAllAttribute(List.of(attributes)));
        return output;
    }

    String floats(List<Long> shape, float... values) {
        String name = name();
        graph.addInitializer(OnnxTensors.floats(name, shape, values));
        return name;
    }

    String integers(List<Long> values) {
        String name = name();
        graph.addInitializer(OnnxTensors.integers(name, values));
        return name;
    }

    /** A number without axes. */
    String integer(long value) {
        String name = name();
        graph.addInitializer(OnnxTensors.integers(name, List.of(value)).toBuilder().clearDims());
        return name;
    }

    /** One value, or one for each channel, as (1, channels, 1 …). */
    String perChannel(List<Double> values) {
        List<Long> shape = new ArrayList<>(Collections.nCopies(rank, 1L));
        shape.set(1, (long) values.size());
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++)
            floats[i] = values.get(i).floatValue();
        return floats(shape, floats);
    }

    String cast(String tensor, int type) {
        return add("Cast", List.of(tensor),
                AttributeProto.newBuilder().setName("to").setType(AttributeProto.AttributeType.INT).setI(type).build());
    }

    String toFloat(String tensor) {
        return cast(tensor, OnnxMl.TensorProto.DataType.FLOAT.getNumber());
    }

    String transpose(String tensor, List<Integer> order) {
        boolean isInOrder = true;
        for (int i = 0; i < order.size(); i++)
            isInOrder &= order.get(i) == i;
        return isInOrder ? tensor
                : add("Transpose", List.of(tensor),
                        AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS)
                                .addAllInts(order.stream().map(Integer::longValue).toList()).build());
    }

    String reshape(String tensor, List<Long> sizes) {
        return add("Reshape", List.of(tensor, integers(sizes)));
    }

    /** A tensor (N, channels, S') linearly at the size of the graph's input, as a resizing layer does it. */
    String resizedToInput(String tensor, int channels) {
        String size = add("Shape", List.of(OnnxExport.INPUT));
        AttributeProto along = OnnxAttributes.number("axis", 0);
        String sizes = add("Concat", List.of(part(size, 0, 1), integers(List.of((long) channels)), part(size, 2, rank)),
                along);
        return add("Resize", List.of(tensor, "", "", sizes), OnnxAttributes.text("mode", "linear"),
                OnnxAttributes.text("coordinate_transformation_mode", "half_pixel"));
    }

    /** The sum over the channels of a tensor (N, channels, S), each times the same weight: (N, 1, S). */
    String channelSum(String tensor, int channels, float weight) {
        List<Long> kernel = new ArrayList<>(Collections.nCopies(rank, 1L));
        kernel.set(1, (long) channels);
        float[] weights = new float[channels];
        Arrays.fill(weights, weight);
        return add("Conv", List.of(tensor, floats(kernel, weights)),
                OnnxAttributes.numbers("kernel_shape", Collections.nCopies(rank - 2, 1L)));
    }

    /** Some of a row of numbers. */
    String part(String numbers, long from, long to) {
        return add("Slice", List.of(numbers, integers(List.of(from)), integers(List.of(to))));
    }

    /** Older opsets flatten all axes behind the given one, so that it must be the last. */
    String softmaxOverChannels(String tensor) {
        List<Integer> order = new ArrayList<>(List.of(0));
        for (int d = 2; d < rank; d++)
            order.add(d);
        order.add(1);
        List<Integer> back = new ArrayList<>(List.of(0, rank - 1));
        for (int d = 1; d < rank - 1; d++)
            back.add(d);
        String soft = add("Softmax", List.of(transpose(tensor, order)), AttributeProto.newBuilder().setName("axis")
                .setType(AttributeProto.AttributeType.INT).setI(rank - 1L).build());
        return transpose(soft, back);
    }

    /** Some channels of a tensor, in an order. */
    String channels(String tensor, List<Long> which) {
        return add("Gather", List.of(tensor, integers(which)),
                AttributeProto.newBuilder().setName("axis").setType(AttributeProto.AttributeType.INT).setI(1).build());
    }

    String concatenateChannels(List<String> tensors) {
        return add("Concat", tensors,
                AttributeProto.newBuilder().setName("axis").setType(AttributeProto.AttributeType.INT).setI(1).build());
    }

    /** Zeros around; {@code pads} for all axes before, then for all axes after. */
    String pad(String tensor, List<Long> pads) {
        if (pads.stream().allMatch(p -> p == 0))
            return tensor;
        if (opset >= PADS_AS_INPUT)
            return add("Pad", List.of(tensor, integers(pads)));
        return add("Pad", List.of(tensor), AttributeProto.newBuilder().setName("pads")
                .setType(AttributeProto.AttributeType.INTS).addAllInts(pads).build());
    }
}
