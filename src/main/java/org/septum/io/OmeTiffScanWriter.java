package org.septum.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.Scan;

import ome.xml.model.enums.PixelType;

/** Writes scans as OME-TIFF with the geometry that {@link OmeTiffMaskWriter} describes. */
public final class OmeTiffScanWriter {

    private OmeTiffScanWriter() {
    }

    /** Writes unsigned 16-bit whole numbers if that loses nothing, else 32-bit floats. */
    public static void write(Scan scan, Path file, boolean overwrite) {
        boolean whole = fitsUnsignedShort(scan);
        List<Integer> size = List.of((int) scan.size(0), (int) scan.size(1), (int) scan.size(2), scan.channels());
        new OmeTiffFile(size, whole ? PixelType.UINT16 : PixelType.FLOAT, scan.geometry(), List.of()).write(file,
                overwrite, (z, channel) -> encode(Planes.of(scan, z, channel), whole));
    }

    private static boolean fitsUnsignedShort(Scan scan) {
        for (FloatType value : scan.pixels())
            if (value.get() != (char) value.get())
                return false;
        return true;
    }

    private static byte[] encode(float[] plane, boolean whole) {
        ByteBuffer out = ByteBuffer.allocate(plane.length * (whole ? 2 : 4)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : plane) {
            if (whole)
                out.putChar((char) value);
            else
                out.putFloat(value);
        }
        return out.array();
    }
}
