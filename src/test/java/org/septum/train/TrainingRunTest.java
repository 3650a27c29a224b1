package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.data.LearningPlan;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;

import ai.djl.Device;

@Tag("engine")
class TrainingRunTest {

    @TempDir
    static Path folder;

    private static CaseIndex index;

    @BeforeAll
    static void writeDataset() throws IOException {
        index = TinyTraining.dataset(folder);
    }

    /** Stops after so many questions whether to stop. */
    private static Progress stoppedAtStep(int steps) {
        AtomicInteger reported = new AtomicInteger();
        return new Progress() {

            @Override
            public void report(String task, long done, long total) {
                reported.incrementAndGet();
            }

            @Override
            public void message(String line) {
                // not looked at
            }

            @Override
            public boolean isCancelled() {
                return reported.get() >= steps;
            }
        };
    }

    private static Checkpoint train(Plan plan) {
        return TinyTraining.run(plan, index, Progress.SILENT).train(Optional.empty(), c -> {
        });
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        Plan plan = TinyTraining.plan(10, 2);
        Checkpoint first = train(plan);
        Checkpoint second = train(plan);
        assertThat(second.weights()).isEqualTo(first.weights());
        assertThat(second.optimizer()).isEqualTo(first.optimizer());
        assertThat(second.history()).extracting(EpochReport::loss)
                .isEqualTo(first.history().stream().map(EpochReport::loss).toList());
        Checkpoint other = train(plan.withTraining(plan.training().withSeed(43)));
        assertThat(other.weights()).isNotEqualTo(first.weights());
    }

    @Test
    void aResumedRunEndsWhereAnUndisturbedOneEnds() {
        Plan plan = TinyTraining.plan(4, 3);
        Checkpoint undisturbed = train(plan);
        List<Checkpoint> kept = new ArrayList<>();
        TinyTraining.run(plan, index, stoppedAtStep(6)).train(Optional.empty(), kept::add);
        assertThat(kept).hasSize(1);
        Path file = folder.resolve("checkpoint.safetensors");
        new CheckpointFile(plan, 0, kept.get(0)).write(file);
        Checkpoint resumed = TinyTraining.run(plan, index, Progress.SILENT)
                .train(Optional.of(CheckpointFile.read(file).checkpoint()), c -> {
                });
        assertThat(resumed.weights()).isEqualTo(undisturbed.weights());
        assertThat(resumed.optimizer()).isEqualTo(undisturbed.optimizer());
        assertThat(resumed.best()).isEqualTo(undisturbed.best());
        assertThat(resumed.history()).extracting(EpochReport::steps).containsExactly(4L, 8L, 12L);
        assertThat(resumed.history()).extracting(EpochReport::dice)
                .isEqualTo(undisturbed.history().stream().map(EpochReport::dice).toList());
    }

    @Test
    void aResumedRunWithDropoutAndDeepSupervisionEndsWhereAnUndisturbedOneEnds() {
        Plan plan = TinyTraining.canet(TinyTraining.plan(3, 2));
        Checkpoint undisturbed = train(plan);
        List<Checkpoint> kept = new ArrayList<>();
        TinyTraining.run(plan, index, stoppedAtStep(4)).train(Optional.empty(), kept::add);
        assertThat(kept).hasSize(1);
        Checkpoint resumed = TinyTraining.run(plan, index, Progress.SILENT).train(Optional.of(kept.get(0)), c -> {
        });
        assertThat(resumed.weights()).isEqualTo(undisturbed.weights());
        assertThat(plan.network().graph().auxiliary()).hasSize(2);
        String head = "decoder.2.head.weight";
        assertThat(resumed.weights().get(head)).as("auxiliary classes are trained")
                .isNotEqualTo(org.septum.model.NamedWeights.initial(plan.network().graph(), 42).get(head));
    }

    @Test
    void aStoppedRunGivesTheLastWholeEpoch() {
        Plan plan = TinyTraining.plan(4, 3);
        List<Checkpoint> kept = new ArrayList<>();
        Checkpoint last = TinyTraining.run(plan, index, stoppedAtStep(6)).train(Optional.empty(), kept::add);
        assertThat(last.history()).hasSize(1);
        assertThat(last).isSameAs(kept.get(0));
    }

    @Test
    void aRunStoppedDuringValidationDropsTheHalfMeasuredEpoch() {
        Plan plan = TinyTraining.plan(4, 3);
        // the eighth step is reported, then the second epoch's validation begins
        Checkpoint last = TinyTraining.run(plan, index, stoppedAtStep(8)).train(Optional.empty(), c -> {
        });
        assertThat(last.history()).hasSize(1);
    }

    @Test
    void aRunStoppedInItsFirstEpochHasNoModel() {
        assertThatThrownBy(
                () -> TinyTraining.run(TinyTraining.plan(4, 3), index, stoppedAtStep(2)).train(Optional.empty(), c -> {
                })).isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.CANCELLED));
    }

    @Test
    void aLossThatIsNoNumberIsReportedWithWhatToDo() {
        Plan plan = TinyTraining.plan(20, 1);
        TrainingPlan t = plan.training();
        Plan wild = plan.withTraining(new TrainingPlan(t.batch(), t.stepsPerEpoch(), t.epochs(), 1e38, t.momentum(),
                t.weightDecay(), t.foregroundShare(), t.augmentation(), t.seed()));
        assertThatThrownBy(() -> train(wild))
                .isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.INPUT))
                .message().contains("loss became", "learningRate").doesNotContain("\n");
    }

    /** No rate: every epoch is as good as the first. */
    @Test
    void aTrainingWithoutProgressEndsWhenPatienceDoes() {
        Plan plan = TinyTraining.plan(1, 9);
        Plan still = plan.withTraining(plan.training().withLearningRate(1e-30)
                .withLearning(LearningPlan.PLAIN.withAverage(0.5).withPatience(2)));
        List<Checkpoint> kept = new ArrayList<>();
        Checkpoint last = TinyTraining.run(still, index, Progress.SILENT).train(Optional.empty(), kept::add);
        int best = last.bestEpoch().epoch();
        assertThat(last.history()).hasSize(Math.min(9, best + 2));
        Checkpoint again = TinyTraining.run(still, index, Progress.SILENT).train(Optional.of(last), kept::add);
        assertThat(again).as("resumed, it has nothing left to do").isSameAs(last);
    }

    @Test
    void theWeightsOfTheBestEpochAreAveragedOnes() {
        Plan plan = TinyTraining.plan(3, 1);
        Checkpoint plain = train(plan);
        Checkpoint averaged = train(
                plan.withTraining(plan.training().withLearning(LearningPlan.PLAIN.withAverage(0.999))));
        assertThat(averaged.weights()).isEqualTo(plain.weights());
        assertThat(averaged.best()).isEqualTo(averaged.average()).isNotEqualTo(plain.best());
        assertThat(plain.average()).isEqualTo(plain.weights());
    }

    @Test
    void itLearnsABrightEllipsoid() {
        Plan plan = TinyTraining.plan(25, 3);
        TrainingPlan t = plan.training();
        TrainingPlan.AugmentationPlan mirrors = new TrainingPlan.AugmentationPlan(true, true, false, 0, 0, 0, 0, 0);
        Checkpoint last = train(plan.withTraining(new TrainingPlan(4, t.stepsPerEpoch(), t.epochs(), t.learningRate(),
                t.momentum(), t.weightDecay(), t.foregroundShare(), mirrors, t.seed())));
        assertThat(last.history().get(2).loss()).isLessThan(last.history().get(0).loss() / 2);
        assertThat(last.bestEpoch().meanDice()).as("%s", last.history()).isGreaterThan(0.8);
    }

    /** Trains by a clock on which every step takes a tenth of a second, and nothing else takes any time. */
    private static Checkpoint trainWithin(Plan plan, Duration budget, Optional<Checkpoint> from) {
        AtomicLong time = new AtomicLong(17);
        Progress steps = new Progress() {

            @Override
            public void report(String task, long done, long total) {
                if (task.startsWith("epoch"))
                    time.addAndGet(100_000_000);
            }

            @Override
            public void message(String line) {
                // not looked at
            }
        };
        return new TrainingRun(plan, TinyTraining.fold(index),
                new TrainingRun.Limits(Device.cpu(), Optional.of(budget)), steps).timedBy(time::get).train(from, c -> {
                });
    }

    @Test
    void aBudgetEndsEvenTheFirstEpoch() {
        Checkpoint last = trainWithin(TinyTraining.plan(3000, 1000), Duration.ofSeconds(2), Optional.empty());
        assertThat(last.history()).hasSize(1);
        assertThat(last.history().get(0).steps()).isEqualTo(20);
        // the last step begins after 1.9 of 2 s; by steps it would still be 0.05
        assertThat(last.history().get(0).learningRate())
                .isCloseTo(new LearningRate(LearningPlan.Schedule.POLY, 0.05, 0).at(0.95, 19), within(1e-9));
    }

    @Test
    void aResumedRunSpendsTheRestOfItsBudgetAndCountsItsSteps() {
        Plan plan = TinyTraining.plan(3000, 1000);
        Checkpoint half = trainWithin(plan, Duration.ofSeconds(1), Optional.empty());
        assertThat(half.history()).extracting(EpochReport::steps).containsExactly(10L);
        Checkpoint none = trainWithin(plan, Duration.ofSeconds(1), Optional.of(half));
        assertThat(none).isSameAs(half);
        Checkpoint whole = trainWithin(plan, Duration.ofSeconds(2), Optional.of(half));
        assertThat(whole.history()).extracting(EpochReport::steps).containsExactly(10L, 20L);
        assertThat(whole.history().get(1).seconds()).isCloseTo(2, within(1e-9));
    }

    @Test
    void aBudgetIsOneOfRealTime() {
        Checkpoint last = new TrainingRun(TinyTraining.plan(100_000, 1), TinyTraining.fold(index),
                new TrainingRun.Limits(Device.cpu(), Optional.of(Duration.ofMillis(200))), Progress.SILENT)
                        .train(Optional.empty(), c -> {
                        });
        assertThat(last.history().get(0).steps()).isBetween(1L, 99_999L);
        assertThat(last.history().get(0).seconds()).isGreaterThanOrEqualTo(0.2);
    }

    @Test
    void trainingOnAllCasesKeepsTheLastEpoch() {
        Plan plan = TinyTraining.plan(3, 2);
        Checkpoint last = new TrainingRun(plan, FoldSplit.of(index, -1),
                new TrainingRun.Limits(Device.cpu(), Optional.empty()), Progress.SILENT).train(Optional.empty(), c -> {
                });
        assertThat(last.best()).isEqualTo(last.weights());
        assertThat(last.bestEpoch().epoch()).isEqualTo(2);
        assertThat(last.bestEpoch().dice()).isEmpty();
    }

    @Test
    void theLearningRateOfAReportIsThatOfItsLastStep() {
        Checkpoint last = train(TinyTraining.plan(4, 2));
        LearningRate schedule = new LearningRate(LearningPlan.Schedule.POLY, 0.05, 0);
        assertThat(last.history()).extracting(EpochReport::learningRate).containsExactly(schedule.at(3 / 8.0, 3),
                schedule.at(7 / 8.0, 7));
    }

    @Test
    void nativeMemoryDoesNotGrowWithTheNumberOfSteps() throws IOException {
        List<Double> memory = new ArrayList<>();
        TinyTraining.run(TinyTraining.plan(60, 6), index, Progress.SILENT).train(Optional.empty(), c -> {
            try {
                memory.add(ResidentMemory.outsideHeap());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(ResidentMemory.growth(memory)).as("MiB after each epoch: %s", memory).isLessThan(25);
    }

    @Test
    void aBudgetThatIsSpentBeforeTheFirstStepStillGivesAModel() {
        AtomicLong time = new AtomicLong();
        Checkpoint last = new TrainingRun(TinyTraining.plan(50, 3), TinyTraining.fold(index),
                new TrainingRun.Limits(Device.cpu(), Optional.of(Duration.ofMillis(1))), Progress.SILENT)
                        .timedBy(() -> time.addAndGet(10_000_000)).train(Optional.empty(), c -> {
                        });
        assertThat(last.history()).hasSize(1);
        assertThat(last.history().get(0).steps()).isEqualTo(1);
    }
}
