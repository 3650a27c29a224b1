package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;

import org.septum.core.SeptumException;

/**
 * Reads the pixels of one DICOM file: stored bits, sign, MONOCHROME1, rescale slope and intercept.
 * <p>
 * <b>Why?</b> Bio-Formats 7.3.1 leaves the rescaling out, inverts MONOCHROME1 about a number that is not that of the
 * stored bits, and decodes RLE and JPEG 2000 in colour wrongly; so it is asked only for those compressed pixels that it
 * was seen to decode rightly. The rest is read here or refused.
 */
final class DicomPixels {

    private static final String RLE = "1.2.840.10008.1.2.5";
    private static final Set<String> UNCOMPRESSED = Set.of("1.2.840.10008.1.2", "1.2.840.10008.1.2.1",
            "1.2.840.10008.1.2.2");
    private static final Set<String> BY_BIO_FORMATS_GREY = Set.of("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70",
            "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91");
    private static final Set<String> BY_BIO_FORMATS_COLOUR = Set.of("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70");
    private static final Map<String, String> SYNTAX_NAMES = Map.of("1.2.840.10008.1.2.4.50", "JPEG",
            "1.2.840.10008.1.2.4.51", "JPEG with 12 bits", "1.2.840.10008.1.2.4.57", "lossless JPEG",
            "1.2.840.10008.1.2.4.80", "JPEG-LS", "1.2.840.10008.1.2.4.81", "JPEG-LS", "1.2.840.10008.1.2.4.90",
            "JPEG 2000", "1.2.840.10008.1.2.4.91", "JPEG 2000");

    private final DicomFile file;
    private final int count;
    private final int samples;
    private final int bytes;
    private final int shift;
    private final int stored;
    private final boolean signed;

    DicomPixels(DicomFile file) {
        this.file = file;
        count = Math.multiplyExact(file.number(DicomFile.ROWS, 0), file.number(DicomFile.COLUMNS, 0));
        samples = file.number(DicomFile.SAMPLES, 1);
        int allocated = file.number(DicomFile.BITS_ALLOCATED, 16);
        bytes = allocated / 8;
        stored = file.number(DicomFile.BITS_STORED, allocated);
        shift = file.number(DicomFile.HIGH_BIT, stored - 1) + 1 - stored;
        signed = file.number(DicomFile.SIGNED, 0) == 1;
    }

    static boolean isInverted(DicomFile file) {
        return file.text(DicomFile.PHOTOMETRIC).equals("MONOCHROME1");
    }

    /** Throws if the pixels are of a sort that would not be read rightly. */
    void requireReadable() throws IOException {
        String photometric = file.text(DicomFile.PHOTOMETRIC);
        int frames = file.number(DicomFile.FRAMES, 1);
        if (frames > 1)
            throw refuse("holds " + frames + " frames in one file", "write each frame to a file of its own first");
        int allocated = file.number(DicomFile.BITS_ALLOCATED, 16);
        if (allocated != 8 && allocated != 16 && allocated != 32)
            throw refuse("has " + allocated + " bits a pixel; 8, 16 and 32 are allowed", "convert it first");
        if (stored < 1 || stored > allocated || shift < 0 || shift + stored > allocated)
            throw refuse("states " + stored + " stored of " + allocated + " bits, which contradicts itself",
                    "correct its header");
        boolean grey = photometric.isEmpty() || photometric.startsWith("MONOCHROME");
        boolean jpeg = BY_BIO_FORMATS_COLOUR.contains(file.transferSyntax());
        boolean colour = photometric.equals("RGB") || jpeg && photometric.startsWith("YBR_FULL");
        if (!(grey && samples == 1 || colour && samples == 3))
            throw refuse("has colours of the sort " + photometric + " with " + samples
                    + " samples; MONOCHROME1, MONOCHROME2 and RGB are allowed", "convert it first");
        if (UNCOMPRESSED.contains(file.transferSyntax())) {
            long needed = storedBytes();
            if (file.isCompressed() || file.pixelLength() < needed
                    || Files.size(file.path()) < file.pixelOffset() + needed)
                throw new EOFException("it holds less than the " + needed + " bytes of pixels that its header states");
        } else {
            requireDecodable(grey);
        }
    }

    private void requireDecodable(boolean grey) {
        String syntax = file.transferSyntax();
        String remedy = "decompress it first, for example with gdcmconv --raw";
        if (!syntax.equals(RLE) && !(grey ? BY_BIO_FORMATS_GREY : BY_BIO_FORMATS_COLOUR).contains(syntax))
            throw refuse("is compressed with " + SYNTAX_NAMES.getOrDefault(syntax, "transfer syntax " + syntax)
                    + (grey ? "" : " in colour") + ", which Septum does not read", remedy);
        if (!syntax.equals(RLE) && isInverted(file))
            throw refuse("is a compressed MONOCHROME1 image, which Septum does not read", remedy);
        if (!file.isCompressed())
            throw refuse("states compressed pixels, but holds none", "get the file again");
    }

    private SeptumException refuse(String what, String remedy) {
        return SeptumException.input(file.path() + " " + what + "; " + remedy);
    }

    /** One channel of the image in the scan's own unit. */
    float[] plane(int channel) throws IOException {
        long[] raw = UNCOMPRESSED.contains(file.transferSyntax()) ? uncompressed(channel)
                : file.transferSyntax().equals(RLE) ? DicomRle.decode(file, channel, count, bytes)
                        : BioFormatsDicom.decode(file, channel, count, samples);
        double slope = file.real(DicomFile.SLOPE, 0).orElse(1);
        double intercept = file.real(DicomFile.INTERCEPT, 0).orElse(0);
        boolean inverted = isInverted(file);
        long mask = (1L << stored) - 1;
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            long value = raw[i] >> shift & mask;
            if (inverted)
                value ^= mask;
            if (signed && value >> stored - 1 != 0)
                value -= mask + 1;
            out[i] = (float) (value * slope + intercept);
        }
        return out;
    }

    private long[] uncompressed(int channel) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(storedBytes()));
        all.order(file.transferSyntax().endsWith(".1.2.2") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        try (FileChannel in = FileChannel.open(file.path())) {
            while (all.hasRemaining()) {
                if (in.read(all, file.pixelOffset() + all.position()) < 0)
                    throw new EOFException();
            }
        }
        if (bytes == 1 && all.order() == ByteOrder.BIG_ENDIAN && file.text(DicomFile.PIXELS).equals("OW"))
            swapPairs(all.array());
        boolean planar = samples > 1 && file.number(DicomFile.PLANAR, 0) == 1;
        int first = planar ? channel * count : channel;
        int stride = planar ? 1 : samples;
        long[] out = new long[count];
        for (int i = 0; i < count; i++) {
            int at = (first + i * stride) * bytes;
            out[i] = bytes == 1 ? all.get(at) : bytes == 2 ? all.getShort(at) : all.getInt(at);
        }
        return out;
    }

    /** Pixels fill an even number of bytes. */
    private long storedBytes() {
        long all = (long) count * samples * bytes;
        return all + all % 2;
    }

    /** Turns words of two bytes round: 8-bit pixels in big-endian 16-bit words (PS3.5, annex D). */
    private static void swapPairs(byte[] bytes) {
        for (int i = 0; i + 1 < bytes.length; i += 2) {
            byte first = bytes[i];
            bytes[i] = bytes[i + 1];
            bytes[i + 1] = first;
        }
    }
}
