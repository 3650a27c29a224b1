package org.septum.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipException;

/**
 * What a zip says of its entries (PKWARE's APPNOTE 4.3.12): read before anything is unpacked, as Java's own reader
 * hides links and where entries lie.
 *
 * @param entries
 *            in the order of the directory
 */
record ZipDirectory(List<Entry> entries) {

    /**
     * One entry as the directory tells of it.
     *
     * @param name
     *            path in the zip
     * @param packed
     *            bytes in the zip
     * @param size
     *            bytes unpacked
     * @param offset
     *            where its header starts
     * @param isEncrypted
     *            whether it needs a password
     * @param isLink
     *            whether Unix would make a symbolic link of it
     */
    record Entry(String name, long packed, long size, long offset, boolean isEncrypted, boolean isLink) {
    }

    private static final int END_SIGNATURE = 0x06054b50;

    private static final int END_SIZE = 22;

    private static final int LONGEST_COMMENT = 0xffff;

    private static final int ENTRY_SIGNATURE = 0x02014b50;

    private static final int ENTRY_SIZE = 46;

    private static final int LOCAL_SIZE = 30;

    private static final int UNIX = 3;

    private static final int FILE_TYPE = 0xf000;

    private static final int LINK = 0xa000;

    private static final int LARGEST_DIRECTORY = 1 << 20;

    ZipDirectory {
        entries = List.copyOf(entries);
    }

    /**
     * Reads the directory.
     *
     * @throws ZipException
     *             if there is none, or it is damaged
     */
    static ZipDirectory read(Path zip) throws IOException {
        try (FileChannel channel = FileChannel.open(zip)) {
            long size = channel.size();
            ByteBuffer tail = read(channel, Math.max(0, size - END_SIZE - LONGEST_COMMENT), size);
            for (int at = tail.limit() - END_SIZE; at >= 0; at--) {
                if (tail.getInt(at) == END_SIGNATURE) {
                    long length = Integer.toUnsignedLong(tail.getInt(at + 12));
                    long start = Integer.toUnsignedLong(tail.getInt(at + 16));
                    if (length > LARGEST_DIRECTORY || start + length > size)
                        throw new ZipException("its directory claims " + length + " bytes at byte " + start);
                    int count = Short.toUnsignedInt(tail.getShort(at + 10));
                    return new ZipDirectory(entries(read(channel, start, start + length), count));
                }
            }
            throw new ZipException("it has no directory");
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, long to) throws IOException {
        channel.position(from);
        byte[] bytes = Channels.newInputStream(channel).readNBytes((int) (to - from));
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<Entry> entries(ByteBuffer in, int count) throws ZipException {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (at + ENTRY_SIZE > in.limit() || in.getInt(at) != ENTRY_SIGNATURE)
                throw new ZipException("its directory is damaged at entry " + (i + 1));
            int name = Short.toUnsignedInt(in.getShort(at + 28));
            int extra = Short.toUnsignedInt(in.getShort(at + 30));
            int comment = Short.toUnsignedInt(in.getShort(at + 32));
            int end = at + ENTRY_SIZE + name + extra + comment;
            if (end > in.limit())
                throw new ZipException("its directory is damaged at entry " + (i + 1));
            int mode = in.getInt(at + 38) >>> 16;
            boolean isLink = in.get(at + 5) == UNIX && (mode & FILE_TYPE) == LINK;
            entries.add(new Entry(new String(in.array(), at + ENTRY_SIZE, name, StandardCharsets.UTF_8),
                    Integer.toUnsignedLong(in.getInt(at + 20)), Integer.toUnsignedLong(in.getInt(at + 24)),
                    Integer.toUnsignedLong(in.getInt(at + 42)), (in.getShort(at + 8) & 1) != 0, isLink));
            at = end;
        }
        return entries;
    }

    /** The first entry whose bytes overlap those of the one before it, or null: one way to make a zip bomb. */
    Entry overlapping() {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::offset));
        long end = 0;
        for (Entry e : sorted) {
            if (e.offset() < end)
                return e;
            end = e.offset() + LOCAL_SIZE + e.packed();
        }
        return null;
    }
}
