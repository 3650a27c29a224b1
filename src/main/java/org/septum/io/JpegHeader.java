package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the markers of a JPEG stream say of the image (ITU-T T.81, annex B), read before anything is decoded.
 *
 * @param process
 *            low byte of the start-of-frame marker: c0 baseline, c1 extended, c2 progressive, c3 lossless, f7 JPEG-LS
 * @param precision
 *            bits of a sample
 * @param width
 *            columns
 * @param height
 *            rows
 * @param components
 *            samples of a pixel
 * @param ids
 *            identifiers of the components, the first in the highest byte
 * @param adobe
 *            colour transform in Adobe's marker: 0 none, 1 YCbCr, -1 there is no such marker
 */
record JpegHeader(int process, int precision, int width, int height, int components, int ids, int adobe) {

    private static final int ADOBE = 0xee;
    private static final int START_OF_SCAN = 0xda;
    static final int LOSSLESS = 0xc3;
    static final int JPEG_LS = 0xf7;

    static JpegHeader parse(byte[] stream) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(stream);
        int adobe = -1;
        if (in.remaining() < 4 || (in.getShort() & 0xffff) != 0xffd8)
            throw new IOException("its compressed pixels are no JPEG image");
        JpegHeader found = null;
        while (in.remaining() >= 4) {
            int marker = in.get() & 0xff;
            if (marker != 0xff)
                throw new IOException("its JPEG image is damaged");
            while (marker == 0xff && in.hasRemaining())
                marker = in.get() & 0xff;
            if (marker == START_OF_SCAN)
                break;
            if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd8)
                continue;
            int start = in.position();
            int length = in.remaining() < 2 ? 0 : in.getShort() & 0xffff;
            if (length < 2 || start + length > in.limit())
                throw new EOFException("its JPEG image ends too early");
            if (isFrame(marker) && length >= 8)
                found = frame(in, marker, length, adobe);
            else if (marker == ADOBE && length >= 14 && in.get(start + 2) == 'A')
                adobe = in.get(start + 13) & 0xff;
            in.position(start + length);
        }
        if (found == null)
            throw new IOException("its JPEG image has no header");
        return new JpegHeader(found.process, found.precision, found.width, found.height, found.components, found.ids,
                adobe);
    }

    private static boolean isFrame(int marker) {
        boolean table = marker == 0xc4 || marker == 0xc8 || marker == 0xcc;
        return marker >= 0xc0 && marker <= 0xcf && !table || marker == JPEG_LS;
    }

    private static JpegHeader frame(ByteBuffer in, int marker, int length, int adobe) {
        int precision = in.get() & 0xff;
        int height = in.getShort() & 0xffff;
        int width = in.getShort() & 0xffff;
        int components = in.get() & 0xff;
        int ids = 0;
        for (int c = 0; c < 3; c++)
            ids = ids << 8 | (c < components && 8 + 3 * c < length ? in.get(in.position() + 3 * c) & 0xff : 0);
        return new JpegHeader(marker, precision, width, height, components, ids, adobe);
    }

    /** True if the components are red, green and blue by the marks in the stream itself. */
    boolean isMarkedRgb() {
        return adobe == 0 || adobe < 0 && ids == ('R' << 16 | 'G' << 8 | 'B');
    }

    /** True if the stream is of a size and of channels as stated. */
    void require(int columns, int rows, int samples) throws IOException {
        if (width != columns || height != rows || components != samples)
            throw new IOException("its compressed image has " + width + "×" + height + " pixels of " + components
                    + " samples, but its header states " + columns + "×" + rows + " of " + samples);
    }
}
