package org.septum.io;

import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.Map;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

import ome.codecs.CodecException;
import ome.codecs.CodecOptions;
import ome.codecs.JPEG2000Codec;

/**
 * Decodes compressed frames of DICOM files to samples as an uncompressed file would hold them.
 */
final class DicomCodecs {

    private static final String RLE = "1.2.840.10008.1.2.5";
    private static final String JPEG = "1.2.840.10008.1.2.4.50";
    private static final String JPEG_EXTENDED = "1.2.840.10008.1.2.4.51";
    private static final String JPEG_LOSSLESS = "1.2.840.10008.1.2.4.57";
    private static final String JPEG_LOSSLESS_FIRST = "1.2.840.10008.1.2.4.70";
    private static final String JPEG_LS = "1.2.840.10008.1.2.4.80";
    private static final String JPEG_LS_NEAR = "1.2.840.10008.1.2.4.81";
    private static final String JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90";
    private static final String JPEG_2000 = "1.2.840.10008.1.2.4.91";

    /** Names of what may be met, for messages; of some of them only the name is known here. */
    private static final Map<String, String> NAMES = Map.ofEntries(Map.entry(RLE, "RLE Lossless"),
            Map.entry(JPEG, "JPEG Baseline (Process 1)"), Map.entry(JPEG_EXTENDED, "JPEG Extended (Process 2 and 4)"),
            Map.entry(JPEG_LOSSLESS, "JPEG Lossless (Process 14)"),
            Map.entry(JPEG_LOSSLESS_FIRST, "JPEG Lossless, First-Order Prediction"),
            Map.entry(JPEG_LS, "JPEG-LS Lossless"), Map.entry(JPEG_LS_NEAR, "JPEG-LS Near-Lossless"),
            Map.entry(JPEG_2000_LOSSLESS, "JPEG 2000 Lossless Only"), Map.entry(JPEG_2000, "JPEG 2000"),
            Map.entry("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Lossless Only"),
            Map.entry("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2"), Map.entry("1.2.840.10008.1.2.4.100", "MPEG-2"),
            Map.entry("1.2.840.10008.1.2.4.101", "MPEG-2"), Map.entry("1.2.840.10008.1.2.4.102", "MPEG-4"),
            Map.entry("1.2.840.10008.1.2.4.103", "MPEG-4"), Map.entry("1.2.840.10008.1.2.4.107", "HEVC"),
            Map.entry("1.2.840.10008.1.2.4.108", "HEVC"), Map.entry("1.2.840.10008.1.2.4.110", "JPEG XL Lossless"),
            Map.entry("1.2.840.10008.1.2.4.112", "JPEG XL"),
            Map.entry("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Lossless Only"),
            Map.entry("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 with RPCL, Lossless Only"),
            Map.entry("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000"),
            Map.entry("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed"));

    private DicomCodecs() {
    }

    /**
     * Samples of one frame.
     *
     * @param bytes
     *            in their order
     * @param sampleBytes
     *            bytes of one sample
     * @param planar
     *            whether all samples of a channel lie together
     * @param ybr
     *            whether colours are brightness and two differences
     */
    record Decoded(ByteBuffer bytes, int sampleBytes, boolean planar, boolean ybr) {
    }

    /** The name of a transfer syntax with its UID. */
    static String nameOf(String syntax) {
        return NAMES.containsKey(syntax) ? NAMES.get(syntax) + " (" + syntax + ")" : syntax;
    }

    static boolean decodes(String syntax) {
        return switch (syntax) {
            case RLE, JPEG, JPEG_EXTENDED, JPEG_LOSSLESS, JPEG_LOSSLESS_FIRST, JPEG_LS, JPEG_LS_NEAR, JPEG_2000,
                    JPEG_2000_LOSSLESS -> true;
            default -> false;
        };
    }

    /** How many times longer than its compressed bytes a frame may be. */
    static long greatestRatio(String syntax) {
        // RLE: 2 bytes stand for up to 128. JPEG: 3 to 4 bits stand for a block of 64 samples.
        return syntax.equals(RLE) ? 64 : 2000;
    }

    static Decoded decode(DicomFile file, DicomLayout layout, byte[] frame) throws IOException {
        int columns = file.number(DicomFile.COLUMNS, 0);
        int rows = file.number(DicomFile.ROWS, 0);
        switch (file.transferSyntax()) {
            case RLE:
                return new Decoded(DicomRle.decode(frame, layout), layout.bytes(), true, layout.isYbr());
            case JPEG_2000, JPEG_2000_LOSSLESS:
                return jpeg2000(layout, frame, columns, rows);
            default:
                JpegHeader header = JpegHeader.parse(frame);
                header.require(columns, rows, layout.samples());
                if (header.process() == JpegHeader.LOSSLESS)
                    return words(header, layout, LosslessJpeg.decode(frame, header));
                if (header.process() == JpegHeader.JPEG_LS)
                    return words(header, layout, JpegLs.decode(frame, header));
                requireKnownProcess(file, header);
                if (header.precision() != 8)
                    return words(header, layout, WideJpeg.decode(frame, header));
                return jpeg(header, layout, frame);
        }
    }

    private static Decoded words(JpegHeader header, DicomLayout layout, short[] samples) {
        ByteBuffer out = ByteBuffer.allocate(Math.multiplyExact(samples.length, 2)).order(ByteOrder.LITTLE_ENDIAN);
        out.asShortBuffer().put(samples);
        return new Decoded(out, 2, false, layout.isYbr() && !header.isMarkedRgb());
    }

    /** True if only the compressed pixels tell whether they can be read. */
    static boolean hasManyProcesses(String syntax) {
        return switch (syntax) {
            case JPEG_EXTENDED, JPEG_2000, JPEG_2000_LOSSLESS -> true;
            default -> false;
        };
    }

    /** Throws if a frame is of a sort that the transfer syntax allows and that is not read here. */
    static void requireKnownProcess(DicomFile file, byte[] frame) throws IOException {
        if (file.transferSyntax().equals(JPEG_EXTENDED))
            requireKnownProcess(file, JpegHeader.parse(frame));
        else if (Jpeg2000Header.parse(frame).parted())
            throw DicomLayout.refuse(file,
                    "is compressed with " + nameOf(file.transferSyntax())
                            + " whose tiles lie in several parts, which Bio-Formats decodes wrongly",
                    "decompress it first, for example with gdcmconv --raw");
    }

    private static void requireKnownProcess(DicomFile file, JpegHeader header) {
        if (!WideJpeg.decodes(header) && (header.precision() != 8 || header.process() > 0xc2))
            throw DicomLayout.refuse(file,
                    "is compressed with " + nameOf(file.transferSyntax()) + " and " + header.precision() + " bits in "
                            + header.components()
                            + " channels, which Septum does not read; 8 bits, or 12 in one channel, are allowed",
                    "decompress it first, for example with gdcmconv --raw");
    }

    private static Decoded jpeg(JpegHeader header, DicomLayout layout, byte[] frame) throws IOException {
        ImageReader reader = rasterReader();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(frame))) {
            reader.setInput(in, true, true);
            Raster raster = reader.readRaster(0, null);
            PixelInterleavedSampleModel model = (PixelInterleavedSampleModel) raster.getSampleModel();
            byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
            if (model.getPixelStride() != layout.samples() || samples.length != layout.count() * layout.samples())
                throw new IOException("its JPEG image does not fill the frame");
            boolean ybr = layout.samples() == 3 && !header.isMarkedRgb()
                    && (header.adobe() == 1 || layout.isYbr() || header.ids() == 0x010203);
            return new Decoded(ByteBuffer.wrap(samples), 1, false, ybr);
        } catch (RuntimeException e) {
            throw new IOException("its JPEG image is damaged (" + e.getMessage() + ")", e);
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader rasterReader() throws IOException {
        for (Iterator<ImageReader> all = ImageIO.getImageReadersByFormatName("jpeg"); all.hasNext();) {
            ImageReader reader = all.next();
            if (reader.canReadRaster())
                return reader;
        }
        throw new IOException("this Java has no JPEG decoder; use one with the module java.desktop");
    }

    private static Decoded jpeg2000(DicomLayout layout, byte[] frame, int columns, int rows) throws IOException {
        LibraryLogging.quiet();
        Jpeg2000Header header = Jpeg2000Header.parse(frame);
        header.require(columns, rows, layout.samples());
        CodecOptions options = CodecOptions.getDefaultOptions();
        options.width = columns;
        options.height = rows;
        options.channels = layout.samples();
        options.bitsPerSample = header.precision();
        options.littleEndian = true;
        options.interleaved = true;
        try {
            byte[] samples = new JPEG2000Codec().decompress(Jpeg2000Header.codestream(frame), options);
            int bytes = samples.length / (layout.count() * layout.samples());
            if (bytes < 1 || bytes > 4 || samples.length != (long) layout.count() * layout.samples() * bytes)
                throw new IOException("its JPEG 2000 image does not fill the frame");
            // The decoder undoes the colour transform that the stream itself states.
            boolean ybr = layout.isYbr() && !header.transformed();
            return new Decoded(ByteBuffer.wrap(samples).order(ByteOrder.LITTLE_ENDIAN), bytes, false, ybr);
        } catch (CodecException | RuntimeException e) {
            throw new IOException("Bio-Formats cannot decompress its JPEG 2000 image (" + e.getMessage() + ")", e);
        }
    }
}
