package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.data.CaseIndex;
import org.septum.data.Plan;
import org.septum.data.PreparedCase;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkBuilder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

class ValidationTest {

    @TempDir
    Path folder;

    @Test
    void tilesCoverAnAxisEvenlyAndStayInside() {
        assertThat(Validation.starts(26, 10)).containsExactly(0, 8, 16);
        assertThat(Validation.starts(20, 10)).containsExactly(0, 10);
        assertThat(Validation.starts(10, 10)).containsExactly(0);
        assertThat(Validation.starts(7, 10)).containsExactly(-2);
        assertThat(Validation.starts(11, 10)).containsExactly(0, 1);
    }

    @Tag("engine")
    @Test
    void voxelsBesideTheScanDoNotCount() throws IOException {
        // a tile larger than the scan, and a network that calls every voxel foreground
        CaseIndex index = TinyTraining.dataset(folder);
        Plan small = TinyTraining.plan(1, 1);
        Plan plan = new Plan(small.version(), small.dataset(), small.modality(), small.channels(), small.labels(),
                small.network(), small.grid(), small.spacing(), List.of(24, 20, 16), small.normalization(),
                small.training(), small.reasons());
        PreparedCase c = PreparedCase.read(index.cases().get(0), plan);
        long truth = 0;
        for (int z = 0; z < 9; z++)
            for (int y = 0; y < 13; y++)
                for (int x = 0; x < 17; x++)
                    truth += c.classAt(x, y, z);
        Map<String, NamedWeights.Tensor> weights = new LinkedHashMap<>(
                NamedWeights.initial(plan.network().graph(), 1).tensors());
        weights.put("head.bias", NamedWeights.Tensor.of(List.of(2L), new float[] { -1e6f, 1e6f }));
        try (NDManager manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(Device.cpu());
                PatchFeed feed = new PatchFeed(plan, index.cases())) {
            List<Double> dice = new Validation(plan, index.cases().subList(0, 1), feed).dice(
                    NetworkBuilder.build(plan.network(), new NamedWeights(weights), manager), manager, Progress.SILENT);
            assertThat(dice).hasSize(1);
            assertThat(dice.get(0)).isCloseTo(2.0 * truth / (truth + 17 * 13 * 9), within(1e-12));
        }
    }
}
