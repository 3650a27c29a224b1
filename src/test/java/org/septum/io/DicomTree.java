package org.septum.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All elements of a DICOM file as tests need them: explicit VR, little-endian, sequences with stated lengths. Shares no
 * code with what it tests.
 */
final class DicomTree {

    private final Map<Integer, byte[]> values = new TreeMap<>();
    private final Map<Integer, List<DicomTree>> sequences = new TreeMap<>();

    private DicomTree(ByteBuffer in) {
        int last = 0;
        while (in.hasRemaining()) {
            int tag = tag(in);
            if (!isEmpty() && Integer.compareUnsigned(tag, last) <= 0)
                throw new IllegalStateException("%08x stands after %08x".formatted(tag, last));
            last = tag;
            String representation = "" + (char) in.get() + (char) in.get();
            int length = List.of("OB", "OW", "SQ", "UT").contains(representation) ? in.getInt(in.position() + 2)
                    : in.getShort() & 0xffff;
            if (List.of("OB", "OW", "SQ", "UT").contains(representation))
                in.position(in.position() + 6);
            ByteBuffer value = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            in.position(in.position() + length);
            if (representation.equals("SQ"))
                sequences.put(tag, items(value));
            else
                values.put(tag, bytes(value));
        }
    }

    private boolean isEmpty() {
        return values.isEmpty() && sequences.isEmpty();
    }

    static DicomTree read(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        return new DicomTree(ByteBuffer.wrap(all, 132, all.length - 132).slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    private static int tag(ByteBuffer in) {
        return (in.getShort() & 0xffff) << 16 | in.getShort() & 0xffff;
    }

    private static List<DicomTree> items(ByteBuffer in) {
        List<DicomTree> items = new ArrayList<>();
        while (in.hasRemaining()) {
            if (tag(in) != 0xfffee000)
                throw new IllegalStateException("no item");
            int length = in.getInt();
            items.add(new DicomTree(in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN)));
            in.position(in.position() + length);
        }
        return items;
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] out = new byte[in.remaining()];
        in.get(out);
        return out;
    }

    boolean has(int tag) {
        return values.containsKey(tag) || sequences.containsKey(tag);
    }

    byte[] bytes(int tag) {
        return values.get(tag);
    }

    String text(int tag) {
        return new String(values.get(tag), StandardCharsets.UTF_8).replace("\0", "").strip();
    }

    double[] numbers(int tag) {
        return Stream.of(text(tag).split("\\\\")).mapToDouble(Double::parseDouble).toArray();
    }

    int[] shorts(int tag) {
        ByteBuffer in = ByteBuffer.wrap(values.get(tag)).order(ByteOrder.LITTLE_ENDIAN);
        int[] out = new int[in.remaining() / 2];
        for (int i = 0; i < out.length; i++)
            out[i] = in.getShort() & 0xffff;
        return out;
    }

    List<DicomTree> items(int tag) {
        return sequences.get(tag);
    }

    DicomTree item(int tag) {
        return sequences.get(tag).get(0);
    }
}
