package org.septum.model.encoder;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Widths of one resolution level. Each can be set alone, so that a pruned network is described as well as a fresh one.
 *
 * @param stride
 *            how much smaller this level is than the one before, along each spatial axis in tensor order; all 1 for the
 *            first
 * @param inner
 *            channels between the two convolutions of the encoder, or inside its blocks
 * @param width
 *            channels that the encoder level puts out
 * @param up
 *            channels of the up-convolution that reaches this level in the decoder; 0 at the deepest level
 * @param decoderInner
 *            channels between the two convolutions of the decoder; 0 at the deepest level
 * @param decoderWidth
 *            channels that the decoder level puts out; 0 at the deepest level
 * @param kernel
 *            size of its convolutions along each spatial axis in tensor order, 1 or 3; empty for 3 along each. A
 *            published encoder has kernels of its own, and its decoder these
 */
public record StageSpec(List<Integer> stride, int inner, int width, int up, int decoderInner, int decoderWidth,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> kernel) {

    /** So many levels, counted from the deepest, drop channels in training if the network has dropout. */
    static final int DROPPED = 2;

    private static final int KERNEL = 3;

    public StageSpec {
        stride = List.copyOf(stride);
        boolean usual = kernel == null || kernel.equals(Collections.nCopies(stride.size(), KERNEL));
        kernel = usual ? List.of() : List.copyOf(kernel);
        if (!kernel.isEmpty() && (kernel.size() != stride.size() || kernel.stream().anyMatch(k -> k != 1 && k != 3)))
            throw new IllegalArgumentException("kernel " + kernel + " with stride " + stride
                    + "; it needs 1 or 3 for each axis, or nothing for 3 along each");
        if (stride.stream().anyMatch(s -> s < 1))
            throw new IllegalArgumentException("stride " + stride + "; each factor must be at least 1");
        if (inner < 1 || width < 1) {
            throw new IllegalArgumentException("widths " + inner + ", " + width + "; a level needs at least 1 channel");
        }
    }

    /** With kernels of 3 along each axis. */
    public StageSpec(List<Integer> stride, int inner, int width, int up, int decoderInner, int decoderWidth) {
        this(stride, inner, width, up, decoderInner, decoderWidth, List.of());
    }

    /** Size of its convolutions along each spatial axis, whether said or not. */
    public List<Integer> kernelSizes() {
        return kernel.isEmpty() ? Collections.nCopies(stride.size(), KERNEL) : kernel;
    }

    /** This level with other kernels. */
    public StageSpec withKernel(List<Integer> other) {
        return new StageSpec(stride, inner, width, up, decoderInner, decoderWidth, other);
    }

    /** A level with one width throughout. */
    public static StageSpec uniform(List<Integer> stride, int width, boolean deepest) {
        int w = deepest ? 0 : width;
        return new StageSpec(stride, width, width, w, w, w);
    }

    /** Strides of so many levels, each half as large as the one before along every axis. */
    public static List<List<Integer>> halving(int dims, int levels) {
        List<List<Integer>> strides = new ArrayList<>();
        for (int i = 0; i < levels; i++)
            strides.add(Collections.nCopies(dims, i == 0 ? 1 : 2));
        return strides;
    }

    /** The stride of the first level: 1 along each of {@code dims} axes. */
    public static List<Integer> unitStride(int dims) {
        return Collections.nCopies(dims, 1);
    }
}
