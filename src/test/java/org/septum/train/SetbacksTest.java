package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.Patch;
import org.septum.data.Plan;

import ai.djl.Device;
import ai.djl.engine.EngineException;

/** Trainings whose steps fail where a test wants them to. */
@Tag("engine")
class SetbacksTest {

    @TempDir
    static Path folder;

    private static CaseIndex index;

    private final List<String> messages = new ArrayList<>();

    private final Progress progress = new Progress() {

        @Override
        public void report(String task, long done, long total) {
            // not looked at
        }

        @Override
        public void message(String line) {
            messages.add(line);
        }
    };

    /** Throws what a step with this plan shall fail with, or does nothing. */
    private interface Fault {

        void at(Plan plan, long step);
    }

    @BeforeAll
    static void writeDataset() throws IOException {
        index = TinyTraining.dataset(folder);
    }

    private TrainingRun run(Plan plan, Fault fault) {
        return new TrainingRun(plan, TinyTraining.fold(index), new TrainingRun.Limits(Device.cpu(), Optional.empty()),
                progress, (now, from, manager) -> new Learner(now, from, manager) {

                    @Override
                    double step(List<Patch> batch, double rate, long step) {
                        fault.at(now, step);
                        return super.step(batch, rate, step);
                    }
                });
    }

    @Test
    void aDivergedTrainingGoesOnFromItsLastEpochWithHalfTheRate() {
        Plan plan = TinyTraining.plan(3, 3);
        AtomicBoolean failed = new AtomicBoolean();
        List<Checkpoint> kept = new ArrayList<>();
        Checkpoint last = run(plan, (now, step) -> {
            if (step == 4 && !failed.getAndSet(true))
                throw new Diverged("the loss became NaN");
        }).train(Optional.empty(), kept::add);
        assertThat(last.history()).extracting(EpochReport::steps).containsExactly(3L, 6L, 9L);
        assertThat(last.adjustments()).isEqualTo(new Adjustments(1, 0, List.of()));
        assertThat(messages).anySatisfy(m -> assertThat(m)
                .matches("the loss became NaN in epoch 2, step 5, at rate 0\\.0\\d+ \\(cases case\\d.*; their inputs"
                        + " are all numbers\\); going on after epoch 1 with 1/2 of the planned rate"));
        Checkpoint first = kept.get(0);
        Checkpoint expected = TinyTraining.run(plan, index, Progress.SILENT)
                .train(Optional.of(new Checkpoint(first.weights(), first.optimizer(), first.average(), first.best(),
                        first.history(), first.adjustments().halvedRate())), c -> {
                        });
        assertThat(last.weights()).isEqualTo(expected.weights());
        assertThat(last.optimizer()).isEqualTo(expected.optimizer());
    }

    @Test
    void aTrainingThatDivergesAtAnyRateIsGivenUp() {
        List<Long> steps = new ArrayList<>();
        assertThatThrownBy(() -> run(TinyTraining.plan(3, 1), (now, step) -> {
            steps.add(step);
            throw new Diverged("the loss became Infinity");
        }).train(Optional.empty(), c -> {
        })).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.INPUT)).message()
                .contains("Infinity", "step 1", "halved 5 times", "learningRate").doesNotContain("\n");
        assertThat(steps).hasSize(1 + Setbacks.MOST_HALVINGS);
    }

    @Test
    void aTrainingWithoutMemoryGoesOnWithASmallerBatchAndPatch() {
        Checkpoint last = run(TinyTraining.plan(2, 2), (now, step) -> {
            if (now.training().batch() > 1)
                throw new OutOfMemoryError("Java heap space");
            if (now.patch().get(0) > 10 && step == 3)
                throw new EngineException("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes");
        }).train(Optional.empty(), c -> {
        });
        assertThat(last.adjustments()).isEqualTo(new Adjustments(0, 1, List.of(10, 10, 8)));
        assertThat(last.history()).hasSize(2);
        assertThat(messages).anySatisfy(m -> assertThat(m).contains("Java heap space", "batch 2",
                "starting anew with batch 1 and patch [12, 10, 8]"));
        assertThat(messages).anySatisfy(m -> assertThat(m).contains("not enough memory",
                "going on after epoch 1 with batch 1 and patch [10, 10, 8]"));
    }

    @Test
    void aTrainingWithoutAnyMemoryIsGivenUp() {
        assertThatThrownBy(() -> run(TinyTraining.plan(2, 2), (now, step) -> {
            throw new OutOfMemoryError("Java heap space");
        }).train(Optional.empty(), c -> {
        })).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.DEVICE)).message()
                .contains("batch of 1", "[2, 2, 2]");
    }

    @Test
    void otherFailuresOfTheEngineAreNotHidden() {
        assertThatThrownBy(() -> run(TinyTraining.plan(2, 2), (now, step) -> {
            throw new EngineException("shape mismatch");
        }).train(Optional.empty(), c -> {
        })).isInstanceOf(EngineException.class).hasMessage("shape mismatch");
    }
}
