package org.septum.bundle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.septum.model.NamedWeights.Tensor;

/**
 * A 3D convolution as a 2D one over slices: each slice gets the slices before and behind it as further channels, and
 * the kernel's z axis becomes part of its input channels. The same sums, in another order.
 * <p>
 * <b>Why</b>: ONNX Runtime has fast kernels for 8-bit convolutions of images, none for volumes.
 * <p>
 * Features are (N, Z, Y, X, C), so that slices are images (N·Z, Y, X, C) without moving a value.
 *
 * @param depth
 *            of the kernel along z
 * @param stride
 *            along z
 * @param channels
 *            of the features
 */
record SliceRearrangement(int depth, int stride, int channels) {

    /** Fast kernels read input channels by fours. */
    static final int CHANNEL_PACK = 4;

    /** How many slices are put side by side: as many as the kernel is deep, more if few channels are to fill a pack. */
    int pieces() {
        int pieces = depth;
        while (channels < CHANNEL_PACK && pieces * channels % CHANNEL_PACK != 0)
            pieces++;
        return pieces;
    }

    /** The features with neighbouring slices as channels: (N, Z / stride, Y, X, pieces · C). */
    String neighbours(GraphEdit edit, String features, LinearScale scale) {
        int pieces = pieces();
        if (pieces == 1 && stride == 1)
            return features;
        long before = depth / 2;
        List<String> padding = new ArrayList<>(edit.scaled(features, scale));
        String padded = pieces == 1 ? features
                : edit.node("Pad", List.of(features, edit.longs(0, before, 0, 0, 0, 0, pieces - 1 - before, 0, 0, 0),
                        padding.get(2)));
        List<String> shifted = new ArrayList<>();
        for (int i = 0; i < pieces; i++) {
            long end = i == pieces - 1 ? Long.MAX_VALUE : i - pieces + 1;
            shifted.add(edit.node("Slice",
                    List.of(padded, edit.longs(i), edit.longs(end), edit.longs(1), edit.longs(stride))));
        }
        return pieces == 1 ? shifted.get(0) : edit.joined(4, shifted);
    }

    /** A kernel (out, C, depth, Y, X) as (out, pieces · C, Y, X); 0 for slices beyond its depth. */
    Tensor kernel(Tensor kernel) {
        List<Long> shape = kernel.shape();
        int plane = (int) (shape.get(3) * shape.get(4));
        int out = shape.get(0).intValue();
        float[] from = kernel.values();
        float[] to = new float[out * pieces() * channels * plane];
        for (int o = 0; o < out; o++) {
            for (int c = 0; c < channels; c++) {
                for (int z = 0; z < depth; z++) {
                    int source = ((o * channels + c) * depth + z) * plane;
                    System.arraycopy(from, source, to, ((o * pieces() + z) * channels + c) * plane, plane);
                }
            }
        }
        return Tensor.of(Arrays.asList((long) out, (long) pieces() * channels, shape.get(3), shape.get(4)), to);
    }
}
