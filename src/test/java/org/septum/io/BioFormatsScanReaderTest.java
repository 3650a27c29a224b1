package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.imageio.ImageIO;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class BioFormatsScanReaderTest {

    @TempDir
    Path folder;

    private Path picture(String name, int type) throws IOException {
        BufferedImage image = new BufferedImage(37, 23, type);
        for (int y = 0; y < 23; y++)
            for (int x = 0; x < 37; x++)
                image.setRGB(x, y, 0xff000000 | 3 * x << 16 | 5 * y << 8 | x + y);
        Path file = folder.resolve(name);
        assertThat(ImageIO.write(image, name.substring(name.indexOf('.') + 1), file.toFile())).isTrue();
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = { "a.png", "b.bmp", "c.tif" })
    void readsColoursAsThreeChannels(String name) throws IOException {
        for (int type : new int[] { BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_4BYTE_ABGR }) {
            if (type == BufferedImage.TYPE_4BYTE_ABGR && name.endsWith("bmp"))
                continue;
            Scan scan = ScanFiles.read(picture(name, type));
            assertThat(scan.pixels().dimensionsAsLongArray()).containsExactly(37, 23, 1, 3);
            float[] rgb = new float[3];
            for (int c = 0; c < 3; c++)
                rgb[c] = scan.pixels().getAt(31, 17, 0, c).get();
            assertThat(rgb).containsExactly(93, 85, 48);
            assertThat(scan.modality()).isEqualTo(Modality.RGB);
            assertThat(scan.geometry()).isEqualTo(ScanGeometry.UNKNOWN);
        }
    }

    @Test
    void readsJpegToTheLossOfItsCompression() throws IOException {
        Scan scan = ScanFiles.read(picture("a.jpg", BufferedImage.TYPE_INT_RGB));
        assertThat(scan.pixels().getAt(31, 17, 0, 0).get()).isBetween(85f, 101f);
        assertThat(scan.pixels().getAt(31, 17, 0, 1).get()).isBetween(77f, 93f);
    }

    @Test
    void readsGreyPngOfSixteenBits() throws IOException {
        BufferedImage image = new BufferedImage(37, 23, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(31, 17, 0, 54321);
        Path file = folder.resolve("g.png");
        ImageIO.write(image, "png", file.toFile());
        Scan scan = ScanFiles.read(file);
        assertThat(scan.channels()).isEqualTo(1);
        assertThat(scan.pixels().getAt(31, 17, 0, 0).get()).isEqualTo(54321);
    }

    @Test
    void readsAPaletteAsColoursInAScanAndAsValuesInAMask() throws IOException {
        byte[] red = { 0, 10, 20, 30, 40, 50, 60, (byte) 200 };
        IndexColorModel palette = new IndexColorModel(8, 8, red, new byte[8], red);
        BufferedImage image = new BufferedImage(37, 23, BufferedImage.TYPE_BYTE_INDEXED, palette);
        image.getRaster().setSample(31, 17, 0, 7);
        Path file = folder.resolve("p.png");
        ImageIO.write(image, "png", file.toFile());
        Scan scan = ScanFiles.read(file);
        assertThat(scan.channels()).isEqualTo(3);
        assertThat(scan.pixels().getAt(31, 17, 0, 0).get()).isEqualTo(200);
        assertThat(scan.pixels().getAt(31, 17, 0, 1).get()).isZero();
        LabelMask mask = ScanFiles.readMask(file, Phantoms.LABELS);
        assertThat(mask.pixels().getAt(31, 17, 0).get()).isEqualTo(7);
        assertThat(mask.count(0)).isEqualTo(37 * 23 - 1);
    }

    @Test
    void readsBackOmeTiffOfEveryKind() {
        for (float factor : new float[] { 1, -0.37f }) {
            for (int channels : new int[] { 1, 2, 5 }) {
                var pixels = ArrayImgs.floats(37, 52, 11, channels);
                int i = 0;
                for (var v : pixels)
                    v.set(factor * (i++ % 65536));
                Scan scan = new Scan("s", pixels, Phantoms.oblique(), Modality.OTHER, List.of());
                Path file = folder.resolve("s.ome.tif");
                OmeTiffScanWriter.write(scan, file, true);
                DicomScanReaderTest.assertSameScan(ScanFiles.read(file), scan);
            }
        }
    }

    @Test
    void readsALargeFileFromManyThreads() {
        long[] size = { 1031, 1027, 17 };
        Scan scan = Phantoms.scan("large", Phantoms.oblique(), Modality.OTHER, size);
        scan.pixels().forEach(v -> v.set(v.get() + 0.5f));
        Path file = folder.resolve("large.ome.tif");
        OmeTiffScanWriter.write(scan, file, true);
        Scan back = ScanFiles.read(file);
        List<Integer> wrong = java.util.stream.IntStream.range(0, 17).parallel()
                .filter(z -> back.pixels().getAt(1000, 900, z, 0).get() != Phantoms.value(1000, 900, z) + 0.5f).boxed()
                .toList();
        assertThat(wrong).isEmpty();
    }

    @Test
    void takesPagesOfAPlainTiffAsSlices() throws IOException {
        Path file = folder.resolve("pages.tif");
        Files.write(file, tiff(3, 2, ""));
        Scan scan = ScanFiles.read(file);
        assertThat(scan.shape()).isEqualTo("3×2×2");
        assertThat(scan.pixels().getAt(2, 1, 1, 0).get()).isEqualTo(11);
        assertThat(scan.notes()).anyMatch(n -> n.contains("2 pages"));
        assertThat(scan.geometry()).isEqualTo(ScanGeometry.UNKNOWN);
    }

    @Test
    void takesTheUnitOfImageJ() throws IOException {
        Path file = folder.resolve("ij.tif");
        Files.write(file, tiff(3, 2, "ImageJ=1.54f\nimages=2\nslices=2\nunit=cm\nspacing=0.25\n"));
        Scan scan = ScanFiles.read(file);
        assertThat(scan.shape()).isEqualTo("3×2×2");
        // 4 pixels a cm along x, 5 along y.
        ScanGeometry expected = new ScanGeometry(new Vector3(2.5, 2, 2.5), Vector3.ZERO, Direction.IDENTITY);
        assertThat(scan.geometry().isCloseTo(expected, 1e-9)).as("%s", scan.geometry()).isTrue();
    }

    @Test
    void refusesTimePointsUnlessOneIsChosen() throws IOException {
        Path file = folder.resolve("t.tif");
        Files.write(file, tiff(3, 2, "ImageJ=1.54f\nimages=2\nframes=2\n"));
        assertThatThrownBy(() -> ScanFiles.read(file)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("2 phases or volumes");
    }

    /** Two pages of 8 bits; pixel i of page p is 6p + i; 4 pixels a unit along x, 5 along y. */
    private static byte[] tiff(int width, int height, String description) {
        ByteBuffer out = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] { 'I', 'I', 42, 0 }).putInt(8);
        int text = 800;
        for (int page = 0; page < 2; page++) {
            int pixels = 700 + 50 * page;
            int[][] tags = { { 256, 3, 1, width }, { 257, 3, 1, height }, { 258, 3, 1, 8 }, { 259, 3, 1, 1 },
                    { 262, 3, 1, 1 }, { 270, 2, description.length() + 1, text }, { 273, 4, 1, pixels },
                    { 277, 3, 1, 1 }, { 278, 3, 1, height }, { 279, 4, 1, width * height }, { 282, 5, 1, 600 },
                    { 283, 5, 1, 608 }, { 296, 3, 1, 1 } };
            out.putShort((short) tags.length);
            for (int[] t : tags) {
                out.putShort((short) t[0]).putShort((short) t[1]).putInt(t[2]);
                if (t[1] == 3)
                    out.putShort((short) t[3]).putShort((short) 0);
                else
                    out.putInt(t[3]);
            }
            out.putInt(page == 0 ? out.position() + 4 : 0);
            for (int i = 0; i < width * height; i++)
                out.put(pixels + i, (byte) (page * width * height + i));
        }
        out.putInt(600, 4).putInt(604, 1).putInt(608, 5).putInt(612, 1);
        out.put(text, description.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return out.array();
    }

    @ParameterizedTest
    @ValueSource(strings = { "x.png", "x.jpg", "x.bmp", "x.tif", "x.ome.tif", "x.dcm", "x.txt", "x.nii.gz" })
    void saysInOneLineThatAFileIsNoImage(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file,
                "This is no image, but a text that is long enough to be taken for a header.\n".repeat(9));
        assertThatThrownBy(() -> ScanFiles.read(file)).isInstanceOf(SeptumException.class).hasMessageContaining(name)
                .message().doesNotContain("\n");
        Path absent = folder.resolve("absent-" + name);
        assertThatThrownBy(() -> ScanFiles.read(absent)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("is not there");
    }

    @Test
    void namesTheValueThatIsNoLabel() throws IOException {
        Path file = folder.resolve("m.nii.gz");
        Scan scan = Phantoms.scan("m", Phantoms.oblique(), Modality.OTHER, 7, 5, 3);
        scan.pixels().forEach(v -> v.set(1));
        scan.pixels().getAt(5, 2, 1, 0).set(3);
        NiftiScanWriter.write(scan, file, false);
        assertThatThrownBy(() -> ScanFiles.readMask(file, Phantoms.LABELS)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("value 3 at voxel [5, 2, 1]").hasMessageContaining("7 (posterior)");
    }
}
