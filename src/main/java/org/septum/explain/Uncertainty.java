package org.septum.explain;

import java.util.List;
import java.util.stream.IntStream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.SeptumException;
import org.septum.metrics.DiceScore;

/**
 * How sure a network is of a mask, without a reference.
 *
 * @param entropy
 *            mean entropy in the band along the borders of the mask, 0 to 1; NaN if the mask is empty
 * @param expectedDice
 *            Dice that the probabilities promise, mean over the foreground classes found, 0 to 1; NaN if the mask is
 *            empty
 * @param agreement
 *            Dice between masks of the same scan, mean over pairs and classes, 0 to 1; NaN if there is one mask only
 */
public record Uncertainty(double entropy, double expectedDice, double agreement) {

    /**
     * Of a case.
     *
     * @param map
     *            the probabilities, best calibrated
     * @param mask
     *            made of them
     * @param others
     *            masks of the same scan by other members of an ensemble or by mirror images; may be empty
     */
    public static Uncertainty of(ProbabilityMap map, LabelMask mask, List<LabelMask> others) {
        return new Uncertainty(bandEntropy(entropy(map), mask), expectedDice(map, mask), agreement(others, mask));
    }

    /**
     * Entropy −Σ p ln p of every voxel over ln of the number of classes: 0 where the network is sure, 1 where all
     * classes are equally likely. A view with axes x, y, z, computed slice by slice when it is read.
     */
    public static RandomAccessibleInterval<FloatType> entropy(ProbabilityMap map) {
        double most = Math.log(map.labels().count());
        return Views.hyperSlice(CachedPlanes.image(map.pixels(), 1, z -> {
            float[][] p = CachedPlanes.read(map.pixels(), z);
            float[] plane = new float[p[0].length];
            for (int i = 0; i < plane.length; i++) {
                double sum = 0;
                for (float[] q : p)
                    sum -= q[i] > 0 ? q[i] * Math.log(q[i]) : 0;
                plane[i] = (float) Math.max(0, Math.min(1, sum / most));
            }
            return new float[][] { plane };
        }), 3, 0);
    }

    /** Mean over the voxels that have a neighbour of another class at one of their faces; NaN if none has. */
    static double bandEntropy(RandomAccessibleInterval<FloatType> entropy, LabelMask mask) {
        int columns = (int) mask.size(0);
        int depth = (int) mask.size(2);
        double sum = 0;
        long count = 0;
        int[] above = plane(mask, 0);
        int[] own = above;
        for (int z = 0; z < depth; z++) {
            int[] below = z + 1 < depth ? plane(mask, z + 1) : own;
            int i = 0;
            for (FloatType value : Views.flatIterable(Views.hyperSlice(entropy, 2, z))) {
                if (own[i] != above[i] || own[i] != below[i] || isBorder(own, i, columns)) {
                    sum += value.get();
                    count++;
                }
                i++;
            }
            above = own;
            own = below;
        }
        return sum / count;
    }

    private static int[] plane(LabelMask mask, int z) {
        int[] plane = new int[(int) (mask.size(0) * mask.size(1))];
        int i = 0;
        for (UnsignedByteType value : Views.flatIterable(Views.hyperSlice(mask.pixels(), 2, z)))
            plane[i++] = value.get();
        return plane;
    }

    /** True if a neighbour in the slice has another value. */
    private static boolean isBorder(int[] plane, int i, int columns) {
        int x = i % columns;
        return x > 0 && plane[i - 1] != plane[i] || x + 1 < columns && plane[i + 1] != plane[i]
                || i >= columns && plane[i - columns] != plane[i]
                || i + columns < plane.length && plane[i + columns] != plane[i];
    }

    /**
     * 2 Σ p m / (Σ p + Σ m) of each class, with its probabilities p and its mask m: what Dice would be if each voxel
     * were the class as often as p says. The mean over the classes that the mask shows.
     */
    static double expectedDice(ProbabilityMap map, LabelMask mask) {
        int classes = map.labels().count();
        double[] both = new double[classes];
        double[] likely = new double[classes];
        long[] voxels = new long[classes];
        for (int z = 0; z < mask.size(2); z++) {
            float[][] p = CachedPlanes.read(map.pixels(), z);
            int i = 0;
            for (UnsignedByteType own : Views.flatIterable(Views.hyperSlice(mask.pixels(), 2, z))) {
                for (int c = 1; c < classes; c++) {
                    boolean isOwn = own.get() == map.labels().classes().get(c).value();
                    likely[c] += p[c][i];
                    both[c] += isOwn ? p[c][i] : 0;
                    voxels[c] += isOwn ? 1 : 0;
                }
                i++;
            }
        }
        return IntStream.range(1, classes).filter(c -> voxels[c] > 0)
                .mapToDouble(c -> 2 * both[c] / (likely[c] + voxels[c])).average().orElse(Double.NaN);
    }

    /**
     * Dice of every pair of masks, mean over pairs and over the foreground classes that either shows.
     *
     * @param others
     *            masks of one scan
     * @param mask
     *            names the classes; it is one of the others or not, and no part of a pair by itself
     *
     * @throws SeptumException
     *             of kind INPUT if their sizes differ
     */
    public static double agreement(List<LabelMask> others, LabelMask mask) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < others.size(); i++) {
            for (int k = 0; k < i; k++) {
                for (ClassLabel label : mask.labels().foreground()) {
                    DiceScore score = DiceScore.of(others.get(i).pixels(), others.get(k).pixels(), label.value());
                    if (score.reference() + score.prediction() == 0)
                        continue;
                    sum += 2.0 * score.both() / (score.reference() + score.prediction());
                    pairs++;
                }
            }
        }
        return sum / pairs;
    }
}
