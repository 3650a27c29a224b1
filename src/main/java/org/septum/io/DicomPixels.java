package org.septum.io;

import java.io.EOFException;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

import org.septum.core.SeptumException;

/**
 * Reads the pixels of one DICOM file frame by frame: stored bits, sign, MONOCHROME1, colours, rescale slope and
 * intercept. May be used from many threads.
 * <p>
 * <b>Why?</b> Bio-Formats 7.3.1 leaves the rescaling out, inverts MONOCHROME1 about a number that is not that of the
 * stored bits, and decodes RLE in colour, YBR_FULL_422 and single bits wrongly; so it is asked only for what lies
 * inside a JPEG 2000 codestream. The rest is read here or refused.
 */
final class DicomPixels {

    private static final Set<String> UNCOMPRESSED = Set.of(DicomParser.IMPLICIT, "1.2.840.10008.1.2.1",
            DicomParser.BIG_ENDIAN, DicomParser.DEFLATED);
    /** Planes up to this size are read whatever the length of their compressed bytes; larger ones are checked. */
    private static final long HARMLESS = 32L << 20;

    private final DicomFile file;
    private final DicomLayout layout;
    private final boolean uncompressed;
    private DicomFragments fragments;
    private volatile SoftReference<Colours> lastColours = new SoftReference<>(null);

    /** Red, green and blue of one frame, kept as the three channels are asked for one after the other. */
    private record Colours(int frame, float[][] channels) {
    }

    /**
     * @throws SeptumException
     *             if the header contradicts itself
     */
    DicomPixels(DicomFile file) {
        this.file = file;
        layout = DicomLayout.of(file);
        uncompressed = UNCOMPRESSED.contains(file.transferSyntax());
    }

    DicomLayout layout() {
        return layout;
    }

    /** Throws if the pixels are of a sort that would not be read rightly, or are not all there. */
    void requireReadable() throws IOException {
        String photometric = layout.photometric();
        boolean known = layout.isGrey() || layout.isPalette() && layout.bytes() <= 2 || layout.isColour();
        if (!known || photometric.startsWith("YBR_PARTIAL")
                || layout.isYbr() && uncompressed && layout.allocated() != 8)
            throw DicomLayout.refuse(file,
                    "has colours of the sort " + photometric + " with " + layout.samples() + " samples of "
                            + layout.allocated() + " bits; MONOCHROME1, MONOCHROME2, RGB, YBR_FULL, YBR_FULL_422 and"
                            + " PALETTE COLOR are allowed",
                    "convert it first");
        if (layout.isPalette())
            DicomPalette.of(file);
        try (DicomBytes in = file.open()) {
            if (uncompressed)
                requireWhole(in);
            else
                requireDecodable(in);
        }
    }

    private void requireWhole(DicomBytes in) throws IOException {
        long needed = (layout.frameBits() * DicomFrame.count(file) + 7) / 8;
        if (file.isCompressed() || file.pixelLength() < needed || in.size() < file.pixelOffset() + needed)
            throw new EOFException("it holds less than the " + needed + " bytes of pixels that its header states");
    }

    private void requireDecodable(DicomBytes in) throws IOException {
        String syntax = file.transferSyntax();
        if (!DicomCodecs.decodes(syntax))
            throw DicomLayout.refuse(file,
                    "is compressed with " + DicomCodecs.nameOf(syntax) + ", which Septum does not read",
                    "decompress it first, for example with gdcmconv --raw");
        if (!file.isCompressed())
            throw DicomLayout.refuse(file, "states compressed pixels, but holds none", "get the file again");
        if (layout.allocated() == 1)
            throw DicomLayout.refuse(file, "has compressed pixels of one bit", "decompress it first");
        long bytes = layout.frameBits() / 8 * DicomFrame.count(file);
        long packed = fragments(in).length();
        if (DicomCodecs.hasManyProcesses(syntax))
            DicomCodecs.requireKnownProcess(file, fragments(in).bytes(in, 0));
        if (bytes / DicomFrame.count(file) > HARMLESS && bytes > packed * DicomCodecs.greatestRatio(syntax))
            throw new EOFException("its " + packed + " bytes of compressed pixels cannot hold the image stated");
    }

    private synchronized DicomFragments fragments(DicomBytes in) throws IOException {
        if (fragments == null)
            fragments = DicomFragments.find(in, file.pixelOffset(), DicomFrame.count(file));
        return fragments;
    }

    /** One channel of a frame in the scan's own unit, row by row. */
    float[] plane(DicomFrame frame, int channel) throws IOException {
        if (!layout.isGrey())
            return colours(frame)[channel];
        if (layout.allocated() == 1)
            return bits(frame.index());
        float[] out = samples(decoded(frame.index()), 0);
        RawVolume.scale(out, frame.slope(), frame.intercept());
        return out;
    }

    private float[][] colours(DicomFrame frame) throws IOException {
        Colours last = lastColours.get();
        if (last == null || last.frame != frame.index()) {
            DicomCodecs.Decoded decoded = decoded(frame.index());
            float[][] channels;
            if (layout.isPalette()) {
                channels = DicomPalette.of(file).apply(samples(decoded, 0));
            } else {
                channels = new float[][] { samples(decoded, 0), samples(decoded, 1), samples(decoded, 2) };
                if (decoded.ybr())
                    toRgb(channels);
            }
            last = new Colours(frame.index(), channels);
            lastColours = new SoftReference<>(last);
        }
        return last.channels;
    }

    /** From brightness and colour differences to red, green and blue (PS3.3, C.7.6.3.1.2). */
    private void toRgb(float[][] ybr) {
        float middle = 1 << layout.stored() - 1;
        float greatest = 2 * middle - 1;
        for (int i = 0; i < ybr[0].length; i++) {
            float y = ybr[0][i];
            float b = ybr[1][i] - middle;
            float r = ybr[2][i] - middle;
            ybr[0][i] = clamp(y + 1.402f * r, greatest);
            ybr[1][i] = clamp(y - 0.344136f * b - 0.714136f * r, greatest);
            ybr[2][i] = clamp(y + 1.772f * b, greatest);
        }
    }

    private static float clamp(float value, float greatest) {
        return Math.max(0, Math.min(greatest, Math.round(value)));
    }

    private DicomCodecs.Decoded decoded(int frame) throws IOException {
        try (DicomBytes in = file.open()) {
            if (!uncompressed)
                return DicomCodecs.decode(file, layout, fragments(in).bytes(in, frame));
            byte[] raw = in.bytes(file.pixelOffset() + layout.frameBits() / 8 * frame,
                    Math.toIntExact(layout.frameBits() / 8 + oddByte(frame)));
            ByteOrder order = order();
            if (isSwapped())
                swapPairs(raw);
            if (layout.isSubsampled())
                raw = DicomLayout.withAllColours(raw, layout.count());
            return new DicomCodecs.Decoded(ByteBuffer.wrap(raw).order(order), layout.bytes(), layout.planar(),
                    layout.isYbr());
        }
    }

    private ByteOrder order() {
        return file.transferSyntax().equals(DicomParser.BIG_ENDIAN) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /** True for bytes that lie in big-endian words of two (PS3.5, annex D). */
    private boolean isSwapped() {
        return layout.allocated() <= 8 && order() == ByteOrder.BIG_ENDIAN && file.text(DicomFile.PIXELS).equals("OW");
    }

    /** Pixels in words fill an even number of bytes, so the last one may lie behind the frame. */
    private int oddByte(int frame) {
        return isSwapped() && DicomFrame.count(file) == 1 ? (int) (layout.frameBits() / 8 % 2) : 0;
    }

    /** Frames of single bits follow each other without gaps, the lowest bit of a byte first. */
    private float[] bits(int frame) throws IOException {
        long first = layout.frameBits() * frame;
        long from = first / 16 * 2;
        long to = (first + layout.frameBits() + 15) / 16 * 2;
        try (DicomBytes in = file.open()) {
            long there = Math.min(to, in.size() - file.pixelOffset());
            byte[] raw = in.bytes(file.pixelOffset() + from, (int) (there - from));
            if (isSwapped())
                swapPairs(raw);
            float[] out = new float[layout.count()];
            int skip = (int) (first - 8 * from);
            for (int i = 0; i < out.length; i++)
                out[i] = raw[i + skip >> 3] >> (i + skip & 7) & 1;
            return out;
        }
    }

    private float[] samples(DicomCodecs.Decoded decoded, int channel) {
        int count = layout.count();
        int first = decoded.planar() ? channel * count : channel;
        int stride = decoded.planar() ? 1 : layout.samples();
        ByteBuffer in = decoded.bytes();
        if (DicomLayout.isFloating(file))
            return (layout.allocated() == 64 ? SampleType.FLOAT64 : SampleType.FLOAT32).readAll(in, first, stride,
                    count);
        SampleType type = switch (decoded.sampleBytes()) {
            case 1 -> SampleType.UINT8;
            case 2 -> layout.signed() && layout.stored() == 16 ? SampleType.INT16 : SampleType.UINT16;
            default -> SampleType.INT32;
        };
        boolean whole = layout.shift() == 0 && layout.stored() == 8 * decoded.sampleBytes() && !layout.isInverted()
                && (!layout.signed() || type == SampleType.INT16) && type != SampleType.INT32;
        if (whole)
            return type.readAll(in, first, stride, count);
        return partly(in, type, first, stride);
    }

    /** Samples of which only some bits count. */
    private float[] partly(ByteBuffer in, SampleType type, int first, int stride) {
        float[] out = new float[layout.count()];
        long mask = (1L << layout.stored()) - 1;
        long sign = layout.signed() ? 1L << layout.stored() - 1 : 0;
        long flip = layout.isInverted() ? mask : 0;
        int size = type.bytes();
        for (int i = 0, at = first * size; i < out.length; i++, at += stride * size) {
            long raw = size == 1 ? in.get(at) : size == 2 ? in.getShort(at) : in.getInt(at);
            long value = raw >> layout.shift() & mask ^ flip;
            out[i] = (value & sign) != 0 ? value - mask - 1 : value;
        }
        return out;
    }

    /** Turns words of two bytes round: 8-bit pixels in big-endian 16-bit words (PS3.5, annex D). */
    static void swapPairs(byte[] bytes) {
        for (int i = 0; i + 1 < bytes.length; i += 2) {
            byte first = bytes[i];
            bytes[i] = bytes[i + 1];
            bytes[i + 1] = first;
        }
    }
}
