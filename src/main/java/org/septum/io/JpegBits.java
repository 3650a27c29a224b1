package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bits of a JPEG scan (ITU-T T.81, annex F.2.2): stuffed bytes taken out, Huffman codes looked up. */
final class JpegBits {

    private final byte[] in;
    private int at;
    private long bits;
    private int available;

    JpegBits(byte[] in, int at) {
        this.in = in;
        this.at = at;
    }

    /** A table of Huffman codes (annex C). */
    static final class Codes {

        private static final int QUICK = 9;

        private final int[] greatest = new int[18];
        private final int[] shift = new int[17];
        private final byte[] values;
        /** Length and value by the next bits; 0 where the code is longer. */
        private final short[] quick = new short[1 << QUICK];

        /**
         * @param counts
         *            how many codes have 1, 2, … 16 bits
         * @param values
         *            what the codes mean, the shortest first
         */
        Codes(int[] counts, byte[] values) throws IOException {
            this.values = values;
            int code = 0;
            int next = 0;
            for (int length = 1; length <= 16; length++) {
                shift[length] = next - code;
                for (int i = 0; i < counts[length - 1]; i++, code++, next++)
                    learn(code, length, next);
                greatest[length] = counts[length - 1] == 0 ? -1 : code - 1;
                if (code > 1 << length || next > values.length)
                    throw new IOException("its JPEG image has a damaged table of codes");
                code <<= 1;
            }
        }

        /** Reads a table as a marker segment holds it: the counts, then the values. */
        static Codes read(ByteBuffer body) throws IOException {
            int[] counts = new int[16];
            int total = 0;
            for (int i = 0; i < 16; i++)
                total += counts[i] = body.get() & 0xff;
            byte[] values = new byte[total];
            body.get(values);
            return new Codes(counts, values);
        }

        private void learn(int code, int length, int next) {
            if (length > QUICK || next >= values.length)
                return;
            int first = code << QUICK - length;
            for (int i = 0; i < 1 << QUICK - length && first + i < quick.length; i++)
                quick[first + i] = (short) (length << 8 | values[next] & 0xff);
        }
    }

    /** The value of the next code. */
    int decode(Codes codes) throws IOException {
        fill();
        int ahead = peek(Codes.QUICK);
        int known = codes.quick[ahead];
        if (known != 0) {
            take(known >> 8);
            return known & 0xff;
        }
        for (int length = Codes.QUICK + 1; length <= 16; length++) {
            int code = peek(length);
            if (codes.greatest[length] >= 0 && code <= codes.greatest[length]
                    && code + codes.shift[length] < codes.values.length && code + codes.shift[length] >= 0) {
                take(length);
                return codes.values[code + codes.shift[length]] & 0xff;
            }
        }
        throw new IOException("its JPEG image holds a code that is in no table");
    }

    /** The next bits as a signed number of annex F.1.2.1: the upper half of the range is positive. */
    int signed(int size) throws IOException {
        if (size == 0)
            return 0;
        fill();
        int value = peek(size);
        take(size);
        return value < 1 << size - 1 ? value - (1 << size) + 1 : value;
    }

    private int peek(int count) {
        return (int) (bits >>> available - count) & (1 << count) - 1;
    }

    private void take(int count) throws IOException {
        available -= count;
        if (available < padding)
            throw new EOFException("its JPEG image ends too early");
    }

    private int padding;

    /** Makes sure that 32 bits are at hand; behind the end of the scan they are zeros that may not be taken. */
    private void fill() {
        while (available <= 32) {
            int next = 0;
            if (at < in.length && (in[at] != (byte) 0xff || at + 1 < in.length && in[at + 1] == 0)) {
                next = in[at] & 0xff;
                at += next == 0xff ? 2 : 1;
            } else {
                padding += 8;
            }
            bits = bits << 8 | next;
            available += 8;
        }
    }

    /** Forgets what is left of the bits and steps over the restart marker that must follow. */
    void restart() throws IOException {
        bits = 0;
        available = 0;
        padding = 0;
        while (at + 1 < in.length && in[at] == (byte) 0xff && in[at + 1] == (byte) 0xff)
            at++;
        if (at + 1 >= in.length || in[at] != (byte) 0xff || (in[at + 1] & 0xf8) != 0xd0)
            throw new IOException("its JPEG image lacks a restart marker");
        at += 2;
    }

    /** The place of the marker that ends the scan. */
    int end() {
        int marker = at;
        while (marker + 1 < in.length
                && (in[marker] != (byte) 0xff || in[marker + 1] == 0 || (in[marker + 1] & 0xf8) == 0xd0))
            marker++;
        return marker;
    }
}
