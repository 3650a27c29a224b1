package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;

import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.ForeignPackage;
import org.septum.core.Scan;
import org.septum.io.NiftiScanWriter;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;
import org.septum.pipeline.Toys;

/** What a user meets who segments with a package that others made. */
@Tag("engine")
class ForeignVerbTest {

    @TempDir
    private static Path shared;

    private static Path model;

    @TempDir
    private Path folder;

    private StringWriter out;

    private StringWriter err;

    @BeforeAll
    static void writePackage() throws IOException {
        model = ForeignPackage.threshold(shared.resolve("foreign"), Toys.THRESHOLD);
    }

    private int run(Object... args) {
        out = new StringWriter();
        err = new StringWriter();
        String[] words = Stream.of(args).map(Object::toString).toArray(String[]::new);
        return SeptumCli.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    private Path scan() {
        Path file = folder.resolve("a.nii.gz");
        NiftiScanWriter.write(Toys.scan("a", 1), file, true);
        return file;
    }

    private Path out() {
        return folder.resolve("out");
    }

    @Test
    void itsMasksAreWrittenAndWhatWasTakenIsSaid() {
        assertThat(run("segment", scan(), "-m", model, "-o", out(), "--device", "cpu")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("a.nii.gz: blob ", " ml");
        assertThat(err.toString()).contains("one channel", "are used");
        assertThat(Toys.values(ScanFiles.readMask(out().resolve("a.nii.gz"), Toys.LABELS)))
                .isEqualTo(Toys.values(Toys.mask(Toys.scan("a", 1))));
    }

    /** The network gives sigmoid(value - 100); tiles overlap and lose their rims, the whole must not show it. */
    @Test
    void itsProbabilitiesAreThoseOfItsFormulaWithoutTheRimsOfTiles() {
        assertThat(run("segment", scan(), "-m", model, "-o", out(), "--device", "cpu", "--probabilities"))
                .as(err.toString()).isZero();
        Scan scan = Toys.scan("a", 1);
        RandomAccess<FloatType> value = scan.pixels().randomAccess();
        for (int c = 0; c < 2; c++) {
            Scan map = ScanFiles.read(out().resolve("a_probabilities.nii.gz"), ReadOptions.DEFAULT.withPhase(c + 1));
            assertThat(map.shape()).isEqualTo(scan.shape());
            RandomAccess<FloatType> p = map.pixels().randomAccess();
            for (int z = 0; z < scan.size(2); z++) {
                for (int y = 0; y < scan.size(1); y++) {
                    for (int x = 0; x < scan.size(0); x++) {
                        double object = 1 / (1 + Math.exp(Toys.THRESHOLD - value.setPositionAndGet(x, y, z, 0).get()));
                        assertThat((double) p.setPositionAndGet(x, y, z, 0).get())
                                .as("class %d at %d, %d, %d", c, x, y, z)
                                .isCloseTo(c == 1 ? object : 1 - object, within(1e-5));
                    }
                }
            }
        }
    }

    @Test
    void itIsDescribedValidatedAndMoved() {
        assertThat(run("model", "info", model)).isZero();
        assertThat(out.toString()).contains("Foreign test network", "others made", "class 1: blob", "CC-BY-4.0");
        // its test tensors are one number each, which no picture is
        assertThat(run("model", "validate", model)).isEqualTo(1);
        assertThat(out.toString()).contains("ok   package", "BAD");
        Path zip = folder.resolve("foreign.zip");
        assertThat(run("model", "export", model, "-o", zip)).as(err.toString()).isZero();
        assertThat(run("model", "import", zip, "-o", folder.resolve("back"))).as(err.toString()).isZero();
        assertThat(folder.resolve("back/net.onnx")).hasSameBinaryContentAs(model.resolve("net.onnx"));
    }

    @Test
    void whatOnlyModelsOfSeptumCanIsRefusedInOneLine() {
        for (String[] more : new String[][] { { "--engine", "pytorch" }, { "--tta" } }) {
            Object[] words = Stream
                    .concat(Stream.of("segment", scan(), "-m", model, "-o", out(), "--device", "cpu"), Stream.of(more))
                    .toArray();
            assertThat(run(words)).as(more[0]).isEqualTo(2);
            assertThat(err.toString().lines().filter(l -> l.startsWith("septum: "))).hasSize(1);
        }
        assertThat(run("segment", scan(), "-m", model, "-o", out(), "--precision", "int8")).isEqualTo(1);
        assertThat(err.toString()).contains("no network of precision int8");
        assertThat(out()).doesNotExist();
    }
}
