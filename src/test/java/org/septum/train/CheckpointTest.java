package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Safetensors;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;

class CheckpointTest {

    private static final Plan PLAN = TinyTraining.plan(4, 3);

    @TempDir
    Path folder;

    private static EpochReport epoch(int epoch, Double... dice) {
        return new EpochReport(epoch, epoch * 4L, 1.0 / epoch, List.of(dice), 0.1, 2.5 * epoch, 0.25);
    }

    private static NamedWeights weights(long seed) {
        return NamedWeights.initial(PLAN.network().graph(), seed);
    }

    private static Checkpoint checkpoint(EpochReport... history) {
        return new Checkpoint(weights(1), weights(2), weights(4), weights(3), List.of(history),
                new Adjustments(1, 2, List.of(12, 8, 8)));
    }

    @Test
    void everythingComesBackFromItsFile() {
        Checkpoint checkpoint = checkpoint(epoch(1, 0.5, Double.NaN), epoch(2, Double.NaN, Double.NaN), epoch(3));
        Path file = folder.resolve("sub/checkpoint.safetensors");
        new CheckpointFile(PLAN, -1, checkpoint).write(file);
        CheckpointFile read = CheckpointFile.read(file);
        assertThat(read.plan()).isEqualTo(PLAN);
        assertThat(read.fold()).isEqualTo(-1);
        assertThat(read.checkpoint()).isEqualTo(checkpoint);
    }

    /** Reports of the first release know nothing of waiting, checkpoints nothing of averages and adjustments. */
    @Test
    void aCheckpointOfAnOlderReleaseIsRead() throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        Map<String, NamedWeights.Tensor> all = new java.util.LinkedHashMap<>();
        for (String part : List.of("weights/", "velocity/", "best/"))
            weights(part.length()).tensors().forEach((name, t) -> all.put(part + name, t));
        Safetensors.write(new NamedWeights(all), Map.of("plan", PLAN.toJson(), "fold", "2", "history",
                "[{\"epoch\":1,\"steps\":4,\"loss\":0.5,\"dice\":[0.25,\"NaN\"],\"learningRate\":0.1,\"seconds\":3.5}]"),
                file);
        Checkpoint read = CheckpointFile.read(file).checkpoint();
        assertThat(read.history()).containsExactly(new EpochReport(1, 4, 0.5, List.of(0.25, Double.NaN), 0.1, 3.5, 0));
        assertThat(read.average()).isEqualTo(read.weights()).isEqualTo(weights("weights/".length()));
        assertThat(read.optimizer()).isEqualTo(weights("velocity/".length()));
        assertThat(read.adjustments()).isEqualTo(Adjustments.NONE);
    }

    @Test
    void aNewStateReplacesTheOldOneAndLeavesNothingElse() throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        new CheckpointFile(PLAN, 0, checkpoint(epoch(1, 0.5))).write(file);
        new CheckpointFile(PLAN, 0, checkpoint(epoch(1, 0.5), epoch(2, 0.6))).write(file);
        assertThat(CheckpointFile.read(file).checkpoint().history()).hasSize(2);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void weightsAloneAreNoCheckpoint() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        Safetensors.write(weights(1), Map.of(), file);
        assertThatThrownBy(() -> CheckpointFile.read(file)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("no checkpoint").hasMessageContaining("without --resume");
    }

    @Test
    void aTruncatedCheckpointIsRefused() throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        new CheckpointFile(PLAN, 0, checkpoint(epoch(1, 0.5))).write(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 40));
        assertThatThrownBy(() -> CheckpointFile.read(file)).isInstanceOf(SeptumException.class);
    }

    @Test
    void theBestEpochIsTheFirstWithTheHighestDice() {
        assertThat(checkpoint(epoch(1, 0.4), epoch(2, 0.7), epoch(3, 0.7), epoch(4, 0.6)).bestEpoch().epoch())
                .isEqualTo(2);
    }

    @Test
    void epochsWithoutAnyClassNeverBeatMeasuredOnes() {
        assertThat(checkpoint(epoch(1, 0.4), epoch(2, Double.NaN)).bestEpoch().epoch()).isEqualTo(1);
        assertThat(checkpoint(epoch(1, Double.NaN), epoch(2, 0.1)).bestEpoch().epoch()).isEqualTo(2);
        assertThat(checkpoint(epoch(1, 0.4)).isBeatenBy(epoch(2, Double.NaN))).isFalse();
        assertThat(checkpoint(epoch(1, Double.NaN)).isBeatenBy(epoch(2, 0.0))).isTrue();
    }

    @Test
    void withoutValidationTheLastEpochIsTheBest() {
        assertThat(checkpoint(epoch(1), epoch(2), epoch(3)).bestEpoch().epoch()).isEqualTo(3);
        assertThat(checkpoint(epoch(1, Double.NaN), epoch(2, Double.NaN)).bestEpoch().epoch()).isEqualTo(2);
    }

    @Test
    void theHistoryIsACopy() {
        List<EpochReport> history = new ArrayList<>(List.of(epoch(1)));
        Checkpoint checkpoint = new Checkpoint(weights(1), weights(2), weights(1), weights(3), history,
                Adjustments.NONE);
        history.add(epoch(2));
        assertThat(checkpoint.history()).hasSize(1);
    }

    @Test
    void aReportReadsAsOneLine() {
        assertThat(epoch(2, 0.5, Double.NaN).describe())
                .isEqualTo("epoch 2: loss 0.5000, validation Dice 0.5000, rate 0.10000, 5 s");
        assertThat(epoch(2).describe()).isEqualTo("epoch 2: loss 0.5000, rate 0.10000, 5 s");
    }
}
