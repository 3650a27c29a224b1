package org.septum.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.septum.model.NamedWeights.Tensor;

/**
 * A kernel (out, in, Y, X) and its bias as integers, with one scale for each output channel: weight = scale · integer,
 * integer from -{@value #LARGEST} to {@value #LARGEST}. The bias has the scale of the products, 32 bits.
 * <p>
 * <b>Why</b> 7 bits: processors without the instructions for 8-bit dot products add two products in 16 bits, which 255
 * · 127 + 255 · 127 does not fit and 255 · 64 + 255 · 64 does. The masks would differ from machine to machine.
 */
final class QuantizedKernel {

    static final int LARGEST = 64;

    private static final float SMALLEST_SCALE = 1e-12f;

    private final List<Long> shape;

    private final byte[] values;

    private final float[] scales;

    private final int[] bias;

    /**
     * Quantises.
     *
     * @param kernel
     *            (out, in, Y, X)
     * @param bias
     *            (out)
     * @param input
     *            scale of the features it is applied to
     */
    QuantizedKernel(Tensor kernel, float[] bias, LinearScale input) {
        this.shape = kernel.shape();
        float[] weights = kernel.values();
        this.values = new byte[weights.length];
        this.scales = new float[bias.length];
        this.bias = new int[bias.length];
        int each = weights.length / bias.length;
        for (int c = 0; c < bias.length; c++) {
            float largest = 0;
            for (int i = c * each; i < (c + 1) * each; i++)
                largest = Math.max(largest, Math.abs(weights[i]));
            scales[c] = Math.max(largest / LARGEST, SMALLEST_SCALE);
            for (int i = c * each; i < (c + 1) * each; i++)
                values[i] = (byte) Math.max(-LARGEST, Math.min(LARGEST, Math.rint(weights[i] / scales[c])));
            this.bias[c] = (int) Math.rint(bias[c] / ((double) scales[c] * input.scale()));
        }
    }

    private QuantizedKernel(List<Long> shape, byte[] values, float[] scales, int[] bias) {
        this.shape = List.copyOf(shape);
        this.values = values;
        this.scales = scales;
        this.bias = bias;
    }

    /** The same with more outputs, whose kernels are 0. */
    QuantizedKernel widened(int outputs) {
        List<Long> wider = new ArrayList<>(shape);
        wider.set(0, (long) outputs);
        float[] all = Arrays.copyOf(scales, outputs);
        Arrays.fill(all, scales.length, outputs, 1);
        return new QuantizedKernel(wider, Arrays.copyOf(values, values.length / scales.length * outputs), all,
                Arrays.copyOf(bias, outputs));
    }

    List<Long> shape() {
        return shape;
    }

    ByteBuffer values() {
        return ByteBuffer.wrap(values);
    }

    float[] scales() {
        return scales.clone();
    }

    ByteBuffer bias() {
        ByteBuffer bytes = ByteBuffer.allocate(bias.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(bias);
        return bytes;
    }
}
