package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.ModelCard;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.FoldSplit;
import org.septum.io.NiftiScanWriter;

@Tag("engine")
class TrainModelTest {

    private static final int CASES = 6;

    @TempDir
    private Path folder;

    private Path dataset;

    private Path plan;

    @BeforeEach
    void writeDataset() throws IOException {
        dataset = Toys.dataset(folder.resolve("data"), CASES);
        plan = folder.resolve("plan.json");
        BundleReader.read(Toys.model(folder.resolve("toy"))).plan().write(plan, false);
    }

    @Test
    void allFoldsBecomeOneModelAndEveryCaseIsScoredOnce() {
        Listener listener = new Listener(null, 0);
        TrainModel.Result result = TrainModel.run(request(TrainModel.EVERY_FOLD, false), listener);
        assertThat(result.finished()).isTrue();
        assertThat(result.scores().rows()).hasSize(CASES).extracting(r -> r.caseName()).doesNotHaveDuplicates();
        Bundle bundle = BundleReader.read(result.model());
        assertThat(bundle.members()).hasSize(FoldSplit.FOLDS).doesNotHaveDuplicates();
        assertThat(result.kept()).hasSize(FoldSplit.FOLDS)
                .allSatisfy(k -> assertThat(k.epoch()).isBetween(1, k.epochs()));
        assertThat(result.kept()).extracting(TrainModel.Kept::epochs).containsOnly(2);
        assertThat(bundle.plan().reasons()).as("what is done to masks is decided").containsKey("postProcessing");
        for (ModelCard.Score s : bundle.card().scores()) {
            assertThat(s.n()).isEqualTo(CASES);
            assertThat(s.mean()).isBetween(s.low(), s.high());
        }
        assertThat(bundle.attachments()).containsKeys("report.html", "scores.csv", "summary.csv", "training-fold-0.csv",
                "training-fold-4.csv");
        String report = bundle.attachments().get("report.html");
        assertThat(report).contains("The worst cases").contains("data:image/png;base64").contains("fold 4")
                .contains("95 % interval").doesNotContain("<script").doesNotContain("src=\"http");
        assertThat(TrainModel.workFolder(result.model())).doesNotExist();
        Scan scan = Toys.scan("toy", 3);
        byte[] first = mask(scan, result.model());
        assertThat(mask(scan, result.model())).isEqualTo(first);
    }

    private static byte[] mask(Scan scan, Path model) {
        return Toys.values(SegmentImage.run(SegmentImage.Request.of(scan, model, "cpu"), Progress.SILENT).mask());
    }

    @Test
    void stoppedFoldsGoOnAndEndAsIfTheyHadNeverStopped() {
        TrainModel.Result whole = TrainModel.run(request(TrainModel.EVERY_FOLD, false), Progress.SILENT);
        Path other = folder.resolve("other");
        TrainModel.Request begin = withOutput(request(TrainModel.EVERY_FOLD, false), other, false);
        TrainModel.Result stopped = TrainModel.run(begin, new Listener("epoch 2: ", 3));
        assertThat(stopped.finished()).isFalse();
        assertThat(BundleReader.read(other).attachments().get("report.html")).contains("No case was scored");
        TrainModel.Result resumed = TrainModel.run(withOutput(request(0, true), other, true), Progress.SILENT);
        assertThat(resumed.finished()).isTrue();
        assertThat(BundleReader.read(other).members()).isEqualTo(BundleReader.read(whole.model()).members());
        assertThat(resumed.scores()).isEqualTo(whole.scores());
    }

    @Test
    void scoringStopsAtOnceAndIsMadeUpForByResuming() {
        TrainModel.Result stopped = TrainModel.run(request(0, false), new Listener("scoring", 1));
        assertThat(stopped.finished()).isFalse();
        assertThat(stopped.scores().rows()).isEmpty();
        TrainModel.Result resumed = TrainModel.run(request(0, true), Progress.SILENT);
        assertThat(resumed.finished()).isTrue();
        assertThat(resumed.scores().rows()).isNotEmpty();
    }

    @Test
    void whatMakesATrainingWrongEndsItAndTheRestIsSaid() throws IOException {
        Path twin = dataset.resolve("imagesTr/case_1_0000.nii.gz");
        NiftiScanWriter.write(Toys.scan("case_1", 0), twin, true);
        assertThatThrownBy(() -> TrainModel.run(request(TrainModel.EVERY_FOLD, false), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("case_1").hasMessageContaining("same as")
                .hasMessageContaining("septum check").hasMessageContaining("--no-check");
        Listener listener = new Listener(null, 0);
        TrainModel.Result result = TrainModel.run(request(FoldSplit.NONE, false), listener);
        assertThat(listener.lines).anyMatch(line -> line.contains("case_1") && line.contains("same as"));
        assertThat(result.scores().rows()).isEmpty();
        assertThat(BundleReader.read(result.model()).attachments().get("report.html")).contains("No case was scored");
    }

    @Test
    void valuesThatAreNoNumbersAreSaid() throws IOException {
        Scan broken = Toys.scan("case_2", 2);
        broken.pixels().getAt(3, 3, 3, 0).set(Float.NaN);
        NiftiScanWriter.write(broken, dataset.resolve("imagesTr/case_2_0000.nii.gz"), true);
        Listener listener = new Listener(null, 0);
        TrainModel.run(request(FoldSplit.NONE, false), listener);
        assertThat(listener.lines).anyMatch(line -> line.contains("case_2") && line.contains("NaN"));
    }

    @Test
    void anOutputThatCannotBeWrittenIsFoundBeforeAnythingIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        Listener listener = new Listener(null, 0);
        TrainModel.Request request = withOutput(request(0, false), file.resolve("model"), false);
        assertThatThrownBy(() -> TrainModel.run(request, listener)).isInstanceOf(SeptumException.class)
                .extracting(e -> ((SeptumException) e).kind()).isEqualTo(SeptumException.Kind.OUTPUT);
        assertThat(listener.lines).noneMatch(line -> line.startsWith("epoch"));
    }

    private TrainModel.Request request(int fold, boolean resume) {
        return new TrainModel.Request(dataset, folder.resolve("model"), Optional.of(plan), fold, Optional.empty(),
                Optional.empty(), "cpu", OptionalLong.empty(), resume, PlanDataset.Wishes.NONE, Optional.empty(), false,
                LearningWishes.NONE, Optional.empty(), true);
    }

    private static TrainModel.Request withOutput(TrainModel.Request r, Path output, boolean resume) {
        return new TrainModel.Request(r.dataset(), output, r.plan(), r.fold(), r.budget(), r.epochs(), r.device(),
                r.seed(), resume, r.wishes(), r.card(), r.overwrite(), r.learning(), r.from(), r.check());
    }

    /** Keeps all lines, and wants to stop once a number of lines or reports began with some words. */
    private static final class Listener implements Progress {

        private final List<String> lines = new ArrayList<>();

        private final String stopAt;

        private int left;

        Listener(String stopAt, int times) {
            this.stopAt = stopAt;
            this.left = times;
        }

        @Override
        public synchronized void report(String task, long done, long total) {
            hear(task);
        }

        @Override
        public synchronized void message(String line) {
            lines.add(line);
            hear(line);
        }

        private void hear(String words) {
            if (stopAt != null && words.startsWith(stopAt))
                left--;
        }

        @Override
        public synchronized boolean isCancelled() {
            return stopAt != null && left <= 0;
        }
    }
}
