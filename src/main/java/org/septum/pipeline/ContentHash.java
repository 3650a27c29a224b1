package org.septum.pipeline;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.septum.core.SeptumException;

/** SHA-256 of a scan's size and values, the same in whatever file it lies. */
final class ContentHash {

    private final MessageDigest digest;

    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

    ContentHash(long... size) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "this Java has no SHA-256", e);
        }
        for (long s : size)
            buffer.putLong(s);
    }

    void add(float value) {
        if (buffer.remaining() < Float.BYTES)
            flush();
        buffer.putFloat(value);
    }

    private void flush() {
        digest.update(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    /** 64 hexadecimal digits; nothing can be added afterwards. */
    String text() {
        flush();
        return HexFormat.of().formatHex(digest.digest());
    }
}
