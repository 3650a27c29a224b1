package org.septum.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.septum.core.SeptumException;

/**
 * Walks through the data elements of a DICOM file (PS3.5, section 7) and keeps the short ones of the outermost level,
 * and the sequences that say where the frames of a multi-frame image lie.
 * <p>
 * <b>Why?</b> A series has hundreds of files, and every one must be looked at before the first pixel is read;
 * Bio-Formats reads the whole tag tree of each, private tags included, as text.
 */
final class DicomParser {

    static final String IMPLICIT = "1.2.840.10008.1.2";
    static final String BIG_ENDIAN = "1.2.840.10008.1.2.2";
    static final String DEFLATED = "1.2.840.10008.1.2.1.99";

    private static final int ITEM = 0xfffee000;
    private static final int ITEM_END = 0xfffee00d;
    private static final int SEQUENCE_END = 0xfffee0dd;
    private static final int TRANSFER_SYNTAX = 0x00020010;
    private static final long UNDEFINED = 0xffffffffL;
    private static final int LONGEST_VALUE = 1024;
    private static final int LONGEST_TABLE = 1 << 18;
    private static final int DEEPEST = 24;
    private static final Set<String> LONG_FORM = Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN",
            "UR", "UT", "UV");
    private static final Set<Integer> KEPT_GROUPS = Set.of(0x0002, 0x0008, 0x0010, 0x0018, 0x0020, 0x0028, 0x0062);
    private static final Set<Integer> KEPT_SEQUENCES = Set.of(DicomFile.SHARED_GROUPS, DicomFile.FRAME_GROUPS,
            DicomFile.FRAME_CONTENT, DicomFile.PLANE_POSITION, DicomFile.PLANE_ORIENTATION, DicomFile.PIXEL_MEASURES,
            DicomFile.VALUE_TRANSFORMATION, DicomFile.CARDIAC_SYNCHRONIZATION, DicomFile.MR_ECHO,
            DicomFile.MR_DIFFUSION, DicomFile.SEGMENTS, DicomFile.SEGMENT_IDENTIFICATION, DicomFile.NM_DETECTOR);
    /** What is kept of the items of sequences, of which there may be thousands. */
    private static final Set<Integer> KEPT_IN_ITEMS = Set.of(DicomFile.POSITION, DicomFile.ORIENTATION,
            DicomFile.PIXEL_SPACING, DicomFile.SLICE_THICKNESS, DicomFile.SLICE_SPACING, DicomFile.SLOPE,
            DicomFile.INTERCEPT, DicomFile.TEMPORAL_INDEX, DicomFile.TRIGGER_DELAY, DicomFile.TRIGGER_TIME,
            DicomFile.EFFECTIVE_ECHO_TIME, DicomFile.B_VALUE, DicomFile.REFERENCED_SEGMENT, DicomFile.SEGMENT_NUMBER,
            DicomFile.SEGMENT_LABEL, DicomFile.SEGMENT_COLOUR);
    private static final Set<Integer> TABLES = Set.of(DicomFile.PALETTE_DATA, DicomFile.PALETTE_DATA + 1,
            DicomFile.PALETTE_DATA + 2, DicomFile.FRAME_OFFSETS, DicomFile.FRAME_TIMES);
    private static final Set<Integer> RAW = Set.of(DicomFile.PALETTE_DATA, DicomFile.PALETTE_DATA + 1,
            DicomFile.PALETTE_DATA + 2);
    private static final Set<Integer> PIXEL_TAGS = Set.of(DicomFile.PIXELS, DicomFile.FLOAT_PIXELS,
            DicomFile.DOUBLE_PIXELS);
    /** Representations of kept tags that are no text, for files that leave them out. */
    private static final Map<Integer, String> BINARY = Map.ofEntries(Map.entry(DicomFile.SAMPLES, "US"),
            Map.entry(DicomFile.PLANAR, "US"), Map.entry(DicomFile.ROWS, "US"), Map.entry(DicomFile.COLUMNS, "US"),
            Map.entry(DicomFile.BITS_ALLOCATED, "US"), Map.entry(DicomFile.BITS_STORED, "US"),
            Map.entry(DicomFile.HIGH_BIT, "US"), Map.entry(DicomFile.SIGNED, "US"),
            Map.entry(DicomFile.PALETTE_DESCRIPTOR, "US"), Map.entry(DicomFile.PALETTE_DESCRIPTOR + 1, "US"),
            Map.entry(DicomFile.PALETTE_DESCRIPTOR + 2, "US"), Map.entry(DicomFile.SEGMENT_NUMBER, "US"),
            Map.entry(DicomFile.REFERENCED_SEGMENT, "US"), Map.entry(DicomFile.LARGEST_FRACTION, "US"),
            Map.entry(DicomFile.SEGMENT_COLOUR, "US"), Map.entry(DicomFile.TEMPORAL_INDEX, "UL"),
            Map.entry(DicomFile.TRIGGER_DELAY, "FD"), Map.entry(DicomFile.EFFECTIVE_ECHO_TIME, "FD"),
            Map.entry(DicomFile.B_VALUE, "FD"));

    private final Path path;
    private DicomBytes bytes;
    private DicomInput in;
    private boolean explicit = true;
    private long pixelOffset = -1;
    private long pixelLength;

    private int tag;
    private String representation;
    private long length;

    DicomParser(Path path, DicomBytes bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    DicomFile parse() throws IOException {
        in = new DicomInput(bytes, 132);
        Map<Integer, String> tags = new HashMap<>();
        Map<Integer, List<DicomDataset>> sequences = new HashMap<>();
        while (in.remaining() >= 8 && in.groupAhead() == 2) {
            readHead();
            keep(tags, KEPT_GROUPS.contains(tag >>> 16));
        }
        String syntax = tags.getOrDefault(TRANSFER_SYNTAX, IMPLICIT);
        long inflateFrom = syntax.equals(DEFLATED) ? in.position() : 0;
        if (inflateFrom > 0) {
            bytes = bytes.inflated(inflateFrom);
            in = new DicomInput(bytes, inflateFrom);
        }
        explicit = !syntax.equals(IMPLICIT) && in.isRepresentationAhead();
        if (syntax.equals(BIG_ENDIAN))
            in.order(ByteOrder.BIG_ENDIAN);
        while (pixelOffset < 0 && in.remaining() >= 8) {
            readHead();
            if (PIXEL_TAGS.contains(tag))
                pixelsFound(tags);
            else if (isSequence())
                sequence(sequences, 0);
            else
                keep(tags, isKept(tag));
        }
        return new DicomFile(path, new DicomDataset(tags, sequences), syntax, pixelOffset, pixelLength, inflateFrom);
    }

    private void pixelsFound(Map<Integer, String> tags) {
        pixelOffset = in.position();
        pixelLength = length == UNDEFINED ? -1 : length;
        tags.put(tag, representation);
    }

    private static boolean isKept(int tag) {
        return KEPT_GROUPS.contains(tag >>> 16) || TABLES.contains(tag);
    }

    private void readHead() throws IOException {
        int group = in.uint16();
        tag = group << 16 | in.uint16();
        if (group == 0xfffe || !explicit) {
            representation = group == 0xfffe ? "" : BINARY.getOrDefault(tag, "");
            length = in.uint32();
            return;
        }
        ByteBuffer vr = in.take(2);
        representation = new String(vr.array(), StandardCharsets.ISO_8859_1);
        if (LONG_FORM.contains(representation)) {
            in.uint16();
            length = in.uint32();
        } else {
            length = in.uint16();
        }
    }

    private boolean isSequence() {
        return length == UNDEFINED || representation.equals("SQ") || !explicit && KEPT_SEQUENCES.contains(tag);
    }

    /** Keeps the value of the element whose head was read, or steps over it. */
    private void keep(Map<Integer, String> tags, boolean wanted) throws IOException {
        long end = in.position() + length;
        if (wanted && length <= (TABLES.contains(tag) ? LONGEST_TABLE : LONGEST_VALUE))
            tags.put(tag, value());
        in.seek(end);
    }

    private String value() throws IOException {
        ByteBuffer raw = in.take((int) length);
        if (RAW.contains(tag)) {
            if (raw.order() == ByteOrder.BIG_ENDIAN && !representation.equals("OB"))
                DicomPixels.swapPairs(raw.array());
            return new String(raw.array(), StandardCharsets.ISO_8859_1);
        }
        String kind = BINARY.containsKey(tag) && representation.equals("UN") ? BINARY.get(tag) : representation;
        int size = switch (kind) {
            case "US", "SS" -> 2;
            case "UL", "SL", "FL" -> 4;
            case "FD" -> 8;
            default -> 0;
        };
        if (size == 0)
            return text(raw.array());
        StringBuilder out = new StringBuilder();
        while (raw.remaining() >= size) {
            out.append(out.isEmpty() ? "" : "\\");
            switch (kind) {
                case "US" -> out.append(raw.getShort() & 0xffff);
                case "SS" -> out.append(raw.getShort());
                case "UL" -> out.append(raw.getInt() & UNDEFINED);
                case "SL" -> out.append(raw.getInt());
                case "FL" -> out.append(raw.getFloat());
                default -> out.append(raw.getDouble());
            }
        }
        return out.toString();
    }

    /** Text in which control characters, which damaged files hold, are blanks. */
    private static String text(byte[] raw) {
        for (int i = 0; i < raw.length; i++)
            if (raw[i] >= 0 && raw[i] < ' ')
                raw[i] = ' ';
        return new String(raw, StandardCharsets.ISO_8859_1).strip();
    }

    /** Reads the items of a sequence that is wanted, or steps over them. */
    private void sequence(Map<Integer, List<DicomDataset>> into, int depth) throws IOException {
        if (depth > DEEPEST)
            throw damaged();
        int name = tag;
        boolean wanted = KEPT_SEQUENCES.contains(name);
        long end = length == UNDEFINED ? Long.MAX_VALUE : in.position() + length;
        if (!wanted && length != UNDEFINED) {
            in.seek(end);
            return;
        }
        boolean outer = explicit;
        if (representation.equals("UN"))
            explicit = false;
        List<DicomDataset> items = new ArrayList<>();
        while (in.position() < end) {
            readHead();
            if (tag == SEQUENCE_END)
                break;
            if (tag != ITEM)
                throw damaged();
            DicomDataset item = item(wanted, depth);
            if (wanted)
                items.add(item);
        }
        explicit = outer;
        if (wanted)
            into.put(name, items);
    }

    private DicomDataset item(boolean wanted, int depth) throws IOException {
        Map<Integer, String> tags = new HashMap<>();
        Map<Integer, List<DicomDataset>> sequences = new HashMap<>();
        long end = length == UNDEFINED ? Long.MAX_VALUE : in.position() + length;
        if (!wanted && length != UNDEFINED) {
            in.seek(end);
            return DicomDataset.EMPTY;
        }
        while (in.position() < end) {
            readHead();
            if (tag == ITEM_END)
                break;
            if (isSequence())
                sequence(sequences, depth + 1);
            else
                keep(tags, wanted && KEPT_IN_ITEMS.contains(tag));
        }
        return new DicomDataset(tags, sequences);
    }

    private SeptumException damaged() {
        return SeptumException.input("cannot read " + path + ": a DICOM sequence is damaged; get the file again");
    }
}
