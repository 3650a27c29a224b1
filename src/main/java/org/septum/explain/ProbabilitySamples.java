package org.septum.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import net.imglib2.FinalInterval;
import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Intervals;
import net.imglib2.view.IntervalView;
import net.imglib2.view.Views;

import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.SeptumException;

/**
 * Voxels of cases with a reference: the probabilities of all classes and which is the true one. They are drawn in the
 * box around what the reference or the network calls an object, and {@value #MARGIN} voxels around it: far away a
 * network is right and sure, which would hide how it does at the object.
 */
public final class ProbabilitySamples {

    private static final int MARGIN = 8;

    private final int most;

    private final SplittableRandom random;

    private final List<float[]> probabilities = new ArrayList<>();

    private final List<Integer> classes = new ArrayList<>();

    private int cases;

    /**
     * @param most
     *            voxels of a case, about
     * @param seed
     *            which they are
     */
    public ProbabilitySamples(int most, long seed) {
        if (most < 1)
            throw SeptumException.usage(most + " voxels of each case; allowed: 1 and more");
        this.most = most;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Draws voxels of a case. A case without any object adds none.
     *
     * @param map
     *            what the network said
     * @param reference
     *            of the same size; labels that are no class of the map are left out
     */
    public void add(ProbabilityMap map, LabelMask reference) {
        cases++;
        FinalInterval box = box(map, reference);
        if (box == null)
            return;
        double share = (double) most / Intervals.numElements(box);
        IntervalView<UnsignedByteType> labels = Views.interval(reference.pixels(), box);
        RandomAccess<FloatType> at = map.pixels().randomAccess();
        var cursor = labels.localizingCursor();
        while (cursor.hasNext()) {
            int value = cursor.next().get();
            if (random.nextDouble() >= share)
                continue;
            for (int d = 0; d < 3; d++)
                at.setPosition(cursor.getLongPosition(d), d);
            for (int c = 0; c < map.labels().count(); c++)
                if (map.labels().classes().get(c).value() == value)
                    add(at, map.labels().count(), c);
        }
    }

    private void add(RandomAccess<FloatType> at, int count, int truth) {
        float[] p = new float[count];
        for (int c = 0; c < count; c++) {
            at.setPosition(c, 3);
            p[c] = at.get().get();
        }
        add(p, truth);
    }

    /** Adds a voxel. */
    void add(float[] p, int truth) {
        probabilities.add(p);
        classes.add(truth);
    }

    private static FinalInterval box(ProbabilityMap map, LabelMask reference) {
        long[] min = { Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE };
        long[] max = { -1, -1, -1 };
        RandomAccess<FloatType> background = Views.hyperSlice(map.pixels(), 3, 0).randomAccess();
        var cursor = reference.pixels().localizingCursor();
        while (cursor.hasNext()) {
            boolean isObject = cursor.next().get() != 0 || background.setPositionAndGet(cursor).get() < 0.5f;
            for (int d = 0; isObject && d < 3; d++) {
                min[d] = Math.min(min[d], cursor.getLongPosition(d));
                max[d] = Math.max(max[d], cursor.getLongPosition(d));
            }
        }
        for (int d = 0; d < 3; d++) {
            min[d] = Math.max(0, min[d] - MARGIN);
            max[d] = Math.min(reference.size(d) - 1, max[d] + MARGIN);
        }
        return min[0] > max[0] ? null : new FinalInterval(min, max);
    }

    /** How many voxels there are. */
    public int count() {
        return classes.size();
    }

    /** How many cases were looked at. */
    public int cases() {
        return cases;
    }

    /** Mean of −ln of the true class's probability at a temperature. */
    double negativeLogLikelihood(double temperature) {
        double sum = 0;
        for (int i = 0; i < count(); i++)
            sum -= Math.log(Temperature.apply(probabilities.get(i), temperature)[classes.get(i)]);
        return sum / count();
    }

    /** How right the network is at a temperature. */
    ReliabilityTable reliability(double temperature) {
        double[] confidence = new double[count()];
        boolean[] right = new boolean[count()];
        for (int i = 0; i < confidence.length; i++) {
            double[] p = Temperature.apply(probabilities.get(i), temperature);
            int best = 0;
            for (int c = 1; c < p.length; c++)
                best = p[c] > p[best] ? c : best;
            confidence[i] = p[best];
            right[i] = best == classes.get(i);
        }
        return ReliabilityTable.of(confidence, right);
    }
}
