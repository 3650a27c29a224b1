package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Goes forward through the bytes of a DICOM file, and reads only those that are looked at. */
final class DicomInput {

    private static final int WINDOW = 1 << 14;

    private final DicomBytes bytes;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long windowAt;

    DicomInput(DicomBytes bytes, long from) throws IOException {
        this.bytes = bytes;
        this.size = bytes.size();
        this.windowAt = from;
    }

    void order(ByteOrder order) {
        window.order(order);
    }

    long position() {
        return windowAt + window.position();
    }

    long remaining() {
        return size - position();
    }

    void seek(long to) {
        if (to >= windowAt && to <= windowAt + window.limit()) {
            window.position((int) (to - windowAt));
        } else {
            windowAt = to;
            window.position(0).limit(0);
        }
    }

    /** Makes sure that the next bytes lie in the window. */
    private void require(int count) throws IOException {
        if (window.remaining() >= count)
            return;
        long at = position();
        if (at + count > size)
            throw new EOFException("it ends within a DICOM tag");
        window.clear().limit((int) Math.min(WINDOW, size - at));
        windowAt = at;
        bytes.read(at, window);
        window.flip();
    }

    int uint16() throws IOException {
        require(2);
        return window.getShort() & 0xffff;
    }

    long uint32() throws IOException {
        require(4);
        return window.getInt() & 0xffffffffL;
    }

    /** Two characters of the value representation ahead, without going on. */
    boolean isRepresentationAhead() throws IOException {
        if (remaining() < 8)
            return true;
        require(6);
        int at = window.position();
        return Character.isUpperCase(window.get(at + 4)) && Character.isUpperCase(window.get(at + 5));
    }

    /** The next group number, little-endian, without going on. */
    int groupAhead() throws IOException {
        require(2);
        return window.getShort(window.position()) & 0xffff;
    }

    /** The next bytes in a buffer of the order of this input. */
    ByteBuffer take(int count) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes.bytes(position(), 0)).order(window.order());
        if (count <= WINDOW) {
            require(count);
            out = ByteBuffer.wrap(new byte[count]).order(window.order());
            window.get(out.array());
        } else {
            out = ByteBuffer.wrap(bytes.bytes(position(), count)).order(window.order());
            seek(position() + count);
        }
        return out;
    }
}
