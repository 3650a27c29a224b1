package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.number;
import static org.septum.bundle.OnnxAttributes.numbers;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** Adds nodes with names of its own to an ONNX graph; methods yield the name of the value they make. */
final class GraphEdit {

    private final OnnxMl.GraphProto.Builder onnx;

    private final OnnxConstants constants;

    private int made;

    GraphEdit(OnnxMl.GraphProto.Builder onnx) {
        this.onnx = onnx;
        this.constants = new OnnxConstants(onnx);
    }

    OnnxConstants constants() {
        return constants;
    }

    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        return node("q" + ++made + "." + operator, operator, inputs, attributes);
    }

    /** A node whose output has a given name. */
    String node(String output, String operator, List<String> inputs, AttributeProto... attributes) {
        onnx.addNode(OnnxMl.NodeProto.newBuilder().setOpType(operator).setName(output).addAllInput(inputs)
                .addOutput(output).addAllAttribute(Arrays.asList(attributes)));
        return output;
    }

    String longs(long... values) {
        return constants.longs(
                "longs." + LongStream.of(values).mapToObj(String::valueOf).collect(Collectors.joining("_")), values);
    }

    /** The scale and zero point of a tensor as inputs of QuantizeLinear and DequantizeLinear, after the value. */
    List<String> scaled(String value, LinearScale scale) {
        String zero = "zero." + scale.zero();
        if (constants.isNew(zero))
            constants.initializer(zero, DataType.UINT8, List.of(), ByteBuffer.wrap(new byte[] { (byte) scale.zero() }));
        return List.of(value, constants.scalar("scale." + Float.toHexString(scale.scale()), scale.scale()), zero);
    }

    String quantized(String value, LinearScale scale) {
        return node("QuantizeLinear", scaled(value, scale));
    }

    String dequantized(String value, LinearScale scale) {
        return node("DequantizeLinear", scaled(value, scale));
    }

    String transposed(String value, long... order) {
        return node("Transpose", List.of(value), numbers("perm", LongStream.of(order).boxed().toList()));
    }

    /** Axes from {@code from} to below {@code to} of a value's shape. */
    String sizes(String value, long from, long to) {
        return node("Slice", List.of(node("Shape", List.of(value)), longs(from), longs(to)));
    }

    /** A value with the shape that several lists of sizes make together. */
    String reshaped(String value, String... sizes) {
        return node("Reshape", List.of(value, joined(0, List.of(sizes))));
    }

    String joined(long axis, List<String> values) {
        return node("Concat", values, number("axis", axis));
    }
}
