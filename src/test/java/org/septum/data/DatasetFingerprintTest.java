package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.Direction;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;

class DatasetFingerprintTest {

    private static final ClassLabels ANY = new ClassLabels(
            List.of(new ClassLabel(0, "background", 0), new ClassLabel(3, "three", 1), new ClassLabel(8, "eight", 2)));

    @TempDir
    Path folder;

    private void write(String name, ScanGeometry geometry, List<Long> size, Samples.Field values, Samples.Field labels)
            throws IOException {
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("labels"));
        NiftiScanWriter.write(Samples.scan(name, geometry, size, values), folder.resolve("images/" + name + ".nii"),
                false);
        new NiftiMaskWriter().write(Samples.mask(geometry, size, ANY, labels),
                folder.resolve("labels/" + name + ".nii"), false);
    }

    private DatasetFingerprint measure() {
        return DatasetFingerprint.of(CaseIndex.of(folder), Progress.SILENT);
    }

    @Test
    void factsAreMediansOverCasesAlongTheWorkingAxes() throws IOException {
        // the second case is stored with its axes as S, L, P
        Direction turned = new Direction(new Vector3(0, 0, 1), new Vector3(1, 0, 0), new Vector3(0, 1, 0));
        write("a", ScanGeometry.ofSpacing(0.7, 0.9, 2.5), List.of(10L, 8L, 6L), (x, y, z) -> x,
                (x, y, z) -> x < 2 ? 3 : 0);
        write("b", new ScanGeometry(new Vector3(3, 0.8, 1), Vector3.ZERO, turned), List.of(7L, 12L, 9L), (x, y, z) -> x,
                (x, y, z) -> y < 3 ? 3 : 0);
        write("c", ScanGeometry.ofSpacing(1, 2, 4), List.of(20L, 20L, 20L), (x, y, z) -> x,
                (x, y, z) -> x == 5 ? 8 : 0);
        DatasetFingerprint facts = measure();
        assertThat(facts.cases()).isEqualTo(3);
        assertThat(facts.volumes()).isEqualTo(3);
        assertThat(facts.calibrated()).isTrue();
        assertThat(facts.shape()).containsExactly(12, 9, 7);
        assertThat(facts.spacing().get(0)).isCloseTo(0.8, within(1e-6));
        assertThat(facts.spacing().get(1)).isCloseTo(1, within(1e-6));
        assertThat(facts.spacing().get(2)).isCloseTo(3, within(1e-6));
        assertThat(facts.channels()).containsExactly("scan");
        assertThat(facts.labels().classes()).extracting(ClassLabel::name).containsExactly("background", "class_3",
                "class_8");
        assertThat(facts.classes()).extracting(DatasetFingerprint.ClassFacts::voxels).containsExactly(567L, 96L, 0L);
        assertThat(facts.classes()).extracting(DatasetFingerprint.ClassFacts::cases).containsExactly(3, 2, 1);
        // a: 2·8·6 voxels of 0.7·0.9·2.5 mm³; b: 7·3·9 of 2.4 mm³; c: none
        assertThat(facts.classes().get(1).volume()).isCloseTo(96 * 1.575, within(1e-3));
        assertThat(facts.classes().get(1).share()).isCloseTo((96.0 + 189) / (480 + 756 + 8000), within(1e-9));
        assertThat(facts.fineSpacing().get(2)).isCloseTo(2.5, within(1e-6));
        assertThat(facts.coarseDice()).as("volumes are not made smaller").isNaN();
    }

    @Test
    void intensitiesAreThoseOfTheForeground() throws IOException {
        // foreground values 0 … 999, background 5000
        write("a", ScanGeometry.ofSpacing(1, 1, 1), List.of(20L, 10L, 5L),
                (x, y, z) -> x == 0 && y == 0 && z == 0 ? 5000 : x + 20 * y + 200 * z,
                (x, y, z) -> x == 0 && y == 0 && z == 0 ? 0 : 3);
        DatasetFingerprint.IntensityStatistics s = measure().intensities().get(0);
        assertThat(s.mean()).isCloseTo(500, within(1e-6));
        assertThat(s.sd()).isCloseTo(Math.sqrt((999.0 * 999 - 1) / 12), within(1e-6));
        assertThat(s.low()).isEqualTo(5);
        assertThat(s.high()).isEqualTo(994);
        assertThat(measure().labels().foreground()).extracting(ClassLabel::name).containsExactly("foreground");
    }

    @Test
    void aLargeForegroundIsSampledEvenly() throws IOException {
        write("a", ScanGeometry.ofSpacing(1, 1, 1), List.of(50L, 50L, 40L), (x, y, z) -> z, (x, y, z) -> 3);
        DatasetFingerprint.IntensityStatistics s = measure().intensities().get(0);
        assertThat(s.mean()).isCloseTo(19.5, within(0.01));
        assertThat(s.low()).isEqualTo(0);
        assertThat(s.high()).isEqualTo(39);
    }

    @Test
    void aPaletteOfAMaskIsReadAsIndicesAndNotAsColours() throws IOException {
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("labels"));
        byte[] red = { 0, (byte) 200, 7 };
        byte[] green = { 0, 10, (byte) 180 };
        byte[] blue = { 50, 0, 0 };
        BufferedImage mask = new BufferedImage(6, 4, BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, 3, red, green, blue));
        mask.getRaster().setSample(2, 1, 0, 1);
        mask.getRaster().setSample(3, 1, 0, 2);
        ImageIO.write(mask, "png", folder.resolve("labels/a.png").toFile());
        ImageIO.write(new BufferedImage(6, 4, BufferedImage.TYPE_BYTE_GRAY), "png",
                folder.resolve("images/a.png").toFile());
        DatasetFingerprint facts = measure();
        assertThat(facts.classes()).hasSize(3);
        assertThat(facts.volumes()).isZero();
        assertThat(facts.calibrated()).isFalse();
    }

    @Test
    void aMaskInColoursIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("labels"));
        BufferedImage colours = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
        colours.setRGB(2, 2, 0x0000ff);
        ImageIO.write(colours, "png", folder.resolve("labels/a.png").toFile());
        ImageIO.write(colours, "png", folder.resolve("images/a.png").toFile());
        assertThatThrownBy(this::measure).isInstanceOf(SeptumException.class).hasMessageContaining("colours");
    }

    @Test
    void labelsOfAnotherShapeAreRefused() throws IOException {
        write("a", ScanGeometry.ofSpacing(1, 1, 1), List.of(5L, 5L, 5L), (x, y, z) -> x, (x, y, z) -> 3);
        Files.delete(folder.resolve("labels/a.nii"));
        new NiftiMaskWriter().write(
                Samples.mask(ScanGeometry.ofSpacing(1, 1, 1), List.of(5L, 5L, 4L), ANY, (x, y, z) -> 3),
                folder.resolve("labels/a.nii"), false);
        assertThatThrownBy(this::measure).isInstanceOf(SeptumException.class).hasMessageContaining("5×5×4")
                .hasMessageContaining("5×5×5");
    }

    @Test
    void aLabelThatTheDescriptionLacksIsNamed() throws IOException {
        write("a", ScanGeometry.ofSpacing(1, 1, 1), List.of(5L, 5L, 5L), (x, y, z) -> x, (x, y, z) -> 3);
        Files.writeString(folder.resolve("dataset.json"), "{\"labels\":{\"background\":0,\"one\":1}}");
        assertThatThrownBy(this::measure).isInstanceOf(SeptumException.class).hasMessageContaining("value 3");
    }

    @Test
    void channelsOfOneCaseMustLieOnEachOther() throws IOException {
        write("a", ScanGeometry.ofSpacing(1, 1, 1), List.of(5L, 5L, 5L), (x, y, z) -> x, (x, y, z) -> 3);
        Files.move(folder.resolve("images/a.nii"), folder.resolve("images/a_0000.nii"));
        NiftiScanWriter.write(
                Samples.scan("a", ScanGeometry.ofSpacing(1, 1, 1.5), List.of(5L, 5L, 5L), (x, y, z) -> -x),
                folder.resolve("images/a_0001.nii"), false);
        assertThatThrownBy(this::measure).isInstanceOf(SeptumException.class)
                .hasMessageContaining("all channels of a case need one shape and geometry");
    }

    @Test
    void aDatasetWithoutForegroundSaysSo() throws IOException {
        write("a", ScanGeometry.ofSpacing(1, 1, 1), List.of(5L, 5L, 5L), (x, y, z) -> x, (x, y, z) -> 0);
        assertThatThrownBy(this::measure).isInstanceOf(SeptumException.class)
                .hasMessageContaining("at least one more class");
    }

    @Test
    void theModalityComesFromTheDescriptionOrTheScans() throws IOException {
        write("a", ScanGeometry.ofSpacing(1, 1, 1), List.of(5L, 5L, 5L), (x, y, z) -> x, (x, y, z) -> 3);
        assertThat(measure().modality()).isEqualTo(Modality.OTHER);
        Files.writeString(folder.resolve("dataset.json"), "{\"channel_names\":{\"0\":\"CT\"}}");
        assertThat(measure().modality()).isEqualTo(Modality.CT);
        assertThat(measure().channels()).containsExactly("CT");
    }

    @Test
    void aClassOfFewCasesTellsWhichWithoutTheirNames() throws IOException {
        for (int i = 0; i < 9; i++) {
            int rare = i == 4 ? 8 : 0;
            write("case" + i, ScanGeometry.ofSpacing(1, 1, 1), List.of(5L, 5L, 5L), (x, y, z) -> x,
                    (x, y, z) -> x == 0 ? rare : 3);
        }
        DatasetFingerprint facts = measure();
        assertThat(facts.classes().get(2).rareIn()).containsExactly(CaseIndex.of(folder).cases().get(4).nameHash())
                .doesNotContain("case4");
        assertThat(facts.classes().get(1).rareIn()).isEmpty();
        Plan flat = Samples.plan(3, 1, List.of(4, 4, 4), Samples.training(1, Samples.OFF));
        Plan plan = new Plan(flat.version(), flat.dataset(), flat.modality(), flat.channels(), facts.labels(),
                flat.network(), flat.grid(), flat.spacing(), flat.size(), flat.patch(), flat.normalization(),
                flat.training(), facts, null);
        BatchSchedule schedule = new BatchSchedule(plan, CaseIndex.of(folder).cases());
        for (int step = 0; step < 10; step++)
            assertThat(schedule.draw(step, 1, new java.util.Random(step)).source().name()).isEqualTo("case4");
    }

    @Test
    void thinLinesGoLostInASmallerPictureAndLargeDiscsDoNot() {
        List<Long> size = List.of(1024L, 700L, 1L);
        assertThat(coarse(size, (x, y, z) -> Math.hypot(x - 500.3, y - 340.7) < 200 ? 1 : 0)).isBetween(0.98, 1.0);
        assertThat(coarse(size, (x, y, z) -> (x + y / 3) % 32 < 3 ? 1 : 0)).isBetween(0.4, 0.8);
        assertThat(coarse(List.of(256L, 200L, 1L), (x, y, z) -> 1)).isNaN();
        assertThat(coarse(size, (x, y, z) -> 0)).as("nothing to lose").isNaN();
    }

    private static double coarse(List<Long> size, Samples.Field field) {
        return CaseMeasurement.coarseDice(Samples.mask(ScanGeometry.UNKNOWN, size, Samples.LABELS, field).pixels(),
                256);
    }
}
