package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import net.imglib2.RandomAccess;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.ClassLabel;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.io.NiftiMaskWriter;
import org.septum.metrics.CaseScores;
import org.septum.metrics.ScoreTable;

class EvaluateMasksTest {

    private static final ScanGeometry GEOMETRY = ScanGeometry.ofSpacing(0.7, 0.9, 2.5);

    @TempDir
    private Path folder;
    private Path reference;
    private Path prediction;
    private final Map<Path, LabelMask> masks = new HashMap<>();

    @BeforeEach
    void makeFolders() throws IOException {
        reference = Files.createDirectories(folder.resolve("labelsTr"));
        prediction = Files.createDirectories(folder.resolve("predicted"));
    }

    @Test
    void scoresEachCaseAndClassOfTheDataset() throws IOException {
        Files.writeString(folder.resolve("dataset.json"),
                "{\"labels\": {\"background\": 0, \"anterior\": 1, \"posterior\": 2}}");
        put(reference, "a.nii.gz", boxes(10, 6));
        put(prediction, "a.nii.gz", boxes(10, 6));
        put(reference, "b.nii.gz", boxes(10, 0));
        put(prediction, "b.nii.gz", boxes(5, 0));
        EvaluateMasks.Result result = run(request());
        assertThat(result.problems()).isEmpty();
        assertThat(result.scores().rows()).extracting(row -> row.caseName() + " " + row.label().name())
                .containsExactly("a anterior", "a posterior", "b anterior", "b posterior");
        assertThat(result.scores().rows()).extracting(CaseScores::dice).containsExactly(1.0, 1.0, 2 * 5 / 15.0,
                Double.NaN);
        assertThat(result.scores().rows().get(2).referenceMl()).isCloseTo(10 * 20 * 5 * 0.7 * 0.9 * 2.5 / 1000,
                within(1e-12));
    }

    @Test
    void pairsMasksOfEveryFormatThatCanBeRead() throws IOException {
        for (String name : List.of("a.nrrd", "b.mha", "c.mgz", "d.nhdr", "e.mhd")) {
            put(reference, name, boxes(10, 0));
            put(prediction, name.charAt(0) + ".nii.gz", boxes(10, 0));
        }
        EvaluateMasks.Result result = run(request());
        assertThat(result.problems()).isEmpty();
        assertThat(result.scores().rows()).extracting(CaseScores::caseName).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void readsTheLabelsOfADecathlonDataset() throws IOException {
        Files.writeString(folder.resolve("dataset.json"), "{\"labels\": {\"0\": \"background\", \"1\": \"Liver\"}}");
        put(reference, "a.nii.gz", boxes(10, 0));
        put(prediction, "a.nii.gz", boxes(10, 0));
        assertThat(run(request()).scores().labels()).extracting(ClassLabel::name).containsExactly("Liver");
    }

    @Test
    void namesClassesByTheValuesFoundWhereNobodyNamesThem() throws IOException {
        put(reference, "a.nii.gz", boxes(10, 0));
        put(prediction, "a.nii.gz", boxes(10, 0));
        put(reference, "b.nii.gz", boxes(10, 3));
        put(prediction, "b.nii.gz", boxes(10, 3));
        ScoreTable scores = run(request()).scores();
        assertThat(scores.rows()).extracting(row -> row.caseName() + " " + row.label().name())
                .containsExactly("a class_1", "a class_2", "b class_1", "b class_2");
    }

    @Test
    void pairsNamesWithUsualEndings() throws IOException {
        put(reference, "scan_1_0000.nii.gz", boxes(10, 0));
        put(prediction, "scan_1_mask.tif", boxes(10, 0));
        put(reference, "scan_2.nii.gz", boxes(10, 0));
        put(prediction, "scan_2_0000_seg.nii.gz", boxes(10, 0));
        put(reference, "scan_3_seg.nii.gz", boxes(10, 0));
        put(prediction, "scan_3_seg.nii.gz", boxes(10, 0));
        put(prediction, "scan_3_seg.ome.tif", boxes(1, 0));
        Files.writeString(prediction.resolve("plan.json"), "{}");
        Files.writeString(prediction.resolve("scan_3_overlay.png"), "");
        EvaluateMasks.Result result = run(request());
        assertThat(result.problems()).isEmpty();
        assertThat(result.scores().rows()).extracting(CaseScores::caseName).containsExactly("scan_1", "scan_2",
                "scan_3");
        assertThat(result.scores().meanDice()).isEqualTo(1);
    }

    @Test
    void reportsWhatItCannotScoreAndGoesOn() throws IOException {
        put(reference, "alone.nii.gz", boxes(10, 0));
        put(reference, "broken.nii.gz", boxes(10, 0));
        Files.writeString(prediction.resolve("broken.nii.gz"), "");
        put(reference, "cut.nii.gz", boxes(10, 0));
        put(prediction, "cut.nii.gz", mask(10, 0, GEOMETRY, 37, 52, 29));
        put(prediction, "extra.nii.gz", boxes(10, 0));
        put(reference, "good.nii.gz", boxes(10, 0));
        put(prediction, "good.nii.gz", boxes(10, 0));
        put(reference, "moved.nii.gz", boxes(10, 0));
        put(prediction, "moved.nii.gz", mask(10, 0,
                new ScanGeometry(GEOMETRY.spacing(), new Vector3(0, 0.01, 0), GEOMETRY.direction()), 37, 52, 30));
        put(reference, "spaced.nii.gz", boxes(10, 0));
        put(prediction, "spaced.nii.gz", mask(10, 0, ScanGeometry.ofSpacing(0.7, 0.9, 2.4), 37, 52, 30));
        EvaluateMasks.Result result = run(request());
        assertThat(result.scores().rows()).extracting(CaseScores::caseName).containsExactly("good");
        assertThat(result.problems()).allMatch(line -> line.lines().count() == 1).satisfiesExactlyInAnyOrder(
                line -> assertThat(line).startsWith("alone: no prediction"),
                line -> assertThat(line).startsWith("extra: no reference"),
                line -> assertThat(line).startsWith("broken: damaged"),
                line -> assertThat(line).startsWith("cut: ").contains("37×52×30").contains("37×52×29"),
                line -> assertThat(line).startsWith("moved: ").contains("origin").contains("0.010 mm"),
                line -> assertThat(line).startsWith("spaced: ").contains("(0.700, 0.900, 2.400)"));
    }

    @Test
    void reportsValuesThatAreNoClassAndScoresTheOthers() throws IOException {
        put(reference, "a.nii.gz", boxes(10, 0));
        put(prediction, "a.nii.gz", boxes(10, 3));
        EvaluateMasks.Result result = run(request().withLabels(List.of(new ClassLabel(1, "liver", 0))));
        assertThat(result.problems()).singleElement().asString().contains("a: prediction").contains("{2}")
                .contains("1 liver");
        assertThat(result.scores().meanDice()).isEqualTo(1);
    }

    @Test
    void writesTablesAndKeepsThoseThatAreThere() throws IOException {
        put(reference, "a.nii.gz", boxes(10, 0));
        put(prediction, "a.nii.gz", boxes(5, 0));
        put(prediction, "b.nii.gz", boxes(5, 0));
        Path out = folder.resolve("out");
        EvaluateMasks.Result result = run(request().withOutput(out, false).withTolerance(2));
        assertThat(result.files()).containsExactly(out.resolve("scores.csv"), out.resolve("summary.csv"),
                out.resolve("scores.json"));
        assertThat(Files.readString(out.resolve("scores.csv"))).isEqualTo(result.scores().toCsv());
        JsonNode json = new ObjectMapper().readTree(out.resolve("scores.json").toFile());
        assertThat(json.get("problems")).hasSize(1);
        assertThat(json.get("tolerance").asDouble()).isEqualTo(2);

        assertThatThrownBy(() -> run(request().withOutput(out, false))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("scores.csv exists");
        assertThat(run(request().withOutput(out, true)).files()).hasSize(3);
    }

    @Test
    void comparesTwoFiles() throws IOException {
        put(reference, "truth.nii.gz", boxes(10, 0));
        put(prediction, "guess.nii.gz", boxes(5, 0));
        EvaluateMasks.Result result = run(
                EvaluateMasks.Request.of(reference.resolve("truth.nii.gz"), prediction.resolve("guess.nii.gz")));
        assertThat(result.scores().rows()).singleElement().extracting(CaseScores::dice).isEqualTo(2 * 5 / 15.0);
    }

    @Test
    void scoresMasksInFiles() throws IOException {
        NiftiMaskWriter writer = new NiftiMaskWriter();
        Vector3 x = new Vector3(0.8, 0.6, 0);
        Vector3 y = new Vector3(-0.6, 0.8, 0);
        ScanGeometry oblique = new ScanGeometry(GEOMETRY.spacing(), new Vector3(-31.5, 12.25, 7),
                new Direction(x, y, new Vector3(0, 0, 1)));
        writer.write(mask(10, 4, oblique, 37, 52, 30), reference.resolve("a.nii.gz"), false);
        writer.write(mask(5, 4, oblique, 37, 52, 30), prediction.resolve("a.nii.gz"), false);
        Files.writeString(reference.resolve("b.nii.gz"), "no NIfTI");
        writer.write(boxes(5, 4), prediction.resolve("b.nii.gz"), false);
        EvaluateMasks.Result result = EvaluateMasks.run(request(), Progress.SILENT);
        assertThat(result.scores().rows()).extracting(CaseScores::dice).containsExactly(2 * 5 / 15.0, 1.0);
        assertThat(result.scores().rows().get(0).hd95()).isCloseTo(5 * 0.7, within(1e-6));
        assertThat(result.problems()).singleElement().asString().startsWith("b: ").contains("b.nii.gz");
    }

    @Test
    void aPictureWithoutCalibrationContradictsNoGeometry() throws IOException {
        put(reference, "a.png", mask(10, 0, ScanGeometry.UNKNOWN, 37, 52, 30));
        put(prediction, "a.nii.gz", boxes(10, 0));
        EvaluateMasks.Result result = run(request());
        assertThat(result.problems()).isEmpty();
        assertThat(result.scores().distanceUnit()).isEqualTo("voxels");
    }

    @Test
    void refusesFoldersThatHaveNothingInCommon() throws IOException {
        put(reference, "a.nii.gz", boxes(10, 0));
        put(prediction, "b.nii.gz", boxes(10, 0));
        assertThatThrownBy(() -> run(request())).isInstanceOf(SeptumException.class).hasMessageContaining("none of");
        assertThatThrownBy(() -> run(EvaluateMasks.Request.of(reference, prediction.resolve("b.nii.gz"))))
                .isInstanceOf(SeptumException.class).hasMessageContaining("two folders");
        assertThatThrownBy(() -> run(EvaluateMasks.Request.of(folder.resolve("nowhere"), prediction)))
                .isInstanceOf(SeptumException.class).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> request().withTolerance(-1)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("tolerance -1");
    }

    private EvaluateMasks.Request request() {
        return EvaluateMasks.Request.of(reference, prediction);
    }

    private EvaluateMasks.Result run(EvaluateMasks.Request request) {
        return EvaluateMasks.run(request, Progress.SILENT, path -> {
            if (!masks.containsKey(path)) {
                throw SeptumException.input("damaged");
            }
            return masks.get(path);
        });
    }

    private void put(Path where, String name, LabelMask mask) throws IOException {
        Files.writeString(where.resolve(name), "");
        masks.put(where.resolve(name), mask);
    }

    private static LabelMask boxes(int width, int otherWidth) {
        return mask(width, otherWidth, GEOMETRY, 37, 52, 30);
    }

    /** Class 1 in a box of width x 20 x 5 voxels and class 2 in one beside it. */
    private static LabelMask mask(int width, int otherWidth, ScanGeometry geometry, long... size) {
        Img<UnsignedByteType> pixels = ArrayImgs.unsignedBytes(size);
        RandomAccess<UnsignedByteType> access = pixels.randomAccess();
        for (int z = 4; z < 9; z++) {
            for (int y = 11; y < 31; y++) {
                for (int x = 0; x < width; x++)
                    access.setPositionAndGet(2 + x, y, z).set(1);
                for (int x = 0; x < otherWidth; x++)
                    access.setPositionAndGet(20 + x, y, z).set(2);
            }
        }
        return new LabelMask(pixels, geometry, EvaluateMasks.everyValue());
    }
}
