package org.septum.explain;

import java.util.List;
import java.util.stream.IntStream;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
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
        RandomAccessibleInterval<FloatType> entropy = entropies(map);
        Band band = new Band(mask);
        Promise promise = new Promise(map.labels());
        // slice by slice both, so that the probabilities of a slice are computed once
        for (int z = 0; z < mask.size(2); z++) {
            band.add(z, CachedPlanes.read(entropy, z)[0]);
            promise.add(CachedPlanes.read(map.pixels(), z), plane(mask, z));
        }
        return new Uncertainty(band.mean(), promise.dice(), agreement(others, mask));
    }

    /**
     * Entropy −Σ p ln p of every voxel over ln of the number of classes: 0 where the network is sure, 1 where all
     * classes are equally likely. A view with axes x, y, z, computed slice by slice when it is read.
     */
    public static RandomAccessibleInterval<FloatType> entropy(ProbabilityMap map) {
        return Views.hyperSlice(entropies(map), 3, 0);
    }

    /** The same with a fourth axis of size 1. */
    private static RandomAccessibleInterval<FloatType> entropies(ProbabilityMap map) {
        double most = Math.log(map.labels().count());
        return CachedPlanes.image(map.pixels(), 1, z -> {
            float[][] p = CachedPlanes.read(map.pixels(), z);
            float[] plane = new float[p[0].length];
            for (int i = 0; i < plane.length; i++) {
                double sum = 0;
                for (float[] q : p)
                    sum -= q[i] > 0 ? q[i] * Math.log(q[i]) : 0;
                plane[i] = (float) Math.max(0, Math.min(1, sum / most));
            }
            return new float[][] { plane };
        });
    }

    /** Mean over the voxels that have a neighbour of another class at one of their faces; NaN if none has. */
    static double bandEntropy(RandomAccessibleInterval<FloatType> entropy, LabelMask mask) {
        Band band = new Band(mask);
        for (int z = 0; z < mask.size(2); z++)
            band.add(z, CachedPlanes.read(Views.addDimension(entropy, 0, 0), z)[0]);
        return band.mean();
    }

    /** Sums the entropy along the borders of a mask, slice after slice. */
    private static final class Band {

        private final LabelMask mask;

        private int[] above;

        private int[] own;

        private double sum;

        private long count;

        Band(LabelMask mask) {
            this.mask = mask;
            this.own = plane(mask, 0);
            this.above = own;
        }

        void add(int z, float[] entropy) {
            int columns = (int) mask.size(0);
            int[] below = z + 1 < mask.size(2) ? plane(mask, z + 1) : own;
            for (int i = 0; i < entropy.length; i++) {
                if (own[i] != above[i] || own[i] != below[i] || isBorder(own, i, columns)) {
                    sum += entropy[i];
                    count++;
                }
            }
            above = own;
            own = below;
        }

        double mean() {
            return sum / count;
        }
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
        Promise promise = new Promise(map.labels());
        for (int z = 0; z < mask.size(2); z++)
            promise.add(CachedPlanes.read(map.pixels(), z), plane(mask, z));
        return promise.dice();
    }

    /** Sums what probabilities promise of a mask, slice after slice. */
    private static final class Promise {

        private final int[] values;

        private final double[] both;

        private final double[] likely;

        private final long[] voxels;

        Promise(ClassLabels labels) {
            values = labels.classes().stream().mapToInt(ClassLabel::value).toArray();
            both = new double[values.length];
            likely = new double[values.length];
            voxels = new long[values.length];
        }

        void add(float[][] p, int[] labels) {
            for (int c = 1; c < values.length; c++) {
                for (int i = 0; i < labels.length; i++) {
                    likely[c] += p[c][i];
                    if (labels[i] == values[c]) {
                        both[c] += p[c][i];
                        voxels[c]++;
                    }
                }
            }
        }

        double dice() {
            return IntStream.range(1, values.length).filter(c -> voxels[c] > 0)
                    .mapToDouble(c -> 2 * both[c] / (likely[c] + voxels[c])).average().orElse(Double.NaN);
        }
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
