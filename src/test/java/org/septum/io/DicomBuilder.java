package org.septum.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts down DICOM files of any sort, Explicit VR Little Endian, for tests. Elements are sorted by their tags; setting
 * one again replaces it.
 */
final class DicomBuilder {

    private static final Set<String> LONG_FORM = Set.of("OB", "OW", "OF", "SQ", "UN");

    private final TreeMap<Long, byte[]> elements = new TreeMap<>();

    static DicomBuilder item() {
        return new DicomBuilder();
    }

    /** An image of 16 bits without position. */
    static DicomBuilder image(int columns, int rows, String series, String instance) {
        return new DicomBuilder().text(DicomFile.MODALITY, "CS", "MR").text(DicomFile.SERIES_UID, "UI", series)
                .text(DicomFile.SOP_INSTANCE, "UI", instance).text(DicomFile.PHOTOMETRIC, "CS", "MONOCHROME2")
                .uint16(DicomFile.SAMPLES, 1).uint16(DicomFile.ROWS, rows).uint16(DicomFile.COLUMNS, columns)
                .text(DicomFile.PIXEL_SPACING, "DS", "0.9\\0.7").bits(16, 16).uint16(DicomFile.SIGNED, 0);
    }

    DicomBuilder bits(int allocated, int stored) {
        return uint16(DicomFile.BITS_ALLOCATED, allocated).uint16(DicomFile.BITS_STORED, stored)
                .uint16(DicomFile.HIGH_BIT, stored - 1);
    }

    DicomBuilder text(int tag, String vr, String value) {
        String even = value.length() % 2 == 1 ? value + (vr.equals("UI") ? "\0" : " ") : value;
        return bytes(tag, vr, even.getBytes(StandardCharsets.US_ASCII));
    }

    DicomBuilder uint16(int tag, int... values) {
        ByteBuffer out = little(2 * values.length);
        for (int v : values)
            out.putShort((short) v);
        return bytes(tag, "US", out.array());
    }

    DicomBuilder uint32(int tag, int value) {
        return bytes(tag, "UL", little(4).putInt(value).array());
    }

    DicomBuilder real(int tag, double value) {
        return bytes(tag, "FD", little(8).putDouble(value).array());
    }

    DicomBuilder pixels(short... values) {
        ByteBuffer out = little(2 * values.length);
        out.asShortBuffer().put(values);
        return bytes(DicomFile.PIXELS, "OW", out.array());
    }

    DicomBuilder pixels(byte... values) {
        return bytes(DicomFile.PIXELS, "OB",
                values.length % 2 == 0 ? values : Arrays.copyOf(values, values.length + 1));
    }

    /** Compressed pixels: a table without offsets, then one fragment a frame. */
    DicomBuilder fragments(byte[]... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(little(8).putShort((short) 0xfffe).putShort((short) 0xe000).putInt(0).array());
        for (byte[] frame : frames) {
            byte[] even = Arrays.copyOf(frame, frame.length + frame.length % 2);
            out.writeBytes(little(8).putShort((short) 0xfffe).putShort((short) 0xe000).putInt(even.length).array());
            out.writeBytes(even);
        }
        out.writeBytes(little(8).putShort((short) 0xfffe).putShort((short) 0xe0dd).putInt(0).array());
        elements.put(DicomFile.PIXELS & 0xffffffffL, head(DicomFile.PIXELS, "OB", -1, out.toByteArray()));
        return this;
    }

    /** A sequence of stated length; {@link #openSequence} makes one that ends with a mark. */
    DicomBuilder sequence(int tag, DicomBuilder... items) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (DicomBuilder item : items) {
            byte[] body = item.body();
            out.writeBytes(little(8).putShort((short) 0xfffe).putShort((short) 0xe000).putInt(body.length).array());
            out.writeBytes(body);
        }
        return bytes(tag, "SQ", out.toByteArray());
    }

    DicomBuilder openSequence(int tag, DicomBuilder... items) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (DicomBuilder item : items) {
            out.writeBytes(little(8).putShort((short) 0xfffe).putShort((short) 0xe000).putInt(-1).array());
            out.writeBytes(item.body());
            out.writeBytes(little(8).putShort((short) 0xfffe).putShort((short) 0xe00d).putInt(0).array());
        }
        out.writeBytes(little(8).putShort((short) 0xfffe).putShort((short) 0xe0dd).putInt(0).array());
        elements.put(tag & 0xffffffffL, head(tag, "SQ", -1, out.toByteArray()));
        return this;
    }

    DicomBuilder bytes(int tag, String vr, byte[] value) {
        elements.put(tag & 0xffffffffL, head(tag, vr, value.length, value));
        return this;
    }

    private static byte[] head(int tag, String vr, int length, byte[] value) {
        boolean isLong = LONG_FORM.contains(vr);
        ByteBuffer out = little((isLong ? 12 : 8) + value.length).putShort((short) (tag >>> 16)).putShort((short) tag)
                .put(vr.getBytes(StandardCharsets.US_ASCII));
        if (isLong)
            out.putShort((short) 0).putInt(length);
        else
            out.putShort((short) length);
        return out.put(value).array();
    }

    private byte[] body() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        elements.values().forEach(out::writeBytes);
        return out.toByteArray();
    }

    /** The file, uncompressed. */
    byte[] file() {
        return file("1.2.840.10008.1.2.1");
    }

    byte[] file(String transferSyntax) {
        byte[] meta = new DicomBuilder().text(0x00020010, "UI", transferSyntax).body();
        byte[] body = body();
        return ByteBuffer.allocate(132 + meta.length + body.length).position(128)
                .put("DICM".getBytes(StandardCharsets.US_ASCII)).put(meta).put(body).array();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
