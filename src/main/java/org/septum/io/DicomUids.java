package org.septum.io;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

import org.septum.core.SeptumException;

/** UIDs that follow from what they name, so that equal input gives equal files. */
final class DicomUids {

    private DicomUids() {
    }

    /** A UID under 2.25, which holds UUIDs (PS3.5, annex B), made of a hash of the text. */
    static String of(String text) {
        byte[] hash = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return "2.25." + new BigInteger(1, Arrays.copyOf(hash, 16));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "this Java has no SHA-256", e);
        }
    }
}
