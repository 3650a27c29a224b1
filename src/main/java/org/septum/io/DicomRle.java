package org.septum.io;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Decodes RLE pixels (DICOM PS3.5, annex G): one run of PackBits for each byte of each sample, high bytes first. */
final class DicomRle {

    private static final int ITEM = 0xe000fffe;

    private DicomRle() {
    }

    /**
     * The stored values of one channel.
     *
     * @param count
     *            pixels of the image
     * @param bytes
     *            bytes of one sample
     */
    static long[] decode(DicomFile file, int channel, int count, int bytes) throws IOException {
        ByteBuffer frame = frame(file);
        long[] out = new long[count];
        int segments = frame.getInt(0);
        for (int b = 0; b < bytes; b++) {
            int segment = channel * bytes + b;
            if (segment >= segments || segment >= 15)
                throw new IOException("it holds too few RLE segments");
            int start = frame.getInt(4 + 4 * segment);
            byte[] plane = unpack(frame, start, count);
            for (int i = 0; i < count; i++)
                out[i] = out[i] << 8 | plane[i] & 0xff;
        }
        return out;
    }

    private static ByteBuffer frame(DicomFile file) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (FileChannel in = FileChannel.open(file.path())) {
            long at = file.pixelOffset();
            for (int item = 0;; item++) {
                ByteBuffer head = read(in, at, 8);
                if (head.getInt(0) != ITEM)
                    break;
                int length = head.getInt(4);
                if (length < 0 || at + 8 + length > in.size())
                    throw new EOFException();
                // The first item is a table of offsets.
                if (item > 0)
                    all.write(read(in, at + 8, length).array());
                at += 8L + length;
            }
        }
        if (all.size() < 64)
            throw new EOFException();
        return ByteBuffer.wrap(all.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer read(FileChannel in, long at, int length) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (out.hasRemaining()) {
            if (in.read(out, at + out.position()) < 0)
                throw new EOFException();
        }
        return out;
    }

    private static byte[] unpack(ByteBuffer in, int start, int count) throws IOException {
        byte[] out = new byte[count];
        int at = start;
        for (int n = 0; n < count;) {
            if (at + 1 >= in.limit() || at < 64)
                throw new EOFException();
            int control = in.get(at++);
            if (control == -128)
                continue;
            int run = Math.min(control >= 0 ? control + 1 : 1 - control, count - n);
            for (int i = 0; i < run; i++)
                out[n++] = in.get(control >= 0 ? at + i : at);
            at += control >= 0 ? control + 1 : 1;
        }
        return out;
    }
}
