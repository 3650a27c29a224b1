package org.septum.infer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.onnx.proto.OnnxMl;

/**
 * An ONNX file with one convolution and a soft-max: (N, 1, [Z,] Y, X) to (N, 2, [Z,] Y, X) of probabilities. The logit
 * of class 0 is 0; that of class 1 is the value of the next voxel along x (0 beyond the border) plus a bias.
 */
final class TinyOnnx {

    private TinyOnnx() {
    }

    static Path write(Path file, int dims, float bias) throws IOException {
        OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("tiny");
        graph.addInput(value("input", dims, 1)).addOutput(value("output", dims, 2));
        OnnxMl.TensorProto.Builder weight = OnnxMl.TensorProto.newBuilder().setName("weight")
                .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber()).addDims(2).addDims(1);
        for (int d = 0; d < dims; d++)
            weight.addDims(d == dims - 1 ? 3 : 1);
        for (float w : new float[] { 0, 0, 0, 0, 0, 1 })
            weight.addFloatData(w);
        graph.addInitializer(weight);
        graph.addInitializer(OnnxMl.TensorProto.newBuilder().setName("bias")
                .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber()).addDims(2).addFloatData(0)
                .addFloatData(bias));
        OnnxMl.AttributeProto.Builder pads = OnnxMl.AttributeProto.newBuilder().setName("pads")
                .setType(OnnxMl.AttributeProto.AttributeType.INTS);
        for (int d = 0; d < 2 * dims; d++)
            pads.addInts(d % dims == dims - 1 ? 1 : 0);
        graph.addNode(OnnxMl.NodeProto.newBuilder().setOpType("Conv").addInput("input").addInput("weight")
                .addInput("bias").addOutput("logits").addAttribute(pads));
        graph.addNode(OnnxMl.NodeProto.newBuilder().setOpType("Softmax").addInput("logits").addOutput("output")
                .addAttribute(OnnxMl.AttributeProto.newBuilder().setName("axis")
                        .setType(OnnxMl.AttributeProto.AttributeType.INT).setI(1)));
        OnnxMl.ModelProto model = OnnxMl.ModelProto.newBuilder().setIrVersion(8)
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(17)).setGraph(graph)
                .build();
        return Files.write(file, model.toByteArray());
    }

    private static OnnxMl.ValueInfoProto value(String name, int dims, int channels) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("n"));
        shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(channels));
        for (int d = 0; d < dims; d++)
            shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("s" + d));
        OnnxMl.TypeProto.Tensor tensor = OnnxMl.TypeProto.Tensor.newBuilder()
                .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber()).setShape(shape).build();
        return OnnxMl.ValueInfoProto.newBuilder().setName(name)
                .setType(OnnxMl.TypeProto.newBuilder().setTensorType(tensor)).build();
    }
}
