package org.septum.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Data elements of a DICOM file in the encoding "Explicit VR Little Endian", put down in the order of their tags. */
final class DicomElements {

    private static final Set<String> LONG_FORM = Set.of("OB", "OW");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    DicomElements text(int tag, String representation, String value) {
        boolean odd = value.length() % 2 == 1;
        String even = odd ? value + (representation.equals("UI") ? "\0" : " ") : value;
        return bytes(tag, representation, even.getBytes(StandardCharsets.US_ASCII));
    }

    DicomElements unsignedShort(int tag, int value) {
        return bytes(tag, "US", little(2).putShort((short) value).array());
    }

    DicomElements unsignedInt(int tag, int value) {
        return bytes(tag, "UL", little(4).putInt(value).array());
    }

    /** An element with a value of an even number of bytes. */
    DicomElements bytes(int tag, String representation, byte[] value) {
        boolean isLong = LONG_FORM.contains(representation);
        ByteBuffer head = little(isLong ? 12 : 8).putShort((short) (tag >>> 16)).putShort((short) tag)
                .put(representation.getBytes(StandardCharsets.US_ASCII));
        if (isLong)
            head.putShort((short) 0).putInt(value.length);
        else
            head.putShort((short) value.length);
        out.writeBytes(head.array());
        out.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
