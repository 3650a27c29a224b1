package org.septum.infer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

/** The constants of a 3D ONNX graph, as the 2D graph of its slices needs them. */
final class SliceKernels {

    private final OnnxMl.GraphProto.Builder out;

    private final Map<String, TensorProto> tensors = new HashMap<>();

    private final Set<String> made = new HashSet<>();

    /** Keeps all constants but 3D kernels, which come as they are asked for. */
    SliceKernels(OnnxMl.GraphProto graph, OnnxMl.GraphProto.Builder out) {
        this.out = out;
        for (TensorProto tensor : graph.getInitializerList()) {
            tensors.put(tensor.getName(), tensor);
            if (tensor.getDimsCount() != 5 || isPerChannel(tensor))
                out.addInitializer(tensor);
        }
    }

    private static boolean isPerChannel(TensorProto tensor) {
        return tensor.getDims(0) == 1 && tensor.getDims(2) == 1 && tensor.getDims(3) == 1 && tensor.getDims(4) == 1;
    }

    /** A float tensor whose values lie in its raw bytes, or null if there is none of the name. */
    TensorProto tensor(String name) {
        TensorProto tensor = tensors.get(name);
        boolean isUsable = tensor != null && tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()
                && tensor.hasRawData();
        return isUsable ? tensor : null;
    }

    /** True for a constant without axes, which fits whatever it meets. */
    boolean isNumber(String name) {
        return tensors.containsKey(name) && tensors.get(name).getDimsCount() == 0;
    }

    /** Takes a node that widens a kernel stored as 16-bit floats: true if this is one. */
    boolean widens(NodeProto node) {
        TensorProto half = node.getOpType().equals("Cast") ? tensors.get(node.getInput(0)) : null;
        if (half == null || half.getDimsCount() != 5 || half.getDataType() != TensorProto.DataType.FLOAT16.getNumber()
                || !half.hasRawData())
            return false;
        ByteBuffer from = half.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = ByteBuffer.allocate(2 * from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        while (from.hasRemaining())
            to.putFloat(widened(from.getShort()));
        tensors.put(node.getOutput(0),
                TensorProto.newBuilder().setName(node.getOutput(0)).addAllDims(half.getDimsList())
                        .setDataType(TensorProto.DataType.FLOAT.getNumber()).setRawData(ByteString.copyFrom(to.flip()))
                        .build());
        return true;
    }

    /** IEEE 754 binary16. */
    static float widened(short half) {
        int exponent = half >> 10 & 0x1f;
        int fraction = half & 0x3ff;
        float size = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 31 -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
        };
        return half < 0 ? -size : size;
    }

    /** Integers, stored once. */
    String numbers(String name, long... values) {
        if (made.add(name)) {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asLongBuffer().put(values);
            out.addInitializer(
                    TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.INT64.getNumber())
                            .addDims(values.length).setRawData(ByteString.copyFrom(bytes)));
        }
        return name;
    }

    /**
     * The kernel (out, in, z, y, x) of a convolution for slices behind each other as channels: (out, taps · in, y, x).
     *
     * @param taps
     *            which of its z are used
     */
    String behindEachOther(String kernel, List<Integer> taps) {
        String name = kernel + ".z" + taps.get(0) + "-" + taps.get(taps.size() - 1);
        if (made.add(name)) {
            TensorProto tensor = tensor(kernel);
            int[] d = dims(tensor);
            FloatBuffer from = values(tensor);
            ByteBuffer bytes = bytes(d[0] * taps.size() * d[1] * d[3] * d[4]);
            for (int o = 0; o < d[0]; o++)
                for (int z : taps)
                    for (int i = 0; i < d[1]; i++)
                        copy(from, ((o * d[1] + i) * d[2] + z) * d[3] * d[4], d[3] * d[4], bytes);
            store(name, new int[] { d[0], taps.size() * d[1], d[3], d[4] }, bytes);
        }
        return name;
    }

    /** One slice of the kernel (in, out, z, y, x) of a transposed convolution: (in, out, y, x). */
    String ofSlice(String kernel, int z) {
        String name = kernel + ".z" + z;
        if (made.add(name)) {
            TensorProto tensor = tensor(kernel);
            int[] d = dims(tensor);
            FloatBuffer from = values(tensor);
            ByteBuffer bytes = bytes(d[0] * d[1] * d[3] * d[4]);
            for (int i = 0; i < d[0] * d[1]; i++)
                copy(from, (i * d[2] + z) * d[3] * d[4], d[3] * d[4], bytes);
            store(name, new int[] { d[0], d[1], d[3], d[4] }, bytes);
        }
        return name;
    }

    private static int[] dims(TensorProto tensor) {
        return IntStream.range(0, tensor.getDimsCount()).map(i -> Math.toIntExact(tensor.getDims(i))).toArray();
    }

    private static FloatBuffer values(TensorProto tensor) {
        return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    private static ByteBuffer bytes(int floats) {
        return ByteBuffer.allocate(Math.multiplyExact(floats, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void copy(FloatBuffer from, int at, int n, ByteBuffer to) {
        for (int i = at; i < at + n; i++)
            to.putFloat(from.get(i));
    }

    private void store(String name, int[] shape, ByteBuffer bytes) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber()).setRawData(ByteString.copyFrom(bytes.flip()));
        for (int size : shape)
            tensor.addDims(size);
        out.addInitializer(tensor);
    }
}
