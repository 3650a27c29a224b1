package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFactsTest {

    @TempDir
    private Path root;

    private void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    @Test
    void readsWhatLinuxTells() throws IOException {
        write("proc/cpuinfo",
                "processor\t: 0\nmodel name\t: A CPU @ 2 GHz\nflags\t\t: fpu sse avx2 avx512f avx512_vnni\n");
        write("proc/meminfo", "MemFree:  1 kB\nMemTotal:       2048 kB\n");
        write("proc/self/status", "VmPeak:\t 9 kB\nVmHWM:\t  5120 kB\n");
        write("sys/fs/cgroup/cpu.max", "150000 100000\n");
        write("sys/fs/cgroup/memory.max", "4294967296\n");
        write("proc/driver/nvidia/version",
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19\nGCC version: 12\n");
        MachineFacts machine = new MachineFacts(root);
        assertThat(machine.processor()).isEqualTo("A CPU @ 2 GHz");
        assertThat(machine.instructions()).containsExactly("AVX2", "AVX-512", "AVX-512 VNNI (int8)");
        assertThat(machine.memory()).hasValue(2048L << 10);
        assertThat(machine.peakMemory()).hasValue(5120L << 10);
        assertThat(machine.processorLimit()).isEqualTo("1.5");
        assertThat(machine.memoryLimit()).hasValue(4L << 30);
        assertThat(machine.driver()).isEqualTo("535.104.05");
    }

    @Test
    void knowsNothingWhereThereAreNoSuchFiles() throws IOException {
        MachineFacts machine = new MachineFacts(root);
        assertThat(machine.instructions()).isEmpty();
        assertThat(machine.memory()).isEmpty();
        assertThat(machine.resetPeakMemory()).isFalse();
        assertThat(machine.processorLimit()).isEmpty();
        write("sys/fs/cgroup/cpu.max", "max 100000\n");
        write("sys/fs/cgroup/memory.max", "max\n");
        assertThat(machine.processorLimit()).isEmpty();
        assertThat(machine.memoryLimit()).isEmpty();
    }

    @Test
    void saysWhichVariableHoldsThreadsBackAndWhatInt8IsWorth() throws IOException {
        write("proc/cpuinfo", "flags : avx2\n");
        Diagnose diagnose = new Diagnose(new MachineFacts(root), Map.of("OMP_NUM_THREADS", "2"));
        assertThat(diagnose.processors(8, 2).text()).contains("8 seen, 2 threads used", "OMP_NUM_THREADS=2");
        assertThat(diagnose.processors(2, 2).text()).doesNotContain("OMP");
        assertThat(diagnose.instructions().text())
                .isEqualTo("AVX2; none for int8, so models with --precision int8 gain little here");
        assertThat(Diagnose.folder("F", root.resolve("not/there"), "do this").isWell()).isTrue();
    }
}
