package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

import ai.djl.Device;

class ComputeDeviceTest {

    private final List<String> said = new ArrayList<>();

    private final Progress progress = new Progress() {

        @Override
        public void report(String task, long done, long total) {
            // not asked for
        }

        @Override
        public void message(String line) {
            said.add(line);
        }
    };

    private Device of(String word, int gpus) {
        return ComputeDevice.of(word, "PyTorch", () -> gpus, progress);
    }

    @Test
    void autoTakesTheFirstGpuAndSaysNothing() {
        assertThat(of("auto", 2)).isEqualTo(Device.gpu(0));
        assertThat(said).isEmpty();
    }

    @Test
    void autoWithoutGpuTakesTheCpuAndSaysSo() {
        assertThat(of("auto", 0)).isEqualTo(Device.cpu());
        assertThat(said).singleElement().asString().contains("PyTorch").contains("CPU");
    }

    @Test
    void cpuAsksNobodyForGpus() {
        Device device = ComputeDevice.of(" CPU ", "PyTorch", () -> {
            throw new AssertionError("asked for GPUs");
        }, progress);
        assertThat(device).isEqualTo(Device.cpu());
    }

    @Test
    void gpusAreCountedFromZero() {
        assertThat(of("gpu", 1)).isEqualTo(Device.gpu(0));
        assertThat(of("gpu:1", 2)).isEqualTo(Device.gpu(1));
    }

    @Test
    void aMissingGpuIsAnErrorThatSaysWhatIsThere() {
        assertThatThrownBy(() -> of("gpu:2", 2))
                .isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.DEVICE))
                .hasMessageContaining("gpu:2 is not there").hasMessageContaining("gpu:0 to gpu:1")
                .hasMessageContaining("--device cpu");
        assertThatThrownBy(() -> of("gpu", 0)).hasMessageContaining("the CPU only");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "cuda", "gpu:", "gpu:-1", "gpu:x", "gpu1" })
    void anyOtherWordIsAWrongUse(String word) {
        assertThatThrownBy(() -> of(word, 1)).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.USAGE)).hasMessageContaining("gpu:N");
    }

    @Test
    void aTrainingTakesAllGpusUnlessOneIsNamed() {
        assertThat(ComputeDevice.all("auto", "PyTorch", () -> 3, progress)).containsExactly(Device.gpu(0),
                Device.gpu(1), Device.gpu(2));
        assertThat(ComputeDevice.all("gpu", "PyTorch", () -> 2, progress)).hasSize(2);
        assertThat(ComputeDevice.all("gpu:1", "PyTorch", () -> 2, progress)).containsExactly(Device.gpu(1));
        assertThat(ComputeDevice.all("auto", "PyTorch", () -> 0, progress)).containsExactly(Device.cpu());
        assertThat(ComputeDevice.all("cpu", "PyTorch", () -> 2, progress)).containsExactly(Device.cpu());
    }
}
