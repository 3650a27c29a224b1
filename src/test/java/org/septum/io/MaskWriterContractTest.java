package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import net.imglib2.converter.Converters;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.util.Util;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.WholeFile;

/** What every {@link MaskWriter} keeps. */
abstract class MaskWriterContractTest {

    @TempDir
    Path folder;

    abstract MaskWriter writer();

    /**
     * Reads a mask back.
     *
     * @param written
     *            gives what the format has no place for
     */
    LabelMask read(Path file, LabelMask written) {
        return ScanFiles.readMask(file, Phantoms.LABELS);
    }

    /** True if the format must say that it has no words for such a geometry. */
    boolean refuses(ScanGeometry geometry) {
        return false;
    }

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

        if (refuses(geometry)) {
            assertThatThrownBy(() -> writer().write(mask, file, false)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("spacing").hasMessageContaining("instead");
            assertThat(file).doesNotExist();
            return;
        }
        writer().write(mask, file, false);

        assertSame(mask, read(file, mask));
        if (ScanFiles.accepts(file))
            assertThat(ScanFiles.nameOf(file)).contains("liver_01");
    }

    @Test
    void keepsTheMaskOfAPicture() {
        ScanGeometry flat = new ScanGeometry(new Vector3(0.07, 0.09, Double.NaN), Vector3.ZERO, Direction.IDENTITY);
        for (ScanGeometry geometry : new ScanGeometry[] { flat, ScanGeometry.UNKNOWN }) {
            if (refuses(geometry))
                continue;
            LabelMask mask = Phantoms.mask(geometry, 52, 37, 1);
            Path file = folder.resolve("picture" + writer().extension());
            writer().write(mask, file, true);
            assertSame(mask, read(file, mask));
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
        assertSame(mask, read(file, mask));
        assertThat(filesIn(folder)).as("nothing is left aside").containsExactly(file);
    }

    @Test
    void writesTheSameBytesForTheSameMask() throws IOException {
        Path one = folder.resolve("one/m" + writer().extension());
        Path two = folder.resolve("two/m" + writer().extension());
        writer().write(Phantoms.mask(Phantoms.oblique(), 7, 5, 3), one, false);
        writer().write(Phantoms.mask(Phantoms.oblique(), 7, 5, 3), two, false);
        assertThat(Files.readAllBytes(two)).isEqualTo(Files.readAllBytes(one));
    }

    @Test
    void leavesNothingBehindWhenItStopsHalfway() throws IOException {
        LabelMask mask = Phantoms.mask(Phantoms.oblique(), 7, 5, 3);
        int[] reads = { 0, Integer.MAX_VALUE };
        LabelMask broken = new LabelMask(Converters.convert(mask.pixels(), (in, out) -> {
            if (++reads[0] > reads[1])
                throw new UncheckedIOException(new IOException("the scan is gone"));
            out.set(in);
        }, new UnsignedByteType()), mask.geometry(), mask.labels());
        writer().write(broken, folder.resolve("m" + writer().extension()), false);
        // Next time all passes succeed but the end of the last.
        reads[1] = reads[0] - 8;
        reads[0] = 0;
        Path file = folder.resolve("m" + writer().extension());
        Files.writeString(file, "precious");

        assertThatThrownBy(() -> writer().write(broken, file, true)).hasMessageContaining("the scan is gone");
        assertThat(filesIn(folder)).containsExactly(file);
        assertThat(Files.readString(file)).isEqualTo("precious");
    }

    @Test
    void tellsOfAFullDiskInOneLineAndLeavesNothing() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full) && writesAside(), "no full disk to write to");
        Path file = folder.resolve("m" + writer().extension());
        Path aside = WholeFile.aside(file);
        Files.createSymbolicLink(aside, full);

        assertThatThrownBy(() -> writer().write(Phantoms.mask(Phantoms.oblique(), 37, 52, 30), file, false))
                .isInstanceOf(SeptumException.class).hasMessageContaining(file.toString())
                .hasMessageContaining("No space left").message().doesNotContain("\n");
        assertThat(filesIn(folder)).isEmpty();
    }

    /** True if the writer fills the file that {@link org.septum.core.WholeFile} gives it from the first byte on. */
    boolean writesAside() {
        return true;
    }

    @Test
    void tellsOfAFolderThatIsNoneInOneLine() throws IOException {
        Path none = Files.writeString(folder.resolve("none"), "a file");
        Path file = none.resolve("m" + writer().extension());
        assertThatThrownBy(() -> writer().write(Phantoms.mask(Phantoms.oblique(), 7, 5, 3), file, true))
                .isInstanceOf(SeptumException.class).hasMessageContaining(none + " is no folder").message()
                .doesNotContain("\n");
    }

    @Test
    void tellsOfAMissingPermissionInOneLine() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        assertThat(closed.toFile().setWritable(false)).isTrue();
        try {
            // The administrator may write everywhere.
            Assumptions.assumeFalse(Files.isWritable(closed));
            assertThatThrownBy(() -> writer().write(Phantoms.mask(Phantoms.oblique(), 7, 5, 3),
                    closed.resolve("m" + writer().extension()), true)).isInstanceOf(SeptumException.class)
                            .hasMessageContaining("no permission to write in " + closed).message().doesNotContain("\n");
        } finally {
            assertThat(closed.toFile().setWritable(true)).isTrue();
        }
    }

    @Test
    void isFoundByItsName() {
        assertThat(MaskWriters.names()).contains(writer().format());
        assertThat(MaskWriters.named(writer().format())).hasSameClassAs(writer());
    }

    static void assertSame(LabelMask expected, LabelMask actual) {
        assertThat(actual.geometry().isCloseTo(expected.geometry(), 1e-4))
                .as("%s is close to %s", actual.geometry(), expected.geometry()).isTrue();
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(Util.imagesEqual(expected.pixels(), actual.pixels())).as("equal voxels").isTrue();
        assertThat(actual.labels()).isEqualTo(expected.labels());
    }

    private static Stream<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        }
    }
}
