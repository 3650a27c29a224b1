package org.septum.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

import net.imglib2.blocks.PrimitiveBlocks;

import org.septum.core.ProbabilityMap;
import org.septum.core.SeptumException;

/** Writes probabilities as NIfTI-1 of 32-bit floats, the classes along the fourth axis, plane by plane. */
public final class ProbabilityWriter {

    private ProbabilityWriter() {
    }

    /**
     * Writes a .nii.gz, or a .nii if the file is named so.
     *
     * @param overwrite
     *            whether a file that is there may be replaced
     *
     * @throws SeptumException
     *             of kind OUTPUT if the file exists or cannot be written; nothing is left behind then
     */
    public static void write(ProbabilityMap map, Path file, boolean overwrite) {
        long[] size = map.pixels().dimensionsAsLongArray();
        ByteBuffer header = NiftiFile.header(file, size, map.geometry(), SampleType.FLOAT32);
        header.putShort(40, (short) 4);
        header.putShort(48, (short) size[3]);
        header.putFloat(92, 1);
        NiftiFile.write(file, overwrite, header, Math.toIntExact(size[2] * size[3]),
                i -> plane(map, i % size[2], i / size[2]));
    }

    private static byte[] plane(ProbabilityMap map, long z, long label) {
        int width = (int) map.pixels().dimension(0);
        int height = (int) map.pixels().dimension(1);
        float[] plane = new float[width * height];
        PrimitiveBlocks.of(map.pixels(), PrimitiveBlocks.OnFallback.ACCEPT).copy(new long[] { 0, 0, z, label }, plane,
                new int[] { width, height, 1, 1 });
        byte[] bytes = new byte[plane.length * Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(plane);
        return bytes;
    }
}
