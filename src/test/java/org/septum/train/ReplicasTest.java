package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.Progress;
import org.septum.data.CaseIndex;
import org.septum.data.Patch;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/** Copies on the one CPU that every machine has; on GPUs they differ in the device alone. */
@Tag("engine")
class ReplicasTest {

    @TempDir
    private static Path folder;

    private static CaseIndex index;

    @BeforeAll
    static void writeDataset() throws IOException {
        index = TinyTraining.dataset(folder);
    }

    /** Without batch statistics, which a part of a batch has of its own. */
    private static Plan plan(int batch, boolean deep) {
        Plan plan = TinyTraining.plan(12, 2);
        NetworkSpec spec = NetworkSpec.unet(3, 1, 2, List.of(4, 6, 8), AttentionSpec.of("eca"))
                .with(Normalization.INSTANCE, Activation.RELU).withDeepSupervision(deep);
        return new Plan(plan.version(), plan.dataset(), plan.modality(), plan.channels(), plan.labels(), spec,
                plan.grid(), plan.spacing(), List.of(12, 12, 8), plan.normalization(), plan.training().withBatch(batch),
                null);
    }

    private static NamedWeights learnt(Plan plan, int copies, double[] losses) {
        try (NDManager manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(Device.cpu());
                PatchFeed feed = new PatchFeed(plan, index.cases())) {
            Learner learner = Learner.maker(Optional.empty(), Collections.nCopies(copies, Device.cpu())).begin(plan,
                    Optional.empty(), manager);
            for (int step = 0; step < losses.length; step++) {
                List<Patch> patches = feed.batch(step).patches();
                losses[step] = learner.step(patches, 0.05, step);
            }
            return learner.weights();
        }
    }

    @ParameterizedTest
    @CsvSource({ "4,1,false", "3,1,false", "4,2,true", "1,1,false", "2,4,false" })
    void aDividedBatchMakesTheStepOfAWholeOne(int batch, int copies, boolean deep) {
        Plan plan = plan(batch, deep);
        double[] whole = new double[3];
        double[] divided = new double[3];
        NamedWeights expected = learnt(plan, 0, whole);
        NamedWeights actual = learnt(plan, copies, divided);
        assertThat(divided).containsExactly(whole, within(1e-5));
        assertThat(whole[2]).as("it learns at all").isNotEqualTo(whole[0]);
        expected.tensors().forEach((name, tensor) -> {
            float[] a = tensor.values();
            float[] b = actual.get(name).values();
            for (int i = 0; i < a.length; i++)
                assertThat(b[i]).as("%s[%d]", name, i).isCloseTo(a[i], within(1e-5f));
        });
    }

    @Test
    void aTrainingOnTwoDevicesLearns() {
        Plan plan = plan(4, false);
        Checkpoint last = new TrainingRun(plan, TinyTraining.fold(index),
                new TrainingRun.Limits(List.of(Device.cpu(), Device.cpu()), Optional.empty()), Progress.SILENT)
                        .train(Optional.empty(), c -> {
                        });
        assertThat(last.history().get(1).loss()).isLessThan(0.9 * last.history().get(0).loss());
    }
}
