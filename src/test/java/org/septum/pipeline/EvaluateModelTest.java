package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.io.PixelSizes;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;
import org.septum.metrics.EllipseFit;
import org.septum.metrics.MeasuredCase;
import org.septum.metrics.MeasurementError;

/** With a model that finds the bright ellipse exactly, references that are 2 pixels too large, and a table in mm. */
@Tag("engine")
class EvaluateModelTest {

    private static final double PIXEL = 0.5;

    @TempDir
    private Path folder;

    private Path dataset;

    @BeforeEach
    void writeDataset() throws IOException {
        dataset = folder.resolve("pictures");
        Files.createDirectories(dataset.resolve("images"));
        Files.createDirectories(dataset.resolve("labels"));
        StringBuilder table = new StringBuilder("filename,pixel size(mm),head circumference (mm)\n");
        for (int i = 0; i < 7; i++) {
            String name = "p" + i + ".png";
            ImageIO.write(Toys.picture(30 + i, 20, 200), "png", dataset.resolve("images/" + name).toFile());
            ImageIO.write(Toys.picture(32 + i, 22, 1), "png", dataset.resolve("labels/" + name).toFile());
            table.append(name).append(',').append(PIXEL).append(',').append(circumference(30 + i, 20) + 3).append('\n');
        }
        Files.writeString(dataset.resolve("sizes.csv"), table);
        Files.writeString(dataset.resolve("groups.csv"), "case,patient\n"
                + List.of(0, 1, 2, 3, 4, 5, 6).stream().map(i -> "p" + i + "," + i).collect(Collectors.joining("\n")));
    }

    /** In mm. */
    private static double circumference(double a, double b) {
        return PIXEL * new EllipseFit(0, 0, a, b, 0).circumference();
    }

    private Path model(String data, String split) {
        Path model = folder.resolve("model");
        BundleWriter.write(Toys.planarModel(Map.of("dataset", data, "split", split)), model, true);
        return model;
    }

    @Test
    void scoresTheHeldOutCasesOfTheModelsOwnFold() {
        FoldSplit split = FoldSplit.of(CaseIndex.of(dataset), 1);
        EvaluateModel.Result result = EvaluateModel
                .run(EvaluateModel.Request.of(model("pictures", split.describe()), dataset), Progress.SILENT);
        assertThat(result.problems()).isEmpty();
        assertThat(result.scores().diceByCase().keySet())
                .containsExactlyElementsOf(split.validation().stream().map(DataCase::name).toList());
        assertThat(result.scores().distanceUnit()).isEqualTo("mm");
        assertThat(result.scores().rows().get(0).hd95()).isCloseTo(2 * PIXEL, within(0.5 * PIXEL));
    }

    @Test
    void measuresTheErrorAgainstTheTableAndAgainstTheReferenceMasks() throws IOException {
        EvaluateModel.Result result = EvaluateModel.run(EvaluateModel.Request.of(model("others", ""), dataset)
                .withOutput(folder.resolve("out"), folder.resolve("rescored.zip")), Progress.SILENT);
        assertThat(result.measured()).hasSize(7);
        for (MeasuredCase c : result.measured()) {
            double a = 30 + Integer.parseInt(c.caseName().substring(1));
            assertThat(c.predicted()).isCloseTo(circumference(a, 20), within(0.2));
            assertThat(c.inReference()).isCloseTo(circumference(a + 2, 22), within(0.2));
        }
        MeasurementError table = result.errors().get(0);
        assertThat(table.against()).isEqualTo("table");
        assertThat(table.error().mean()).isCloseTo(-3, within(0.1));
        assertThat(table.absolute().mean()).isCloseTo(3, within(0.1));
        assertThat(table.error().n()).isEqualTo(7);
        assertThat(table.meanAbsolute().low()).isLessThan(table.absolute().mean());
        double larger = circumference(35, 22) - circumference(33, 20);
        assertThat(result.errors().get(1).error().mean()).isCloseTo(-larger, within(0.1));
        assertThat(Files.readString(folder.resolve("out/measured.csv")).lines()).hasSize(8);
        assertThat(EvaluationText.json(result)).contains("\"against\" : \"table\"", "\"ci95_high\"");
        assertThat(EvaluationText.lines(result).get(0)).contains("absolute mean 3.0", "n 7");
        Bundle rescored = BundleReader.read(folder.resolve("rescored.zip"));
        assertThat(rescored.attachments().get("scores.csv")).isEqualTo(result.scores().toCsv());
        assertThat(rescored.card().scores()).extracting(ModelCard.Score::metric).contains("Dice", "HD95 mm",
                "error of the circumference against the table, mm, absolute");
    }

    @Test
    void aCaseThatCannotBeScoredDoesNotStopTheRest() throws IOException {
        Files.writeString(dataset.resolve("labels/p3.png"), "no picture");
        EvaluateModel.Result result = EvaluateModel.run(EvaluateModel.Request.of(model("others", ""), dataset),
                Progress.SILENT);
        assertThat(result.scores().cases()).isEqualTo(6);
        assertThat(result.problems()).singleElement().asString().startsWith("p3: ");
    }

    @Test
    void aModelThatHasSeenEveryCaseIsNotScoredOnThem() {
        Path model = model("pictures", "all 7 cases, none held out");
        assertThatThrownBy(() -> EvaluateModel.run(EvaluateModel.Request.of(model, dataset), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("is new to it");
        assertThat(EvaluateModel.run(EvaluateModel.Request.of(model, dataset).withFold(-1), Progress.SILENT).scores()
                .cases()).isEqualTo(7);
    }

    @Test
    void segmentingAPictureReportsItsCircumferenceAndKeepsItsPixelSize() {
        SegmentScans.Request request = SegmentScans.Request.of(List.of(dataset.resolve("images/p2.png")),
                model("others", ""), folder.resolve("masks"));
        SegmentScans.ScanResult known = SegmentScans
                .run(request.withChoice(ReadOptions.DEFAULT.withPixelSizes(PixelSizes.of(PIXEL, PIXEL)), false),
                        Progress.SILENT)
                .scans().get(0);
        ClassVolume.Measured measured = known.volumes().get(0).measured().get(0);
        assertThat(measured.kind()).isEqualTo("circumference");
        assertThat(measured.unit()).isEqualTo("mm");
        assertThat(measured.value()).isCloseTo(circumference(32, 20), within(0.2));
        assertThat(SegmentScans.describe(known.volumes())).contains("blob ", "circumference 8", " mm");
        assertThat(ScanFiles.readMask(known.files().get(0), Toys.LABELS).geometry().spacing().x()).isCloseTo(PIXEL,
                within(1e-6));
        MeasureMasks.Row row = MeasureMasks.run(new MeasureMasks.Request(List.of(folder.resolve("masks")),
                ReadOptions.DEFAULT, "1", Optional.of(folder.resolve("m.csv")), false), Progress.SILENT).rows().get(0);
        assertThat(row.ellipse().circumference()).isCloseTo(measured.value(), within(1e-4));
        assertThat(row.squareMillimetres()).isCloseTo(row.voxels() * PIXEL * PIXEL, within(1e-6));
        assertThat(row.ellipse().width()).isCloseTo(40 * PIXEL, within(0.1));
        assertThat(folder.resolve("m.csv")).content().contains(",1,class_1," + row.voxels() + ",");
    }

    @Test
    void modelsOfDifferentFoldsPoolTheirScoresAndNoCaseCountsTwice() {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        CaseIndex index = CaseIndex.of(dataset);
        BundleWriter.write(Toys.planarModel(Map.of("dataset", "pictures", "split", FoldSplit.of(index, 0).describe())),
                first, false);
        BundleWriter.write(Toys.planarModel(Map.of("dataset", "pictures", "split", FoldSplit.of(index, 3).describe())),
                second, false);
        EvaluateModel.Result pooled = EvaluateModel.run(of(List.of(first, second)), Progress.SILENT);
        assertThat(pooled.scores().cases())
                .isEqualTo(FoldSplit.of(index, 0).validation().size() + FoldSplit.of(index, 3).validation().size());
        assertThatThrownBy(() -> EvaluateModel.run(of(List.of(first, first)), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("different folds");
    }

    private EvaluateModel.Request of(List<Path> models) {
        return new EvaluateModel.Request(models, dataset, Optional.empty(), Optional.empty(), "cpu", Optional.empty(),
                Optional.empty(), false);
    }
}
