package org.septum.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.septum.core.SeptumException;

/** SHA-256 of files. */
final class FileHashes {

    private static final int BUFFER = 1 << 16;

    private FileHashes() {
    }

    /** 64 lower-case hexadecimal digits. */
    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer))
                digest.update(buffer, 0, n);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "this Java has no SHA-256", e);
        }
    }
}
