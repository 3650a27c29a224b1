package org.septum.data;

/** Gaussian blur of an array x fastest, axis by axis; at the border the last value goes on. */
final class GaussianBlur {

    /** The kernel ends at so many standard deviations. */
    private static final double REACH = 3;

    private GaussianBlur() {
    }

    /**
     * Blurs a block of an array in place; axes of a single voxel stay as they are.
     *
     * @param values
     *            holds the block, x fastest
     * @param from
     *            where it begins
     * @param size
     *            of the block along x, y, z
     * @param sigma
     *            standard deviation in voxels
     */
    static void apply(float[] values, int from, int[] size, double sigma) {
        float[] kernel = kernel(sigma);
        int n = size[0] * size[1] * size[2];
        float[] in = new float[n];
        int inner = 1;
        for (int d = 0; d < 3; d++) {
            if (size[d] > 1) {
                System.arraycopy(values, from, in, 0, n);
                alongAxis(in, new Target(values, from), new int[] { inner, size[d], n / inner / size[d] }, kernel);
            }
            inner *= size[d];
        }
    }

    /** Half of a kernel, its middle first; all of it adds up to 1. */
    private static float[] kernel(double sigma) {
        float[] half = new float[1 + (int) Math.ceil(REACH * sigma)];
        double sum = 0;
        for (int i = 0; i < half.length; i++) {
            half[i] = (float) Math.exp(-i * i / (2 * sigma * sigma));
            sum += i == 0 ? half[i] : 2 * half[i];
        }
        for (int i = 0; i < half.length; i++)
            half[i] /= (float) sum;
        return half;
    }

    private record Target(float[] values, int from) {
    }

    /** Rows of {@code inner} values are added up as a whole, so that the innermost loop runs over neighbours. */
    private static void alongAxis(float[] in, Target target, int[] shape, float[] kernel) {
        int inner = shape[0];
        int n = shape[1];
        for (int o = 0; o < shape[2]; o++) {
            for (int i = 0; i < n; i++) {
                int to = target.from + (o * n + i) * inner;
                int middle = (o * n + i) * inner;
                for (int x = 0; x < inner; x++)
                    target.values[to + x] = in[middle + x] * kernel[0];
                for (int k = 1; k < kernel.length; k++) {
                    int before = (o * n + Math.max(0, i - k)) * inner;
                    int after = (o * n + Math.min(n - 1, i + k)) * inner;
                    float w = kernel[k];
                    for (int x = 0; x < inner; x++)
                        target.values[to + x] += (in[before + x] + in[after + x]) * w;
                }
            }
        }
    }
}
