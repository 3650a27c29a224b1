package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import net.imglib2.util.Util;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/** What every {@link MaskWriter} keeps. */
abstract class MaskWriterContractTest {

    @TempDir
    Path folder;

    abstract MaskWriter writer();

    static Stream<ScanGeometry> geometries() {
        Direction oblique = Phantoms.oblique().direction();
        Direction sheared = new Direction(oblique.x(), oblique.y(),
                new Vector3(0.2, oblique.z().y(), Math.sqrt(1 - 0.04 - oblique.z().y() * oblique.z().y())));
        Vector3 spacing = new Vector3(0.7, 0.9, 2.5);
        Vector3 origin = new Vector3(-123.4567, 250.0625, -1023.9876);
        return Stream.of(Phantoms.oblique(), ScanGeometry.ofSpacing(0.7, 0.9, 2.5), ScanGeometry.UNKNOWN,
                new ScanGeometry(spacing, origin, new Direction(oblique.z(), oblique.x(), oblique.y())),
                new ScanGeometry(spacing, origin, new Direction(oblique.x(), oblique.y(), oblique.z().times(-1))),
                new ScanGeometry(spacing, origin,
                        new Direction(oblique.x().times(-1), oblique.y().times(-1), oblique.z())),
                new ScanGeometry(spacing, origin, sheared));
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void readsBackWhatItWrote(ScanGeometry geometry) {
        LabelMask mask = Phantoms.mask(geometry, 37, 52, 30);
        Path file = folder.resolve("deeper/liver_01" + writer().extension());

        writer().write(mask, file, false);
        LabelMask back = ScanFiles.readMask(file, Phantoms.LABELS);

        assertSame(mask, back);
        assertThat(ScanFiles.nameOf(file)).isEqualTo("liver_01");
    }

    @Test
    void keepsTheMaskOfAPicture() {
        ScanGeometry flat = new ScanGeometry(new Vector3(0.07, 0.09, Double.NaN), Vector3.ZERO, Direction.IDENTITY);
        for (ScanGeometry geometry : new ScanGeometry[] { flat, ScanGeometry.UNKNOWN }) {
            LabelMask mask = Phantoms.mask(geometry, 52, 37, 1);
            Path file = folder.resolve("picture" + writer().extension());
            writer().write(mask, file, true);
            assertSame(mask, ScanFiles.readMask(file, Phantoms.LABELS));
        }
    }

    @Test
    void replacesAFileOnlyWhenTold() throws IOException {
        LabelMask mask = Phantoms.mask(Phantoms.oblique(), 7, 5, 3);
        Path file = folder.resolve("m" + writer().extension());
        Files.writeString(file, "precious");

        assertThatThrownBy(() -> writer().write(mask, file, false)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("exists");
        assertThat(Files.readString(file)).isEqualTo("precious");

        writer().write(mask, file, true);
        assertSame(mask, ScanFiles.readMask(file, Phantoms.LABELS));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing is left aside").containsExactly(file);
        }
    }

    @Test
    void isFoundByItsName() {
        assertThat(MaskWriters.names()).contains(writer().format());
        assertThat(MaskWriters.named(writer().format())).hasSameClassAs(writer());
    }

    private static void assertSame(LabelMask expected, LabelMask actual) {
        assertThat(actual.geometry().isCloseTo(expected.geometry(), 1e-4))
                .as("%s is close to %s", actual.geometry(), expected.geometry()).isTrue();
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(Util.imagesEqual(expected.pixels(), actual.pixels())).as("equal voxels").isTrue();
        assertThat(actual.labels()).isEqualTo(expected.labels());
    }
}
