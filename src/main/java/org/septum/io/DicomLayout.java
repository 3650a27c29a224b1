package org.septum.io;

import org.septum.core.SeptumException;

/**
 * How the stored numbers of one frame are put down: size, bits, channels.
 *
 * @param count
 *            pixels of a frame
 * @param samples
 *            stored samples of a pixel
 * @param allocated
 *            bits of a sample in the file
 * @param stored
 *            bits of a sample that count
 * @param shift
 *            bits below them
 * @param signed
 *            whether the highest stored bit is a sign
 * @param planar
 *            whether all samples of a channel lie together
 * @param photometric
 *            what the samples mean
 */
record DicomLayout(int count, int samples, int allocated, int stored, int shift, boolean signed, boolean planar,
        String photometric) {

    static DicomLayout of(DicomFile file) {
        long count = (long) file.number(DicomFile.ROWS, 0) * file.number(DicomFile.COLUMNS, 0);
        if (count < 1 || count > Integer.MAX_VALUE - 16)
            throw refuse(file, "states " + file.text(DicomFile.COLUMNS) + "×" + file.text(DicomFile.ROWS) + " pixels",
                    "its header is damaged; get it again");
        int samples = file.number(DicomFile.SAMPLES, 1);
        int allocated = file.number(DicomFile.BITS_ALLOCATED, 16);
        int stored = file.number(DicomFile.BITS_STORED, allocated);
        int shift = file.number(DicomFile.HIGH_BIT, stored - 1) + 1 - stored;
        if (allocated != 1 && allocated != 8 && allocated != 16 && allocated != 32
                && !(allocated == 64 && isFloating(file)))
            throw refuse(file, "has " + allocated + " bits a pixel; 1, 8, 16 and 32 are allowed", "convert it first");
        if (stored < 1 || stored > allocated || shift < 0 || shift + stored > allocated)
            throw refuse(file, "states " + stored + " stored of " + allocated + " bits, which contradicts itself",
                    "correct its header");
        return new DicomLayout((int) count, samples, allocated, stored, shift, file.number(DicomFile.SIGNED, 0) == 1,
                samples > 1 && file.number(DicomFile.PLANAR, 0) == 1, file.text(DicomFile.PHOTOMETRIC));
    }

    static SeptumException refuse(DicomFile file, String what, String remedy) {
        return SeptumException.input(file.path() + " " + what + "; " + remedy);
    }

    /** True if the pixels are floating-point numbers. */
    static boolean isFloating(DicomFile file) {
        return !file.text(DicomFile.FLOAT_PIXELS).isEmpty() || !file.text(DicomFile.DOUBLE_PIXELS).isEmpty();
    }

    boolean isGrey() {
        return samples == 1 && (photometric.isEmpty() || photometric.startsWith("MONOCHROME"));
    }

    boolean isPalette() {
        return samples == 1 && photometric.equals("PALETTE COLOR");
    }

    boolean isColour() {
        return samples == 3 && (photometric.equals("RGB") || isYbr());
    }

    boolean isYbr() {
        return photometric.startsWith("YBR_");
    }

    boolean isInverted() {
        return photometric.equals("MONOCHROME1");
    }

    /** True if two neighbouring pixels share their colour in uncompressed pixels. */
    boolean isSubsampled() {
        return photometric.equals("YBR_FULL_422");
    }

    /** Channels of the scan. */
    int channels() {
        return isGrey() ? 1 : 3;
    }

    int bytes() {
        return Math.max(1, allocated / 8);
    }

    /** Bits of one uncompressed frame in the file. */
    long frameBits() {
        return isSubsampled() ? 16L * count : (long) count * samples * allocated;
    }

    /**
     * Gives each of two neighbouring pixels the colour they share: from Y1 Y2 Cb Cr to Y1 Cb Cr Y2 Cb Cr.
     */
    static byte[] withAllColours(byte[] shared, int count) {
        byte[] out = new byte[Math.multiplyExact(count, 3)];
        for (int i = 0; i < count; i++) {
            int pair = i / 2 * 4;
            out[3 * i] = shared[pair + i % 2];
            out[3 * i + 1] = shared[pair + 2];
            out[3 * i + 2] = shared[pair + 3];
        }
        return out;
    }
}
