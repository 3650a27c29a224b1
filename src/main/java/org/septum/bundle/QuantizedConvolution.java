package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.number;
import static org.septum.bundle.OnnxAttributes.numbers;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.septum.model.NamedWeights.Tensor;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;

/** Writes convolutions of 8-bit images (N, Y, X, C). */
final class QuantizedConvolution {

    /**
     * Fast kernels make so many outputs at once. Measured with 48 inputs: 8, 12 and 16 outputs take 12.2, 12.5 and 7.7
     * ms; with 96 inputs 17, 24 and 32 take 34, 26 and 26 ms.
     */
    private static final int LEAST_OUTPUTS = 16;

    private static final int PACK = 8;

    private final GraphFeatures source;

    private final GraphEdit edit;

    QuantizedConvolution(GraphFeatures source, GraphEdit edit) {
        this.source = source;
        this.edit = edit;
    }

    /** The layer that is written, and the scales of what it reads and makes. */
    record Place(NodeProto node, LinearScale input, LinearScale output) {
    }

    /** A convolution of images with the strides and pads of its layer; those of a transposed one are 1 and 0. */
    String of(String images, QuantizedKernel kernel, Place place) {
        int outputs = kernel.scales().length;
        int wider = Math.max(LEAST_OUTPUTS, (outputs + PACK - 1) / PACK * PACK);
        if (wider == outputs || GraphFeatures.group(place.node()) != 1)
            return exactly(images, kernel, place);
        return edit.node("Slice", List.of(exactly(images, kernel.widened(wider), place), edit.longs(0),
                edit.longs(outputs), edit.longs(3)));
    }

    private String exactly(String images, QuantizedKernel kernel, Place place) {
        OnnxConstants constants = edit.constants();
        String name = place.node().getName() + ".int8";
        List<Long> out = kernel.shape().subList(0, 1);
        float[] scales = kernel.scales();
        float[] products = new float[scales.length];
        for (int c = 0; c < products.length; c++)
            products[c] = scales[c] * place.input().scale();
        String weight = edit
                .node("DequantizeLinear",
                        List.of(constants.initializer(name, DataType.INT8, kernel.shape(), kernel.values()),
                                constants.tensor(name + ".scale", Tensor.of(out, scales)), constants.initializer(
                                        name + ".zero", DataType.INT8, out, ByteBuffer.allocate(scales.length))),
                        number("axis", 0));
        String bias = edit.node("DequantizeLinear", List.of(
                constants.initializer(name + ".bias", DataType.INT32, out, kernel.bias()),
                constants.tensor(name + ".bias.scale", Tensor.of(out, products)), constants.initializer(
                        name + ".bias.zero", DataType.INT32, out, ByteBuffer.allocate(scales.length * Integer.BYTES))),
                number("axis", 0));
        String x = edit.dequantized(edit.transposed(images, 0, 3, 1, 2), place.input());
        String y = convolved(place.node(), List.of(x, weight, bias), kernel.shape().subList(2, 4));
        return edit.transposed(edit.quantized(y, place.output()), 0, 2, 3, 1);
    }

    /** The same with a kernel (out, in, Y, X) of floats. */
    String ofFloats(String images, Tensor kernel, Place place) {
        OnnxConstants constants = edit.constants();
        String weight = constants.tensor(place.node().getInput(1), kernel);
        float[] bias = source.bias(place.node(), kernel.shape().get(0).intValue());
        String shift = constants.tensor(place.node().getName() + ".shift",
                Tensor.of(kernel.shape().subList(0, 1), bias));
        String x = edit.dequantized(edit.transposed(images, 0, 3, 1, 2), place.input());
        String y = convolved(place.node(), List.of(x, weight, shift), kernel.shape().subList(2, 4));
        return edit.transposed(edit.quantized(y, place.output()), 0, 2, 3, 1);
    }

    private String convolved(NodeProto node, List<String> inputs, List<Long> kernel) {
        if (node.getOpType().equals("ConvTranspose"))
            return edit.node("Conv", inputs, numbers("kernel_shape", kernel));
        int dims = source.dims();
        List<Long> strides = source.numbers(node, "strides", 1);
        List<Long> half = source.numbers(node, "pads", 0).subList(dims - 2, dims);
        List<Long> pads = new ArrayList<>(half);
        pads.addAll(half);
        return edit.node("Conv", inputs, numbers("kernel_shape", kernel),
                numbers("strides", strides.subList(dims - 2, dims)), numbers("pads", pads),
                number("group", GraphFeatures.group(node)));
    }

    /** Images with their few channels filled up to what fast kernels read at once. */
    String packed(QuantizedLayers.Feature x, long group, LinearScale scale) {
        int missing = missing(x.channels(), group);
        return missing == 0 ? x.value()
                : edit.node("Pad", List.of(x.value(), edit.longs(0, 0, 0, 0, 0, 0, 0, missing),
                        edit.scaled(x.value(), scale).get(2)));
    }

    /** A kernel (out, in, Y, X) with as many channels as the images then have; those that were added count nothing. */
    static Tensor packed(Tensor kernel, long group) {
        List<Long> shape = new ArrayList<>(kernel.shape());
        int channels = shape.get(1).intValue();
        int missing = missing(channels, group);
        if (missing == 0)
            return kernel;
        int plane = (int) (shape.get(2) * shape.get(3));
        float[] from = kernel.values();
        float[] to = new float[from.length / channels * (channels + missing)];
        for (int o = 0; o < shape.get(0); o++) {
            System.arraycopy(from, o * channels * plane, to, o * (channels + missing) * plane, channels * plane);
        }
        shape.set(1, (long) channels + missing);
        return Tensor.of(shape, to);
    }

    private static int missing(int channels, long group) {
        return group != 1 || channels >= SliceRearrangement.CHANNEL_PACK ? 0
                : SliceRearrangement.CHANNEL_PACK - channels;
    }

    /** A kernel (in, out, window…) as (window · out, in, 1, 1). */
    static Tensor windowsFirst(Tensor kernel, int window) {
        int in = kernel.shape().get(0).intValue();
        int out = kernel.shape().get(1).intValue();
        float[] from = kernel.values();
        float[] to = new float[from.length];
        for (int i = 0; i < in; i++)
            for (int o = 0; o < out; o++)
                for (int w = 0; w < window; w++)
                    to[(w * out + o) * in + i] = from[(i * out + o) * window + w];
        return Tensor.of(List.of((long) window * out, (long) in, 1L, 1L), to);
    }

    /** A 1×1 convolution of features (N, …, C) with one scale for each output, without bias, in floats. */
    String product(NodeProto node, QuantizedLayers.Feature x, LinearScale scale) {
        Tensor kernel = source.weight(node.getInput(1));
        int out = kernel.shape().get(0).intValue();
        Tensor plain = Tensor.of(List.of((long) out, (long) x.channels(), 1L, 1L), kernel.values());
        QuantizedKernel weights = new QuantizedKernel(plain, new float[out], scale);
        OnnxConstants constants = edit.constants();
        String name = node.getName() + ".int8";
        List<Long> classes = List.of((long) out);
        String matrix = edit.node("DequantizeLinear",
                List.of(constants.initializer(name, DataType.INT8, List.of((long) x.channels(), (long) out),
                        transposed(weights.values(), out, x.channels())),
                        constants.tensor(name + ".scale", Tensor.of(classes, weights.scales())),
                        constants.initializer(name + ".zero", DataType.INT8, classes, ByteBuffer.allocate(out))),
                number("axis", 1));
        return edit.node("MatMul", List.of(edit.dequantized(x.value(), scale), matrix));
    }

    private static ByteBuffer transposed(ByteBuffer rows, int height, int width) {
        ByteBuffer turned = ByteBuffer.allocate(height * width);
        for (int i = 0; i < height; i++)
            for (int j = 0; j < width; j++)
                turned.put(j * height + i, rows.get(i * width + j));
        return turned;
    }
}
