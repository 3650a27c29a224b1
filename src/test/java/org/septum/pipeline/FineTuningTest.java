package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.io.NiftiMaskWriter;

@Tag("engine")
class FineTuningTest {

    @TempDir
    private Path folder;

    @Test
    void beforeItHasLearntItGivesTheMasksOfTheModelForTheClassesOfTheSameName() {
        Bundle old = BundleReader.read(Toys.model(folder.resolve("old")));
        ClassLabels labels = ClassLabels.of("nothing", "rim", "blob");
        Plan plan = FineTuning.plan(old.plan(), "Others", labels, "old");
        assertThat(plan.training().learningRate()).isEqualTo(0.1 * old.plan().training().learningRate());
        assertThat(plan.spacing()).isEqualTo(old.plan().spacing());
        Bundle tuned = Bundle.of(plan, FineTuning.weights(old.weights(), old.plan(), plan), ModelCard.of(plan));
        BundleWriter.write(tuned, folder.resolve("tuned"), false);
        Scan scan = Toys.scan("toy", 3);
        LabelMask mask = SegmentImage
                .run(SegmentImage.Request.of(scan, folder.resolve("tuned"), "cpu"), Progress.SILENT).mask();
        byte[] expected = Toys.values(Toys.mask(scan));
        byte[] values = Toys.values(mask);
        for (int i = 0; i < expected.length; i++)
            assertThat(values[i]).as("voxel %d", i).isEqualTo((byte) (2 * expected[i]));
    }

    @Test
    void aDroppedClassLeavesTheOthersAsTheyWere() {
        Bundle old = BundleReader.read(Toys.model(folder.resolve("old")));
        Plan wider = FineTuning.plan(old.plan(), "A", ClassLabels.of("background", "rim", "blob"), "old");
        Plan back = FineTuning.plan(wider, "B", Toys.LABELS, "wider");
        assertThat(FineTuning.weights(FineTuning.weights(old.weights(), old.plan(), wider), wider, back))
                .isEqualTo(old.weights());
    }

    @Test
    void anAddedClassIsLearnt() throws IOException {
        Path dataset = Toys.dataset(folder.resolve("data"), 3);
        Files.writeString(dataset.resolve("dataset.json"), """
                {"name": "More", "channel_names": {"0": "MRI"},
                 "labels": {"background": 0, "dark": 1, "blob": 2}, "file_ending": ".nii.gz"}""");
        for (int i = 0; i < 3; i++) {
            Scan scan = Toys.scan("case_" + i, i);
            LabelMask mask = Toys.mask(scan);
            // every voxel that is no blob is dark: a class that the model took for background
            mask.pixels().forEach(v -> v.set(v.get() + 1));
            new NiftiMaskWriter().write(
                    new LabelMask(mask.pixels(), mask.geometry(), ClassLabels.of("background", "dark", "blob")),
                    dataset.resolve("labelsTr/case_" + i + ".nii.gz"), true);
        }
        Path old = folder.resolve("old");
        BundleWriter.write(faster(BundleReader.read(Toys.model(folder.resolve("slow")))), old, false);
        TrainModel.Result result = TrainModel.run(new TrainModel.Request(dataset, folder.resolve("new"),
                Optional.empty(), 0, Optional.empty(), Optional.of(6), "cpu", OptionalLong.empty(), false,
                PlanDataset.Wishes.NONE, Optional.empty(), false, LearningWishes.NONE, Optional.of(old), true),
                Progress.SILENT);
        assertThat(result.scores().rows()).filteredOn(r -> r.label().name().equals("dark"))
                .allSatisfy(r -> assertThat(r.dice()).isGreaterThan(0.9));
        Bundle tuned = BundleReader.read(result.model());
        assertThat(tuned.card().training().get("fine-tuned")).contains("Septum 3D Toys")
                .containsPattern("[0-9a-f]{64}");
        assertThat(tuned.attachments().get("report.html")).contains("fine-tuned");
    }

    private static Bundle faster(Bundle bundle) {
        Plan plan = bundle.plan().withTraining(bundle.plan().training().withLearningRate(5));
        return Bundle.of(plan, bundle.weights(), bundle.card());
    }

    @Test
    void otherChannelsAreRefused() throws IOException {
        Path dataset = Toys.dataset(folder.resolve("data"), 2);
        Files.writeString(dataset.resolve("dataset.json"),
                Files.readString(dataset.resolve("dataset.json")).replace("MRI", "CT"));
        Path model = Toys.model(folder.resolve("old"));
        CaseIndex index = CaseIndex.of(dataset);
        assertThatThrownBy(() -> FineTuning.of(model, index)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("[MRI]").hasMessageContaining("[CT]");
        assertThat(FoldSplit.count(index)).isEqualTo(2);
    }

    private TrainModel.Request folds(Path dataset, Path output, Optional<Path> from, boolean resume) {
        return new TrainModel.Request(dataset, output, Optional.empty(), TrainModel.EVERY_FOLD, Optional.empty(),
                Optional.empty(), "cpu", OptionalLong.empty(), resume, PlanDataset.Wishes.NONE, Optional.empty(), false,
                LearningWishes.NONE, from, true);
    }

    /** Wants to stop after the first epoch. */
    private static final class OneEpoch implements Progress {

        private volatile boolean heard;

        @Override
        public void report(String task, long done, long total) {
            // epochs are messages
        }

        @Override
        public void message(String line) {
            heard |= line.startsWith("epoch 1: ");
        }

        @Override
        public boolean isCancelled() {
            return heard;
        }
    }

    @Test
    void foldsThatWereNotBegunStartFromTheModelWithoutBeingTold() throws IOException {
        Path dataset = Toys.dataset(folder.resolve("data"), 2);
        Path model = Toys.model(folder.resolve("old"));
        TrainModel.Result whole = TrainModel.run(folds(dataset, folder.resolve("a"), Optional.of(model), false),
                Progress.SILENT);
        TrainModel.Result begun = TrainModel.run(folds(dataset, folder.resolve("b"), Optional.of(model), false),
                new OneEpoch());
        assertThat(begun.finished()).isFalse();
        TrainModel.Result resumed = TrainModel.run(folds(dataset, folder.resolve("b"), Optional.empty(), true),
                Progress.SILENT);
        assertThat(resumed.finished()).isTrue();
        assertThat(BundleReader.read(resumed.model()).members()).isEqualTo(BundleReader.read(whole.model()).members());
    }

    @Test
    void aRateThatWasChosenIsNotSaidToFollowFromTheModel() {
        Bundle old = BundleReader.read(Toys.model(folder.resolve("old")));
        Plan plan = FineTuning.plan(old.plan(), "other", old.plan().labels(), "a model");
        assertThat(plan.reasons().get("learningRate")).contains("0.1 times that of the model");
        assertThat(plan.reasons().get(FineTuning.REASON)).doesNotContain("times");
        LearningWishes wishes = new LearningWishes(Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.of(0.5));
        assertThat(wishes.of(plan).reasons().get("learningRate")).isEqualTo("chosen by the user");
        assertThat(LearningWishes.NONE.of(plan)).isEqualTo(plan);
    }
}
