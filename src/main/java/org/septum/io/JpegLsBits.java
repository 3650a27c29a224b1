package org.septum.io;

import java.io.EOFException;
import java.io.IOException;

/** The bits of a JPEG-LS scan: behind a byte of ones, the highest bit of the next byte is stuffed (T.87, A.1). */
final class JpegLsBits {

    private final byte[] in;
    private int at;
    private int current;
    private int left;

    JpegLsBits(byte[] in, int at) {
        this.in = in;
        this.at = at;
    }

    /** The next bit. */
    int bit() throws IOException {
        if (left == 0) {
            boolean stuffed = current == 0xff;
            if (at >= in.length || stuffed && (in[at] & 0x80) != 0)
                throw new EOFException("its JPEG-LS image ends too early");
            current = in[at++] & 0xff;
            left = stuffed ? 7 : 8;
        }
        return current >> --left & 1;
    }

    /** The next bits as a number. */
    int bits(int count) throws IOException {
        int value = 0;
        for (int i = 0; i < count; i++)
            value = value << 1 | bit();
        return value;
    }

    /**
     * A Golomb code of limited length (T.87, A.5.3).
     *
     * @param k
     *            bits behind the unary part
     * @param limit
     *            greatest length of a code
     * @param wide
     *            bits of a value that would be longer
     */
    int golomb(int k, int limit, int wide) throws IOException {
        int zeros = 0;
        while (bit() == 0) {
            if (++zeros > limit)
                throw new IOException("its JPEG-LS image holds a code that is too long");
        }
        return zeros < limit - wide - 1 ? (zeros << k) + bits(k) : bits(wide) + 1;
    }

    /** The place of the marker that ends the scan. */
    int end() {
        int marker = current == 0xff && at > 0 ? at - 1 : at;
        while (marker + 1 < in.length && (in[marker] != (byte) 0xff || (in[marker + 1] & 0x80) == 0))
            marker++;
        return marker;
    }
}
