package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Decodes JPEG of one channel and 8 to 12 bits, sequential, with Huffman codes (ITU-T T.81, annex F).
 * <p>
 * <b>Why?</b> Neither Java nor Bio-Formats 7.3.1 decodes the 12 bits that DICOM's JPEG Extended allows.
 */
final class WideJpeg {

    /** Row by row, where the coefficients lie that come one after the other (figure 5). */
    private static final int[] ZIGZAG = { 0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40,
            48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
            58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63 };
    private static final float[][] COSINES = new float[8][8];

    static {
        for (int x = 0; x < 8; x++)
            for (int u = 0; u < 8; u++)
                COSINES[x][u] = (float) (Math.cos((2 * x + 1) * u * Math.PI / 16) * (u == 0 ? Math.sqrt(0.125) : 0.5));
    }

    private final byte[] stream;
    private final JpegHeader header;
    private final int[][] quantizers = new int[4][64];
    private final JpegBits.Codes[][] codes = new JpegBits.Codes[2][4];
    private final short[] out;
    private int quantizer;
    private int restartInterval;

    private WideJpeg(byte[] stream, JpegHeader header) {
        this.stream = stream;
        this.header = header;
        this.out = new short[Math.multiplyExact(header.width(), header.height())];
    }

    /** True if a stream is of the sort that is decoded here. */
    static boolean decodes(JpegHeader header) {
        return header.components() == 1 && header.process() <= 0xc1 && header.precision() >= 8
                && header.precision() <= 12;
    }

    /**
     * Unsigned samples, row after row.
     *
     * @param header
     *            that of the stream, checked against what the file states
     */
    static short[] decode(byte[] stream, JpegHeader header) throws IOException {
        try {
            return new WideJpeg(stream, header).decode();
        } catch (IndexOutOfBoundsException | BufferUnderflowException | IllegalArgumentException e) {
            throw new EOFException("its JPEG image is damaged or ends too early");
        }
    }

    private short[] decode() throws IOException {
        for (int at = 2;;) {
            while (stream[at] == (byte) 0xff && stream[at + 1] == (byte) 0xff)
                at++;
            int length = ByteBuffer.wrap(stream).getShort(at + 2) & 0xffff;
            ByteBuffer body = ByteBuffer.wrap(stream, at + 4, length - 2);
            switch (stream[at + 1] & 0xff) {
                case 0xc0, 0xc1 -> quantizer = body.get(body.position() + 8) & 3;
                case 0xc4 -> codes(body);
                case 0xdb -> quantizers(body);
                case 0xdd -> restartInterval = body.getShort() & 0xffff;
                case 0xda -> {
                    int tables = body.get(body.position() + 2);
                    int last = body.get(body.position() + 4);
                    if (body.get(body.position() + 3) != 0 || last != 63)
                        throw new IOException("its JPEG image states a last coefficient of " + last
                                + " in a scan that must hold all 64");
                    scan(new JpegBits(stream, at + 2 + length), codes[0][tables >> 4 & 3], codes[1][tables & 3]);
                    return out;
                }
                default -> {
                    // Comments and application data.
                }
            }
            at += 2 + length;
        }
    }

    private void codes(ByteBuffer body) throws IOException {
        while (body.remaining() > 16) {
            int id = body.get();
            codes[id >> 4 & 1][id & 3] = JpegBits.Codes.read(body);
        }
    }

    private void quantizers(ByteBuffer body) {
        while (body.remaining() > 64) {
            int id = body.get();
            for (int i = 0; i < 64; i++)
                quantizers[id & 3][ZIGZAG[i]] = (id & 0xf0) == 0 ? body.get() & 0xff : body.getShort() & 0xffff;
        }
    }

    private void scan(JpegBits bits, JpegBits.Codes first, JpegBits.Codes others) throws IOException {
        if (first == null || others == null)
            throw new IOException("its JPEG image lacks a table of codes");
        int across = (header.width() + 7) / 8;
        int blocks = across * ((header.height() + 7) / 8);
        float[] block = new float[64];
        int mean = 0;
        for (int b = 0; b < blocks; b++) {
            if (restartInterval > 0 && b > 0 && b % restartInterval == 0) {
                bits.restart();
                mean = 0;
            }
            Arrays.fill(block, 0);
            mean += bits.signed(bounded(bits.decode(first)));
            block[0] = mean * quantizers[quantizer][0];
            for (int i = 1; i < 64; i++) {
                int code = bits.decode(others);
                int size = code & 15;
                if (size == 0 && code != 0xf0)
                    break;
                i += code >> 4;
                int place = ZIGZAG[i];
                block[place] = bits.signed(size) * quantizers[quantizer][place];
            }
            put(block, b % across * 8, b / across * 8);
        }
    }

    private static int bounded(int size) throws IOException {
        if (size > 16)
            throw new IOException("its JPEG image holds a difference of " + size + " bits");
        return size;
    }

    /** The inverse cosine transform (A.3.3), along rows and then along columns. */
    private void put(float[] block, int left, int top) {
        float[] rows = new float[64];
        for (int v = 0; v < 8; v++)
            for (int x = 0; x < 8; x++) {
                float sum = 0;
                for (int u = 0; u < 8; u++)
                    sum += COSINES[x][u] * block[8 * v + u];
                rows[8 * v + x] = sum;
            }
        int greatest = (1 << header.precision()) - 1;
        for (int y = 0; y < Math.min(8, header.height() - top); y++)
            for (int x = 0; x < Math.min(8, header.width() - left); x++) {
                float sum = (greatest + 1) / 2f;
                for (int v = 0; v < 8; v++)
                    sum += COSINES[y][v] * rows[8 * v + x];
                out[(top + y) * header.width() + left + x] = (short) Math.max(0, Math.min(greatest, Math.round(sum)));
            }
    }
}
