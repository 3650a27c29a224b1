package org.septum.data;

import java.util.ArrayList;
import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.blocks.PrimitiveBlocks;
import net.imglib2.img.array.ArrayImg;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.basictypeaccess.array.ByteArray;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * Changes the number of voxels along x, y, z while the edges of the field of view stay where they are: sample i of m
 * lies at (i + 0.5) · n / m - 0.5 of the n old samples (linear interpolation without aligned corners).
 */
public final class Resampling {

    private Resampling() {
    }

    /** One axis: for each new sample the two old ones it lies between and the weight of the upper. */
    private record Axis(int[] lower, int[] upper, float[] weight) {

        static Axis of(long from, long to) {
            Axis axis = new Axis(new int[(int) to], new int[(int) to], new float[(int) to]);
            for (int i = 0; i < to; i++) {
                double p = Math.max(0, (i + 0.5) * from / to - 0.5);
                int lower = (int) Math.min(Math.floor(p), from - 1);
                axis.lower[i] = lower;
                axis.upper[i] = (int) Math.min(lower + 1, from - 1);
                axis.weight[i] = (float) (p - lower);
            }
            return axis;
        }

        int nearest(int i) {
            return weight[i] >= 0.5f ? upper[i] : lower[i];
        }
    }

    /**
     * What a new sample along an axis is made of: the weighted sum of old ones, in this order.
     *
     * @param from
     *            numbers of the old ones
     * @param weights
     *            of each
     */
    public record Share(List<Integer> from, List<Float> weights) {

        public Share {
            from = List.copyOf(from);
            weights = List.copyOf(weights);
        }
    }

    /**
     * What each new sample along an axis is made of, for those who resample slice by slice.
     *
     * @param from
     *            how many old ones there are
     * @param to
     *            how many new ones there are
     * @param smooth
     *            whether it is done as by {@link #smooth}, else as by {@link #linear}
     */
    public static List<Share> shares(int from, int to, boolean smooth) {
        List<Share> shares = new ArrayList<>();
        Means means = smooth && to < from ? Means.of(from, to) : null;
        Axis axis = Axis.of(from, to);
        for (int i = 0; i < to; i++) {
            if (from == to)
                shares.add(new Share(List.of(i), List.of(1f)));
            else if (means == null)
                shares.add(
                        new Share(List.of(axis.lower[i], axis.upper[i]), List.of(1 - axis.weight[i], axis.weight[i])));
            else
                shares.add(means.share(i));
        }
        return shares;
    }

    /**
     * Linear interpolation of one channel.
     *
     * @param data
     *            axes x, y, z
     * @param size
     *            wanted along x, y, z
     */
    public static ArrayImg<FloatType, FloatArray> linear(RandomAccessibleInterval<FloatType> data, List<Long> size) {
        int[] from = { (int) data.dimension(0), (int) data.dimension(1), (int) data.dimension(2) };
        int[] to = size.stream().mapToInt(Math::toIntExact).toArray();
        return ArrayImgs.floats(linear(values(data), from, to), to[0], to[1], to[2]);
    }

    /** Linear interpolation of values, x fastest, from one size along x, y, z to another. */
    static float[] linear(float[] values, int[] from, int[] to) {
        float[] out = alongAxis(values, 1, from[0], from[1] * from[2], Axis.of(from[0], to[0]));
        out = alongAxis(out, to[0], from[1], from[2], Axis.of(from[1], to[1]));
        return alongAxis(out, to[0] * to[1], from[2], 1, Axis.of(from[2], to[2]));
    }

    /** All values, x fastest, as blocks of whole cells: several times faster than one by one. */
    static float[] values(RandomAccessibleInterval<FloatType> data) {
        float[] values = new float[Math.toIntExact(data.size())];
        PrimitiveBlocks.of(data, PrimitiveBlocks.OnFallback.ACCEPT).copy(data, values);
        return values;
    }

    /** All labels, x fastest, as unsigned bytes. */
    static byte[] labels(RandomAccessibleInterval<UnsignedByteType> data) {
        byte[] values = new byte[Math.toIntExact(data.size())];
        PrimitiveBlocks.of(data, PrimitiveBlocks.OnFallback.ACCEPT).copy(data, values);
        return values;
    }

    /** One axis: for each new sample the first old one that takes part and the weights of it and of those after it. */
    private record Means(int[] first, float[][] weights) {

        static Means of(int from, int to) {
            Means axis = new Means(new int[to], new float[to][]);
            double width = (double) from / to;
            for (int i = 0; i < to; i++) {
                double low = i * width - 0.5;
                double high = low + width;
                int first = (int) Math.max(0, Math.floor(low));
                int last = (int) Math.min(from - 1, Math.ceil(high));
                double[] shares = new double[last - first + 1];
                for (int k = (int) Math.floor(low); k <= Math.ceil(high); k++) {
                    int clamped = Math.max(first, Math.min(last, k));
                    shares[clamped - first] += (below(high - k) - below(low - k)) / width;
                }
                axis.first[i] = first;
                axis.weights[i] = new float[shares.length];
                for (int k = 0; k < shares.length; k++)
                    axis.weights[i][k] = (float) shares[k];
            }
            return axis;
        }

        Share share(int i) {
            List<Integer> from = new ArrayList<>();
            List<Float> shares = new ArrayList<>();
            for (int k = 0; k < weights[i].length; k++) {
                from.add(first[i] + k);
                shares.add(weights[i][k]);
            }
            return new Share(from, shares);
        }

        /** Area of the triangle of base (-1, 1) and height 1 that lies below x. */
        private static double below(double x) {
            double c = Math.max(-1, Math.min(1, x));
            return c < 0 ? (1 + c) * (1 + c) / 2 : 1 - (1 - c) * (1 - c) / 2;
        }
    }

    /**
     * For pictures that may become much smaller: along an axis with fewer samples than before each new one is the mean
     * of the linear interpolation over its own width, so that no detail is skipped (no aliasing); along the others it
     * is {@link #linear}.
     *
     * @param data
     *            axes x, y, z
     * @param size
     *            wanted along x, y, z
     */
    public static ArrayImg<FloatType, FloatArray> smooth(RandomAccessibleInterval<FloatType> data, List<Long> size) {
        int[] n = { (int) data.dimension(0), (int) data.dimension(1), (int) data.dimension(2) };
        float[] values = values(data);
        for (int d = 0; d < 3; d++) {
            int to = size.get(d).intValue();
            int inner = d == 0 ? 1 : d == 1 ? n[0] : n[0] * n[1];
            int outer = n[0] * n[1] * n[2] / inner / n[d];
            values = to < n[d] ? means(values, inner, n[d], outer, Means.of(n[d], to))
                    : alongAxis(values, inner, n[d], outer, Axis.of(n[d], to));
            n[d] = to;
        }
        return ArrayImgs.floats(values, n[0], n[1], n[2]);
    }

    /** Takes means along the middle axis of an array (outer, n, inner) stored with inner fastest. */
    private static float[] means(float[] in, int inner, int n, int outer, Means axis) {
        int m = axis.first.length;
        float[] out = new float[Math.toIntExact((long) inner * m * outer)];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < m; i++) {
                float[] weights = axis.weights[i];
                int to = (o * m + i) * inner;
                for (int j = 0; j < weights.length; j++) {
                    int from = (o * n + axis.first[i] + j) * inner;
                    for (int k = 0; k < inner; k++)
                        out[to + k] += in[from + k] * weights[j];
                }
            }
        }
        return out;
    }

    /** Interpolates the middle axis of an array (outer, n, inner) stored with inner fastest. */
    private static float[] alongAxis(float[] in, int inner, int n, int outer, Axis axis) {
        int m = axis.weight.length;
        if (m == n)
            return in;
        float[] out = new float[Math.toIntExact((long) inner * m * outer)];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < m; i++) {
                int low = (o * n + axis.lower[i]) * inner;
                int high = (o * n + axis.upper[i]) * inner;
                int to = (o * m + i) * inner;
                float w = axis.weight[i];
                for (int k = 0; k < inner; k++)
                    out[to + k] = in[low + k] * (1 - w) + in[high + k] * w;
            }
        }
        return out;
    }

    /**
     * Nearest neighbour, for labels.
     *
     * @param labels
     *            axes x, y, z
     * @param size
     *            wanted along x, y, z
     */
    public static ArrayImg<UnsignedByteType, ByteArray> nearest(RandomAccessibleInterval<UnsignedByteType> labels,
            List<Long> size) {
        Axis[] axes = new Axis[3];
        for (int d = 0; d < 3; d++)
            axes[d] = Axis.of(labels.dimension(d), size.get(d));
        byte[] in = labels(labels);
        byte[] out = new byte[Math.toIntExact(size.get(0) * size.get(1) * size.get(2))];
        int nx = (int) labels.dimension(0);
        int ny = (int) labels.dimension(1);
        int n = 0;
        for (int z = 0; z < size.get(2); z++) {
            for (int y = 0; y < size.get(1); y++) {
                int row = (axes[2].nearest(z) * ny + axes[1].nearest(y)) * nx;
                for (int x = 0; x < size.get(0); x++)
                    out[n++] = in[row + axes[0].nearest(x)];
            }
        }
        return ArrayImgs.unsignedBytes(out, size.get(0), size.get(1), size.get(2));
    }
}
