package org.septum.infer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

/**
 * What the slices of a tile are: those of a volume along z, or every so manieth row of an image.
 *
 * @param isVolume
 *            true for slices along z
 * @param count
 *            slices
 * @param rows
 *            of a slice
 * @param columns
 *            of a slice
 */
record SliceAxis(boolean isVolume, int count, int rows, int columns) {

    /** Fewer rows than this in a slice are more work to start than to do. */
    private static final int FEWEST_ROWS = 4;

    /** A graph as it is, without slices. */
    static final SliceAxis NONE = new SliceAxis(false, 1, 0, 0);

    /**
     * The slices of a volume.
     *
     * @param tile
     *            size along x, y, z
     */
    static SliceAxis volume(List<Integer> tile) {
        return new SliceAxis(true, tile.get(2), tile.get(1), tile.get(0));
    }

    /**
     * The rows of an image, spread over so many slices that two are left where the image is coarsest, or one.
     *
     * @param tile
     *            size along x, y
     * @param divisor
     *            by which a network makes images coarser along y
     *
     * @return {@link #NONE} if the image is too small
     */
    static SliceAxis image(List<Integer> tile, int divisor) {
        int height = tile.get(1);
        int count = IntStream.of(2 * divisor, divisor).filter(n -> height % n == 0 && height / n >= FEWEST_ROWS)
                .findFirst().orElse(1);
        return count == 1 ? NONE : new SliceAxis(false, count, height / count, tile.get(0));
    }

    /** Axes of a kernel. */
    int axes() {
        return isVolume ? 5 : 4;
    }

    /** The axis along which slices lie in one tensor, as a constant. */
    String name(SliceKernels kernels) {
        return kernels.numbers("slices.axis", place());
    }

    /** Of (N, C, Z, Y, X), or (N, C, rows, slices, X). */
    private int place() {
        return isVolume ? 2 : 3;
    }

    /** The input with the size of a tile: ONNX Runtime gives layers the same layout if it knows that they fit. */
    ValueInfoProto sized(ValueInfoProto input) {
        List<Integer> size = isVolume ? List.of(count, rows, columns) : List.of(rows * count, columns);
        ValueInfoProto.Builder sized = input.toBuilder();
        TensorShapeProto.Builder shape = sized.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
        for (int d = 0; d < size.size(); d++)
            shape.setDim(2 + d, TensorShapeProto.Dimension.newBuilder().setDimValue(size.get(d)));
        return sized.build();
    }

    /** The slices of a tensor. */
    List<String> split(String input, SliceNodes nodes, SliceKernels kernels) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        String whole = isVolume ? input
                : nodes.add("Reshape", List.of(input, kernels.numbers("slices.spread", 0, 0, rows, count, columns)),
                        input + ".spread");
        List<String> thin = IntStream.range(0, count).mapToObj(z -> input + "." + z + ".thin").toList();
        nodes.split(whole, kernels.numbers("slices.sizes", ones), thin, place());
        List<String> slices = new ArrayList<>();
        for (int z = 0; z < count; z++)
            slices.add(nodes.add("Squeeze", List.of(thin.get(z), name(kernels)), input + "." + z));
        return slices;
    }

    /** One tensor of its slices, which may be fewer and smaller than those of the input. */
    void join(List<String> slices, String output, SliceNodes nodes, SliceKernels kernels) {
        List<String> thin = new ArrayList<>();
        for (int z = 0; z < slices.size(); z++)
            thin.add(nodes.add("Unsqueeze", List.of(slices.get(z), name(kernels)), output + "." + z + ".thin"));
        AttributeProto along = SliceNodes.integer("axis", place());
        if (isVolume) {
            nodes.add("Concat", thin, output, along);
        } else {
            String spread = nodes.add("Concat", thin, output + ".spread", along);
            nodes.add("Reshape",
                    List.of(spread,
                            kernels.numbers("slices.joined." + slices.size(), 0, 0, (long) rows * slices.size(), -1)),
                    output);
        }
    }
}
