package org.septum.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** The bytes of a DICOM file at any place: those of the file itself, or of a deflated one as they were before. */
final class DicomBytes implements Closeable {

    /** Longest data set that a deflated file may unpack to. */
    private static final int LONGEST_INFLATED = 1 << 30;

    private final FileChannel file;
    private final byte[] memory;

    private DicomBytes(FileChannel file, byte[] memory) {
        this.file = file;
        this.memory = memory;
    }

    static DicomBytes open(Path path) throws IOException {
        return new DicomBytes(FileChannel.open(path), new byte[0]);
    }

    /** This file with everything from a place on inflated (PS3.5, annex A.5); closes this one. */
    DicomBytes inflated(long from) throws IOException {
        try (this) {
            byte[] head = bytes(0, Math.toIntExact(from));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(head);
            byte[] packed = bytes(from, Math.toIntExact(size() - from));
            Inflater raw = new Inflater(true);
            try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed), raw)) {
                byte[] some = new byte[1 << 16];
                for (int n = in.read(some); n >= 0; n = in.read(some)) {
                    all.write(some, 0, n);
                    if (all.size() > LONGEST_INFLATED)
                        throw new IOException("it is deflated and longer than 1 GiB; decompress it first");
                }
            } finally {
                raw.end();
            }
            return new DicomBytes(null, all.toByteArray());
        }
    }

    long size() throws IOException {
        return file == null ? memory.length : file.size();
    }

    /** Fills a buffer with the bytes from a place on. */
    void read(long at, ByteBuffer to) throws IOException {
        if (file == null) {
            if (at < 0 || at + to.remaining() > memory.length)
                throw new EOFException();
            to.put(memory, (int) at, to.remaining());
            return;
        }
        for (long from = at; to.hasRemaining();) {
            int n = file.read(to, from);
            if (n < 0)
                throw new EOFException();
            from += n;
        }
    }

    /** Bytes of a place; never more memory than the file holds. */
    byte[] bytes(long at, int length) throws IOException {
        if (length < 0 || at < 0 || at + length > size())
            throw new EOFException();
        byte[] out = new byte[length];
        read(at, ByteBuffer.wrap(out));
        return out;
    }

    /** A little-endian number of four bytes. */
    int int32(long at) throws IOException {
        return ByteBuffer.wrap(bytes(at, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    @Override
    public void close() throws IOException {
        if (file != null)
            file.close();
    }
}
