package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.core.SeptumException;

/**
 * Walks through the directories of a TIFF or BigTIFF before anything else does, and refuses one whose sizes its bytes
 * cannot hold.
 * <p>
 * <b>Why?</b> Bio-Formats 7.3.1 allocates from the counts it finds, and follows directories that point at themselves.
 */
final class TiffStructure {

    private static final int MOST_DIRECTORIES = 1 << 20;
    private static final int MOST_PLANES = 1 << 20;
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int DESCRIPTION = 270;
    private static final int SAMPLES = 277;
    private static final int STRIP_LENGTHS = 279;
    private static final int TILE_LENGTHS = 325;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int SUB_DIRECTORIES = 330;
    /** Deflate, LZW and JPEG shrink by less. */
    private static final long GREATEST_RATIO = 2000;
    private static final long HARMLESS = 1 << 20;
    private static final Pattern OME_SIZE = Pattern.compile("\\bSize([XYZCT])=\"(\\d{1,18})\"");
    private static final int[] TYPE_BYTES = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8 };

    private final FileChannel in;
    private final long length;
    private final Set<Long> chain = new HashSet<>();
    private final List<Long> below = new ArrayList<>();
    private final Set<Long> seen = new HashSet<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean big;

    private TiffStructure(FileChannel in) throws IOException {
        this.in = in;
        this.length = in.size();
    }

    /** Throws if the file is no TIFF, or states more than it can hold. */
    static void requireSound(Path path) throws IOException {
        try (FileChannel in = FileChannel.open(path)) {
            new TiffStructure(in).walk();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw SeptumException.input(
                    "cannot read " + path + ": " + e.getMessage() + "; the file is damaged or cut short, get it again",
                    e);
        }
    }

    private void walk() throws IOException {
        ByteBuffer head = read(0, 16);
        order = head.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        head.order(order);
        int version = head.getShort(2);
        if (head.getShort(0) != 0x4949 && head.getShort(0) != 0x4d4d || version != 42 && version != 43)
            throw new IOException("it is no TIFF");
        big = version == 43;
        long next = big ? head.getLong(8) : head.getInt(4) & 0xffffffffL;
        while (next != 0) {
            if (!chain.add(next) || chain.size() > MOST_DIRECTORIES)
                throw new IllegalArgumentException("its directories run in a circle");
            next = directory(next);
        }
        if (chain.isEmpty())
            throw new EOFException("it holds no image");
        for (int i = 0; i < below.size(); i++)
            // Smaller resolutions; some writers chain them to the main ones, too.
            if (below.get(i) != 0 && !chain.contains(below.get(i)) && seen.add(below.get(i)))
                directory(below.get(i));
    }

    /** Checks one directory, and returns where the next one lies; 0 if there is none. */
    private long directory(long at) throws IOException {
        long count = big ? read(at, 8).getLong(0) : read(at, 2).getShort(0) & 0xffff;
        int size = big ? 20 : 12;
        long first = at + (big ? 8 : 2);
        if (count < 1 || count > (length - first) / size)
            throw new EOFException("a directory of " + count + " tags does not fit into it");
        ByteBuffer entries = read(first, (int) count * size);
        Map<Integer, Long> values = new HashMap<>();
        for (int i = 0; i < count; i++)
            entry(entries, i * size, values);
        requireRoom(values);
        long next = first + count * size;
        if (next + (big ? 8 : 4) > length)
            return 0;
        return big ? read(next, 8).getLong(0) : read(next, 4).getInt(0) & 0xffffffffL;
    }

    private void entry(ByteBuffer entries, int at, Map<Integer, Long> values) throws IOException {
        int tag = entries.getShort(at) & 0xffff;
        int type = entries.getShort(at + 2) & 0xffff;
        long count = big ? entries.getLong(at + 4) : entries.getInt(at + 4) & 0xffffffffL;
        int bytes = type < TYPE_BYTES.length ? TYPE_BYTES[type] : 0;
        if (count < 0 || bytes > 0 && count > length / bytes)
            throw new EOFException("tag " + tag + " states " + count + " values, more than it holds");
        int inline = big ? 8 : 4;
        int place = at + (big ? 12 : 8);
        boolean isInline = count * bytes <= inline;
        long offset = isInline ? -1 : big ? entries.getLong(place) : entries.getInt(place) & 0xffffffffL;
        if (!isInline && (offset < 0 || offset + count * bytes > length))
            throw new EOFException("tag " + tag + " lies behind its end");
        if (count < 1 || bytes == 0)
            return;
        boolean isLengths = tag == STRIP_LENGTHS || tag == TILE_LENGTHS;
        ByteBuffer value = isInline ? entries.slice(place, (int) count * bytes).order(order)
                : read(offset, (int) Math.min(count * bytes, isLengths ? 1L << 30 : HARMLESS));
        if (isLengths)
            requireFit(value, bytes);
        if (bytes <= 8)
            values.put(tag, number(value, 0, bytes));
        if (tag == SUB_DIRECTORIES)
            for (int i = 0; i < count && (i + 1) * bytes <= value.limit(); i++)
                below.add(number(value, i * bytes, bytes));
        if (tag == DESCRIPTION && type == 2)
            requireFewPlanes(value);
    }

    private void requireFit(ByteBuffer lengths, int bytes) throws EOFException {
        for (int at = 0; at + bytes <= lengths.limit() && bytes <= 8; at += bytes) {
            long one = number(lengths, at, bytes);
            if (one < 0 || one > length)
                throw new EOFException("a strip or tile of " + one + " bytes does not fit into it");
        }
    }

    private static long number(ByteBuffer value, int at, int bytes) {
        return bytes == 1 ? value.get(at) & 0xff
                : bytes == 2 ? value.getShort(at) & 0xffff
                        : bytes == 4 ? value.getInt(at) & 0xffffffffL : value.getLong(at);
    }

    private void requireRoom(Map<Integer, Long> values) {
        long samples = values.getOrDefault(SAMPLES, 1L);
        long bits = values.getOrDefault(BITS, 1L);
        boolean packed = values.getOrDefault(COMPRESSION, 1L) != 1;
        long room = packed ? HARMLESS + GREATEST_RATIO * length : length;
        requireRoom("image", values.getOrDefault(WIDTH, 0L), values.getOrDefault(HEIGHT, 0L), samples * bits, room);
        if (values.containsKey(TILE_WIDTH))
            requireRoom("tile", values.get(TILE_WIDTH), values.getOrDefault(TILE_HEIGHT, 0L), samples * bits,
                    HARMLESS + GREATEST_RATIO * length);
    }

    private static void requireRoom(String what, long width, long height, long bits, long room) {
        if (width < 1 || height < 1 || bits < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE
                || bits > 1 << 16 || Math.multiplyExact(Math.multiplyExact(width, height), bits) / 8 > room)
            throw new IllegalArgumentException("it states an " + what + " of " + width + "×" + height + " pixels of "
                    + bits + " bits, more than it holds");
    }

    private static void requireFewPlanes(ByteBuffer description) {
        byte[] text = new byte[description.remaining()];
        description.get(text);
        Matcher sizes = OME_SIZE.matcher(new String(text, StandardCharsets.ISO_8859_1));
        long planes = 1;
        while (sizes.find()) {
            if (sizes.group(1).equals("X"))
                planes = 1;
            else if (!sizes.group(1).equals("Y"))
                planes = Math.multiplyExact(planes, Math.max(1, Long.parseLong(sizes.group(2))));
            if (planes > MOST_PLANES)
                throw new IllegalArgumentException("its OME metadata states " + planes + " planes");
        }
    }

    private ByteBuffer read(long at, int count) throws IOException {
        if (at < 0 || at + count > length)
            throw new EOFException("it ends too early");
        ByteBuffer out = ByteBuffer.allocate(count).order(order);
        while (out.hasRemaining())
            if (in.read(out, at + out.position()) < 0)
                throw new EOFException("it ends too early");
        return out.flip();
    }
}
