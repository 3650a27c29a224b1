package org.septum.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

import org.septum.core.Vector3;

/**
 * Data elements of a DICOM file in the encoding "Explicit VR Little Endian", put down in the order of their tags. Text
 * is UTF-8; a file with more than ASCII in it must say so in Specific Character Set.
 */
final class DicomElements {

    /** Transfer syntax of these elements. */
    static final String EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";

    private static final Set<String> LONG_FORM = Set.of("OB", "OW", "SQ", "UT");
    private static final int ITEM = 0xfffee000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** What stands before the data set of a file: preamble, mark and group 2. */
    static byte[] fileHead(String classUid, String instanceUid) {
        byte[] meta = new DicomElements().bytes(0x00020001, "OB", new byte[] { 0, 1 }).text(0x00020002, "UI", classUid)
                .text(0x00020003, "UI", instanceUid).text(0x00020010, "UI", EXPLICIT_LITTLE_ENDIAN)
                .text(0x00020012, "UI", DicomUids.of("Septum implementation")).text(0x00020013, "SH", "SEPTUM")
                .toBytes();
        byte[] length = new DicomElements().unsignedInts(0x00020000, meta.length).toBytes();
        return ByteBuffer.allocate(132 + length.length + meta.length).position(128)
                .put(new byte[] { 'D', 'I', 'C', 'M' }).put(length).put(meta).array();
    }

    DicomElements text(int tag, String representation, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        boolean odd = utf8.length % 2 == 1;
        String even = odd ? value + (representation.equals("UI") ? "\0" : " ") : value;
        return bytes(tag, representation, odd ? even.getBytes(StandardCharsets.UTF_8) : utf8);
    }

    /** Decimal strings. */
    DicomElements numbers(int tag, double... values) {
        StringBuilder text = new StringBuilder();
        for (double value : values)
            text.append(text.isEmpty() ? "" : "\\").append(decimal(value));
        return text(tag, "DS", text.toString());
    }

    /** A decimal string for each component. */
    DicomElements numbers(int tag, Vector3... vectors) {
        return numbers(tag, Stream.of(vectors).flatMapToDouble(v -> DoubleStream.of(v.x(), v.y(), v.z())).toArray());
    }

    DicomElements unsignedShorts(int tag, int... values) {
        ByteBuffer value = little(2 * values.length);
        for (int v : values)
            value.putShort((short) v);
        return bytes(tag, "US", value.array());
    }

    DicomElements unsignedInts(int tag, int... values) {
        ByteBuffer value = little(4 * values.length);
        for (int v : values)
            value.putInt(v);
        return bytes(tag, "UL", value.array());
    }

    /** The name of another tag. */
    DicomElements tag(int tag, int value) {
        return bytes(tag, "AT", little(4).putShort((short) (value >>> 16)).putShort((short) value).array());
    }

    /** A sequence of items. */
    DicomElements sequence(int tag, List<DicomElements> items) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (DicomElements item : items) {
            value.writeBytes(
                    little(8).putShort((short) (ITEM >>> 16)).putShort((short) ITEM).putInt(item.out.size()).array());
            value.writeBytes(item.toBytes());
        }
        return bytes(tag, "SQ", value.toByteArray());
    }

    /** A sequence of one item. */
    DicomElements sequence(int tag, DicomElements item) {
        return sequence(tag, List.of(item));
    }

    /** A sequence of one code: its value, the scheme it is of, its meaning. */
    DicomElements code(int tag, String value, String scheme, String meaning) {
        return sequence(tag, new DicomElements().text(0x00080100, "SH", value).text(0x00080102, "SH", scheme)
                .text(0x00080104, "LO", meaning));
    }

    /** An element with a value of an even number of bytes. */
    DicomElements bytes(int tag, String representation, byte[] value) {
        head(tag, representation, value.length);
        out.writeBytes(value);
        return this;
    }

    /** All of an element but its value, which the caller writes after these. */
    DicomElements head(int tag, String representation, long length) {
        boolean isLong = LONG_FORM.contains(representation);
        ByteBuffer head = little(isLong ? 12 : 8).putShort((short) (tag >>> 16)).putShort((short) tag)
                .put(representation.getBytes(StandardCharsets.US_ASCII));
        if (isLong)
            head.putShort((short) 0).putInt((int) length);
        else
            head.putShort((short) length);
        out.writeBytes(head.array());
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    /** A number in at most 16 characters, as a decimal string must have, as exact as they allow. */
    static String decimal(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9)
            return Long.toString((long) value);
        for (int digits = 15; digits > 0; digits--) {
            String text = String.format(Locale.ROOT, Math.abs(value) < 1e-3 ? "%." + digits + "e" : "%." + digits + "f",
                    value);
            if (text.length() <= 16)
                return text;
        }
        return String.format(Locale.ROOT, "%.8e", value);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
