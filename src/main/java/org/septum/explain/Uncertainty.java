package org.septum.explain;

import java.util.List;

import net.imglib2.Cursor;
import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
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
     * classes are equally likely. A view with axes x, y, z, computed when it is read.
     */
    public static RandomAccessibleInterval<FloatType> entropy(ProbabilityMap map) {
        int classes = map.labels().count();
        double most = Math.log(classes);
        var voxels = Views.collapse(map.pixels());
        return Converters.convert(voxels, (p, out) -> {
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                double q = p.get(c).get();
                sum -= q > 0 ? q * Math.log(q) : 0;
            }
            out.set((float) Math.max(0, Math.min(1, sum / most)));
        }, new FloatType());
    }

    /** Mean over the voxels that have a neighbour of another class at one of their faces; NaN if none has. */
    static double bandEntropy(RandomAccessibleInterval<FloatType> entropy, LabelMask mask) {
        RandomAccess<UnsignedByteType> neighbour = Views.extendBorder(mask.pixels()).randomAccess();
        RandomAccess<FloatType> at = entropy.randomAccess();
        Cursor<UnsignedByteType> cursor = mask.pixels().localizingCursor();
        double sum = 0;
        long count = 0;
        while (cursor.hasNext()) {
            int own = cursor.next().get();
            if (isBorder(cursor, own, neighbour)) {
                sum += at.setPositionAndGet(cursor).get();
                count++;
            }
        }
        return sum / count;
    }

    private static boolean isBorder(Cursor<UnsignedByteType> at, int own, RandomAccess<UnsignedByteType> neighbour) {
        for (int d = 0; d < 3; d++) {
            for (int step = -1; step <= 1; step += 2) {
                neighbour.setPosition(at);
                neighbour.move(step, d);
                if (neighbour.get().get() != own)
                    return true;
            }
        }
        return false;
    }

    /**
     * 2 Σ p m / (Σ p + Σ m) of each class, with its probabilities p and its mask m: what Dice would be if each voxel
     * were the class as often as p says. The mean over the classes that the mask shows.
     */
    static double expectedDice(ProbabilityMap map, LabelMask mask) {
        double sum = 0;
        int found = 0;
        for (int c = 1; c < map.labels().count(); c++) {
            int value = map.labels().classes().get(c).value();
            double both = 0;
            double likely = 0;
            long voxels = 0;
            RandomAccess<UnsignedByteType> own = mask.pixels().randomAccess();
            Cursor<FloatType> p = Views.hyperSlice(map.pixels(), 3, c).localizingCursor();
            while (p.hasNext()) {
                double q = p.next().get();
                likely += q;
                if (own.setPositionAndGet(p).get() == value) {
                    both += q;
                    voxels++;
                }
            }
            if (voxels > 0) {
                sum += 2 * both / (likely + voxels);
                found++;
            }
        }
        return sum / found;
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
