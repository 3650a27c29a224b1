package org.septum.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.Scan;
import org.septum.core.SeptumException;

/** Writes scans of one channel as NIfTI-1. */
public final class NiftiScanWriter {

    private NiftiScanWriter() {
    }

    /**
     * Writes a .nii or .nii.gz, as 16-bit whole numbers if that loses nothing, else as 32-bit floats.
     */
    public static void write(Scan scan, Path file, boolean overwrite) {
        if (scan.channels() != 1)
            throw new SeptumException(SeptumException.Kind.OUTPUT, "cannot write " + file + ": scan " + scan.name()
                    + " has " + scan.channels() + " channels and NIfTI takes one; write ome-tiff instead");
        SampleType type = fitsShort(scan) ? SampleType.INT16 : SampleType.FLOAT32;
        long[] size = { scan.size(0), scan.size(1), scan.size(2) };
        ByteBuffer header = NiftiFile.header(file, size, scan.geometry(), type);
        NiftiFile.write(file, overwrite, header, (int) size[2], z -> encode(Planes.of(scan, z, 0), type));
    }

    private static boolean fitsShort(Scan scan) {
        for (FloatType value : scan.pixels())
            if (value.get() != (short) value.get())
                return false;
        return true;
    }

    private static byte[] encode(float[] plane, SampleType type) {
        ByteBuffer out = ByteBuffer.allocate(plane.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : plane) {
            if (type == SampleType.INT16)
                out.putShort((short) value);
            else
                out.putFloat(value);
        }
        return out.array();
    }
}
