package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Decodes JPEG-LS (ITU-T T.87): lossless and near-lossless, 2 to 16 bits, channels one after the other, line by line or
 * sample by sample. Restart intervals and colour transforms of its makers are refused.
 * <p>
 * <b>Why?</b> Bio-Formats 7.3.1 has no decoder for it.
 */
final class JpegLs {

    private static final int START_OF_SCAN = 0xda;
    private static final int RESTART = 0xdd;
    private static final int COLOUR_TRANSFORM = 0xe8;
    private static final int PRESET = 0xf8;

    private final byte[] stream;
    private final JpegHeader header;
    private final short[] out;
    /** MAXVAL, T1, T2, T3, RESET; 0 for what the standard computes. */
    private final int[] preset = new int[5];

    private JpegLs(byte[] stream, JpegHeader header) {
        this.stream = stream;
        this.header = header;
        this.out = new short[Math.multiplyExact(header.width() * header.height(), header.components())];
    }

    /**
     * Unsigned samples, row after row, the channels of a pixel together.
     *
     * @param header
     *            that of the stream, checked against what the file states
     */
    static short[] decode(byte[] stream, JpegHeader header) throws IOException {
        if (header.precision() < 2 || header.precision() > 16)
            throw new IOException("its JPEG-LS image has " + header.precision() + " bits; 2 to 16 are allowed");
        try {
            return new JpegLs(stream, header).decode();
        } catch (IndexOutOfBoundsException | BufferUnderflowException | IllegalArgumentException e) {
            throw new EOFException("its JPEG-LS image is damaged or ends too early");
        }
    }

    private short[] decode() throws IOException {
        int done = 0;
        for (int at = 2; done < header.components();) {
            while (stream[at] == (byte) 0xff && stream[at + 1] == (byte) 0xff)
                at++;
            int marker = stream[at + 1] & 0xff;
            int length = ByteBuffer.wrap(stream).getShort(at + 2) & 0xffff;
            ByteBuffer body = ByteBuffer.wrap(stream, at + 4, length - 2);
            if (marker == RESTART || marker == COLOUR_TRANSFORM && isTransformed(body))
                throw new IOException(
                        "its JPEG-LS image has " + (marker == RESTART ? "restart intervals" : "a colour transform")
                                + ", which Septum does not read; decompress it first");
            if (marker == PRESET && body.get() == 1)
                for (int i = 0; i < preset.length; i++)
                    preset[i] = body.getShort() & 0xffff;
            at += 2 + length;
            if (marker == START_OF_SCAN) {
                JpegLsBits bits = new JpegLsBits(stream, at);
                done += scan(body, bits, done);
                at = bits.end();
            }
        }
        return out;
    }

    /** True for the mark "mrfx" with a transform other than none. */
    private static boolean isTransformed(ByteBuffer body) {
        return body.remaining() >= 5 && body.getInt() == 0x6d726678 && body.get() != 0;
    }

    /** Decodes one scan and returns how many channels it holds. */
    private int scan(ByteBuffer body, JpegLsBits bits, int first) throws IOException {
        int count = body.get() & 0xff;
        body.position(body.position() + 2 * count);
        int near = body.get() & 0xff;
        int interleaving = body.get();
        int pointTransform = body.get() & 15;
        if (count < 1 || count != 1 && count != header.components() || first + count > header.components()
                || interleaving < 0 || interleaving > 2 || pointTransform != 0)
            throw new IOException("its JPEG-LS image has scans of a sort that Septum does not read");
        JpegLsModel model = new JpegLsModel(bits, header.precision(), near, preset);
        int width = header.width();
        int[][] above = new int[count][width + 2];
        int[][] line = new int[count][width + 2];
        int[] run = new int[count];
        for (int y = 0; y < header.height(); y++) {
            for (int c = 0; c < count; c++) {
                // The neighbours beyond the ends of the lines (T.87, A.2.1).
                above[c][width + 1] = above[c][width];
                line[c][0] = above[c][1];
            }
            if (interleaving == 2 && count > 1) {
                run[0] = model.line(above, line, run[0]);
            } else {
                for (int c = 0; c < count; c++)
                    run[c] = model.line(new int[][] { above[c] }, new int[][] { line[c] }, run[c]);
            }
            for (int c = 0; c < count; c++) {
                int at = y * width * header.components() + first + c;
                for (int x = 1; x <= width; x++, at += header.components())
                    out[at] = (short) line[c][x];
                int[] swap = above[c];
                above[c] = line[c];
                line[c] = swap;
            }
        }
        return count;
    }
}
