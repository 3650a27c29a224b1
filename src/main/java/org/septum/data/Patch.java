package org.septum.data;

/**
 * One training patch.
 * <p>
 * {@code input} is (channels, [z,] y, x), {@code classes} the class index of every voxel as an unsigned byte, ([z,] y,
 * x). Both are row-major and may be written only by their maker.
 */
public final class Patch {

    private final float[] input;

    private final byte[] classes;

    Patch(float[] input, byte[] classes) {
        this.input = input;
        this.classes = classes;
    }

    /** Values, (channels, [z,] y, x), not a copy. */
    public float[] input() {
        return input;
    }

    /** Class indices, ([z,] y, x), not a copy. */
    public byte[] classes() {
        return classes;
    }
}
