package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

class ThreadCountTest {

    @Test
    void allProcessorsUnlessTheEnvironmentSaysLess() {
        assertThat(ThreadCount.available(Map.of(), 8)).isEqualTo(8);
        assertThat(ThreadCount.available(Map.of("SLURM_CPUS_PER_TASK", "3"), 8)).isEqualTo(3);
        assertThat(ThreadCount.available(Map.of("SLURM_CPUS_PER_TASK", "6", "OMP_NUM_THREADS", "2"), 8)).isEqualTo(2);
        assertThat(ThreadCount.available(Map.of("OMP_NUM_THREADS", "64"), 8)).isEqualTo(8);
    }

    @Test
    void nonsenseInTheEnvironmentIsPassedOver() {
        assertThat(ThreadCount.available(Map.of("OMP_NUM_THREADS", "4,2", "SLURM_CPUS_PER_TASK", "0"), 8)).isEqualTo(8);
    }
}
