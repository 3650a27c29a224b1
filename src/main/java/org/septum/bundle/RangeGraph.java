package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.number;

import java.util.ArrayList;
import java.util.List;

import ai.onnx.proto.OnnxMl;

/** A float graph with two more outputs: the smallest and the largest value of each tensor that a quantisation needs. */
final class RangeGraph {

    private final OnnxMl.GraphProto graph;

    private final List<String> tensors;

    RangeGraph(OnnxMl.GraphProto graph) {
        this.graph = graph;
        this.tensors = new GraphFeatures(graph).measured();
    }

    /** Whose values are put out, in this order. */
    List<String> tensors() {
        return tensors;
    }

    OnnxMl.GraphProto build() {
        OnnxMl.GraphProto.Builder onnx = graph.toBuilder();
        GraphEdit edit = new GraphEdit(onnx);
        addOutput(onnx, edit, OnnxExport.LOWS, "ReduceMin");
        addOutput(onnx, edit, OnnxExport.HIGHS, "ReduceMax");
        return onnx.build();
    }

    private void addOutput(OnnxMl.GraphProto.Builder onnx, GraphEdit edit, String name, String operator) {
        List<String> numbers = new ArrayList<>();
        for (String tensor : tensors) {
            String end = edit.node(operator, List.of(tensor), number("keepdims", 0));
            numbers.add(edit.node("Reshape", List.of(end, edit.longs(1))));
        }
        edit.node(name, "Concat", numbers, number("axis", 0));
        OnnxMl.TensorShapeProto shape = OnnxMl.TensorShapeProto.newBuilder()
                .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(tensors.size())).build();
        onnx.addOutput(OnnxMl.ValueInfoProto.newBuilder().setName(name)
                .setType(OnnxMl.TypeProto.newBuilder().setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber()).setShape(shape))));
    }
}
