package org.septum.explain;

import java.util.Arrays;
import java.util.function.IntFunction;

import net.imglib2.FinalInterval;
import net.imglib2.Interval;
import net.imglib2.RandomAccessible;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.position.FunctionRandomAccessible;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.IntervalView;
import net.imglib2.view.Views;

/**
 * Images that are computed slice by slice when they are read. The last slice is kept, so that whoever goes through an
 * image slice after slice has each computed once. May be read from many threads.
 */
final class CachedPlanes {

    private final IntFunction<float[][]> compute;

    private int z = -1;

    private float[][] planes;

    /**
     * @param compute
     *            gives the planes of a slice, each y, x row-major, as many as there are images
     */
    private CachedPlanes(IntFunction<float[][]> compute) {
        this.compute = compute;
    }

    private synchronized float[][] at(int slice) {
        if (slice != z) {
            planes = compute.apply(slice);
            z = slice;
        }
        return planes;
    }

    /**
     * An image with the axes x, y, z, c.
     *
     * @param like
     *            gives its size along x, y, z
     * @param count
     *            its size along c
     * @param compute
     *            gives the planes of a slice, each y, x row-major, as many as {@code count}
     */
    static RandomAccessibleInterval<FloatType> image(RandomAccessibleInterval<?> like, int count,
            IntFunction<float[][]> compute) {
        CachedPlanes cached = new CachedPlanes(compute);
        int columns = (int) like.dimension(0);
        return new Image(cached,
                new FunctionRandomAccessible<FloatType>(
                        4, (at,
                                out) -> out.set(cached.at(at.getIntPosition(2))[at
                                        .getIntPosition(3)][at.getIntPosition(1) * columns + at.getIntPosition(0)]),
                        FloatType::new),
                FinalInterval.createMinSize(0, 0, 0, 0, columns, like.dimension(1), like.dimension(2), count));
    }

    /** An image that knows its planes, so that who wants whole slices need not ask for each voxel. */
    private static final class Image extends IntervalView<FloatType> {

        private final CachedPlanes planes;

        Image(CachedPlanes planes, RandomAccessible<FloatType> source, Interval interval) {
            super(source, interval);
            this.planes = planes;
        }
    }

    /** Slice z of an image x, y, z, c for every c; the caller's to change. */
    static float[][] read(RandomAccessibleInterval<FloatType> image, int z) {
        if (image instanceof Image own)
            return Arrays.stream(own.planes.at(z)).map(float[]::clone).toArray(float[][]::new);
        float[][] planes = new float[(int) image.dimension(3)][(int) (image.dimension(0) * image.dimension(1))];
        for (int c = 0; c < planes.length; c++) {
            int i = 0;
            for (FloatType value : Views.flatIterable(Views.hyperSlice(Views.hyperSlice(image, 3, c), 2, z)))
                planes[c][i++] = value.get();
        }
        return planes;
    }
}
