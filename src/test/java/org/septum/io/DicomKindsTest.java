package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/** DICOM of other kinds than a classic grey series. */
class DicomKindsTest {

    private static final int W = DicomPhantoms.WIDTH;
    private static final int H = DicomPhantoms.HEIGHT;

    @TempDir
    Path folder;

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static void assertClose(ScanGeometry actual, ScanGeometry expected) {
        assertThat(actual.isCloseTo(expected, 1e-6)).as("%s is close to %s", actual, expected).isTrue();
    }

    @Test
    void readsAnEnhancedImagePhaseByPhase() throws IOException {
        Path file = write("enhanced", DicomPhantoms.enhanced(4, 3).file());
        ScanContent content = ScanFiles.contents(file).get(0);
        assertThat(content.phases()).containsExactly("trigger delay 0 ms", "trigger delay 40.50 ms",
                "trigger delay 81 ms");
        assertThat(content.size()).containsExactly((long) W, (long) H, 4L);
        assertThatThrownBy(() -> ScanFiles.read(file)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("3 phases");
        Scan second = ScanFiles.read(file, ReadOptions.DEFAULT.withPhase(2));
        assertClose(second.geometry(), Phantoms.oblique());
        assertThat(second.modality()).isEqualTo(Modality.MR);
        for (int slice = 0; slice < 4; slice++) {
            int stored = DicomPhantoms.value(5, 3, slice, 1);
            assertThat(second.pixels().getAt(5, 3, slice, 0).get()).as("slice %s", slice)
                    .isEqualTo(slice == 1 ? 3 * stored - 7 : 2 * stored - 1024);
        }
    }

    @Test
    void readsASegmentationOnItsOwnGrid() throws IOException {
        Path file = write("seg", DicomPhantoms.segmentation(DicomPhantoms.POSITIONS).file());
        ClassLabels labels = ScanFiles.labelsOf(file).orElseThrow();
        assertThat(labels.classes()).extracting("name").containsExactly("background", "liver", "tumour");
        // The stored CIELab is that of pure red.
        assertThat(labels.classes().get(1).rgb() >> 16).isGreaterThan(240);
        assertThat(labels.classes().get(1).rgb() & 0xffff).isLessThan(0x2020);
        LabelMask mask = ScanFiles.readMask(file, labels);
        assertClose(mask.geometry(), Phantoms.oblique());
        assertThat(mask.shape()).isEqualTo(W + "×" + H + "×4");
        for (int z = 0; z < 4; z++)
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++)
                    assertThat(mask.pixels().getAt(x, y, z).get()).as("voxel (%s, %s, %s)", x, y, z)
                            .isEqualTo(z == 2 ? 0 : z == 1 && y == 2 ? 3 : x % 2 == 0 ? 1 : 0);
    }

    @Test
    void countsAFractionalSegmentFromOneHalfOn() throws IOException {
        byte[] fractions = new byte[W * H * 2];
        fractions[3] = 50;
        fractions[4] = 49;
        Path file = write("seg",
                DicomPhantoms.segmentation(0).bits(8, 8).text(DicomFile.SEGMENTATION_TYPE, "CS", "FRACTIONAL")
                        .uint16(DicomFile.LARGEST_FRACTION, 100).pixels(fractions).file());
        Scan scan = ScanFiles.read(file);
        assertThat(scan.pixels().getAt(3, 0, 0, 0).get()).isEqualTo(1);
        assertThat(scan.pixels().getAt(4, 0, 0, 0).get()).isZero();
        assertThat(scan.notes()).anyMatch(n -> n.contains("half"));
    }

    @Test
    void leavesScoutsAndMasksBesideAScanOut() throws IOException {
        Scan ct = Phantoms.scan("ct", Phantoms.oblique(), Modality.CT, W, H, 6);
        DicomSeriesWriter.write(ct, folder, false);
        write("scout", DicomBuilder.image(W, H, "1.2.8", "1.2.8.1")
                .text(DicomFile.IMAGE_TYPE, "CS", "ORIGINAL\\PRIMARY\\LOCALIZER").pixels(new short[W * H]).file());
        write("seg", DicomPhantoms.segmentation(0, 1).file());
        write("DICOMDIR", DicomBuilder.item().text(DicomFile.MODALITY, "CS", "XX").file());
        write("report", DicomBuilder.item().text(DicomFile.MODALITY, "CS", "SR").file());
        write("._IM0001.dcm", new byte[200]);
        Scan back = ScanFiles.read(folder);
        DicomScanReaderTest.assertSameScan(back, ct);
        assertThat(back.notes()).anyMatch(n -> n.startsWith("2 images of 2 other series"))
                .anyMatch(n -> n.contains("(3)") && n.contains("DICOMDIR") && n.contains("report"));
        assertThat(ScanFiles.contents(folder)).hasSize(3);
        ClassLabels labels = ScanFiles.labelsOf(folder.resolve("seg")).orElseThrow();
        assertThat(ScanFiles.readMask(folder, labels, ReadOptions.DEFAULT.withSeries("1.2.5")).count(3)).isEqualTo(W);
    }

    @Test
    void choosesASeriesByNumberUidOrWords() throws IOException {
        Scan one = Phantoms.scan("first pass", Phantoms.oblique(), Modality.MR, W, H, 4);
        Scan two = Phantoms.scan("late", Phantoms.oblique(), Modality.MR, W, H, 3);
        DicomSeriesWriter.write(one, folder.resolve("a"), false);
        DicomSeriesWriter.write(two, folder, false);
        for (int z = 1; z <= 4; z++)
            Files.move(folder.resolve("a/IM000" + z + ".dcm"), folder.resolve("one" + z));
        String uid = ScanFiles.contents(folder).stream().filter(c -> c.description().equals("first pass")).findFirst()
                .orElseThrow().series();
        for (String chosen : new String[] { uid, "FIRST" })
            DicomScanReaderTest.assertSameScan(ScanFiles.read(folder, ReadOptions.DEFAULT.withSeries(chosen)), one);
        DicomScanReaderTest.assertSameScan(ScanFiles.read(folder, ReadOptions.DEFAULT.withSeries("late")), two);
        assertThatThrownBy(() -> ScanFiles.read(folder, ReadOptions.DEFAULT.withSeries("t")))
                .isInstanceOf(SeptumException.class).hasMessageContaining("2 series");
        assertThatThrownBy(() -> ScanFiles.read(folder, ReadOptions.DEFAULT.withSeries("arterial")))
                .isInstanceOf(SeptumException.class).hasMessageContaining("no series")
                .hasMessageContaining("\"first pass\" (4 images");
    }

    @Test
    void readsAZipOfASeries() throws IOException {
        Scan ct = Phantoms.scan("ct", Phantoms.oblique(), Modality.CT, W, H, 6);
        DicomSeriesWriter.write(ct, folder.resolve("s"), false);
        Path zip = folder.resolve("study.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (int z = 1; z <= 6; z++) {
                out.putNextEntry(new ZipEntry(z % 2 == 0 ? "a/IM.dcm" + z : "b/../../IM" + z));
                out.write(Files.readAllBytes(folder.resolve("s/IM000" + z + ".dcm")));
            }
            out.putNextEntry(new ZipEntry("__MACOSX/a/._IM"));
        }
        Scan back = ScanFiles.read(zip);
        DicomScanReaderTest.assertSameScan(back, ct);
        assertThat(back.name()).isEqualTo("study");
        assertThat(ScanFiles.contents(zip)).hasSize(1);
        Set<Path> unpacked = ZipScanReader.unpacked();
        assertThat(unpacked).isNotEmpty().allMatch(Files::exists);
        ZipScanReader.deleteUnpacked();
        assertThat(unpacked).noneMatch(Files::exists);
        assertThat(ZipScanReader.unpacked()).isEmpty();
        java.lang.ref.Reference.reachabilityFence(back);
    }

    @Test
    void aLinkToAFolderAboveIsNoEndlessWay() throws IOException {
        DicomSeriesWriter.write(Phantoms.scan("ct", Phantoms.oblique(), Modality.CT, W, H, 2), folder.resolve("a/s"),
                false);
        Files.createSymbolicLink(folder.resolve("a/up"), folder.resolve("a"));
        assertThat(ScanFiles.find(List.of(folder.resolve("a")))).extracting(ScanSource::path)
                .containsExactly(folder.resolve("a/s"));
    }

    @Test
    void tellsHeartPhasesOfFilesApartByTriggerTime() throws IOException {
        int[] times = { 300, 10, 155 };
        for (int slice = 0; slice < 4; slice++)
            for (int phase = 0; phase < 3; phase++)
                write("f" + (7 * slice + 5 * phase), image(slice, "" + times[phase], slice + "" + phase)
                        .pixels(constant(times[phase] + slice)).file());
        assertThatThrownBy(() -> ScanFiles.read(folder)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("3 phases").hasMessageContaining("2: trigger time 155 ms");
        Scan last = ScanFiles.read(folder, ReadOptions.DEFAULT.withPhase(3));
        for (int slice = 0; slice < 4; slice++)
            assertThat(last.pixels().getAt(1, 1, slice, 0).get()).isEqualTo(300 + slice);
        assertClose(last.geometry(), Phantoms.oblique());
        Files.delete(folder.resolve("f5"));
        assertThatThrownBy(() -> ScanFiles.read(folder, ReadOptions.DEFAULT.withPhase(1)))
                .isInstanceOf(SeptumException.class).hasMessageContaining("2 images lie at position")
                .hasMessageContaining("but 3 at most");
    }

    private static DicomBuilder image(int slice, String triggerTime, String instance) {
        ScanGeometry geometry = Phantoms.oblique();
        return DicomBuilder.image(W, H, "1.2.9", "1.2.9." + instance).text(DicomFile.TRIGGER_TIME, "DS", triggerTime)
                .text(DicomFile.POSITION, "DS", DicomPhantoms.decimals(geometry.position(0, 0, slice)))
                .text(DicomFile.ORIENTATION, "DS",
                        DicomPhantoms.decimals(geometry.direction().x(), geometry.direction().y()));
    }

    private static short[] constant(int value) {
        short[] out = new short[W * H];
        Arrays.fill(out, (short) value);
        return out;
    }

    @Test
    void appliesSlopeAndInterceptOfEachSliceToSignedBits() throws IOException {
        for (int slice = 0; slice < 2; slice++)
            write("f" + slice, image(slice, "1", "" + slice).bits(16, 12).uint16(DicomFile.SIGNED, 1)
                    .text(DicomFile.SLOPE, "DS", slice == 0 ? "2" : "0.5")
                    .text(DicomFile.INTERCEPT, "DS", slice == 0 ? "-1000" : "4").pixels(constant(0xffe)).file());
        Scan scan = ScanFiles.read(folder);
        // 12 bits ffe are -2, whatever the other four bits hold.
        assertThat(scan.pixels().getAt(0, 0, 0, 0).get()).isEqualTo(-1004);
        assertThat(scan.pixels().getAt(0, 0, 1, 0).get()).isEqualTo(3);
    }

    @Test
    void refusesSlicesShiftedByUnequalStepsAndNamesThePosition() throws IOException {
        for (int slice = 0; slice < 4; slice++) {
            Vector3 at = Phantoms.oblique().position(slice == 2 ? 3 : 0, 0, slice);
            write("f" + slice, image(slice, "1", "" + slice).text(DicomFile.POSITION, "DS", DicomPhantoms.decimals(at))
                    .pixels(constant(1)).file());
        }
        assertThatThrownBy(() -> ScanFiles.read(folder)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("shifted sideways").hasMessageContaining("f2 lies at");
    }

    @Test
    void readsColoursWithSharedDifferences() throws IOException {
        // Pure red is Y 76, Cb 85, Cr 255; pure grey 100 has no difference.
        byte[] pixels = new byte[8 * 2];
        for (int i = 0; i < 4; i++) {
            boolean red = i % 2 == 0;
            pixels[4 * i] = (byte) (red ? 76 : 100);
            pixels[4 * i + 1] = (byte) (red ? 76 : 100);
            pixels[4 * i + 2] = (byte) (red ? 85 : 128);
            pixels[4 * i + 3] = (byte) (red ? 255 : 128);
        }
        Path file = write("ybr", DicomBuilder.image(4, 2, "1.2", "1.2.1").bits(8, 8).uint16(DicomFile.SAMPLES, 3)
                .uint16(DicomFile.PLANAR, 0).text(DicomFile.PHOTOMETRIC, "CS", "YBR_FULL_422").pixels(pixels).file());
        Scan scan = ScanFiles.read(file);
        assertThat(rgb(scan, 1, 0)).containsExactly(254, 0, 0);
        assertThat(rgb(scan, 2, 1)).containsExactly(100, 100, 100);
    }

    private static int[] rgb(Scan scan, int x, int y) {
        int[] out = new int[3];
        for (int c = 0; c < 3; c++)
            out[c] = (int) scan.pixels().getAt(x, y, 0, c).get();
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = { 8, 16 })
    void readsAPaletteAsColours(int bits) throws IOException {
        DicomBuilder image = DicomBuilder.image(4, 1, "1.2", "1.2.1").bits(8, 8)
                .text(DicomFile.PHOTOMETRIC, "CS", "PALETTE COLOR").pixels((byte) 9, (byte) 10, (byte) 11, (byte) 200);
        for (int c = 0; c < 3; c++) {
            image.uint16(DicomFile.PALETTE_DESCRIPTOR + c, 2, 10, bits);
            image.bytes(DicomFile.PALETTE_DATA + c, "OW", bits == 8 ? new byte[] { (byte) (c + 1), (byte) (100 + c) }
                    : new byte[] { 77, (byte) (c + 1), 77, (byte) (100 + c) });
        }
        Scan scan = ScanFiles.read(write("palette", image.file()));
        assertThat(rgb(scan, 0, 0)).containsExactly(1, 2, 3);
        assertThat(rgb(scan, 1, 0)).containsExactly(1, 2, 3);
        assertThat(rgb(scan, 2, 0)).containsExactly(100, 101, 102);
        assertThat(rgb(scan, 3, 0)).containsExactly(100, 101, 102);
        assertThat(scan.modality()).isEqualTo(Modality.MR);
    }

    @ParameterizedTest
    @CsvSource({ "1,0", "2,0", "3,0", "4,0", "5,0", "6,0", "7,0", "1,3", "7,3" })
    void decodesLosslessJpegWithEveryPredictor(int predictor, int pointTransform) throws IOException {
        Scan scan = ScanFiles.read(
                write("lossless", DicomPhantoms.lossless(predictor, pointTransform).file("1.2.840.10008.1.2.4.57")));
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                assertThat(scan.pixels().getAt(x, y, 0, 0).get()).as("pixel (%s, %s)", x, y)
                        .isEqualTo(DicomPhantoms.losslessValue(x, y));
    }

    @Test
    void decodesTheExampleOfTheJpegLsStandard() throws IOException {
        Scan scan = ScanFiles.read(write("ls", DicomPhantoms.jpegLs().file("1.2.840.10008.1.2.4.80")));
        int[][] rows = { { 0, 0, 90, 74 }, { 68, 50, 43, 205 }, { 64, 145, 145, 145 }, { 100, 145, 145, 145 } };
        for (int y = 0; y < 4; y++)
            for (int x = 0; x < 4; x++)
                assertThat(scan.pixels().getAt(x, y, 0, 0).get()).as("pixel (%s, %s)", x, y).isEqualTo(rows[y][x]);
    }

    @Test
    void decodesJpegOfTwelveBits() throws IOException {
        Scan scan = ScanFiles.read(write("wide", DicomPhantoms.wideJpeg().file("1.2.840.10008.1.2.4.51")));
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 16; x++) {
                // T.81, A.3.3: 2048 and an eighth of the first coefficient, and a quarter of a cosine of the second.
                double wave = 200 / 4.0 / Math.sqrt(2) * Math.cos((2 * x + 1) * Math.PI / 16);
                double expected = x < 8 ? 2048 + 800 / 8.0 + wave : 2048 + (800 - 1200) / 8.0;
                assertThat((double) scan.pixels().getAt(x, y, 0, 0).get()).as("pixel (%s, %s)", x, y)
                        .isCloseTo(expected, within(0.501));
            }
    }

    @Test
    void decodesRunLengths() throws IOException {
        Scan scan = ScanFiles.read(write("rle", DicomPhantoms.rle().file("1.2.840.10008.1.2.5")));
        assertThat(scan.pixels().getAt(6, 4, 0, 0).get()).isEqualTo(DicomPhantoms.value(6, 4, 3, 1));
    }

    @Test
    void readsDeflatedFiles() throws IOException {
        byte[] plain = DicomPhantoms.enhanced(3, 1).file("1.2.840.10008.1.2.1.99");
        // Behind the mark there is one element of 8 + 22 bytes: the transfer syntax.
        int meta = 132 + 30;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(plain, 0, meta);
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(out, new Deflater(9, true))) {
            deflate.write(plain, meta, plain.length - meta);
        }
        Scan scan = ScanFiles.read(write("deflated", out.toByteArray()));
        assertThat(scan.pixels().getAt(5, 3, 2, 0).get()).isEqualTo(2 * DicomPhantoms.value(5, 3, 2, 0) - 1024);
    }

    @Test
    void takesFramesOfAFilmAsPhases() throws IOException {
        byte[] pixels = new byte[W * H * 3];
        pixels[2 * W * H + 8] = 99;
        Path file = write("film", DicomBuilder.image(W, H, "1.2", "1.2.1").text(DicomFile.MODALITY, "CS", "US")
                .bits(8, 8).text(DicomFile.FRAMES, "IS", "3").pixels(pixels).file());
        assertThat(ScanFiles.contents(file).get(0).phases()).hasSize(3);
        Scan third = ScanFiles.read(file, ReadOptions.DEFAULT.withPhase(3));
        assertThat(third.pixels().getAt(1, 1, 0, 0).get()).isEqualTo(99);
    }

    @ParameterizedTest
    @CsvSource({ "1.2.840.10008.1.2.4.110,JPEG XL Lossless", "1.2.840.10008.1.2.4.201,High-Throughput JPEG 2000",
            "1.2.840.10008.1.2.4.103,MPEG-4", "1.2.840.10008.1.2.9.9,1.2.840.10008.1.2.9.9" })
    void namesATransferSyntaxItDoesNotRead(String syntax, String name) throws IOException {
        Path file = write("other", DicomBuilder.image(W, H, "1.2", "1.2.1").fragments(new byte[80]).file(syntax));
        assertThatThrownBy(() -> ScanFiles.read(file)).isInstanceOf(SeptumException.class).hasMessageContaining(name)
                .hasMessageContaining(syntax).hasMessageContaining("gdcmconv");
        assertThat(ScanFiles.contents(file).get(0).problem()).contains(name);
    }

    @Test
    void refusesMoreFramesThanTheFileHolds() throws IOException {
        Path file = write("many", DicomBuilder.image(W, H, "1.2", "1.2.1").text(DicomFile.FRAMES, "IS", "2000000000")
                .pixels(new short[W * H]).file());
        assertThatThrownBy(() -> ScanFiles.read(file)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("it holds less than");
    }
}
