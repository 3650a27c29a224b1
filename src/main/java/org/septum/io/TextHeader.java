package org.septum.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * A header of lines "key: value" or "key = value" before an array of voxels.
 *
 * @param path
 *            the file, for messages
 * @param values
 *            by key in small letters
 * @param end
 *            first byte behind the header
 */
record TextHeader(Path path, Map<String, String> values, long end) {

    private static final int LONGEST = 1 << 16;

    /**
     * Reads the lines of a header.
     *
     * @param separator
     *            what parts key and value
     * @param last
     *            key of the last line in small letters; empty if an empty line ends the header
     */
    static TextHeader read(Path path, String separator, String last) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(path)) {
            start = in.readNBytes(LONGEST);
        }
        Map<String, String> values = new LinkedHashMap<>();
        int from = 0;
        while (from < start.length) {
            int to = from;
            while (to < start.length && start[to] != '\n')
                to++;
            String line = new String(start, from, to - from, StandardCharsets.ISO_8859_1).replaceAll("\\p{Cntrl}", " ")
                    .strip();
            from = to + 1;
            int at = line.indexOf(separator);
            if (at > 0 && !line.startsWith("#")) {
                String key = line.substring(0, at).strip().toLowerCase(Locale.ROOT);
                values.put(key, line.substring(at + separator.length()).replaceFirst("^=", "").strip());
                if (key.equals(last))
                    return new TextHeader(path, values, from);
            }
            if (line.isEmpty() && last.isEmpty())
                return new TextHeader(path, values, from);
        }
        if (!last.isEmpty())
            throw new IOException("its header does not end within " + LONGEST + " bytes");
        return new TextHeader(path, values, from);
    }

    /** The value of the first of some keys that is there; empty if none is. */
    String text(String... keys) {
        return Arrays.stream(keys).map(k -> values.getOrDefault(k, "")).filter(v -> !v.isEmpty()).findFirst()
                .orElse("");
    }

    /** Numbers parted by blanks, commas or brackets. */
    double[] numbers(String... keys) {
        try {
            return Arrays.stream(text(keys).split("[\\s,()]+")).filter(w -> !w.isEmpty())
                    .mapToDouble(Double::parseDouble).toArray();
        } catch (NumberFormatException e) {
            throw SeptumException.input("cannot read " + path + ": \"" + keys[0] + "\" holds \"" + text(keys)
                    + "\", which are no numbers; correct its header", e);
        }
    }

    /** Numbers as {@link #numbers}, without the word "none" of axes that have no place in space. */
    double[] numbersIfAny(String key) {
        return new TextHeader(path, Map.of(key, text(key).replace("none", " ")), end).numbers(key);
    }

    /** A whole number. */
    int number(String key, int otherwise) {
        double[] all = numbers(key);
        return all.length == 0 ? otherwise : (int) all[0];
    }

    /** Three of some numbers. */
    static Vector3 vector(double[] all, int first) {
        if (first + 3 > all.length)
            throw new IllegalArgumentException(
                    "its header holds " + all.length + " numbers where three axes have " + (first + 3));
        return new Vector3(all[first], all[first + 1], all[first + 2]);
    }
}
