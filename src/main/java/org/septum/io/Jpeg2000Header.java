package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What a JPEG 2000 codestream says of its image (ITU-T T.800, annex A), read before anything is decoded.
 *
 * @param width
 *            columns
 * @param height
 *            rows
 * @param components
 *            samples of a pixel
 * @param precision
 *            bits of a sample
 * @param transformed
 *            whether colours went through the stream's own transform
 * @param parted
 *            whether a tile lies in several parts
 */
record Jpeg2000Header(int width, int height, int components, int precision, boolean transformed, boolean parted) {

    private static final int CODESTREAM = 0xff4fff51;
    private static final int CODING_STYLE = 0xff52;
    private static final int TILE_PART = 0xff90;
    private static final int MOST_TILES = 65535;

    static Jpeg2000Header parse(byte[] stream) throws IOException {
        int start = start(stream);
        ByteBuffer in = ByteBuffer.wrap(stream);
        if (start + 43 > stream.length)
            throw new EOFException("its JPEG 2000 image ends too early");
        long width = unsigned(in, start + 8) - unsigned(in, start + 16);
        long height = unsigned(in, start + 12) - unsigned(in, start + 20);
        long tileWidth = unsigned(in, start + 24);
        long tileHeight = unsigned(in, start + 28);
        if (width < 1 || height < 1 || width > 1 << 20 || height > 1 << 20 || tileWidth < 1 || tileHeight < 1
                || (1 + width / tileWidth) * (1 + height / tileHeight) > MOST_TILES)
            throw new IOException("its JPEG 2000 image has a damaged header");
        int components = in.getShort(start + 40) & 0xffff;
        int precision = (in.get(start + 42) & 0x7f) + 1;
        return new Jpeg2000Header((int) width, (int) height, components, precision, transformed(in, start + 2),
                parted(in, start + 2));
    }

    /**
     * The codestream without a file format around it.
     * <p>
     * <b>Why?</b> DICOM allows none, some writers put one down all the same, and Bio-Formats then misses its end.
     */
    static byte[] codestream(byte[] stream) throws IOException {
        int start = start(stream);
        return start == 0 ? stream : Arrays.copyOfRange(stream, start, stream.length);
    }

    private static int start(byte[] stream) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(stream);
        for (int i = 0; i + 4 <= Math.min(stream.length, 4096); i++)
            if (in.getInt(i) == CODESTREAM)
                return i;
        throw new IOException("its compressed pixels are no JPEG 2000 image");
    }

    private static long unsigned(ByteBuffer in, int at) {
        return in.getInt(at) & 0xffffffffL;
    }

    private static boolean transformed(ByteBuffer in, int from) {
        for (int at = from; at + 4 <= in.limit();) {
            int marker = in.getShort(at) & 0xffff;
            if (marker == TILE_PART)
                break;
            if (marker == CODING_STYLE)
                return at + 9 <= in.limit() && in.get(at + 8) == 1;
            at += 2 + Math.max(2, in.getShort(at + 2) & 0xffff);
        }
        return false;
    }

    /** Follows the markers to the first tile-part, then from part to part by their lengths. */
    private static boolean parted(ByteBuffer in, int from) {
        for (long at = from; at + 12 <= in.limit();) {
            int marker = in.getShort((int) at) & 0xffff;
            long length = in.getShort((int) at + 2) & 0xffff;
            if (marker == TILE_PART) {
                if (in.get((int) at + 10) != 0)
                    return true;
                length = unsigned(in, (int) at + 6) - 2;
                if (length < 10)
                    return false;
            }
            at += 2 + Math.max(2, length);
        }
        return false;
    }

    /** Throws unless the image is of the size and channels that are stated. */
    void require(int columns, int rows, int samples) throws IOException {
        if (width != columns || height != rows || components != samples)
            throw new IOException("its compressed image has " + width + "×" + height + " pixels of " + components
                    + " samples, but its header states " + columns + "×" + rows + " of " + samples);
    }
}
