package org.septum.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import loci.formats.FormatException;
import loci.formats.FormatTools;
import loci.formats.in.DicomReader;

/** Lets Bio-Formats decompress the pixels of one DICOM file. */
final class BioFormatsDicom {

    private BioFormatsDicom() {
    }

    /** The stored values of one channel; bits above the stored ones may be anything. */
    static long[] decode(DicomFile file, int channel, int count, int samples) throws IOException {
        LibraryLogging.quiet();
        try (DicomReader reader = new DicomReader()) {
            reader.setGroupFiles(false);
            reader.setId(file.path().toString());
            ByteBuffer all = ByteBuffer.wrap(reader.openBytes(0))
                    .order(reader.isLittleEndian() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            int bytes = FormatTools.getBytesPerPixel(reader.getPixelType());
            if (all.capacity() != (long) count * samples * bytes)
                throw new IOException("its pixels do not fill the image");
            int first = reader.isInterleaved() ? channel : channel * count;
            int stride = reader.isInterleaved() ? samples : 1;
            long[] out = new long[count];
            for (int i = 0; i < count; i++) {
                int at = (first + i * stride) * bytes;
                out[i] = bytes == 1 ? all.get(at) : bytes == 2 ? all.getShort(at) : all.getInt(at);
            }
            return out;
        } catch (FormatException | RuntimeException e) {
            throw new IOException("Bio-Formats cannot decompress it (" + e.getMessage() + ")", e);
        }
    }
}
