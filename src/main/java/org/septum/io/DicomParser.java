package org.septum.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.septum.core.SeptumException;

/**
 * Walks through the data elements of a DICOM file (PS3.5, section 7) and keeps the short ones of the outermost level.
 * <p>
 * <b>Why?</b> A series has hundreds of files, and every one must be looked at before the first pixel is read;
 * Bio-Formats reads the whole tag tree of each, private tags included, as text.
 */
final class DicomParser {

    private static final int ITEM = 0xfffee000;
    private static final int ITEM_END = 0xfffee00d;
    private static final int SEQUENCE_END = 0xfffee0dd;
    private static final long UNDEFINED = 0xffffffffL;
    private static final int LONGEST_VALUE = 1024;
    private static final Set<String> LONG_FORM = Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN",
            "UR", "UT", "UV");
    private static final Set<Integer> KEPT_GROUPS = Set.of(0x0002, 0x0008, 0x0010, 0x0018, 0x0020, 0x0028);
    private static final Set<Integer> BINARY = Set.of(DicomFile.SAMPLES, DicomFile.PLANAR, DicomFile.ROWS,
            DicomFile.COLUMNS, DicomFile.BITS_ALLOCATED, DicomFile.BITS_STORED, DicomFile.HIGH_BIT, DicomFile.SIGNED);

    private final Path path;
    private final ByteBuffer in;
    private final boolean isWhole;
    private final Map<Integer, String> tags = new HashMap<>();
    private boolean explicit = true;
    private long pixelOffset = -1;
    private long pixelLength;

    private int tag;
    private String representation;
    private long length;

    /**
     * @param start
     *            the file, or its beginning
     * @param isWhole
     *            whether it is all of the file
     */
    DicomParser(Path path, ByteBuffer start, boolean isWhole) {
        this.path = path;
        this.in = start.order(ByteOrder.LITTLE_ENDIAN);
        this.isWhole = isWhole;
    }

    /**
     * @throws java.nio.BufferUnderflowException
     *             or another unchecked exception of buffers if the bytes end within an element
     */
    DicomFile parse() {
        in.position(132);
        while (in.remaining() >= 8 && group(in.position()) == 2) {
            readHead();
            keep();
        }
        String syntax = tags.getOrDefault(0x00020010, "1.2.840.10008.1.2");
        explicit = !syntax.equals("1.2.840.10008.1.2") && hasRepresentation();
        if (syntax.equals("1.2.840.10008.1.2.2"))
            in.order(ByteOrder.BIG_ENDIAN);
        if (syntax.equals("1.2.840.10008.1.2.1.99"))
            throw SeptumException.input(path + " is deflated DICOM, which Septum does not read;"
                    + " rewrite it uncompressed, for example with dcmconv or gdcmconv --raw");
        while (pixelOffset < 0 && (isWhole ? in.remaining() >= 8 : true)) {
            readHead();
            if (tag == DicomFile.PIXELS) {
                pixelOffset = in.position();
                pixelLength = length == UNDEFINED ? -1 : length;
                tags.put(tag, representation);
            } else if (length == UNDEFINED) {
                skipSequence();
            } else {
                keep();
            }
        }
        return new DicomFile(path, Map.copyOf(tags), syntax, pixelOffset, pixelLength);
    }

    /** Some writers state explicit value representations and leave them out. */
    private boolean hasRepresentation() {
        return in.remaining() < 8
                || Character.isUpperCase(in.get(in.position() + 4)) && Character.isUpperCase(in.get(in.position() + 5));
    }

    private int group(int position) {
        return in.getShort(position) & 0xffff;
    }

    private void readHead() {
        int group = in.getShort() & 0xffff;
        tag = group << 16 | in.getShort() & 0xffff;
        if (group == 0xfffe || !explicit) {
            representation = "";
            length = in.getInt() & UNDEFINED;
            return;
        }
        byte[] vr = new byte[2];
        in.get(vr);
        representation = new String(vr, StandardCharsets.ISO_8859_1);
        if (LONG_FORM.contains(representation)) {
            in.getShort();
            length = in.getInt() & UNDEFINED;
        } else {
            length = in.getShort() & 0xffff;
        }
    }

    /** Keeps the value of the element whose head was read, or steps over it. */
    private void keep() {
        int start = in.position();
        int end = Math.toIntExact(Math.min(start + length, Integer.MAX_VALUE));
        if (length <= LONGEST_VALUE && KEPT_GROUPS.contains(tag >>> 16) && !representation.equals("SQ")) {
            tags.put(tag, value());
        }
        in.position(end);
    }

    private String value() {
        if (length >= 2 && (representation.equals("US") || BINARY.contains(tag)))
            return Integer.toString(in.getShort() & 0xffff);
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
    }

    /** Steps over items up to the end of a sequence whose length is not stated. */
    private void skipSequence() {
        boolean outer = explicit;
        if (representation.equals("UN"))
            explicit = false;
        for (readHead(); tag != SEQUENCE_END; readHead()) {
            if (tag != ITEM)
                throw SeptumException
                        .input("cannot read " + path + ": a DICOM sequence is damaged; get the file again");
            if (length == UNDEFINED)
                skipItem();
            else
                skipValue();
        }
        explicit = outer;
    }

    private void skipItem() {
        for (readHead(); tag != ITEM_END; readHead()) {
            if (length == UNDEFINED)
                skipSequence();
            else
                skipValue();
        }
    }

    private void skipValue() {
        in.position(Math.toIntExact(Math.min(in.position() + length, Integer.MAX_VALUE)));
    }
}
