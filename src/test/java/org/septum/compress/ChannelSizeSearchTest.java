package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;
import org.septum.pipeline.Toys;

import ai.djl.Device;

@Tag("engine")
class ChannelSizeSearchTest {

    private static final TrialSettings SHORT = new TrialSettings(3, 3, 4, ChannelScaling.LEARNT,
            TrialSettings.Measured.LEARNT);

    @TempDir
    static Path folder;

    private static FoldSplit split;

    private static PruningMethod.Pruned found;

    private static final Listener HEARD = new Listener(Integer.MAX_VALUE);

    @BeforeAll
    static void oneSearch() throws IOException {
        split = FoldSplit.of(CaseIndex.of(Toys.dataset(folder.resolve("toys"), 5)), 0);
        found = search(task(split, 0.5, Optional.empty()), HEARD);
    }

    /** Of slices of the toy volumes, at a rate at which ranks grow within a dozen steps. */
    private static Plan plan() {
        TrainingPlan training = new TrainingPlan(4, 50, 10, 0.3, 0.9, 0, 0.5, TrainingPlan.AugmentationPlan.NONE, 7);
        return new Plan(Plan.VERSION, "Toys", Modality.MR, List.of("MRI"), Toys.LABELS,
                NetworkSpec.unet(2, 1, 2, List.of(16, 24, 32), new NoAttention()), Plan.GridAxes.SCAN,
                List.of(Double.NaN, Double.NaN, Double.NaN), List.of(16, 16, 1),
                List.of(IntensityNormalization.perScan()), training, Map.of());
    }

    private static PruningTask task(FoldSplit cases, double share, Optional<Duration> time) {
        return task(plan(), cases, share, time);
    }

    private static PruningTask task(Plan plan, FoldSplit cases, double share, Optional<Duration> time) {
        return new PruningTask(plan, NamedWeights.initial(plan.network().graph(), 1),
                new CompressionTarget(CompressionTarget.Kind.FLOPS, share),
                NetworkCost.flops(plan.patchInTensorOrder()), cases, time, Device.cpu());
    }

    private static PruningMethod.Pruned search(PruningTask task, Progress progress) {
        return new ChannelSizeSearch(Optional.of(SHORT)).prune(task, progress);
    }

    /** Remembers everything. */
    private static final class Listener implements Progress {

        final List<String> reports = new ArrayList<>();

        final List<String> messages = new ArrayList<>();

        private final int cancelAfter;

        Listener(int cancelAfter) {
            this.cancelAfter = cancelAfter;
        }

        @Override
        public void report(String task, long done, long total) {
            assertThat(done).isBetween(0L, total);
            reports.add(task);
        }

        @Override
        public void message(String line) {
            messages.add(line);
        }

        @Override
        public boolean isCancelled() {
            return reports.size() >= cancelAfter;
        }
    }

    @Test
    void aSearchFindsTheSameNetworkAtTheTargetEachTime() {
        PruningTask task = task(split, 0.5, Optional.empty());
        assertThat(search(task, Progress.SILENT)).isEqualTo(found);
        assertThat(task.cost().of(found.network())).isLessThanOrEqualTo(task.allowed()).isCloseTo(task.allowed(),
                within(0.03 * task.allowed()));
        assertThat(found.fromScratch()).isTrue();
        assertThat(found.data()).isEqualTo(split.training().size());
        assertThat(found.weights()).isEqualTo(NamedWeights.initial(found.network().graph(), 7));
        assertThat(found.facts()).containsEntry("trials", "3 of 3, as many as planned")
                .containsEntry("epochs of a trial", "3 of 4 steps");
        assertThat(found.facts().get("widths")).contains("encoder.1.a.conv 16, ");
        assertThat(HEARD.messages).hasSize(3).allMatch(m -> m.startsWith("trial "));
        assertThat(HEARD.reports).hasSize(3 * 3 * 4).anyMatch(r -> r.startsWith("trial 2 of 3, epoch 3, loss "));
    }

    @Test
    void layersAreTreatedDifferentlyByWhatTheyLearn() {
        List<Integer> before = AdjustableWidths.of(plan().network()).sizes();
        List<Integer> after = AdjustableWidths.of(found.network()).sizes();
        double widest = 0;
        double narrowest = 1;
        for (int g = 0; g < before.size(); g++) {
            widest = Math.max(widest, (double) after.get(g) / before.get(g));
            narrowest = Math.min(narrowest, (double) after.get(g) / before.get(g));
        }
        assertThat(widest).isGreaterThan(1.3 * narrowest);
    }

    @Test
    void publishedRanksOfRandomWeightsAreNoneAndTheSearchSaysSo() {
        Listener listener = new Listener(Integer.MAX_VALUE);
        Plan gentle = plan().withTraining(plan().training().withLearningRate(1e-6));
        new ChannelSizeSearch(
                Optional.of(new TrialSettings(1, 3, 1, ChannelScaling.PUBLISHED, TrialSettings.Measured.WEIGHTS)))
                        .prune(task(gentle, split, 0.5, Optional.empty()), listener);
        assertThat(listener.messages).anyMatch(m -> m.startsWith("no layer gained rank"))
                .anyMatch(m -> m.contains("0 wider, 12 narrower, 0 stopped"));
    }

    @Test
    void whatWasLearntIsTheDifference() {
        NamedWeights first = new NamedWeights(Map.of("w", NamedWeights.Tensor.of(List.of(2L), new float[] { 1, 2 })));
        NamedWeights last = new NamedWeights(Map.of("w", NamedWeights.Tensor.of(List.of(2L), new float[] { 4, 0 })));
        assertThat(RankTrial.learnt(last, first).get("w").values()).containsExactly(3, -2);
    }

    @Test
    void noTrialLooksAtValidationCases() {
        // one that cannot be read: whoever looks at it fails
        DataCase missing = new DataCase("missing", List.of(folder.resolve("missing.nii")),
                folder.resolve("missing-labels.nii"), "missing");
        FoldSplit other = new FoldSplit(0, split.training(), List.of(missing));
        assertThat(search(task(other, 0.5, Optional.empty()), Progress.SILENT)).isEqualTo(found);
    }

    @Test
    void aSearchStopsBetweenAndWithinTrialsWhenTheUserWantsIt() {
        for (int after : List.of(0, 2, 12)) {
            Listener listener = new Listener(after);
            assertThatThrownBy(() -> search(task(split, 0.5, Optional.empty()), listener)).isInstanceOfSatisfying(
                    SeptumException.class, e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.CANCELLED));
            assertThat(listener.reports).hasSize(after);
        }
    }

    @Test
    void aTimeThatIsTooShortForATrialIsRefused() {
        assertThatThrownBy(() -> search(task(split, 0.5, Optional.of(Duration.ofNanos(1))), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("the time was not enough");
    }

    @Test
    void aTargetBeyondReachIsRefusedBeforeTheFirstTrial() {
        Listener listener = new Listener(Integer.MAX_VALUE);
        assertThatThrownBy(() -> search(task(split, 0.001, Optional.empty()), listener))
                .isInstanceOf(SeptumException.class).hasMessageContaining("cannot be reached");
        assertThat(listener.reports).isEmpty();
    }

    @Test
    void trialsTakeHalfOfTheTrainingsStepsOrTheTimeGiven() {
        TrainingPlan training = plan().training();
        assertThat(TrialSettings.of(task(split, 0.5, Optional.empty()), split, Progress.SILENT))
                .isEqualTo(new TrialSettings(8, 5, 10, ChannelScaling.LEARNT, TrialSettings.Measured.LEARNT));
        assertThat(TrialSettings.within(Duration.ofSeconds(80), 0.1, training).steps()).isEqualTo(20);
        assertThat(TrialSettings.within(Duration.ofSeconds(800), 0.1, training).steps()).isEqualTo(50);
        assertThat(TrialSettings.within(Duration.ofSeconds(10), 0.1, training))
                .isEqualTo(new TrialSettings(2, 5, 10, ChannelScaling.LEARNT, TrialSettings.Measured.LEARNT));
    }

    @Test
    void widthsMayHalveToEightAndDouble() {
        assertThat(ChannelSizeSearch.bounds(64)).isEqualTo(new ChannelScaling.Bounds(8, 128));
        assertThat(ChannelSizeSearch.bounds(10)).isEqualTo(new ChannelScaling.Bounds(5, 20));
        assertThat(ChannelSizeSearch.bounds(2)).isEqualTo(new ChannelScaling.Bounds(2, 4));
    }
}
