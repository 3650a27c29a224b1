package org.septum.metrics;

import net.imglib2.Interval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.blocks.PrimitiveBlocks;
import net.imglib2.blocks.PrimitiveBlocks.OnFallback;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/** Reads a mask slice by slice into plain bytes, which is several times faster than voxel by voxel. */
final class Slices {

    private final PrimitiveBlocks<UnsignedByteType> blocks;
    private final Interval box;
    private final int[] size;
    private final byte[] slice;

    /**
     * Reads the part of a mask in a box.
     *
     * @param mask
     *            axes x, y, z
     * @param box
     *            of at most 2^31 voxels a slice
     */
    Slices(RandomAccessibleInterval<UnsignedByteType> mask, Interval box) {
        blocks = PrimitiveBlocks.of(mask, OnFallback.ACCEPT);
        this.box = box;
        size = new int[] { Math.toIntExact(box.dimension(0)), Math.toIntExact(box.dimension(1)), 1 };
        slice = new byte[Math.multiplyExact(size[0], size[1])];
    }

    /** Slice z, counted from the first of the box, x fastest. The next call overwrites it. */
    byte[] read(int z) {
        blocks.copy(new long[] { box.min(0), box.min(1), box.min(2) + z }, slice, size);
        return slice;
    }

    int count() {
        return Math.toIntExact(box.dimension(2));
    }
}
