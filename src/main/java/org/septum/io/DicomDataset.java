package org.septum.io;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * Data elements of one level of a DICOM file that matter to a scan.
 *
 * @param tags
 *            values as text, several parted by a backslash, by tag as 0xGGGGEEEE
 * @param sequences
 *            the items of each sequence
 */
record DicomDataset(Map<Integer, String> tags, Map<Integer, List<DicomDataset>> sequences) {

    static final DicomDataset EMPTY = new DicomDataset(Map.of(), Map.of());

    /** The value of a tag, empty if it has none. */
    String text(int tag) {
        return tags.getOrDefault(tag, "");
    }

    /** The items of a sequence; none if it is not there. */
    List<DicomDataset> items(int sequence) {
        return sequences.getOrDefault(sequence, List.of());
    }

    /** The first item of a sequence, empty if there is none. */
    DicomDataset item(int sequence) {
        List<DicomDataset> items = items(sequence);
        return items.isEmpty() ? EMPTY : items.get(0);
    }

    /** The whole number in a tag. */
    int number(int tag, int otherwise) {
        OptionalDouble value = real(tag, 0);
        return value.isPresent() ? (int) value.getAsDouble() : otherwise;
    }

    /** Value number {@code i} of a tag, if it is there. */
    OptionalDouble real(int tag, int i) {
        String all = text(tag);
        int start = 0;
        for (int skip = 0; skip < i; skip++) {
            start = all.indexOf('\\', start) + 1;
            if (start == 0)
                return OptionalDouble.empty();
        }
        int end = all.indexOf('\\', start);
        String word = (end < 0 ? all.substring(start) : all.substring(start, end)).strip();
        if (word.isEmpty())
            return OptionalDouble.empty();
        try {
            return OptionalDouble.of(Double.parseDouble(word));
        } catch (NumberFormatException e) {
            throw SeptumException.input("tag (%04x,%04x) holds \"%s\", which is no number; correct the file"
                    .formatted(tag >>> 16, tag & 0xffff, word), e);
        }
    }

    /** True if a tag holds at least so many values. */
    boolean has(int tag, int values) {
        return real(tag, values - 1).isPresent();
    }

    /** Three numbers of a tag from number {@code first} on; the tag must {@link #has} them. */
    Vector3 vector(int tag, int first) {
        return new Vector3(real(tag, first).orElse(Double.NaN), real(tag, first + 1).orElse(Double.NaN),
                real(tag, first + 2).orElse(Double.NaN));
    }
}
