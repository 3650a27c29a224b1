package org.septum.infer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collection;
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

/**
 * The constants of an ONNX graph, as the graph of its slices needs them. A kernel (out, in, y, x) of a graph whose rows
 * are the slices counts as (out, in, z, 1, x).
 */
final class SliceKernels {

    private final OnnxMl.GraphProto.Builder out;

    private final Map<String, TensorProto> tensors = new HashMap<>();

    private final Set<String> made = new HashSet<>();

    /** Kernels of slices come as they are asked for. */
    SliceKernels(OnnxMl.GraphProto graph, OnnxMl.GraphProto.Builder out) {
        this.out = out;
        for (TensorProto tensor : graph.getInitializerList()) {
            tensors.put(tensor.getName(), tensor);
            out.addInitializer(tensor);
        }
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

    /** Takes note of a kernel that a node makes of constants: widened from 16-bit floats, or scaled. */
    void note(NodeProto node) {
        TensorProto first = node.getInputCount() == 0 ? null : tensors.get(node.getInput(0));
        if (first == null || first.getDimsCount() < 4 || !first.hasRawData())
            return;
        boolean isHalf = first.getDataType() == TensorProto.DataType.FLOAT16.getNumber();
        TensorProto second = node.getInputCount() == 2 ? tensor(node.getInput(1)) : null;
        if (node.getOpType().equals("Cast") && isHalf)
            note(node.getOutput(0), first, widened(first));
        else if (node.getOpType().equals("Mul") && !isHalf && second != null
                && second.getDimsCount() == first.getDimsCount())
            note(node.getOutput(0), first, product(first, second));
    }

    private void note(String name, TensorProto like, ByteBuffer values) {
        tensors.put(name,
                TensorProto.newBuilder().setName(name).addAllDims(like.getDimsList())
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .setRawData(ByteString.copyFrom(values.flip())).build());
    }

    private static ByteBuffer widened(TensorProto half) {
        ByteBuffer from = half.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = bytes(from.remaining() / Short.BYTES);
        while (from.hasRemaining())
            to.putFloat(widened(from.getShort()));
        return to;
    }

    /** A kernel times factors, along whose axes of size 1 they are the same. */
    private static ByteBuffer product(TensorProto kernel, TensorProto factors) {
        FloatBuffer values = values(kernel);
        FloatBuffer by = values(factors);
        ByteBuffer to = bytes(values.remaining());
        for (int i = 0; values.hasRemaining(); i++)
            to.putFloat(values.get() * by.get(place(i, kernel, factors)));
        return to;
    }

    /** The place of the factor for the i-th value. */
    private static int place(int i, TensorProto kernel, TensorProto factors) {
        int place = 0;
        int step = 1;
        int rest = i;
        for (int d = kernel.getDimsCount() - 1; d >= 0; d--) {
            int size = Math.toIntExact(factors.getDims(d));
            place += size == 1 ? 0 : rest % size * step;
            rest /= Math.toIntExact(kernel.getDims(d));
            step *= size;
        }
        return place;
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

    boolean isConstant(String name) {
        return tensors.containsKey(name);
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

    /**
     * One slice that is a sum of those of a kernel (out, in, z, y, x): (out, in, y, x).
     *
     * @param factors
     *            for each z
     */
    String combined(String kernel, double... factors) {
        String name = kernel + ".z" + Arrays.toString(factors);
        if (made.add(name)) {
            int[] d = dims(tensor(kernel));
            FloatBuffer from = values(tensor(kernel));
            int plane = d[3] * d[4];
            ByteBuffer bytes = bytes(d[0] * d[1] * plane);
            for (int i = 0; i < d[0] * d[1] * plane; i++) {
                double sum = 0;
                for (int z = 0; z < d[2]; z++)
                    sum += factors[z] * from.get((i / plane * d[2] + z) * plane + i % plane);
                bytes.putFloat((float) sum);
            }
            store(name, new int[] { d[0], d[1], d[3], d[4] }, bytes);
        }
        return name;
    }

    /** A kernel (channels, 1, n, 1) that looks at each channel alone, with the same values for all. */
    String ofEachChannel(int channels, double... values) {
        String name = "slices.each." + channels + Arrays.toString(values);
        if (made.add(name)) {
            ByteBuffer bytes = bytes(channels * values.length);
            for (int i = 0; i < channels * values.length; i++)
                bytes.putFloat((float) values[i % values.length]);
            store(name, new int[] { channels, 1, values.length, 1 }, bytes);
        }
        return name;
    }

    /** Drops the nodes and constants that nothing reads. */
    void dropUnused(Collection<String> outputs) {
        Set<String> read = new HashSet<>(outputs);
        for (int i = out.getNodeCount() - 1; i >= 0; i--) {
            if (out.getNode(i).getOutputList().stream().anyMatch(read::contains))
                read.addAll(out.getNode(i).getInputList());
            else
                out.removeNode(i);
        }
        List<TensorProto> kept = out.getInitializerList().stream().filter(t -> read.contains(t.getName())).toList();
        out.clearInitializer().addAllInitializer(kept);
    }

    private static int[] dims(TensorProto tensor) {
        int[] d = IntStream.range(0, tensor.getDimsCount()).map(i -> Math.toIntExact(tensor.getDims(i))).toArray();
        return d.length == 4 ? new int[] { d[0], d[1], d[2], 1, d[3] } : d;
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
