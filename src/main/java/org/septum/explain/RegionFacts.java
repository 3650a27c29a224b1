package org.septum.explain;

import java.util.List;
import java.util.stream.IntStream;

import net.imglib2.Cursor;
import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.Scan;

/**
 * Sums over what a mask says of a scan, gathered in one pass. Arrays are by the index of the class. Intensities are the
 * first channel's. Memory does not grow with the scan.
 */
final class RegionFacts {

    /** Background so many voxels along an axis beside an object is what surrounds it. */
    private static final int SHELL = 2;

    final long[] voxels;

    /** Area of the faces between voxels of the class and others, in mm² or voxels². */
    final double[] surface;

    /** Sum of the probability of the class over the scan, and over its own voxels. */
    final double[] likely;

    final double[] likelyInside;

    private final double[] inside;

    private final double[] insideSquares;

    private final double[] shell;

    private final long[] shellVoxels;

    /** Sum of the entropy of all voxels. */
    double entropy;

    /** Sum of the entropy along the borders, and how many voxels these have. */
    double borderEntropy;

    long border;

    private long count;

    private double sum;

    private double squares;

    private RegionFacts(int classes) {
        voxels = new long[classes];
        surface = new double[classes];
        likely = new double[classes];
        likelyInside = new double[classes];
        inside = new double[classes];
        insideSquares = new double[classes];
        shell = new double[classes];
        shellVoxels = new long[classes];
    }

    /** Looks at a case. */
    static RegionFacts of(Scan scan, ProbabilityMap map, LabelMask mask) {
        RegionFacts facts = new RegionFacts(map.labels().count());
        int[] classOf = new int[256];
        for (int c = 0; c < map.labels().count(); c++)
            classOf[map.labels().classes().get(c).value()] = c;
        Neighbours beside = new Neighbours(Views.extendBorder(mask.pixels()).randomAccess(), classOf, faces(mask));
        // one for each class: a stored image is quick only where a cursor stays in its piece
        List<RandomAccess<FloatType>> p = IntStream.range(0, facts.voxels.length)
                .mapToObj(c -> Views.hyperSlice(map.pixels(), 3, c).randomAccess()).toList();
        RandomAccess<FloatType> grey = scan.pixels().randomAccess();
        Cursor<UnsignedByteType> at = mask.pixels().localizingCursor();
        while (at.hasNext()) {
            int own = classOf[at.next().get()];
            for (int d = 0; d < 3; d++)
                grey.setPosition(at.getLongPosition(d), d);
            double value = grey.get().get();
            double entropy = facts.addProbabilities(p, at, own);
            facts.addGrey(own, value);
            facts.addNeighbours(at, own, value, entropy, beside);
        }
        return facts;
    }

    /** How classes lie around a voxel. */
    private record Neighbours(RandomAccess<UnsignedByteType> mask, int[] classOf, double[] faces) {

        int at(Cursor<UnsignedByteType> voxel, int axis, int step) {
            mask.setPosition(voxel);
            mask.move(step, axis);
            return classOf[mask.get().get()];
        }
    }

    private static double[] faces(LabelMask mask) {
        var spacing = mask.geometry().orUnitSpacing().spacing();
        return new double[] { spacing.get(1) * spacing.get(2), spacing.get(0) * spacing.get(2),
                spacing.get(0) * spacing.get(1) };
    }

    private double addProbabilities(List<RandomAccess<FloatType>> p, Cursor<UnsignedByteType> at, int own) {
        double e = 0;
        for (int c = 0; c < voxels.length; c++) {
            double q = p.get(c).setPositionAndGet(at).get();
            likely[c] += q;
            if (c == own)
                likelyInside[c] += q;
            e -= q > 0 ? q * Math.log(q) : 0;
        }
        double share = Math.max(0, Math.min(1, e / Math.log(voxels.length)));
        entropy += share;
        return share;
    }

    private void addGrey(int own, double value) {
        voxels[own]++;
        inside[own] += value;
        insideSquares[own] += value * value;
        count++;
        sum += value;
        squares += value * value;
    }

    private void addNeighbours(Cursor<UnsignedByteType> at, int own, double value, double share, Neighbours beside) {
        boolean isBorder = false;
        for (int d = 0; d < 3; d++) {
            for (int step = -1; step <= 1; step += 2) {
                int other = beside.at(at, d, step);
                if (other != own) {
                    isBorder = true;
                    surface[own] += beside.faces()[d];
                }
                int around = other != 0 ? other : beside.at(at, d, step * SHELL);
                if (own == 0 && around != 0) {
                    shell[around] += value;
                    shellVoxels[around]++;
                }
            }
        }
        if (isBorder) {
            borderEntropy += share;
            border++;
        }
    }

    /** Mean of the class minus that of what surrounds it, in standard deviations of the scan; 0 if either is empty. */
    double contrast(int c) {
        return voxels[c] == 0 || shellVoxels[c] == 0 ? 0
                : (inside[c] / voxels[c] - shell[c] / shellVoxels[c]) / deviation(sum, squares, count);
    }

    /** Mean of the class in standard deviations of the scan above its mean; 0 if it is empty. */
    double brightness(int c) {
        return voxels[c] == 0 ? 0 : (inside[c] / voxels[c] - sum / count) / deviation(sum, squares, count);
    }

    /** Standard deviation within the class in those of the scan; 0 if it is empty. */
    double texture(int c) {
        return voxels[c] == 0 ? 0 : deviation(inside[c], insideSquares[c], voxels[c]) / deviation(sum, squares, count);
    }

    /** Mean of all foreground in the scan's own unit; NaN if there is none. */
    double foregroundMean() {
        double all = 0;
        long n = 0;
        for (int c = 1; c < voxels.length; c++) {
            all += inside[c];
            n += voxels[c];
        }
        return all / n;
    }

    private static double deviation(double sum, double squares, long n) {
        double mean = sum / n;
        return Math.sqrt(Math.max(1e-12, squares / n - mean * mean));
    }
}
