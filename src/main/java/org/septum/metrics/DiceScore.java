package org.septum.metrics;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/**
 * Overlap of one class in two masks. An empty reference has no overlap to measure: the scores are NaN and left out of
 * means, whatever the prediction holds. An empty prediction of something that is there scores 0.
 *
 * @param reference
 *            voxels of the class in the reference
 * @param prediction
 *            voxels of the class in the prediction
 * @param both
 *            voxels of the class in both
 */
public record DiceScore(long reference, long prediction, long both) {

    /**
     * Counts the voxels of a class.
     *
     * @param reference
     *            axes x, y or x, y, z
     * @param prediction
     *            the same shape; another one throws a {@link org.septum.core.SeptumException} of kind INPUT
     * @param value
     *            value of the class in both masks
     */
    public static DiceScore of(RandomAccessibleInterval<UnsignedByteType> reference,
            RandomAccessibleInterval<UnsignedByteType> prediction, int value) {
        MaskPair pair = new MaskPair(reference, prediction);
        Slices inReference = new Slices(pair.reference(), pair.reference());
        Slices inPrediction = new Slices(pair.prediction(), pair.prediction());
        long[] count = new long[4];
        for (int z = 0; z < inReference.count(); z++) {
            byte[] a = inReference.read(z);
            byte[] b = inPrediction.read(z);
            for (int i = 0; i < a.length; i++)
                count[(a[i] == (byte) value ? 1 : 0) + (b[i] == (byte) value ? 2 : 0)]++;
        }
        return new DiceScore(count[1] + count[3], count[2] + count[3], count[3]);
    }

    /** Dice coefficient 2 |A and B| / (|A| + |B|), 0 to 1; NaN if the reference is empty. */
    public double dice() {
        return reference == 0 ? Double.NaN : 2.0 * both / (reference + prediction);
    }

    /** Intersection over union (Jaccard index), 0 to 1; NaN if the reference is empty. */
    public double iou() {
        return reference == 0 ? Double.NaN : (double) both / (reference + prediction - both);
    }
}
