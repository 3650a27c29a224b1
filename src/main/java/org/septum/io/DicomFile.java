package org.septum.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;

import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * The tags of one DICOM file that matter to a scan, and where its pixels begin. The pixels themselves stay in the file.
 *
 * @param path
 *            the file
 * @param tags
 *            short values of the outermost level, by tag as 0xGGGGEEEE
 * @param transferSyntax
 *            UID of how the file is encoded
 * @param pixelOffset
 *            first byte of the pixels, or -1 if it holds none
 * @param pixelLength
 *            bytes of pixels as the file states it; -1 if they are compressed
 */
record DicomFile(Path path, Map<Integer, String> tags, String transferSyntax, long pixelOffset, long pixelLength) {

    static final int MODALITY = 0x00080060;
    static final int SERIES_DESCRIPTION = 0x0008103e;
    static final int SLICE_THICKNESS = 0x00180050;
    static final int SLICE_SPACING = 0x00180088;
    static final int DETECTOR_SPACING = 0x00181164;
    static final int SERIES_UID = 0x0020000e;
    static final int POSITION = 0x00200032;
    static final int ORIENTATION = 0x00200037;
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

    /** Its value stays in the file; what is kept is its representation, OB or OW. */
    static final int PIXELS = 0x7fe00010;

    private static final int FIRST_READ = 1 << 16;

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
        try (FileChannel in = FileChannel.open(path)) {
            long size = in.size();
            // Why? Headers are mostly small and pixels large; few files need a second look.
            for (long length = Math.min(FIRST_READ, size);; length = Math.min(8 * length, size)) {
                ByteBuffer start = ByteBuffer.allocate((int) Math.min(length, Integer.MAX_VALUE - 16));
                while (start.hasRemaining() && in.read(start, start.position()) >= 0)
                    continue;
                try {
                    return new DicomParser(path, start.flip(), length == size).parse();
                } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
                    if (length >= size || length > Integer.MAX_VALUE / 8)
                        throw SeptumException
                                .input("cannot read " + path + ": it ends within a DICOM tag; get the file again", e);
                }
            }
        } catch (IOException e) {
            throw Problem.reading(path, e);
        }
    }

    boolean hasPixels() {
        return pixelOffset >= 0 && tags.containsKey(ROWS) && tags.containsKey(COLUMNS);
    }

    boolean isCompressed() {
        return pixelLength < 0;
    }

    /** Name without folder, for messages. */
    String fileName() {
        return FileNames.fileName(path);
    }

    /** The value of a tag, empty if it has none. */
    String text(int tag) {
        return tags.getOrDefault(tag, "");
    }

    /** The whole number in a tag. */
    int number(int tag, int otherwise) {
        OptionalDouble value = real(tag, 0);
        return value.isPresent() ? (int) value.getAsDouble() : otherwise;
    }

    /** Value number {@code i} of a tag, if it is there. */
    OptionalDouble real(int tag, int i) {
        String[] words = text(tag).split("\\\\");
        if (i >= words.length || words[i].isBlank())
            return OptionalDouble.empty();
        try {
            return OptionalDouble.of(Double.parseDouble(words[i].strip()));
        } catch (NumberFormatException e) {
            throw SeptumException
                    .input("cannot read %s: tag (%04x,%04x) holds \"%s\", which is no number; correct the file"
                            .formatted(path, tag >>> 16, tag & 0xffff, words[i].strip()), e);
        }
    }

    boolean has(int tag, int values) {
        return real(tag, values - 1).isPresent();
    }

    /** Three numbers of a tag from number {@code first} on; the tag must {@link #has} them. */
    Vector3 vector(int tag, int first) {
        return new Vector3(real(tag, first).orElseThrow(), real(tag, first + 1).orElseThrow(),
                real(tag, first + 2).orElseThrow());
    }
}
