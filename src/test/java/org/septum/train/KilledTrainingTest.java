package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.data.LearningPlan;
import org.septum.data.Plan;

/** A training in a process of its own, which is killed. */
@Tag("engine")
class KilledTrainingTest {

    @TempDir
    Path folder;

    private static Plan plan() {
        Plan plan = TinyTraining.plan(4, 4);
        return plan.withTraining(plan.training().withLearningRate(0.01).withLearning(LearningPlan.PLAIN
                .with(LearningPlan.Optimizer.ADAMW).with(LearningPlan.Schedule.COSINE).withWarmup(3).withAverage(0.9)));
    }

    /** The process: leaves a sign when it begins to write its second state, and never writes a third. */
    static final class Child {

        private Child() {
        }

        /** Trains on a dataset, keeping the state in a file, the sign in another. */
        public static void main(String[] args) {
            Plan plan = plan();
            TinyTraining.run(plan, CaseIndex.of(Path.of(args[0])), Progress.SILENT).train(Optional.empty(), c -> {
                if (c.history().size() == 2)
                    WholeFile.write(Path.of(args[2]), false, aside -> Files.writeString(aside, "2"));
                if (c.history().size() == 3)
                    LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(5));
                new CheckpointFile(plan, 0, c).write(Path.of(args[1]));
            });
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aRunThatWasKilledEndsWhereAnUndisturbedOneEnds() throws IOException, InterruptedException {
        CaseIndex index = TinyTraining.dataset(folder.resolve("data"));
        Path file = folder.resolve("work/checkpoint.safetensors");
        killAtSecondState(file);
        assertThat(file).exists();
        Checkpoint half = CheckpointFile.read(file).checkpoint();
        assertThat(half.history()).hasSizeBetween(1, 2);
        Checkpoint resumed = TinyTraining.run(plan(), index, Progress.SILENT).train(Optional.of(half), c -> {
        });
        Checkpoint undisturbed = TinyTraining.run(plan(), index, Progress.SILENT).train(Optional.empty(), c -> {
        });
        assertThat(resumed.weights()).isEqualTo(undisturbed.weights());
        assertThat(resumed.optimizer()).isEqualTo(undisturbed.optimizer());
        assertThat(resumed.average()).isEqualTo(undisturbed.average()).isNotEqualTo(resumed.weights());
        assertThat(resumed.best()).isEqualTo(undisturbed.best());
    }

    private void killAtSecondState(Path file) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path errors = Files.createFile(folder.resolve("errors.txt"));
        Path sign = folder.resolve("sign.txt");
        List<String> command = List.of(java, "-Xmx512m", "-cp", classes, Child.class.getName(),
                folder.resolve("data").toString(), file.toString(), sign.toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Process child = builder.redirectOutput(errors.toFile()).start();
        try {
            while (child.isAlive() && !Files.exists(sign))
                Thread.sleep(2);
            assertThat(sign).as("said: %s", Files.readString(errors)).exists();
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(child.exitValue()).isNotZero();
    }
}
