package org.septum.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.septum.core.SeptumException;

/** SHA-256 of texts and files. */
final class Sha256 {

    private static final int BUFFER = 1 << 16;

    private Sha256() {
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "this Java has no SHA-256", e);
        }
    }

    /** 64 hexadecimal digits of what a digest holds. */
    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** 64 hexadecimal digits of a text in UTF-8. */
    static String of(String text) {
        MessageDigest digest = digest();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return hex(digest);
    }

    /** 64 hexadecimal digits of a file's bytes. */
    static String of(Path file) throws IOException {
        MessageDigest digest = digest();
        add(file, digest);
        return hex(digest);
    }

    /** Adds the bytes of a file. */
    static void add(Path file, MessageDigest digest) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer))
                digest.update(buffer, 0, n);
        }
    }

    /** The first 64 bits for a text in UTF-8. */
    static long number(String text) {
        return ByteBuffer.wrap(digest().digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
    }
}
