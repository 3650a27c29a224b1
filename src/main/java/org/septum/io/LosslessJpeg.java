package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Decodes lossless JPEG (ITU-T T.81, annex H): every predictor, 2 to 16 bits, point transform, restart intervals,
 * channels interleaved or one after the other.
 * <p>
 * <b>Why?</b> The decoder in Bio-Formats 7.3.1 knows neither restart intervals nor a point transform, and takes its
 * sizes from the stream unchecked.
 */
final class LosslessJpeg {

    private final byte[] stream;
    private final JpegHeader header;
    private final JpegBits.Codes[] tables = new JpegBits.Codes[4];
    private final short[] out;
    private int restartInterval;

    private LosslessJpeg(byte[] stream, JpegHeader header) {
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
        try {
            return new LosslessJpeg(stream, header).decode();
        } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
            throw new EOFException("its JPEG image ends too early");
        }
    }

    private short[] decode() throws IOException {
        if (header.precision() < 2 || header.precision() > 16)
            throw new IOException("its lossless JPEG image has " + header.precision() + " bits; 2 to 16 are allowed");
        int done = 0;
        for (int at = 2; done < header.components();) {
            while (stream[at] == (byte) 0xff && stream[at + 1] == (byte) 0xff)
                at++;
            int marker = stream[at + 1] & 0xff;
            int length = ByteBuffer.wrap(stream).getShort(at + 2) & 0xffff;
            ByteBuffer body = ByteBuffer.wrap(stream, at + 4, length - 2);
            switch (marker) {
                case 0xc3 -> requireWholeSampling(body);
                case 0xc4 -> tables(body);
                case 0xdd -> restartInterval = body.getShort() & 0xffff;
                case 0xda -> {
                    Scan scan = scan(body);
                    JpegBits bits = new JpegBits(stream, at + 2 + length);
                    decode(scan, bits);
                    done += scan.components.length;
                    at = bits.end() - 2 - length;
                }
                default -> {
                    // Comments and application data.
                }
            }
            at += 2 + length;
        }
        return out;
    }

    private void requireWholeSampling(ByteBuffer frame) throws IOException {
        for (int c = 0; c < header.components(); c++)
            if (header.components() > 1 && frame.get(frame.position() + 7 + 3 * c) != 0x11)
                throw new IOException("its lossless JPEG image has subsampled colours, which Septum does not read");
    }

    private void tables(ByteBuffer body) throws IOException {
        while (body.remaining() > 16) {
            int id = body.get() & 3;
            tables[id] = JpegBits.Codes.read(body);
        }
    }

    /** Components of a scan with the table of each. */
    private record Scan(int[] components, JpegBits.Codes[] codes, int predictor, int pointTransform) {
    }

    private Scan scan(ByteBuffer body) throws IOException {
        int count = body.get() & 0xff;
        if (count != 1 && count != header.components())
            throw new IOException("its lossless JPEG image has scans of an odd number of channels");
        int[] components = new int[count];
        JpegBits.Codes[] codes = new JpegBits.Codes[count];
        for (int i = 0; i < count; i++) {
            int id = body.get() & 0xff;
            for (int c = 0; c < Math.min(3, header.components()); c++)
                if ((header.ids() >> 16 - 8 * c & 0xff) == id)
                    components[i] = c;
            codes[i] = tables[body.get() >> 4 & 3];
            if (codes[i] == null)
                throw new IOException("its JPEG image lacks a table of codes");
        }
        int predictor = body.get() & 0xff;
        body.get();
        int pointTransform = body.get() & 15;
        if (predictor < 1 || predictor > 7 || pointTransform >= header.precision())
            throw new IOException("its lossless JPEG image has predictor " + predictor + "; 1 to 7 are allowed");
        return new Scan(components, codes, predictor, pointTransform);
    }

    private void decode(Scan scan, JpegBits bits) throws IOException {
        int stride = header.components();
        int width = header.width();
        int untilRestart = restartInterval;
        boolean fresh = true;
        for (int y = 0, row = 0; y < header.height(); y++, row += width * stride) {
            for (int x = 0; x < width; x++) {
                if (restartInterval > 0 && untilRestart == 0) {
                    bits.restart();
                    untilRestart = restartInterval;
                    fresh = true;
                }
                untilRestart--;
                for (int i = 0; i < scan.components.length; i++) {
                    int at = row + x * stride + scan.components[i];
                    // Restart intervals are whole rows, so the first sample of one is the first of its row.
                    int predicted = fresh && x == 0 ? 1 << header.precision() - scan.pointTransform - 1
                            : predict(scan.predictor, at, x, fresh ? 0 : y);
                    int size = bits.decode(scan.codes[i]);
                    if (size > 16)
                        throw new IOException("its JPEG image holds a difference of " + size + " bits");
                    out[at] = (short) (predicted + (size == 16 ? 32768 : bits.signed(size)));
                }
                if (x == width - 1)
                    fresh = false;
            }
        }
        if (scan.pointTransform > 0)
            for (int i : scan.components)
                for (int at = i; at < out.length; at += stride)
                    out[at] <<= scan.pointTransform;
    }

    /** Table H.1; in the first row only the left neighbour is known, in the first column only the upper one. */
    private int predict(int predictor, int at, int x, int y) {
        int stride = header.components();
        int row = header.width() * stride;
        if (y == 0)
            return out[at - stride] & 0xffff;
        int above = out[at - row] & 0xffff;
        if (x == 0)
            return above;
        int left = out[at - stride] & 0xffff;
        int diagonal = out[at - row - stride] & 0xffff;
        return switch (predictor) {
            case 1 -> left;
            case 2 -> above;
            case 3 -> diagonal;
            case 4 -> left + above - diagonal;
            case 5 -> left + (above - diagonal >> 1);
            case 6 -> above + (left - diagonal >> 1);
            default -> left + above >> 1;
        };
    }
}
