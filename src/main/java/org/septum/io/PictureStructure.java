package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import org.septum.core.SeptumException;

/**
 * Looks at the headers of a PNG, JPEG or BMP before anything is decoded, and refuses one whose sizes its bytes cannot
 * hold.
 */
final class PictureStructure {

    private static final long PNG_MARK = 0x89504e470d0a1a0aL;
    private static final int PNG_HEADER = 0x49484452;
    private static final int PNG_DATA = 0x49444154;
    private static final int PNG_ANIMATION = 0x6163544c;
    private static final int PNG_END = 0x49454e44;
    private static final int[] PNG_SAMPLES = { 1, 0, 3, 1, 2, 0, 4 };
    private static final long LONGEST_JPEG = 1L << 30;
    /** Deflate and JPEG shrink by less. */
    private static final long GREATEST_RATIO = 2000;
    private static final long HARMLESS = 1 << 20;

    private PictureStructure() {
    }

    /** Throws if the file is no picture of the sort that its name says, or states more than it can hold. */
    static void requireSound(Path path) throws IOException {
        String name = FileNames.lower(path);
        if (name.endsWith(".png"))
            png(path);
        else if (name.endsWith(".bmp"))
            bmp(path);
        else
            jpeg(path);
    }

    private static void png(Path path) throws IOException {
        try (FileChannel in = FileChannel.open(path)) {
            long length = in.size();
            if (length < 33 || read(in, 0, 8).getLong(0) != PNG_MARK)
                throw new IOException("it is no PNG");
            ByteBuffer header = read(in, 8, 25);
            int type = header.get(17) & 0xff;
            if (header.getInt(4) != PNG_HEADER || type >= PNG_SAMPLES.length || PNG_SAMPLES[type] == 0)
                throw new IOException("its PNG header is damaged");
            requireRoom(path, header.getInt(8), header.getInt(12), PNG_SAMPLES[type] * (header.get(16) & 0xff), length);
            requirePngRows(path, in, header);
        }
    }

    /**
     * Follows the chunks and inflates the pixels.
     * <p>
     * <b>Why?</b> Bio-Formats 7.3.1 waits for ever for rows that a damaged stream does not hold.
     */
    private static void requirePngRows(Path path, FileChannel in, ByteBuffer header) throws IOException {
        Inflater inflater = new Inflater();
        byte[] some = new byte[1 << 14];
        long rows = 0;
        try {
            for (long at = 8; at < in.size();) {
                ByteBuffer chunk = read(in, at, 8);
                long size = chunk.getInt(0) & 0xffffffffL;
                int kind = chunk.getInt(4);
                if (at + 12 + size > in.size())
                    throw new EOFException("it ends within a PNG chunk");
                if (kind == PNG_ANIMATION)
                    throw SeptumException.input(path + " is an animated PNG; save one picture of it as PNG");
                if (kind == PNG_DATA) {
                    inflater.setInput(read(in, at + 8, (int) size).array());
                    for (int n = inflater.inflate(some); n > 0; n = inflater.inflate(some))
                        rows += n;
                }
                at = kind == PNG_END ? in.size() : at + 12 + size;
            }
        } catch (DataFormatException e) {
            throw new IOException("its PNG pixels are damaged (" + e.getMessage() + ")", e);
        } finally {
            inflater.end();
        }
        if (rows < pngBytes(header))
            throw new EOFException("its PNG pixels end too early");
    }

    /** Bytes of all rows of a PNG, each with its filter; the seven passes of an interlaced one (Adam7). */
    private static long pngBytes(ByteBuffer header) {
        long width = header.getInt(8);
        long height = header.getInt(12);
        int bits = PNG_SAMPLES[header.get(17)] * (header.get(16) & 0xff);
        if (header.get(20) == 0)
            return height * (1 + (width * bits + 7) / 8);
        int[][] passes = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 }, { 0, 2, 2, 4 },
                { 1, 0, 2, 2 }, { 0, 1, 1, 2 } };
        long bytes = 0;
        for (int[] p : passes) {
            long columns = (width - p[0] + p[2] - 1) / p[2];
            long rows = (height - p[1] + p[3] - 1) / p[3];
            bytes += columns > 0 && rows > 0 ? rows * (1 + (columns * bits + 7) / 8) : 0;
        }
        return bytes;
    }

    private static void bmp(Path path) throws IOException {
        try (FileChannel in = FileChannel.open(path)) {
            ByteBuffer header = read(in, 0, 54).order(ByteOrder.LITTLE_ENDIAN);
            if (header.getShort(0) != 0x4d42)
                throw new IOException("it is no BMP");
            int bits = header.getShort(28) & 0xffff;
            if (bits != 8 && bits != 16 && bits != 24 && bits != 32 || header.getInt(30) != 0)
                throw SeptumException.input(path + " is BMP of " + bits + " bits and compression " + header.getInt(30)
                        + "; 8 to 32 bits uncompressed are allowed; save it as PNG");
            long row = (Math.abs((long) header.getInt(18)) * bits + 31) / 32 * 4;
            long rows = Math.abs((long) header.getInt(22));
            long data = header.getInt(10) & 0xffffffffL;
            if (row < 1 || rows < 1 || data + Math.multiplyExact(row, rows) > in.size())
                throw new EOFException("it ends before its last row");
            long colours = header.getInt(46) & 0xffffffffL;
            if (colours > 256)
                throw new IOException("it states a palette of " + colours + " colours");
        }
    }

    private static void jpeg(Path path) throws IOException {
        long length = Files.size(path);
        if (length > LONGEST_JPEG)
            throw SeptumException.input(path + " is a JPEG of " + length + " bytes; up to 1 GiB are allowed");
        JpegHeader header = JpegHeader.parse(Files.readAllBytes(path));
        requireRoom(path, header.width(), header.height(), header.components() * header.precision(), length);
    }

    private static void requireRoom(Path path, int width, int height, int bits, long length) {
        if (width < 1 || height < 1 || bits < 1
                || (double) width * height * bits / 8 > HARMLESS + (double) GREATEST_RATIO * length)
            throw SeptumException.input("cannot read " + path + ": it states " + width + "×" + height + " pixels of "
                    + bits + " bits, more than its " + length
                    + " bytes can hold; the file is damaged or cut short, get it again");
    }

    private static ByteBuffer read(FileChannel in, long at, int count) throws IOException {
        if (at + count > in.size())
            throw new EOFException("it ends too early");
        ByteBuffer out = ByteBuffer.allocate(count);
        while (out.hasRemaining())
            if (in.read(out, at + out.position()) < 0)
                throw new EOFException("it ends too early");
        return out.flip();
    }
}
