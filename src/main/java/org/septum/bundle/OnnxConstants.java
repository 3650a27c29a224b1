package org.septum.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.google.protobuf.ByteString;

import org.septum.model.NamedWeights.Tensor;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** What an ONNX graph knows from the start: weights, target shapes, numbers. Methods yield the name of a value. */
final class OnnxConstants {

    private final OnnxMl.GraphProto.Builder onnx;

    private final boolean halves;

    private final Set<String> known = new HashSet<>();

    /** Adds to a graph; {@code halves} says whether kernels that fit 16 bits are stored so. */
    OnnxConstants(OnnxMl.GraphProto.Builder onnx, boolean halves) {
        this.onnx = onnx;
        this.halves = halves;
    }

    /** Adds to a graph as tensors are. */
    OnnxConstants(OnnxMl.GraphProto.Builder onnx) {
        this(onnx, false);
    }

    /** True the first time it is asked for a name. */
    boolean isNew(String name) {
        return known.add(name);
    }

    /**
     * A tensor; a kernel that fits 16 bits is stored so and widened in the graph, which an engine does once at load.
     */
    String tensor(String name, Tensor tensor) {
        if (halves && HalfFloats.isExact(tensor))
            return widened(name, tensor);
        return initializer(name, DataType.FLOAT, tensor.shape(), Safetensors.littleEndian(tensor.values()));
    }

    private String widened(String name, Tensor tensor) {
        String half = initializer(name + ".half", DataType.FLOAT16, tensor.shape(),
                HalfFloats.littleEndian(tensor.values()));
        onnx.addNode(OnnxMl.NodeProto.newBuilder().setOpType("Cast").setName(name).addInput(half).addOutput(name)
                .addAttribute(OnnxAttributes.number("to", DataType.FLOAT.getNumber())));
        return name;
    }

    /**
     * A kernel times one factor for each of its output channels. Multiplied here, unless the kernel alone fits 16 bits:
     * then in the graph, so that it stays small.
     *
     * @param name
     *            of the product
     * @param kernel
     *            any number of axes
     * @param outAxis
     *            the one that counts output channels
     * @param scale
     *            one for each of them
     */
    String scaledKernel(String name, Tensor kernel, int outAxis, double[] scale) {
        if (!halves || !HalfFloats.isExact(kernel))
            return tensor(name, BatchNormFolding.scaled(kernel, outAxis, scale));
        float[] factors = new float[scale.length];
        for (int i = 0; i < factors.length; i++)
            factors[i] = (float) scale[i];
        List<Long> shape = new ArrayList<>(Collections.nCopies(kernel.shape().size(), 1L));
        shape.set(outAxis, (long) scale.length);
        onnx.addNode(
                OnnxMl.NodeProto.newBuilder().setOpType("Mul").setName(name).addInput(widened(name + ".plain", kernel))
                        .addInput(tensor(name + ".scale", Tensor.of(shape, factors))).addOutput(name));
        return name;
    }

    /** A tensor stored once however many nodes use it. */
    String shared(String name, Tensor tensor) {
        return known.add(name) ? tensor(name, tensor) : name;
    }

    /** A number without axes, stored once. */
    String scalar(String name, float value) {
        return shared(name, Tensor.of(List.of(), new float[] { value }));
    }

    /**
     * Whole numbers along one axis, stored once: a target shape for Reshape, in which 0 keeps a size, -1 takes the
     * rest.
     */
    String longs(String name, long... numbers) {
        if (known.add(name)) {
            ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(numbers);
            initializer(name, DataType.INT64, List.of((long) numbers.length), bytes);
        }
        return name;
    }

    /** A tensor of any type by its bytes, little-endian. */
    String initializer(String name, DataType type, List<Long> shape, ByteBuffer bytes) {
        onnx.addInitializer(OnnxMl.TensorProto.newBuilder().setName(name).setDataType(type.getNumber())
                .addAllDims(shape).setRawData(ByteString.copyFrom(bytes)));
        return name;
    }
}
