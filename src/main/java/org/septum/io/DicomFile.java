package org.septum.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;

import org.septum.core.SeptumException;

/**
 * The tags of one DICOM file that matter to a scan, and where its pixels begin. The pixels themselves stay in the file.
 *
 * @param path
 *            the file
 * @param data
 *            its tags
 * @param transferSyntax
 *            UID of how the file is encoded
 * @param pixelOffset
 *            first byte of the pixels, or -1 if it holds none
 * @param pixelLength
 *            bytes of pixels as the file states it; -1 if they are compressed
 * @param inflateFrom
 *            first byte of the part that is deflated; 0 if none is
 */
record DicomFile(Path path, DicomDataset data, String transferSyntax, long pixelOffset, long pixelLength,
        long inflateFrom) {

    static final int IMAGE_TYPE = 0x00080008;
    static final int SOP_CLASS = 0x00080016;
    static final int SOP_INSTANCE = 0x00080018;
    static final int ACQUISITION_TIME = 0x00080032;
    static final int CONTENT_TIME = 0x00080033;
    static final int MODALITY = 0x00080060;
    static final int SERIES_DESCRIPTION = 0x0008103e;
    static final int PATIENT_ID = 0x00100020;
    static final int SLICE_THICKNESS = 0x00180050;
    static final int ECHO_TIME = 0x00180081;
    static final int SLICE_SPACING = 0x00180088;
    static final int TRIGGER_TIME = 0x00181060;
    static final int FRAME_TIME = 0x00181063;
    static final int FRAME_TIMES = 0x00181065;
    static final int DETECTOR_SPACING = 0x00181164;
    static final int EFFECTIVE_ECHO_TIME = 0x00189082;
    static final int B_VALUE = 0x00189087;
    static final int MR_ECHO = 0x00189114;
    static final int MR_DIFFUSION = 0x00189117;
    static final int CARDIAC_SYNCHRONIZATION = 0x00189118;
    static final int STUDY_UID = 0x0020000d;
    static final int SERIES_UID = 0x0020000e;
    static final int SERIES_NUMBER = 0x00200011;
    static final int ACQUISITION_NUMBER = 0x00200012;
    static final int INSTANCE_NUMBER = 0x00200013;
    static final int POSITION = 0x00200032;
    static final int ORIENTATION = 0x00200037;
    static final int TEMPORAL_POSITION = 0x00200100;
    static final int FRAME_CONTENT = 0x00209111;
    static final int PLANE_POSITION = 0x00209113;
    static final int PLANE_ORIENTATION = 0x00209116;
    static final int TEMPORAL_INDEX = 0x00209128;
    static final int TRIGGER_DELAY = 0x00209153;
    static final int SAMPLES = 0x00280002;
    static final int PHOTOMETRIC = 0x00280004;
    static final int PLANAR = 0x00280006;
    static final int FRAMES = 0x00280008;
    static final int ROWS = 0x00280010;
    static final int COLUMNS = 0x00280011;
    static final int PIXEL_SPACING = 0x00280030;
    static final int BITS_ALLOCATED = 0x00280100;
    static final int BITS_STORED = 0x00280101;
    static final int HIGH_BIT = 0x00280102;
    static final int SIGNED = 0x00280103;
    static final int INTERCEPT = 0x00281052;
    static final int SLOPE = 0x00281053;
    /** Descriptor of the red palette; those of green and blue follow. */
    static final int PALETTE_DESCRIPTOR = 0x00281101;
    /** Data of the red palette; those of green and blue follow. */
    static final int PALETTE_DATA = 0x00281201;
    static final int PIXEL_MEASURES = 0x00289110;
    static final int VALUE_TRANSFORMATION = 0x00289145;
    static final int NM_DETECTOR = 0x00540022;
    static final int SEGMENTATION_TYPE = 0x00620001;
    static final int SEGMENTS = 0x00620002;
    static final int SEGMENT_NUMBER = 0x00620004;
    static final int SEGMENT_LABEL = 0x00620005;
    static final int SEGMENT_IDENTIFICATION = 0x0062000a;
    static final int REFERENCED_SEGMENT = 0x0062000b;
    static final int SEGMENT_COLOUR = 0x0062000d;
    static final int LARGEST_FRACTION = 0x0062000e;
    static final int FRAME_OFFSETS = 0x3004000c;
    static final int SHARED_GROUPS = 0x52009229;
    static final int FRAME_GROUPS = 0x52009230;

    static final int FLOAT_PIXELS = 0x7fe00008;
    static final int DOUBLE_PIXELS = 0x7fe00009;
    /** Its value stays in the file; what is kept is its representation, OB or OW. */
    static final int PIXELS = 0x7fe00010;

    private static final String SEGMENTATION = "SEG";
    private static final String SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
    private static final List<String> SCOUTS = List.of("LOCALIZER", "SCOUT", "SURVIEW");

    /** True if a file bears the DICOM mark. */
    static boolean isDicom(Path path) {
        if (!Files.isRegularFile(path))
            return false;
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(132);
            return start.length == 132 && Arrays.equals(start, 128, 132, new byte[] { 'D', 'I', 'C', 'M' }, 0, 4);
        } catch (IOException e) {
            // A file that cannot be opened is reported when somebody asks to read it.
            return false;
        }
    }

    /** Reads the tags of a file up to its pixels. */
    static DicomFile parse(Path path) {
        try (DicomBytes bytes = DicomBytes.open(path)) {
            return new DicomParser(path, bytes).parse();
        } catch (IOException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    /** Opens the bytes that {@link #pixelOffset} counts in. */
    DicomBytes open() throws IOException {
        DicomBytes file = DicomBytes.open(path);
        return inflateFrom > 0 ? file.inflated(inflateFrom) : file;
    }

    boolean hasPixels() {
        return pixelOffset >= 0 && !text(ROWS).isEmpty() && !text(COLUMNS).isEmpty();
    }

    boolean isCompressed() {
        return pixelLength < 0;
    }

    /** True for what lies beside scans: scouts that show where others lie, and pictures of a screen. */
    boolean isSideImage() {
        String type = text(IMAGE_TYPE).toUpperCase(Locale.ROOT);
        return SCOUTS.stream().anyMatch(type::contains) || text(SOP_CLASS).startsWith(SECONDARY_CAPTURE);
    }

    /** True for label masks in DICOM's own form. */
    boolean isSegmentation() {
        return text(MODALITY).equals(SEGMENTATION) || !text(SEGMENTATION_TYPE).isEmpty();
    }

    /** Name without folder, for messages. */
    String fileName() {
        return FileNames.fileName(path);
    }

    /** The value of a tag of the outermost level, empty if it has none. */
    String text(int tag) {
        return data.text(tag);
    }

    /** The whole number in a tag of the outermost level. */
    int number(int tag, int otherwise) {
        return naming(() -> data.number(tag, otherwise));
    }

    /** Value number {@code i} of a tag of the outermost level, if it is there. */
    OptionalDouble real(int tag, int i) {
        return naming(() -> data.real(tag, i));
    }

    /** Puts the name of this file before what is wrong with a tag. */
    <T> T naming(Supplier<T> value) {
        try {
            return value.get();
        } catch (SeptumException e) {
            throw e.getMessage().startsWith("tag (")
                    ? SeptumException.input("cannot read " + path + ": " + e.getMessage(), e)
                    : e;
        }
    }
}
