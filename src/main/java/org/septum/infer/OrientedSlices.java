package org.septum.infer;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.blocks.PrimitiveBlocks;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.Scan;

/**
 * The slices of one channel along the working axes, read from the scan when they are asked for. Where each is a plane
 * of the scan, just that plane is read. Where it runs across the planes, all of them are read for as many slices as
 * memory allows, and these are kept. One thread at a time.
 */
final class OrientedSlices {

    private final RandomAccessibleInterval<FloatType> pixels;

    private final int channel;

    private final ScanOrder order;

    private final int blockDepth;

    /** Slices that run across the planes, from {@link #blockStart} on; empty before the first. */
    private float[][] block = {};

    private int blockStart;

    /**
     * @param memory
     *            bytes that slices across the planes may take
     */
    OrientedSlices(Scan scan, int channel, ScanOrder order, long memory) {
        this.pixels = scan.pixels();
        this.channel = channel;
        this.order = order;
        long slice = Math.max(1, (long) Float.BYTES * order.sliceValues());
        this.blockDepth = (int) Math.max(1, Math.min(order.slices(), memory / slice));
    }

    /** One slice, x fastest. It must not be changed. */
    float[] slice(int z) {
        if (order.keepsPlanes())
            return turned(order.planeOf(z), z);
        if (z < blockStart || z >= blockStart + block.length)
            read(z);
        return block[z - blockStart];
    }

    private float[] turned(int plane, int z) {
        float[] slice = new float[order.sliceValues()];
        order.shared(plane, z).gather(plane(plane), slice);
        return slice;
    }

    private void read(int z) {
        // the old ones first: both together would take twice the memory
        block = new float[0][];
        float[][] next = new float[Math.min(blockDepth, order.slices() - z)][order.sliceValues()];
        for (int k = 0; k < order.scanSize(2); k++) {
            float[] plane = plane(k);
            for (int i = 0; i < next.length; i++)
                order.shared(k, z + i).gather(plane, next[i]);
        }
        block = next;
        blockStart = z;
    }

    private float[] plane(int k) {
        float[] plane = new float[order.planeValues()];
        PrimitiveBlocks.of(pixels, PrimitiveBlocks.OnFallback.ACCEPT).copy(new long[] { 0, 0, k, channel }, plane,
                new int[] { order.scanSize(0), order.scanSize(1), 1, 1 });
        return plane;
    }
}
