package org.septum.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;

/**
 * Kernels as 16-bit floats (IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits), which halves a model on disk.
 * Networks always compute with 32 bits.
 * <p>
 * <b>Why</b> no flag says whether a model is stored so: a tensor all of whose values are 16-bit floats is stored as
 * such, without loss; {@link #rounded} makes them so. A model that is read and written again stays as small as it was.
 */
public final class HalfFloats {

    /** Fewer values than this are not worth it: biases, and what statistics belong to them. */
    private static final int SMALLEST = 256;

    /** Largest value whose nearest 16-bit float is finite. */
    private static final float LARGEST = 65519.996f;

    /** The smallest 16-bit float that is normal, 2^-14. */
    private static final float SMALLEST_NORMAL = 0x1p-14f;

    private static final float SUBNORMAL_STEP = 0x1p-24f;

    private HalfFloats() {
    }

    /**
     * The weights with every kernel rounded to 16-bit floats: to within 2^-11 of each value, or 2^-25 for those below
     * 2^-14. Biases, what belongs to a normalisation, and kernels with values beyond 65519 or not finite stay as they
     * are.
     */
    public static NamedWeights rounded(NamedWeights weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        weights.tensors().forEach((name, tensor) -> tensors.put(name, rounded(tensor)));
        return new NamedWeights(tensors);
    }

    private static Tensor rounded(Tensor tensor) {
        float[] values = tensor.values();
        if (!isKernel(tensor, values))
            return tensor;
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= LARGEST))
                return tensor;
            values[i] = toFloat(of(values[i]));
        }
        return Tensor.of(tensor.shape(), values);
    }

    private static boolean isKernel(Tensor tensor, float[] values) {
        return tensor.shape().size() >= 2 && values.length >= SMALLEST;
    }

    /** True for a kernel that loses nothing if it is stored in 16 bits. */
    static boolean isExact(Tensor tensor) {
        float[] values = tensor.values();
        if (!isKernel(tensor, values))
            return false;
        for (float value : values) {
            if (Float.floatToRawIntBits(toFloat(of(value))) != Float.floatToRawIntBits(value))
                return false;
        }
        return true;
    }

    /** Values as little-endian 16-bit floats. */
    static ByteBuffer littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Short.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values)
            bytes.putShort(of(value));
        return bytes.flip();
    }

    /** All 16-bit floats that are left in a buffer. */
    static float[] toFloats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Short.BYTES];
        for (int i = 0; i < values.length; i++)
            values[i] = toFloat(bytes.getShort());
        return values;
    }

    /** The nearest 16-bit float, of two equally near the even one; infinite beyond the range. */
    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (Float.isNaN(value))
            return (short) (sign | 0x7e00);
        if (size > LARGEST)
            return (short) (sign | 0x7c00);
        if (size < SMALLEST_NORMAL)
            return (short) (sign | (int) Math.rint(size / SUBNORMAL_STEP));
        int magnitude = bits & 0x7fffffff;
        // 13 fraction bits go; adding just below their half, and one more if the last that stays is odd, rounds to even
        magnitude += 0xfff + (magnitude >>> 13 & 1);
        // the exponent counts from 127 in 32 bits and from 15 in 16
        return (short) (sign | magnitude - (127 - 15 << 23) >>> 13);
    }

    /** The same number in 32 bits. */
    static float toFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >>> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0)
            return Math.copySign(fraction * SUBNORMAL_STEP, Float.intBitsToFloat(sign | 0x3f800000));
        int wide = exponent == 0x1f ? 0xff : exponent + 127 - 15;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
