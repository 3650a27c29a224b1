package org.septum.metrics;

import net.imglib2.FinalInterval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.view.Views;

import org.septum.core.SeptumException;

/**
 * Two masks of equal shape.
 *
 * @param reference
 *            axes x, y, z, starting at 0
 * @param prediction
 *            axes x, y, z, starting at 0
 */
record MaskPair(RandomAccessibleInterval<UnsignedByteType> reference,
        RandomAccessibleInterval<UnsignedByteType> prediction) {

    private static final int LARGEST_SLICE = Integer.MAX_VALUE - 8;
    private static final int MOST_SLICES = Character.MAX_VALUE - 1;

    MaskPair {
        reference = volume(reference);
        prediction = volume(prediction);
        String a = shape(reference);
        String b = shape(prediction);
        if (!a.equals(b)) {
            throw SeptumException.input("the reference has " + a + " voxels and the prediction " + b
                    + "; both must have the same shape; resample the prediction onto the grid of the reference");
        }
        if (reference.dimension(0) * reference.dimension(1) > LARGEST_SLICE || reference.dimension(2) > MOST_SLICES) {
            throw SeptumException.input("masks of " + a + " voxels; scores go up to " + LARGEST_SLICE
                    + " voxels a slice and " + MOST_SLICES + " slices; evaluate smaller parts");
        }
    }

    /** True if the masks are images of one slice. */
    boolean isPlanar() {
        return reference.dimension(2) == 1;
    }

    /** The smallest box around all voxels of either mask with the value; null if there are none. */
    FinalInterval boxAround(int value) {
        long[] min = { Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE };
        long[] max = { -1, -1, -1 };
        extend(min, max, reference, value);
        extend(min, max, prediction, value);
        return max[0] < 0 ? null : new FinalInterval(min, max);
    }

    private static void extend(long[] min, long[] max, RandomAccessibleInterval<UnsignedByteType> mask, int value) {
        Slices slices = new Slices(mask, mask);
        int width = (int) mask.dimension(0);
        for (int z = 0; z < slices.count(); z++) {
            byte[] slice = slices.read(z);
            for (int row = 0; row < slice.length; row += width) {
                int first = 0;
                while (first < width && slice[row + first] != (byte) value)
                    first++;
                if (first < width) {
                    int last = width - 1;
                    while (slice[row + last] != (byte) value)
                        last--;
                    include(min, max, first, row / width, z);
                    include(min, max, last, row / width, z);
                }
            }
        }
    }

    private static void include(long[] min, long[] max, long... voxel) {
        for (int d = 0; d < 3; d++) {
            min[d] = Math.min(min[d], voxel[d]);
            max[d] = Math.max(max[d], voxel[d]);
        }
    }

    private static RandomAccessibleInterval<UnsignedByteType> volume(RandomAccessibleInterval<UnsignedByteType> mask) {
        if (mask.numDimensions() == 2) {
            return Views.zeroMin(Views.addDimension(mask, 0, 0));
        }
        if (mask.numDimensions() == 3) {
            // a view costs time at every voxel
            return Views.isZeroMin(mask) ? mask : Views.zeroMin(mask);
        }
        throw SeptumException.input("a mask with " + mask.numDimensions() + " axes; allowed: x, y or x, y, z");
    }

    private static String shape(RandomAccessibleInterval<?> mask) {
        return mask.dimension(0) + "×" + mask.dimension(1) + "×" + mask.dimension(2);
    }
}
