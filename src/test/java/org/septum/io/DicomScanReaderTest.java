package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import net.imglib2.util.Util;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Direction;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class DicomScanReaderTest {

    private static final String MONOCHROME2 = "MONOCHROME2 ";

    @TempDir
    Path folder;

    @Test
    void sortsSlicesByPositionWhateverTheirNames() throws IOException {
        Scan ct = Phantoms.scan("ct", Phantoms.oblique(), Modality.CT, 37, 52, 30);
        DicomSeriesWriter.write(ct, folder, false);
        for (int z = 0; z < 30; z++)
            Files.move(folder.resolve("IM%04d.dcm".formatted(z + 1)), folder.resolve("x" + (z * 7 + 3) % 30));
        Files.writeString(folder.resolve("notes.txt"), "no image");
        Files.writeString(folder.resolve("._x3"), "left by an archive");

        Scan back = ScanFiles.read(folder);

        assertSameScan(back, ct);
        assertThat(back.name()).isEqualTo(folder.getFileName().toString());
        assertThat(back.modality()).isEqualTo(Modality.CT);
        assertThat(back.notes()).anyMatch(n -> n.contains("(2)") && n.contains("notes.txt"));
    }

    @Test
    void aFileStandsForItsSeriesUnlessItIsTakenAlone() {
        Scan mr = Phantoms.scan("mr", Phantoms.oblique(), Modality.MR, 7, 5, 4);
        DicomSeriesWriter.write(mr, folder, false);
        Path third = folder.resolve("IM0003.dcm");
        assertThat(ScanFiles.read(third).shape()).isEqualTo("7×5×4");
        Scan alone = ScanFiles.read(third, ReadOptions.DEFAULT.onlyThisFile());
        assertThat(alone.shape()).isEqualTo("7×5×1");
        assertThat(alone.geometry().origin().distanceTo(mr.geometry().position(0, 0, 2))).isLessThan(1e-4);
        assertThat(alone.pixels().getAt(6, 4, 0, 0).get()).isEqualTo(Phantoms.value(6, 4, 2));
    }

    @Test
    void restoresFractionsToTheStepOfTheirRange() {
        Scan mr = Phantoms.scan("mr", Phantoms.oblique(), Modality.MR, 7, 5, 3);
        mr.pixels().forEach(v -> v.set(v.get() * 0.37f));
        DicomSeriesWriter.write(mr, folder, false);
        Scan back = ScanFiles.read(folder);
        assertThat(back.modality()).isEqualTo(Modality.MR);
        float range = 0.37f * (Phantoms.value(6, 4, 2) - Phantoms.value(0, 0, 0));
        assertThat(back.pixels().getAt(5, 3, 1, 0).get()).isCloseTo(0.37f * Phantoms.value(5, 3, 1),
                within(range / 65534));
    }

    @Test
    void keepsTheShearOfATiltedGantry() {
        double tilt = Math.toRadians(12);
        ScanGeometry geometry = new ScanGeometry(new Vector3(0.7, 0.9, 2.5), new Vector3(-10, 20, 30), new Direction(
                new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, Math.sin(tilt), Math.cos(tilt))));
        DicomSeriesWriter.write(Phantoms.scan("tilted", geometry, Modality.CT, 7, 5, 4), folder, false);
        Scan back = ScanFiles.read(folder);
        assertThat(back.geometry().isCloseTo(geometry, 1e-4)).as("%s", back.geometry()).isTrue();
        assertThat(back.notes()).anyMatch(n -> n.contains("12.00 degrees"));
    }

    @Test
    void refusesTwoSeriesUnlessOneFileOfThemIsGiven() throws IOException {
        Scan one = writeInto("first scan", 4);
        writeInto("second scan", 6);

        assertThatThrownBy(() -> ScanFiles.read(folder)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("\"first scan\" (4 images").hasMessageContaining("\"second scan\" (6 images");
        assertSameScan(ScanFiles.read(folder.resolve("first scan-IM0002.dcm")), one);
    }

    private Scan writeInto(String name, int depth) throws IOException {
        Scan scan = Phantoms.scan(name, Phantoms.oblique(), Modality.MR, 7, 5, depth);
        Path own = folder.resolve(name);
        DicomSeriesWriter.write(scan, own, false);
        for (Path p : list(own))
            Files.move(p, folder.resolve(name + "-" + p.getFileName()));
        return scan;
    }

    @Test
    void refusesAMissingSliceAndNamesThePlace() throws IOException {
        DicomSeriesWriter.write(Phantoms.scan("gap", ScanGeometry.ofSpacing(1, 1, 2.5), Modality.CT, 7, 5, 9), folder,
                false);
        Files.delete(folder.resolve("IM0004.dcm"));
        assertThatThrownBy(() -> ScanFiles.read(folder)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("2.50 mm apart").hasMessageContaining("5.00 mm and 10.00 mm")
                .hasMessageContaining("IM0003.dcm").hasMessageContaining("IM0005.dcm");
    }

    @Test
    void refusesTwoImagesAtOnePosition() throws IOException {
        DicomSeriesWriter.write(Phantoms.scan("twice", ScanGeometry.ofSpacing(1, 1, 2.5), Modality.CT, 7, 5, 3), folder,
                false);
        Files.copy(folder.resolve("IM0002.dcm"), folder.resolve("copy"));
        assertThatThrownBy(() -> ScanFiles.read(folder)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("same position 2.50 mm").hasMessageContaining("IM0002.dcm, copy");
    }

    @Test
    void refusesASeriesThatLiesThereTwice() throws IOException {
        DicomSeriesWriter.write(Phantoms.scan("cine", ScanGeometry.ofSpacing(1, 1, 2.5), Modality.MR, 7, 5, 3), folder,
                false);
        for (Path p : list(folder))
            Files.copy(p, folder.resolve("later-" + p.getFileName()));
        assertThatThrownBy(() -> ScanFiles.read(folder)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("same image lies at position 0.00 mm more than once");
    }

    @Test
    void refusesAFileThatIsCutShort() throws IOException {
        DicomSeriesWriter.write(Phantoms.scan("cut", Phantoms.oblique(), Modality.MR, 37, 52, 2), folder, false);
        Path file = folder.resolve("IM0002.dcm");
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] { bytes.length - 2, 600, 133 }) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> ScanFiles.read(file)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("IM0002.dcm").message().doesNotContain("\n");
        }
    }

    @Test
    void readsTheSeriesOfAFileThoughAnotherFileIsDamaged() throws IOException {
        Scan scan = writeInto("good", 3);
        Files.write(folder.resolve("bad"), Arrays.copyOf(Files.readAllBytes(folder.resolve("good-IM0001.dcm")), 200));
        Scan back = ScanFiles.read(folder.resolve("good-IM0001.dcm"));
        assertSameScan(back, scan);
        assertThat(back.notes()).anyMatch(n -> n.contains("damaged (1): bad"));
    }

    @Test
    void invertsMonochrome1AndSaysSo() throws IOException {
        DicomSeriesWriter.write(Phantoms.scan("cr", Phantoms.oblique(), Modality.MR, 7, 5, 1), folder, false);
        Path file = folder.resolve("IM0001.dcm");
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(MONOCHROME2);
        bytes[at + 10] = '1';
        Files.write(file, bytes);
        Scan back = ScanFiles.read(file);
        // The 16 stored bits v become -1 - v.
        assertThat(back.pixels().getAt(5, 3, 0, 0).get()).isEqualTo(-1 - Phantoms.value(5, 3, 0));
        assertThat(back.notes()).anyMatch(n -> n.contains("MONOCHROME1"));
    }

    @Test
    void findsAFolderOfSlicesAsOneScan() throws IOException {
        DicomSeriesWriter.write(Phantoms.scan("a", Phantoms.oblique(), Modality.MR, 7, 5, 3), folder.resolve("p1/t1"),
                false);
        Files.write(folder.resolve("p1/b.png"), new byte[1]);
        Files.write(folder.resolve("p1/c.nii.gz"), new byte[1]);
        Files.write(folder.resolve("p1/.d.png"), new byte[1]);
        Files.write(folder.resolve("p1/e.txt"), new byte[1]);
        assertThat(ScanFiles.find(List.of(folder))).extracting("name").containsExactly("b", "c", "t1");
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    static void assertSameScan(Scan actual, Scan expected) {
        assertThat(actual.geometry().isCloseTo(expected.geometry(), 1e-4))
                .as("%s is close to %s", actual.geometry(), expected.geometry()).isTrue();
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(Util.imagesEqual(expected.pixels(), actual.pixels())).as("equal voxels").isTrue();
    }
}
