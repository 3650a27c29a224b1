package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.numbers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.septum.model.NamedWeights.Tensor;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;

/** The layers of a network on 8-bit features; see {@link QuantizedGraph}. */
final class QuantizedLayers {

    /**
     * Features as integers.
     *
     * @param value
     *            (N, [Z,] Y, X, C)
     * @param name
     *            of the tensor in the float graph, which has its scale
     * @param channels
     *            C
     * @param size
     *            name of a list of the sizes [Z,] Y, X
     */
    record Feature(String value, String name, int channels, String size) {
    }

    private final GraphFeatures source;

    private final TensorScales scales;

    private final GraphEdit edit;

    private final int dims;

    private final Map<String, String> planes = new HashMap<>();

    private final QuantizedConvolution convolutions;

    private String batch = "";

    QuantizedLayers(GraphFeatures source, TensorScales scales, GraphEdit edit) {
        this.source = source;
        this.scales = scales;
        this.edit = edit;
        this.dims = source.dims();
        this.convolutions = new QuantizedConvolution(source, edit);
    }

    /** Takes the size of the batch from the input. */
    void begin(String input) {
        batch = edit.sizes(input, 0, 1);
    }

    private long[] channelsLast() {
        return dims == 2 ? new long[] { 0, 2, 3, 1 } : new long[] { 0, 2, 3, 4, 1 };
    }

    private long[] channelsFirst() {
        return dims == 2 ? new long[] { 0, 3, 1, 2 } : new long[] { 0, 4, 1, 2, 3 };
    }

    Feature quantized(String name, String floats) {
        String turned = edit.transposed(floats, channelsLast());
        return new Feature(edit.quantized(turned, scales.of(name)), name, source.channels(name),
                edit.sizes(turned, 1, 1 + (long) dims));
    }

    String dequantized(String name, Feature x) {
        return edit.transposed(edit.dequantized(x.value(), scales.of(name)), channelsFirst());
    }

    /** Volumes as slices, (N·Z, Y, X, C). */
    private String images(String value, String size, int channels) {
        return dims == 2 ? value : edit.reshaped(value, edit.longs(-1), plane(size), edit.longs(channels));
    }

    private String volumes(String images, String size, int channels) {
        return dims == 2 ? images : edit.reshaped(images, batch, size, edit.longs(channels));
    }

    /** The sizes Y, X. */
    private String plane(String size) {
        return dims == 2 ? size
                : planes.computeIfAbsent(size,
                        s -> edit.node("Slice", List.of(s, edit.longs(dims - 2L), edit.longs(dims))));
    }

    /** Sizes divided by strides, rounded up. */
    private String divided(String size, List<Long> stride) {
        if (stride.stream().allMatch(s -> s == 1))
            return size;
        long[] more = stride.stream().mapToLong(s -> s - 1).toArray();
        String raised = edit.node("Add", List.of(size, edit.longs(more)));
        return edit.node("Div", List.of(raised, edit.longs(stride.stream().mapToLong(s -> s).toArray())));
    }

    /** What a convolution reads, as images, and its kernel for these. */
    private record Images(String value, Tensor kernel) {
    }

    private Images images(NodeProto node, Feature x) {
        LinearScale scale = scales.of(x.name());
        Tensor kernel = source.weight(node.getInput(1));
        if (dims == 2)
            return new Images(convolutions.packed(x, GraphFeatures.group(node), scale),
                    QuantizedConvolution.packed(kernel, GraphFeatures.group(node)));
        SliceRearrangement slices = new SliceRearrangement(kernel.shape().get(2).intValue(),
                source.numbers(node, "strides", 1).get(0).intValue(), x.channels());
        Tensor flat = slices.kernel(kernel);
        return new Images(images(slices.neighbours(edit, x.value(), scale), x.size(), flat.shape().get(1).intValue()),
                flat);
    }

    Feature convolution(NodeProto node, Feature x, String output) {
        Images images = images(node, x);
        int out = images.kernel().shape().get(0).intValue();
        QuantizedKernel weights = new QuantizedKernel(images.kernel(), source.bias(node, out), scales.of(x.name()));
        return feature(node, x, output, convolutions.of(images.value(), weights, place(node, x, output)));
    }

    /** The same with a kernel of floats. */
    Feature keptConvolution(NodeProto node, Feature x, String output) {
        Images images = images(node, x);
        return feature(node, x, output, convolutions.ofFloats(images.value(), images.kernel(), place(node, x, output)));
    }

    private QuantizedConvolution.Place place(NodeProto node, Feature x, String output) {
        return new QuantizedConvolution.Place(node, scales.of(x.name()), scales.of(output));
    }

    private Feature feature(NodeProto node, Feature x, String output, String images) {
        int out = source.weight(node.getInput(1)).shape().get(0).intValue();
        String size = divided(x.size(), source.numbers(node, "strides", 1));
        return new Feature(volumes(images, size, out), output, out, size);
    }

    /** Windows of a transposed convolution do not overlap: a 1×1 convolution whose channels are spread over space. */
    Feature upConvolution(NodeProto node, Feature x, String output) {
        List<Long> stride = source.numbers(node, "strides", 1);
        Tensor kernel = source.weight(node.getInput(1));
        int window = (int) Safetensors.elements(stride);
        int out = kernel.shape().get(1).intValue();
        float[] each = source.bias(node, out);
        float[] bias = new float[window * out];
        for (int i = 0; i < bias.length; i++)
            bias[i] = each[i % out];
        LinearScale scale = scales.of(x.name());
        QuantizedKernel weights = new QuantizedKernel(QuantizedConvolution.windowsFirst(kernel, window), bias, scale);
        String y = convolutions.of(images(x.value(), x.size(), x.channels()), weights,
                new QuantizedConvolution.Place(node, scale, scales.of(output)));
        long[] strides = stride.stream().mapToLong(s -> s).toArray();
        String split = edit.reshaped(y, batch, x.size(), edit.longs(strides), edit.longs(out));
        long[] order = new long[2 * dims + 2];
        for (int d = 0; d < dims; d++) {
            order[1 + 2 * d] = 1L + d;
            order[2 + 2 * d] = 1L + dims + d;
        }
        order[2 * dims + 1] = 2L * dims + 1;
        String size = edit.node("Mul", List.of(x.size(), edit.longs(strides)));
        String spread = edit.reshaped(edit.transposed(split, order), batch, size, edit.longs(out));
        return new Feature(spread, output, out, size);
    }

    /** True if windows can be pooled image by image, then slice by slice. */
    boolean canPool(NodeProto node) {
        return dims == 2 || source.numbers(node, "kernel_shape", 1).equals(source.numbers(node, "strides", 1))
                && source.numbers(node, "pads", 0).stream().allMatch(p -> p == 0);
    }

    Feature pool(NodeProto node, Feature x) {
        List<Long> window = source.numbers(node, "kernel_shape", 1);
        List<Long> stride = source.numbers(node, "strides", 1);
        String size = divided(x.size(), stride);
        List<Long> pads = dims == 2 && !source.numbers(node, "pads", 0).equals(Collections.nCopies(dims, 0L))
                ? source.numbers(node, "pads", 0)
                : List.of(0L, 0L, 0L, 0L);
        String y = pooled(images(x.value(), x.size(), x.channels()), window.subList(dims - 2, dims),
                stride.subList(dims - 2, dims), pads);
        if (dims == 3 && window.get(0) > 1) {
            String positions = edit.node("ReduceProd", List.of(plane(size)), numbers("axes", List.of(0L)));
            String stacks = edit.reshaped(y, edit.longs(-1, window.get(0)), positions, edit.longs(x.channels()));
            List<Long> along = List.of(window.get(0), 1L);
            y = pooled(stacks, along, along, List.of(0L, 0L, 0L, 0L));
        }
        return new Feature(volumes(y, size, x.channels()), node.getOutput(0), x.channels(), size);
    }

    private String pooled(String images, List<Long> window, List<Long> stride, List<Long> pads) {
        return edit.transposed(edit.node("MaxPool", List.of(edit.transposed(images, 0, 3, 1, 2)),
                numbers("kernel_shape", window), numbers("strides", stride), numbers("pads", pads)), 0, 2, 3, 1);
    }

    /** All have one scale. */
    Feature concatenation(List<Feature> parts) {
        return new Feature(edit.joined(1L + dims, parts.stream().map(Feature::value).toList()), parts.get(0).name(),
                parts.stream().mapToInt(Feature::channels).sum(), parts.get(0).size());
    }

    /** Means over space, in floats (N, C, 1, 1). */
    String mean(NodeProto node, Feature x) {
        String images = x.value();
        if (dims == 3) {
            String rows = edit.node("Slice", List.of(x.size(), edit.longs(dims - 1L), edit.longs(dims)));
            images = edit.reshaped(x.value(), batch, edit.longs(-1), rows, edit.longs(x.channels()));
        }
        String pooled = edit.node("GlobalAveragePool",
                List.of(edit.dequantized(edit.transposed(images, 0, 3, 1, 2), scales.of(x.name()))));
        LinearScale scale = scales.of(node.getOutput(0));
        return edit.dequantized(edit.quantized(pooled, scale), scale);
    }

    /** Features times one float factor (N, C, 1…) for each channel. */
    Feature gate(NodeProto node, Feature x, String factors) {
        LinearScale scale = scales.of(node.getInput(1));
        long[] last = new long[dims + 2];
        Arrays.fill(last, 1, dims + 1, 1);
        last[dims + 1] = -1;
        String turned = edit.quantized(edit.node("Reshape", List.of(factors, edit.longs(last))), scale);
        // Why spread along x? Products of long rows are vectorised, those of a few channels are not.
        long[] ones = new long[dims];
        Arrays.fill(ones, 1);
        String row = edit.node("Slice", List.of(x.size(), edit.longs(dims - 1L), edit.longs(dims)));
        String spread = edit.node("Expand",
                List.of(turned, edit.joined(0, List.of(edit.longs(ones), row, edit.longs(1)))));
        String product = edit.node("Mul",
                List.of(edit.dequantized(x.value(), scales.of(x.name())), edit.dequantized(spread, scale)));
        return new Feature(edit.quantized(product, scales.of(node.getOutput(0))), node.getOutput(0), x.channels(),
                x.size());
    }

    /** Sums, products and functions of single values. */
    Feature pointwise(NodeProto node, List<Feature> inputs, String output) {
        List<String> values = inputs.stream().map(x -> edit.dequantized(x.value(), scales.of(x.name()))).toList();
        String y = edit.node(node.getOpType(), values, node.getAttributeList().toArray(AttributeProto[]::new));
        return new Feature(edit.quantized(y, scales.of(output)), output, inputs.get(0).channels(),
                inputs.get(0).size());
    }

    /** Integer features to float logits, as 8 bits are too few for these, then the soft-max over classes. */
    String head(NodeProto node, Feature x, String output) {
        int out = source.weight(node.getInput(1)).shape().get(0).intValue();
        String logits = edit.transposed(convolutions.product(node, x, scales.of(x.name())), channelsFirst());
        List<Long> shape = new ArrayList<>(Collections.nCopies(dims + 2, 1L));
        shape.set(1, (long) out);
        Tensor bias = Tensor.of(shape, source.bias(node, out));
        return softmax(edit.node("Add", List.of(logits, edit.constants().tensor(node.getName() + ".int8.shift", bias))),
                output);
    }

    /** Step by step: the engine's own operator is slow for few classes. */
    private String softmax(String logits, String output) {
        String largest = edit.node("ReduceMax", List.of(logits), numbers("axes", List.of(1L)));
        String powers = edit.node("Exp", List.of(edit.node("Sub", List.of(logits, largest))));
        String sums = edit.node("ReduceSum", List.of(powers, edit.longs(1)));
        return edit.node(output, "Div", List.of(powers, sums));
    }
}
