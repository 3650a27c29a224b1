package org.septum.io;

import net.imglib2.RandomAccess;
import net.imglib2.blocks.PrimitiveBlocks;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.LabelMask;
import org.septum.core.Scan;

/** Copies planes out of images, row by row. */
final class Planes {

    private Planes() {
    }

    /** One plane of a scan as width × height samples. */
    static float[] of(Scan scan, long z, long channel) {
        int width = (int) scan.size(0);
        int height = (int) scan.size(1);
        float[] out = new float[width * height];
        PrimitiveBlocks.of(scan.pixels(), PrimitiveBlocks.OnFallback.ACCEPT).copy(new long[] { 0, 0, z, channel }, out,
                new int[] { width, height, 1, 1 });
        return out;
    }

    /** One slice of a mask as width × height label values. */
    static byte[] of(LabelMask mask, long z) {
        int width = (int) mask.size(0);
        int height = (int) mask.size(1);
        byte[] out = new byte[width * height];
        RandomAccess<UnsignedByteType> at = mask.pixels().randomAccess();
        for (int y = 0, i = 0; y < height; y++) {
            at.setPosition(new long[] { 0, y, z });
            for (int x = 0; x < width; x++, at.fwd(0))
                out[i++] = (byte) at.get().get();
        }
        return out;
    }
}
