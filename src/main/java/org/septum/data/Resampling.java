package org.septum.data;

import java.util.List;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
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
     * Linear interpolation of one channel.
     *
     * @param data
     *            axes x, y, z
     * @param size
     *            wanted along x, y, z
     */
    public static ArrayImg<FloatType, FloatArray> linear(RandomAccessibleInterval<FloatType> data, List<Long> size) {
        int nx = (int) data.dimension(0);
        int ny = (int) data.dimension(1);
        int nz = (int) data.dimension(2);
        float[] values = new float[Math.toIntExact((long) nx * ny * nz)];
        int n = 0;
        for (FloatType v : data.view().flatIterable())
            values[n++] = v.get();
        values = alongAxis(values, 1, nx, ny * nz, Axis.of(nx, size.get(0)));
        nx = size.get(0).intValue();
        values = alongAxis(values, nx, ny, nz, Axis.of(ny, size.get(1)));
        ny = size.get(1).intValue();
        values = alongAxis(values, nx * ny, nz, 1, Axis.of(nz, size.get(2)));
        return ArrayImgs.floats(values, nx, ny, size.get(2));
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
        byte[] out = new byte[Math.toIntExact(size.get(0) * size.get(1) * size.get(2))];
        RandomAccess<UnsignedByteType> access = labels.randomAccess();
        int n = 0;
        for (int z = 0; z < size.get(2); z++) {
            access.setPosition(axes[2].nearest(z), 2);
            for (int y = 0; y < size.get(1); y++) {
                access.setPosition(axes[1].nearest(y), 1);
                for (int x = 0; x < size.get(0); x++) {
                    access.setPosition(axes[0].nearest(x), 0);
                    out[n++] = (byte) access.get().get();
                }
            }
        }
        return ArrayImgs.unsignedBytes(out, size.get(0), size.get(1), size.get(2));
    }
}
