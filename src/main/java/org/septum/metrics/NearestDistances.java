package org.septum.metrics;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

import org.septum.core.Vector3;

/**
 * Exact Euclidean distances from the voxels of one set to the nearest voxel of another, by a separable distance
 * transform. The first pass, along z, counts slices; after it every slice is a problem of its own, so that two bytes a
 * voxel are all the memory it takes.
 */
final class NearestDistances {

    private static final char NONE = Character.MAX_VALUE;

    private final VoxelSet to;
    private final Vector3 spacing;
    /** Slices to the nearest voxel of the set along z. */
    private final char[][] slicesAway;

    private NearestDistances(VoxelSet to, Vector3 spacing) {
        this.to = to;
        this.spacing = spacing;
        slicesAway = new char[to.depth()][to.width() * to.height()];
        countUpwards();
        countDownwards();
    }

    /**
     * Distances in ascending order, one for each voxel of {@code from}; all infinite if {@code to} is empty.
     *
     * @param from
     *            where to measure
     * @param to
     *            what is near; a set of the same box
     * @param spacing
     *            finite and positive along x, y, z
     */
    static double[] between(VoxelSet from, VoxelSet to, Vector3 spacing) {
        if (from.size() == 0) {
            return new double[0];
        }
        NearestDistances nearest = new NearestDistances(to, spacing);
        return IntStream.range(0, from.depth()).parallel().filter(z -> !from.slice(z).isEmpty())
                .mapToObj(z -> nearest.inSlice(z, from.slice(z))).flatMapToDouble(Arrays::stream).sorted().toArray();
    }

    private void countUpwards() {
        for (int z = 0; z < slicesAway.length; z++) {
            char[] here = slicesAway[z];
            for (int i = 0; i < here.length; i++) {
                if (!to.slice(z).get(i)) {
                    here[i] = z == 0 ? NONE : next(slicesAway[z - 1][i]);
                }
            }
        }
    }

    private void countDownwards() {
        for (int z = slicesAway.length - 2; z >= 0; z--) {
            char[] here = slicesAway[z];
            char[] above = slicesAway[z + 1];
            for (int i = 0; i < here.length; i++)
                here[i] = (char) Math.min(here[i], next(above[i]));
        }
    }

    private static char next(char slices) {
        return slices == NONE ? NONE : (char) (slices + 1);
    }

    /** Distances of the given voxels of slice z, column by column. */
    private double[] inSlice(int z, BitSet voxels) {
        double[] squared = alongX(z);
        int width = to.width();
        int height = to.height();
        BitSet columns = new BitSet(width);
        voxels.stream().forEach(i -> columns.set(i % width));
        LowerEnvelope envelope = new LowerEnvelope(height, spacing.y());
        double[] distances = new double[voxels.cardinality()];
        int n = 0;
        for (int x = columns.nextSetBit(0); x >= 0; x = columns.nextSetBit(x + 1)) {
            envelope.clear();
            for (int y = 0; y < height; y++)
                envelope.add(y, squared[y * width + x]);
            for (int y = 0; y < height; y++) {
                if (voxels.get(y * width + x)) {
                    distances[n++] = Math.sqrt(envelope.valueAt(y));
                }
            }
        }
        return distances;
    }

    /** Squared distances in slice z to the nearest voxel of the set with the same y. */
    private double[] alongX(int z) {
        int width = to.width();
        char[] slices = slicesAway[z];
        double[] squared = new double[slices.length];
        LowerEnvelope envelope = new LowerEnvelope(width, spacing.x());
        for (int row = 0; row < slices.length; row += width) {
            envelope.clear();
            for (int x = 0; x < width; x++) {
                double away = slices[row + x] * spacing.z();
                envelope.add(x, slices[row + x] == NONE ? Double.POSITIVE_INFINITY : away * away);
            }
            for (int x = 0; x < width; x++)
                squared[row + x] = envelope.valueAt(x);
        }
        return squared;
    }
}
