package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.data.Plan;
import org.septum.model.block.AttentionSpec;

import ai.djl.Device;

@Tag("engine")
class StepTimerTest {

    @TempDir
    private Path folder;

    @Test
    void everyNetworkHasATime() throws IOException {
        Plan eca = TinyTraining.plan(2, 1);
        List<Double> seconds = StepTimer.seconds(List.of(eca.withAttention(AttentionSpec.of("none")), eca),
                TinyTraining.fold(TinyTraining.dataset(folder)), Device.cpu(), Progress.SILENT);
        assertThat(seconds).hasSize(2).allSatisfy(s -> assertThat(s).isBetween(1e-6, 30.0));
    }

    @Test
    void aReportTellsItsEpoch() {
        EpochReport report = new EpochReport(17, 1700, 0.5, List.of(0.75), 0.01, 12);
        assertThat(EpochReport.epochOf(report.describe() + " (best)")).hasValue(17);
        assertThat(EpochReport.epochOf("epoch 3, loss 0.2: 40 %, about 12 s left")).isEmpty();
    }
}
