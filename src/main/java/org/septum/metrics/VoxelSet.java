package org.septum.metrics;

import java.util.BitSet;

import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/** Some voxels of a box, one bit each; nothing outside the box is in the set. */
final class VoxelSet {

    private final int width;
    private final int height;
    private final BitSet[] slices;

    private VoxelSet(int width, int height, int depth) {
        this.width = width;
        this.height = height;
        slices = new BitSet[depth];
        for (int z = 0; z < depth; z++)
            slices[z] = new BitSet();
    }

    /** The voxels of a mask (x, y, z) with a value, inside a box that contains them all. */
    static VoxelSet read(RandomAccessibleInterval<UnsignedByteType> mask, int value, Interval box) {
        VoxelSet set = new VoxelSet((int) box.dimension(0), (int) box.dimension(1), (int) box.dimension(2));
        Slices slices = new Slices(mask, box);
        for (int z = 0; z < set.depth(); z++) {
            byte[] slice = slices.read(z);
            for (int i = 0; i < slice.length; i++) {
                if (slice[i] == (byte) value) {
                    set.slices[z].set(i);
                }
            }
        }
        return set;
    }

    /**
     * The voxels with at least one neighbour outside the set: 4 neighbours in the slice, and the 2 in the slices above
     * and below unless planar.
     */
    VoxelSet edge(boolean planar) {
        VoxelSet edge = new VoxelSet(width, height, depth());
        for (int z = 0; z < depth(); z++) {
            BitSet slice = slices[z];
            for (int i = slice.nextSetBit(0); i >= 0; i = slice.nextSetBit(i + 1)) {
                if (!isInside(slice, i) || !planar && !(isIn(z - 1, i) && isIn(z + 1, i))) {
                    edge.slices[z].set(i);
                }
            }
        }
        return edge;
    }

    private boolean isInside(BitSet slice, int i) {
        int x = i % width;
        int y = i / width;
        return x > 0 && slice.get(i - 1) && x < width - 1 && slice.get(i + 1) && y > 0 && slice.get(i - width)
                && y < height - 1 && slice.get(i + width);
    }

    private boolean isIn(int z, int i) {
        return z >= 0 && z < depth() && slices[z].get(i);
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int depth() {
        return slices.length;
    }

    /** The voxels of slice z: bit {@code y * width + x}. Not a copy. */
    BitSet slice(int z) {
        return slices[z];
    }

    int size() {
        long n = 0;
        for (BitSet slice : slices)
            n += slice.cardinality();
        return Math.toIntExact(n);
    }
}
