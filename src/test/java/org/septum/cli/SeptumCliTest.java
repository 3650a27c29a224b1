package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.io.ScanFiles;
import org.septum.pipeline.NetworkWords;
import org.septum.pipeline.Toys;

/** What users meet: exit codes, one clear line for each mistake, and nothing left behind. */
@Tag("engine")
class SeptumCliTest {

    @TempDir
    private static Path shared;

    private static String model;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void writeModel() {
        model = Toys.model(shared.resolve("toy")).toString();
    }

    private int run(Object... args) {
        String[] words = Stream.of(args).map(Object::toString).toArray(String[]::new);
        return SeptumCli.run(new PrintWriter(out), new PrintWriter(err), words);
    }

    /** Runs and demands an exit code and one line on the standard error that holds the words. */
    private void refused(int code, List<String> words, Object... args) {
        int given = run(args);
        assertThat(given).as(err.toString()).isEqualTo(code);
        String text = err.toString().lines().filter(l -> l.startsWith("septum: ")).reduce((a, b) -> a + "\n" + b)
                .orElse(err.toString());
        assertThat(text.lines()).as(text).hasSize(1);
        words.forEach(word -> assertThat(text).contains(word));
        assertThat(err.toString()).doesNotContain("\tat ").doesNotContain("Exception");
    }

    private Path scan(String name) {
        Path file = folder.resolve(name);
        NiftiScanWriter.write(Toys.scan("a", 1), file, false);
        return file;
    }

    private Path out() {
        return folder.resolve("out");
    }

    private void nothingWritten() {
        assertThat(out()).doesNotExist();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString())).noneMatch(n -> n.startsWith(".part"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aMissingFileIsNamed() {
        refused(1, List.of("gone.nii.gz", "not there"), "segment", folder.resolve("gone.nii.gz"), "-m", model, "-o",
                out());
        nothingWritten();
    }

    @Test
    void aMissingModelIsNamed() {
        refused(1, List.of("no model", "gone"), "segment", scan("a.nii.gz"), "-m", folder.resolve("gone"), "-o", out());
        nothingWritten();
    }

    @Test
    void aFolderWithTwoSeriesListsThem() {
        Scan first = Toys.scan("first", 1);
        Scan second = Toys.scan("second", 2);
        DicomSeriesWriter.write(first, folder.resolve("dicom"), false);
        DicomSeriesWriter.write(second, folder.resolve("more"), false);
        for (Path file : children(folder.resolve("more")))
            move(file, folder.resolve("dicom").resolve("second_" + file.getFileName()));
        assertThat(run("segment", folder.resolve("dicom"), "-m", model, "-o", out(), "--device", "cpu")).isEqualTo(1);
        assertThat(err.toString()).contains("2 DICOM series").contains("first").contains("second");
        nothingWritten();
    }

    @Test
    void aPictureForA3dModelIsRefused() throws IOException {
        Path jpeg = folder.resolve("photo.jpg");
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY), "jpg", jpeg.toFile());
        assertThat(run("segment", jpeg, "-m", model, "-o", out(), "--device", "cpu")).isEqualTo(1);
        assertThat(err.toString()).contains("photo").contains("the model is 3D");
        nothingWritten();
    }

    @Test
    void foldersExitWith1IfAScanFailsAndAreGoneOnWith() throws IOException {
        scan("scans/a/good.nii.gz");
        Path bad = Files.writeString(folder.resolve("scans/bad.nii.gz"), "no scan");
        Object[] segment = { "segment", folder.resolve("scans"), "-m", model, "-o", out(), "--device", "cpu" };
        assertThat(run(segment)).isEqualTo(1);
        assertThat(out.toString()).contains("FAILED: " + bad)
                .contains("2 scans: 1 done in this run, 0 before, 1 failed");
        assertThat(out().resolve("a/good.nii.gz")).exists();
        refused(1, List.of("good.nii.gz exists", "--resume"), segment);
        Files.delete(bad);
        assertThat(run("segment", folder.resolve("scans"), "-m", model, "-o", out(), "--device", "cpu", "--resume"))
                .isZero();
        assertThat(out.toString()).contains("1 scans: 0 done in this run, 1 before, 0 failed");
        assertThat(run("segment", folder.resolve("scans"), "-m", model, "-o", out(), "--merge", "--json")).isZero();
        assertThat(out.toString()).contains("summary.csv\"").contains("\"before\" : 1");
    }

    @Test
    void choicesOfFoldersThatContradictEachOtherAreRefused() {
        Path scan = scan("scans/a.nii.gz");
        for (List<String> words : List.of(List.of("--resume", "--retry-failed"), List.of("--merge", "--shard", "1/2"),
                List.of("--shard", "3/2"), List.of("--shard", "two"))) {
            List<Object> args = new java.util.ArrayList<>(List.of("segment", scan, "-m", model, "-o", out()));
            args.addAll(words);
            assertThat(run(args.toArray())).as(words.toString()).isEqualTo(2);
        }
        nothingWritten();
    }

    @Test
    void aFileOfAnotherKindIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "no scan");
        assertThat(run("segment", text, "-m", model, "-o", out(), "--device", "cpu")).isEqualTo(1);
        assertThat(err.toString()).contains("notes.txt").contains("give NIfTI, DICOM");
        assertThat(err + out.toString()).as("the path stands in every line once").doesNotContain("notes.txt: /")
                .contains("FAILED: " + text);
        nothingWritten();
    }

    @Test
    void unmatchedNamesOfADatasetAreListed() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 3);
        Files.delete(toys.resolve("labelsTr/case_1.nii.gz"));
        refused(1, List.of("1 images without labels (case_1)"), "train", toys, "-o", out(), "--device", "cpu");
        nothingWritten();
    }

    @Test
    void unequalShapesOfACaseAreNamed() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 2);
        new NiftiMaskWriter().write(new LabelMask(ArrayImgs.unsignedBytes(9, 9, 9), Toys.GEOMETRY, Toys.LABELS),
                toys.resolve("labelsTr/case_1.nii.gz"), true);
        refused(1, List.of("case_1", "9×9×9", "23×26×11"), "plan", toys, "-o", folder.resolve("plan.json"));
        assertThat(folder.resolve("plan.json")).doesNotExist();
    }

    @Test
    void aLabelThatNobodyNamedIsRefused() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 2);
        LabelMask mask = Toys.mask(Toys.scan("case_1", 1));
        mask.pixels().getAt(1, 1, 1).set(5);
        new NiftiMaskWriter().write(
                new LabelMask(mask.pixels(), mask.geometry(), ClassLabels.of("0", "1", "2", "3", "4", "5")),
                toys.resolve("labelsTr/case_1.nii.gz"), true);
        refused(1, List.of("case_1", "5"), "train", toys, "-o", out(), "--device", "cpu");
        nothingWritten();
    }

    @Test
    void aCorruptModelIsRefused() throws IOException {
        Path broken = Toys.model(folder.resolve("broken"));
        Path weights = broken.resolve("weights.onnx");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
        refused(1, List.of("broken", "weights.onnx was changed or damaged"), "segment", scan("a.nii.gz"), "-m", broken,
                "-o", out());
        refusedAgain(1, List.of("weights.onnx was changed"), "model", "info", broken);
        nothingWritten();
    }

    private void refusedAgain(int code, List<String> words, Object... args) {
        err.getBuffer().setLength(0);
        refused(code, words, args);
    }

    @Test
    void anOutputThatExistsIsKept() throws IOException {
        Path kept = Files.createDirectories(out()).resolve("a.nii.gz");
        Files.writeString(kept, "mine");
        refused(1, List.of("a.nii.gz exists", "--overwrite"), "segment", scan("a.nii.gz"), "-m", model, "-o", out());
        assertThat(kept).hasContent("mine");
        Path file = Files.writeString(folder.resolve("plan.json"), "mine");
        refusedAgain(1, List.of("plan.json exists", "--overwrite"), "plan", Toys.dataset(folder.resolve("toys"), 2),
                "-o", file);
        refusedAgain(1, List.of("exists", "--overwrite"), "model", "card", model, "--card", card(), "-o",
                Toys.model(folder.resolve("other")));
    }

    private Path card() throws IOException {
        return Files.writeString(folder.resolve("card.json"),
                "{\"licence\": \"CC-BY-4.0\", \"name\": \"Blobs of toys\"}");
    }

    @Test
    void aGpuThatIsAskedForAndAbsentIsAnError() {
        refused(1, List.of("gpu:77 is not there", "--device cpu"), "segment", scan("a.nii.gz"), "-m", model, "-o",
                out(), "--device", "gpu:77");
        nothingWritten();
    }

    @ParameterizedTest
    @ValueSource(strings = { "segment", "segment x -o y", "train", "train d -o m --fold 7",
            "train d -o m --budget soon", "plan d", "nonsense", "segment a -m b -o c --format jpeg",
            "segment a -m b -o c --overlap 2", "networks --dims 4", "networks --patch 0", "evaluate --reference a",
            "model", "train d -o m --plan p --attention eca", "train d -o m --attention sa",
            "train d -o m --network vit", "networks --patch 8,8,8,8", "networks --patch 64,64 --dims 3",
            "networks --patch 64,64,8 --dims 2", "networks --patch 4096", "networks --patch wide",
            "networks --network unet,vit", "networks --attention sa", "networks --norm layer",
            "networks --activation tanh", "networks --widths 0", "networks --classes 1",
            "networks --classification --patch 64", "networks --classification --norm group",
            "networks --classification --network unet" })
    void wrongUsageHasExitCode2AndOneLine(String line) {
        refused(2, List.of(), (Object[]) line.split(" "));
    }

    @Test
    void verboseShowsWhereItHappened() {
        assertThat(run("model", "info", folder.resolve("gone"), "--verbose")).isEqualTo(1);
        assertThat(err.toString()).contains("\tat org.septum");
    }

    @Test
    void helpAndVersionAreOnTheStandardOutput() {
        assertThat(run("--version")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(run("segment", "--help")).isZero();
        assertThat(out.toString()).contains("septum ").contains("Usage: septum segment").contains("Examples:");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void segmentWritesMasksAndSaysTheirVolumes() {
        int code = run("segment", scan("a.nii.gz"), "-m", model, "-o", out(), "--device", "cpu", "--overlay",
                "--quiet");
        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("a.nii.gz: blob ").contains(" ml");
        assertThat(Toys.values(ScanFiles.readMask(out().resolve("a.nii.gz"), Toys.LABELS)))
                .isEqualTo(Toys.values(Toys.mask(Toys.scan("a", 1))));
        assertThat(out().resolve("a_overlay.png")).exists();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void resultsAsJsonCanBeRead() throws IOException {
        run("segment", scan("a.nii.gz"), "-m", model, "-o", out(), "--device", "cpu", "--json");
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/scans/0/files/0").asText()).endsWith("a.nii.gz").doesNotContain("file:");
        assertThat(json.at("/scans/0/volumes/0/label/name").asText()).isEqualTo("blob");
        out.getBuffer().setLength(0);
        run("networks", "--dims", "2", "--json");
        JsonNode networks = new ObjectMapper().readTree(out.toString());
        int encoders = NetworkWords.networks().size() - 1;
        assertThat(networks).as("canet has one attention").hasSize(encoders * NetworkWords.attentions().size() + 1);
        assertThat(networks).allSatisfy(n -> {
            assertThat(n.get("dims").asInt()).isEqualTo(2);
            assertThat(n.get("memoryTraining").asLong()).isGreaterThan(n.get("memoryInUse").asLong());
            assertThat(n.get("receptiveField")).hasSize(2);
        });
        out.getBuffer().setLength(0);
        run("model", "info", model, "--json");
        assertThat(new ObjectMapper().readTree(out.toString()).at("/plan/labels/classes/1/name").asText())
                .isEqualTo("blob");
    }

    @Test
    void networksAreShownInATable() {
        run("networks", "--network", "unet,resnet18", "--attention", "none,eca", "--patch", "48,40,20", "--norm",
                "Instance", "--widths", "4,8,16");
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(7);
        assertThat(lines.get(0)).matches("dims +network +attention +parameters +MACs +receptive field +divisor +"
                + "memory in use +in training +patch");
        assertThat(lines.get(1))
                .matches("3D +unet +none +\\d+ +\\d+\\.\\d{3} G +44³\\* +4 +[\\d.]+ MiB +[\\d.]+ MiB +" + "48×40×20");
        assertThat(lines.get(4)).startsWith("3D    resnet18  eca  ").endsWith(" 64×64×32+");
        assertThat(lines.subList(5, 7)).containsExactly("* and the whole tile through attention or normalisation",
                "+ enlarged to a multiple of the divisor");
    }

    @Test
    void theNumbersOfPublishedNetworksAreThoseOfTheirPapers() {
        run("networks", "--classification", "--network", "resnet50", "--attention", "none");
        assertThat(out.toString()).containsPattern("2D +resnet50 +none +25557032 +4\\.089 G +image +32 ")
                .contains(" 224²");
    }

    @Test
    void aBadCaseIsFoundBeforeATrainingThatFollowsAPlan() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 6);
        Path plan = folder.resolve("plan.json");
        assertThat(run("plan", toys, "-o", plan, "--quiet")).isZero();
        new NiftiMaskWriter().write(new LabelMask(ArrayImgs.unsignedBytes(9, 9, 9), Toys.GEOMETRY, Toys.LABELS),
                toys.resolve("labelsTr/case_4.nii.gz"), true);
        refused(1, List.of("case_4", "9×9×9"), "train", toys, "-o", out(), "--plan", plan, "--device", "cpu",
                "--epochs", "1");
        nothingWritten();
    }

    @Test
    void aModelCanBeTrainedUsedAndScored() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 6);
        Path plan = folder.resolve("plan.json");
        assertThat(run("plan", toys, "-o", plan, "--quiet")).as(err.toString()).isZero();
        Files.writeString(plan, Files.readString(plan).replace("\"stepsPerEpoch\" : 100", "\"stepsPerEpoch\" : 12"));
        Path trained = folder.resolve("trained.zip");
        assertThat(run("train", toys, "-o", trained, "--plan", plan, "--epochs", "2", "--device", "cpu", "--quiet",
                "--card", card())).as(err.toString()).isZero();
        assertThat(out.toString()).contains("blob").contains("fold 0 of 5");
        assertThat(folder.resolve("trained.zip.training")).doesNotExist();
        assertThat(run("model", "info", trained)).isZero();
        assertThat(out.toString()).contains("Blobs of toys").contains("CC-BY-4.0").contains("blob Dice: 0.");
        assertThat(run("segment", toys.resolve("imagesTr"), "-m", trained, "-o", out(), "--device", "cpu", "--quiet"))
                .as(err.toString()).isZero();
        out.getBuffer().setLength(0);
        assertThat(run("evaluate", "--reference", toys.resolve("labelsTr"), "--prediction", out(), "-o",
                folder.resolve("scores"), "--json", "--quiet")).as(err.toString()).isZero();
        JsonNode scores = new ObjectMapper().readTree(out.toString());
        assertThat(scores.at("/cases").asInt()).isEqualTo(6);
        assertThat(scores.at("/mean_dice").asDouble()).isGreaterThan(0.5);
        assertThat(children(folder.resolve("scores"))).extracting(f -> f.getFileName().toString())
                .contains("scores.csv", "summary.csv", "scores.json");
    }

    @Test
    void evaluateNamesNoSpreadOfOneCase() {
        Path mask = folder.resolve("mask.nii.gz");
        new NiftiMaskWriter().write(Toys.mask(Toys.scan("a", 1)), mask, false);
        assertThat(run("evaluate", "--reference", mask, "--prediction", mask)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("1.000").doesNotContain("NaN");
    }

    @Test
    void checkHasExitCode1IfSomethingIsWrong() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 2);
        assertThat(run("check", toys)).isZero();
        new NiftiMaskWriter().write(new LabelMask(ArrayImgs.unsignedBytes(23, 26, 11), Toys.GEOMETRY, Toys.LABELS),
                toys.resolve("labelsTr/case_1.nii.gz"), true);
        assertThat(run("check", toys)).isEqualTo(1);
        assertThat(out.toString()).contains("PROBLEM: the labels are empty");
    }

    @Test
    void doctorFindsTheEngines() {
        assertThat(run("doctor")).as(out.toString()).isZero();
        assertThat(out.toString()).contains("PyTorch (training)").contains("ONNX Runtime").doesNotContain("BAD");
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
