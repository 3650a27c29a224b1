package org.septum.infer;

import java.util.ArrayList;
import java.util.List;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;

/**
 * The nodes of a graph of slices, and sums of slices. A factor is a convolution that looks at each channel alone: ONNX
 * Runtime adds the other summand, and applies what follows, in the same pass over the memory.
 */
final class SliceNodes {

    private final OnnxMl.GraphProto.Builder out;

    private final SliceKernels kernels;

    SliceNodes(OnnxMl.GraphProto.Builder out, SliceKernels kernels) {
        this.out = out;
        this.kernels = kernels;
    }

    /** Adds a node. Returns its output. */
    String add(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        out.addNode(NodeProto.newBuilder().setOpType(operator).setName(output).addAllInput(inputs).addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    /** Adds a node, named after its number, which a name begins. Returns its output. */
    String next(String operator, List<String> inputs, String name, AttributeProto... attributes) {
        return add(operator, inputs, name + "." + out.getNodeCount(), attributes);
    }

    /** Splits a tensor along an axis into outputs of given sizes. */
    void split(String input, String sizes, List<String> outputs, int axis) {
        out.addNode(NodeProto.newBuilder().setOpType("Split").setName("slices").addInput(input).addInput(sizes)
                .addAllOutput(outputs).addAttribute(integer("axis", axis)));
    }

    /** x + y. */
    String sum(String name, String x, String y) {
        return next("Add", List.of(x, y), name);
    }

    /**
     * factor · x + y.
     *
     * @param bias
     *            none, or a value for each channel that is added
     */
    String sum(String name, int channels, double factor, String x, String y, List<String> bias) {
        return sum(name, scaled(name, channels, factor, x, bias), y);
    }

    /** factor · x. */
    String scaled(String name, int channels, double factor, String x, List<String> bias) {
        List<String> inputs = new ArrayList<>(List.of(x, kernels.ofEachChannel(channels, factor)));
        inputs.addAll(bias);
        return next("Conv", inputs, name, list("kernel_shape", 1, 1), integer("group", channels));
    }

    /** The larger of x and y: x, and what y has more, which leaves channels in blocks. */
    String larger(String name, int channels, String x, String y) {
        String more = sum(name, channels, -1, x, y, List.of());
        return sum(name, x, next("Relu", List.of(more), name));
    }

    /** The rows of x moved down by one, or up; a row of zeros comes in. */
    String moved(String name, int channels, String x, boolean isDown) {
        String kernel = isDown ? kernels.ofEachChannel(channels, 1, 0) : kernels.ofEachChannel(channels, 0, 1);
        return next("Conv", List.of(x, kernel), name, list("kernel_shape", 2, 1), integer("group", channels),
                isDown ? list("pads", 1, 0, 0, 0) : list("pads", 0, 0, 1, 0));
    }

    /** The soft-max over channels, step by step: the engine's own operator turns the axes to and fro. */
    String softmax(String logits, String name) {
        String largest = next("ReduceMax", List.of(logits), name, list("axes", 1));
        String powers = next("Exp", List.of(next("Sub", List.of(logits, largest), name)), name);
        String sums = next("ReduceSum", List.of(powers, kernels.numbers("slices.channels", 1)), name);
        return next("Div", List.of(powers, sums), name);
    }

    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT).setI(value).build();
    }

    private static AttributeProto list(String name, long... values) {
        AttributeProto.Builder list = AttributeProto.newBuilder().setName(name)
                .setType(AttributeProto.AttributeType.INTS);
        for (long value : values)
            list.addInts(value);
        return list.build();
    }
}
