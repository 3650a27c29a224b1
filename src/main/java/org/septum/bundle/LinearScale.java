package org.septum.bundle;

/**
 * How real values are written as integers from 0 to 255: value = scale · (integer - zero). 0 is exact, so that padding
 * is.
 *
 * @param scale
 *            between two neighbours, above 0
 * @param zero
 *            the integer for 0, from 0 to 255
 */
record LinearScale(float scale, int zero) {

    static final int LARGEST = 255;

    /** A tensor that is 0 everywhere would have no scale. */
    private static final float SMALLEST_SCALE = 1e-8f;

    /** The scale whose ends are those of a range, widened to hold 0. */
    static LinearScale of(Quantization.Range range) {
        double low = Math.min(range.low(), 0);
        double high = Math.max(range.high(), 0);
        float scale = (float) Math.max((high - low) / LARGEST, SMALLEST_SCALE);
        return new LinearScale(scale, (int) Math.max(0, Math.min(LARGEST, Math.rint(-low / scale))));
    }

    /** The nearest integer, of two equally near the even one; the ends for values beyond them. */
    int quantize(float value) {
        return (int) Math.max(0, Math.min(LARGEST, Math.rint(value / scale) + zero));
    }

    float dequantize(int integer) {
        return scale * (integer - zero);
    }
}
