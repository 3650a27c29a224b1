package org.septum.io;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/** DICOM files of kinds that Septum does not write. */
final class DicomPhantoms {

    static final int WIDTH = 7;
    static final int HEIGHT = 5;
    /** Slices of the frames of {@link #segmentation}: one is left out. */
    static final int[] POSITIONS = { 3, 0, 1 };

    private DicomPhantoms() {
    }

    static String decimals(Vector3... vectors) {
        StringBuilder out = new StringBuilder();
        for (Vector3 v : vectors)
            for (int d = 0; d < 3; d++)
                out.append(out.isEmpty() ? "" : "\\").append(String.format(Locale.ROOT, "%.12f", v.get(d)));
        return out.toString();
    }

    /** Stored value of pixel (x, y) of a slice and phase. */
    static int value(int x, int y, int slice, int phase) {
        return x + 10 * y + 100 * slice + 1000 * phase;
    }

    private static DicomBuilder plane(ScanGeometry geometry, int slice) {
        return DicomBuilder.item().sequence(DicomFile.PLANE_POSITION,
                DicomBuilder.item().text(DicomFile.POSITION, "DS", decimals(geometry.position(0, 0, slice))));
    }

    private static DicomBuilder shared(ScanGeometry geometry) {
        Vector3 spacing = geometry.spacing();
        return DicomBuilder.item()
                .openSequence(DicomFile.PLANE_ORIENTATION,
                        DicomBuilder.item().text(DicomFile.ORIENTATION, "DS",
                                decimals(geometry.direction().x(), geometry.direction().y())))
                .sequence(DicomFile.PIXEL_MEASURES,
                        DicomBuilder.item().text(DicomFile.PIXEL_SPACING, "DS", spacing.y() + "\\" + spacing.x())
                                .text(DicomFile.SLICE_SPACING, "DS", "" + spacing.z()));
    }

    /**
     * An enhanced MR image: the frames of all phases of the last slice first. Frames of slice 1 have an intercept of
     * their own.
     */
    static DicomBuilder enhanced(int slices, int phases) {
        ScanGeometry geometry = Phantoms.oblique();
        List<DicomBuilder> frames = new ArrayList<>();
        short[] pixels = new short[WIDTH * HEIGHT * slices * phases];
        int at = 0;
        for (int slice = slices - 1; slice >= 0; slice--) {
            for (int phase = phases - 1; phase >= 0; phase--) {
                DicomBuilder frame = plane(geometry, slice)
                        .sequence(DicomFile.FRAME_CONTENT,
                                DicomBuilder.item().uint32(DicomFile.TEMPORAL_INDEX, phase + 1))
                        .sequence(DicomFile.CARDIAC_SYNCHRONIZATION,
                                DicomBuilder.item().real(DicomFile.TRIGGER_DELAY, 40.5 * phase));
                if (slice == 1)
                    frame.sequence(DicomFile.VALUE_TRANSFORMATION,
                            DicomBuilder.item().text(DicomFile.SLOPE, "DS", "3").text(DicomFile.INTERCEPT, "DS", "-7"));
                frames.add(frame);
                for (int y = 0; y < HEIGHT; y++)
                    for (int x = 0; x < WIDTH; x++)
                        pixels[at++] = (short) value(x, y, slice, phase);
            }
        }
        return DicomBuilder.image(WIDTH, HEIGHT, "1.2.3", "1.2.3.4").text(DicomFile.FRAMES, "IS", "" + slices * phases)
                .sequence(DicomFile.SHARED_GROUPS,
                        shared(geometry).sequence(DicomFile.VALUE_TRANSFORMATION,
                                DicomBuilder.item().text(DicomFile.SLOPE, "DS", "2").text(DicomFile.INTERCEPT, "DS",
                                        "-1024")))
                .openSequence(DicomFile.FRAME_GROUPS, frames.toArray(DicomBuilder[]::new)).pixels(pixels);
    }

    /**
     * A binary SEG: segment 1 at each of some slices where x is even, and segment 3 at slice 1 where y is 2. Frames of
     * 35 bits follow each other without gaps.
     */
    static DicomBuilder segmentation(int... slices) {
        ScanGeometry geometry = Phantoms.oblique();
        int count = WIDTH * HEIGHT;
        byte[] bits = new byte[(count * (slices.length + 1) + 7) / 8];
        List<DicomBuilder> frames = new ArrayList<>();
        for (int f = 0; f <= slices.length; f++) {
            boolean first = f < slices.length;
            frames.add(plane(geometry, first ? slices[f] : 1).sequence(DicomFile.SEGMENT_IDENTIFICATION,
                    DicomBuilder.item().uint16(DicomFile.REFERENCED_SEGMENT, first ? 1 : 3)));
            for (int i = 0; i < count; i++)
                if (first ? i % WIDTH % 2 == 0 : i / WIDTH == 2)
                    bits[(f * count + i) / 8] |= (byte) (1 << (f * count + i) % 8);
        }
        return DicomBuilder.image(WIDTH, HEIGHT, "1.2.5", "1.2.5.1").text(DicomFile.MODALITY, "CS", "SEG")
                .text(DicomFile.SEGMENTATION_TYPE, "CS", "BINARY").bits(1, 1)
                .text(DicomFile.FRAMES, "IS", "" + (slices.length + 1))
                .sequence(DicomFile.SEGMENTS,
                        DicomBuilder.item().uint16(DicomFile.SEGMENT_NUMBER, 1)
                                .text(DicomFile.SEGMENT_LABEL, "LO", "liver")
                                .uint16(DicomFile.SEGMENT_COLOUR, 34885, 53485, 50171),
                        DicomBuilder.item().uint16(DicomFile.SEGMENT_NUMBER, 3).text(DicomFile.SEGMENT_LABEL, "LO",
                                "tumour"))
                .sequence(DicomFile.SHARED_GROUPS, shared(geometry))
                .sequence(DicomFile.FRAME_GROUPS, frames.toArray(DicomBuilder[]::new)).pixels(bits);
    }

    /** 16 bits in two runs of single bytes. */
    static DicomBuilder rle() {
        int count = WIDTH * HEIGHT;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] header = new byte[64];
        header[0] = 2;
        header[4] = 64;
        header[8] = (byte) (64 + count + 1);
        out.writeBytes(header);
        for (int shift = 8; shift >= 0; shift -= 8) {
            out.write(count - 1);
            for (int i = 0; i < count; i++)
                out.write(value(i % WIDTH, i / WIDTH, 3, 1) >> shift);
        }
        return DicomBuilder.image(WIDTH, HEIGHT, "1.2.6", "1.2.6.1").fragments(out.toByteArray());
    }

    /** Lossless JPEG of a predictor and a point transform. */
    static DicomBuilder lossless(int predictor, int pointTransform) {
        int[] samples = new int[WIDTH * HEIGHT];
        for (int i = 0; i < samples.length; i++)
            samples[i] = losslessValue(i % WIDTH, i / WIDTH);
        return DicomBuilder.image(WIDTH, HEIGHT, "1.2.7", "1.2.7.1")
                .fragments(LosslessJpegEncoder.encode(samples, WIDTH, HEIGHT, predictor, pointTransform, WIDTH * 2));
    }

    /** The example of ITU-T T.87, H.3: 4×4 pixels of 8 bits. */
    static DicomBuilder jpegLs() {
        byte[] stream = HexFormat.of().parseHex("ffd8fff7000b080004000401011100ffda00080101000000" + "00c000006c80208e"
                + "01c0000057400000" + "6ee6000001bc1800" + "0005d80000916" + "0ffd9");
        return DicomBuilder.image(4, 4, "1.2.10", "1.2.10.1").bits(8, 8).fragments(stream);
    }

    /**
     * JPEG of 12 bits, 16×8 pixels in two blocks: 2148 and a wave along x of amplitude 200 / 4 / √2; 1998 everywhere.
     */
    static DicomBuilder wideJpeg() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(HexFormat.of().parseHex("ffd8ffdb004300" + "01".repeat(64) + "ffc1000b0c00080010010111" + "00"));
        // DC: categories 0 to 11 have codes of 4 bits. AC: the end of a block is 00, a number of 8 bits is 01.
        out.writeBytes(
                HexFormat.of().parseHex("ffc4001f00" + "0000000c" + "00".repeat(12) + "000102030405060708090a0b"));
        out.writeBytes(HexFormat.of().parseHex("ffc4001510" + "0002" + "00".repeat(14) + "0008"));
        out.writeBytes(HexFormat.of().parseHex("ffda0008010100003f00"));
        // 800 in category 10, 200 in category 8; then -1200 in category 11.
        String bits = "1010" + "1100100000" + "01" + "11001000" + "00" + "1011"
                + String.format("%11s", Integer.toBinaryString(2047 - 1200)).replace(' ', '0') + "00";
        for (int i = 0; i < bits.length(); i += 8) {
            String eight = (bits + "1111111").substring(i, i + 8);
            out.write(Integer.parseInt(eight, 2));
        }
        out.writeBytes(new byte[] { (byte) 0xff, (byte) 0xd9 });
        return DicomBuilder.image(16, 8, "1.2.11", "1.2.11.1").bits(16, 12).fragments(out.toByteArray());
    }

    /** Spans all 16 bits, with steps up and down. */
    static int losslessValue(int x, int y) {
        return 8 * ((x * 1237 + y * 4513 + x * y * 311) % 8192);
    }
}
