package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.compress.CompressionMethod;
import org.septum.compress.CompressionTarget;
import org.septum.compress.Receipt;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.io.ScanFiles;

@Tag("engine")
class CompressModelTest {

    @TempDir
    Path folder;

    private static CompressModel.Request request(Path model, Path dataset, String methods, Path output) {
        return new CompressModel.Request(model, dataset, CompressionMethod.listOf(methods), output, OptionalInt.of(0),
                CompressModel.Wishes.DEFAULT, CompressModel.Writing.DEFAULT);
    }

    private static CompressModel.Request with(CompressModel.Request request, CompressModel.Wishes wishes,
            CompressModel.Writing writing) {
        return new CompressModel.Request(request.model(), request.dataset(), request.methods(), request.output(),
                request.fold(), wishes, writing);
    }

    @Test
    void makesAModelThatHoldsBothAndAReceiptOfWhatItCost() throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 6);
        Path output = folder.resolve("faster");

        CompressModel.Result result = CompressModel.run(request(model, dataset, "int8", output), Progress.SILENT);

        try (OpenBundle open = BundleReader.open(output)) {
            assertThat(open.int8()).isPresent();
            assertThat(Receipt.parse(open.bundle().attachments().get(Receipt.FILE))).isEqualTo(result.receipt());
            assertThat(open.bundle().members()).isEqualTo(BundleReader.read(model).members());
        }
        Receipt receipt = result.receipt();
        assertThat(receipt.classes()).hasSize(1);
        assertThat(receipt.classes().get(0).dice().n()).isEqualTo(2);
        assertThat(receipt.classes().get(0).dice().before()).isEqualTo(1);
        assertThat(receipt.classes().get(0).dice().after()).isCloseTo(1, within(0.02));
        assertThat(receipt.size().macs().share()).isEqualTo(1);
        assertThat(receipt.split()).contains("fold 0 of 5", "trained");
        assertThat(receipt.seconds().after()).isPositive();
        assertThat(receipt.quantization().tiles()).isEqualTo(32);
    }

    @Test
    void aReceiptSaysThatTheDatasetIsAnotherOne() throws IOException {
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path json = dataset.resolve("dataset.json");
        Files.writeString(json, Files.readString(json).replace("\"Toys\"", "\"Other\""));

        Receipt receipt = CompressModel
                .run(request(Toys.model(folder.resolve("model")), dataset, "similarity", folder.resolve("small")),
                        Progress.SILENT)
                .receipt();

        assertThat(receipt.split()).isEqualTo("cases of fold 0 of 5 of Other; the model was trained on Toys");
    }

    @Test
    void refusesToReplaceTheModelItself() {
        Path model = folder.resolve("model");

        assertThatThrownBy(() -> request(model, folder, "int8", model)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("another place");
    }

    @ParameterizedTest
    @ValueSource(strings = { "similarity", "cap", "cap+int8" })
    void aPrunedModelIsWholeAndSaysWhatIsLeft(String methods) throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 6);
        Path output = folder.resolve("small.zip");

        Receipt receipt = CompressModel.run(request(model, dataset, methods, output), Progress.SILENT).receipt();

        assertThat(receipt.size().macs().share()).isLessThanOrEqualTo(0.5);
        assertThat(receipt.classes().get(0).dice().after()).isCloseTo(1, within(0.02));
        assertThat(receipt.classes().get(0).hd95().n()).isEqualTo(2);
        assertThat(receipt.target()).isEqualTo("flops=0.5");
        assertThat(receipt.effort().trainingSteps()).isZero();
        try (OpenBundle open = BundleReader.open(output)) {
            Bundle bundle = open.bundle();
            assertThat(bundle.plan().network().widths()).isNotEmpty();
            assertThat((double) bundle.plan().network().graph().parameters())
                    .isEqualTo(receipt.size().parameters().after());
            assertThat(bundle.plan().reasons()).containsKey("compression");
            assertThat(bundle.attachments()).containsKeys(Receipt.FILE, Bundle.SCORES);
            assertThat(bundle.card().training().get("compressed")).contains("flops=0.5");
            assertThat(open.int8().isPresent()).isEqualTo(methods.endsWith("int8"));
        }
        assertThat(folder.resolve("small.zip.compressing")).doesNotExist();
    }

    @Test
    void aModelThatIsCompressedTwiceKeepsBothReceipts() throws IOException {
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path small = folder.resolve("small");
        Receipt first = CompressModel
                .run(request(Toys.model(folder.resolve("model")), dataset, "similarity", small), Progress.SILENT)
                .receipt();
        Path faster = folder.resolve("faster");

        Receipt second = CompressModel.run(request(small, dataset, "int8", faster), Progress.SILENT).receipt();

        Map<String, String> texts = BundleReader.read(faster).attachments();
        assertThat(Receipt.parse(texts.get(Receipt.FILE))).isEqualTo(second);
        assertThat(Receipt.parse(texts.get("receipt-1.json"))).isEqualTo(first);
    }

    @Test
    void aPrunedModelTrainsOn() throws IOException {
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path small = folder.resolve("small");
        CompressModel.run(request(Toys.model(folder.resolve("model")), dataset, "cap", small), Progress.SILENT);
        Path trained = folder.resolve("trained");

        TrainModel.run(new TrainModel.Request(dataset, trained, Optional.empty(), 0, Optional.empty(), Optional.of(1),
                "cpu", OptionalLong.empty(), false, PlanDataset.Wishes.NONE, Optional.empty(), false,
                LearningWishes.NONE, Optional.of(small), true), Progress.SILENT);

        assertThat(BundleReader.read(trained).plan().network()).isEqualTo(BundleReader.read(small).plan().network());
    }

    @ParameterizedTest
    @ValueSource(strings = { "similarity", "cap" })
    void aModelThatMayCostWhatItCostsKeepsItsBits(String method) throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path output = folder.resolve("same");

        CompressModel.run(with(request(model, dataset, method, output),
                CompressModel.Wishes.DEFAULT.withTarget(CompressionTarget.of("params=1")),
                CompressModel.Writing.DEFAULT), Progress.SILENT);

        assertThat(BundleReader.read(output).members()).isEqualTo(BundleReader.read(model).members());
        assertThat(BundleReader.read(output).plan().network()).isEqualTo(BundleReader.read(model).plan().network());
    }

    /** A step of a training takes a tenth of a second or more, on any machine. */
    private static final Progress SLOW = new Progress() {

        @Override
        public void report(String task, long done, long total) {
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void message(String line) {
            // not looked at
        }
    };

    /** Random weights, trained for ten steps, cannot be as good as the toy model. */
    @Test
    void aModelThatLosesTooMuchIsNotWrittenAndWhatWasFoundIsKept() throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path output = folder.resolve("small");
        CompressModel.Wishes second = new CompressModel.Wishes(CompressionTarget.DEFAULT,
                Optional.of(Duration.ofSeconds(1)), Optional.empty(), "cpu", OptionalLong.empty());
        CompressModel.Request strict = with(request(model, dataset, "uniform", output), second,
                new CompressModel.Writing(OptionalDouble.of(0.0), false, false));

        CompressModel.Result refused = CompressModel.run(strict, SLOW);
        assertThat(refused.isWritten()).isFalse();
        assertThat(refused.receipt().drop()).isPositive();
        assertThat(refused.receipt().effort().trainingSteps()).isPositive();
        assertThat(output).doesNotExist();
        assertThatThrownBy(() -> CompressModel.run(strict, Progress.SILENT)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("--resume");

        CompressModel.Result written = CompressModel.run(
                with(strict, second, new CompressModel.Writing(OptionalDouble.empty(), true, false)), Progress.SILENT);
        assertThat(written.isWritten()).isTrue();
        assertThat(written.receipt().effort().searchSeconds()).isEqualTo(refused.receipt().effort().searchSeconds());
        assertThat(output).exists();
        assertThat(folder.resolve("small.compressing")).doesNotExist();
    }

    @Test
    void anUnfinishedCompressionGoesOnOnlyWithWhatItWasBegunWith() throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path output = folder.resolve("small");
        CompressModel.Wishes wishes = new CompressModel.Wishes(CompressionTarget.DEFAULT,
                Optional.of(Duration.ofSeconds(30)), Optional.empty(), "cpu", OptionalLong.empty());
        CompressModel.Request request = with(request(model, dataset, "uniform", output), wishes,
                new CompressModel.Writing(OptionalDouble.empty(), true, false));
        StopAt stop = new StopAt("are left");

        assertThatThrownBy(() -> CompressModel.run(request, stop)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("stopped");

        assertThat(folder.resolve("small.compressing/pruned.safetensors")).exists();
        assertThatThrownBy(() -> CompressModel.run(
                with(request, wishes.withTarget(CompressionTarget.of("flops=0.7")), request.writing()),
                Progress.SILENT)).isInstanceOf(SeptumException.class).hasMessageContaining("another model, method");
    }

    /** Stops as soon as a message has some words. */
    private static final class StopAt implements Progress {

        private final String words;

        private volatile boolean stopped;

        StopAt(String words) {
            this.words = words;
        }

        @Override
        public void report(String task, long done, long total) {
            // not looked at
        }

        @Override
        public void message(String line) {
            stopped = stopped || line.contains(words);
        }

        @Override
        public boolean isCancelled() {
            return stopped;
        }
    }

    @Test
    void methodsThatTrainAnewAskForATimeIfTheModelDoesNotSayItsOwn() throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        CompressModel.Request request = request(model, dataset, "ucp", folder.resolve("small"));
        assertThatThrownBy(() -> CompressModel.run(request, Progress.SILENT)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("--budget");
    }

    @ParameterizedTest
    @ValueSource(strings = { "int8+cap", "cap+ucp", "cap+int8+int8", "prune", "" })
    void methodsThatDoNotFollowEachOtherAreRefused(String methods) {
        assertThatThrownBy(() -> request(folder.resolve("model"), folder, methods, folder.resolve("out")))
                .isInstanceOf(SeptumException.class).hasMessageContaining("cap");
    }

    @Test
    void aSweepHasATableAndPicturesAndIsNotMadeTwice() throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path output = folder.resolve("sweep");
        SweepCompression.Request request = new SweepCompression.Request(model, dataset,
                List.of(CompressionMethod.listOf("similarity"), CompressionMethod.listOf("cap+int8")),
                List.of(CompressionTarget.of("flops=0.5"), CompressionTarget.of("flops=0.001")), output,
                OptionalInt.of(0), CompressModel.Wishes.DEFAULT, true, false);

        SweepCompression.Result result = SweepCompression.run(request, Progress.SILENT);

        assertThat(result.points()).extracting(SweepCompression.Point::method).containsExactly("similarity",
                "cap+int8");
        assertThat(result.problems()).hasSize(2).allMatch(p -> p.contains("cannot be reached"));
        assertThat(Files.readAllLines(output.resolve("sweep.csv"))).hasSize(3);
        assertThat(ImageIO.read(output.resolve("sweep-macs.png").toFile()).getWidth()).isEqualTo(900);
        assertThat(output.resolve("sweep-time.png")).exists();
        assertThat(SweepCompression.run(request, Progress.SILENT).points()).isEqualTo(result.points());
    }

    private static SegmentScans.Request segment(Path scan, Path model, Path output) {
        return SegmentScans.Request.of(List.of(scan), model, output)
                .withPass(SegmentPass.DEFAULT.withPrecision("int8"));
    }

    @Test
    void theIntegersSegmentAndAModelWithoutThemSaysHowToMakeThem() throws IOException {
        Path model = Toys.model(folder.resolve("model"));
        Path dataset = Toys.dataset(folder.resolve("toys"), 5);
        Path scan = dataset.resolve("imagesTr/case_0_0000.nii.gz");
        assertThatThrownBy(() -> SegmentScans.run(segment(scan, model, folder.resolve("none")), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("int8")
                .hasMessageContaining("septum compress");

        Path faster = folder.resolve("faster.zip");
        CompressModel.run(CompressModel.Request.of(model, dataset, CompressionMethod.INT8, faster), Progress.SILENT);
        SegmentScans.Result result = SegmentScans.run(segment(scan, faster, folder.resolve("masks")), Progress.SILENT);

        assertThat(result.failed()).isZero();
        LabelMask mask = ScanFiles.readMask(result.scans().get(0).files().get(0), Toys.LABELS);
        byte[] expected = Toys.values(Toys.mask(Toys.scan("case_0", 0)));
        byte[] values = Toys.values(mask);
        int other = 0;
        for (int i = 0; i < expected.length; i++)
            other += expected[i] == values[i] ? 0 : 1;
        assertThat(other).as("voxels of another class").isLessThan(expected.length / 500);
    }

    @Test
    void aPassNamesThePrecisionsThereAreAndKeepsIntegersOnTheCpu() {
        assertThatThrownBy(() -> SegmentPass.DEFAULT.withPrecision("int4")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("fp32, int8");
        assertThatThrownBy(() -> SegmentPass.DEFAULT.withDevice("gpu:0").withPrecision("int8"))
                .isInstanceOf(SeptumException.class).hasMessageContaining("gpu:0");
        assertThat(SegmentPass.DEFAULT.withPrecision("int8").device()).isEqualTo("cpu");
        assertThat(SegmentPass.DEFAULT.precision()).isEqualTo("fp32");
    }
}
