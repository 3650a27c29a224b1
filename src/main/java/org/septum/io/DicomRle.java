package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Decodes RLE pixels (DICOM PS3.5, annex G): one run of PackBits for each byte of each sample, high bytes first. */
final class DicomRle {

    private DicomRle() {
    }

    /** All samples of a frame, little-endian, channel after channel. */
    static ByteBuffer decode(byte[] frame, DicomLayout layout) throws IOException {
        if (frame.length < 64)
            throw new EOFException("its RLE pixels end too early");
        ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        int segments = in.getInt(0);
        int bytes = layout.bytes();
        int count = layout.count();
        if (layout.samples() * bytes > Math.min(segments, 15))
            throw new IOException(
                    "it holds " + segments + " RLE segments, but " + layout.samples() * bytes + " bytes a pixel");
        byte[] out = new byte[Math.multiplyExact(count, layout.samples() * bytes)];
        for (int channel = 0; channel < layout.samples(); channel++) {
            for (int b = 0; b < bytes; b++) {
                int start = in.getInt(4 + 4 * (channel * bytes + b));
                unpack(in, start, out, channel * count * bytes + bytes - 1 - b, bytes, count);
            }
        }
        return ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Puts the bytes of one run to every {@code step}-th place of the output. */
    private static void unpack(ByteBuffer in, int start, byte[] out, int first, int step, int count)
            throws IOException {
        int at = start;
        for (int n = 0; n < count;) {
            if (at + 1 >= in.limit() || at < 64)
                throw new EOFException("its RLE pixels end too early");
            int control = in.get(at++);
            if (control == -128)
                continue;
            int run = Math.min(control >= 0 ? control + 1 : 1 - control, count - n);
            if (control >= 0 && at + run > in.limit())
                throw new EOFException("its RLE pixels end too early");
            for (int i = 0; i < run; i++)
                out[first + step * n++] = in.get(control >= 0 ? at + i : at);
            at += control >= 0 ? control + 1 : 1;
        }
    }
}
