package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;

class SlurmScriptsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/slurm");

    private static final SlurmJob JOB = new SlurmJob(32, 8, 1, 4, 16L << 30, Duration.ofHours(36), "gpu,gpu-long",
            "imaging", List.of("--qos=night", "--constraint=\"a100|h100\""));

    @TempDir
    private Path folder;

    private static SlurmScripts scripts(SlurmJob job) {
        return new SlurmScripts(job, "/opt/septum/septum",
                List.of(Path.of("/data/it's \"2026\" $HOME"), Path.of("/data/b")), Path.of("/models/liver.zip"),
                Path.of("/out/new masks"), List.of("--format=dicom-seg", "--series=T2 axial"));
    }

    @Test
    void theScriptsAreThoseOfTheGoldenFiles() {
        assertThat(GOLDEN.resolve("array.sbatch")).hasContent(scripts(JOB).array());
        assertThat(GOLDEN.resolve("merge.sbatch")).hasContent(scripts(JOB).merge());
        assertThat(GOLDEN.resolve("submit.sh")).hasContent(scripts(JOB).submit());
    }

    @Test
    void withoutGpusPartitionAndLimitNothingIsSaidOfThem() {
        String array = scripts(new SlurmJob(3, 0, 0, 1, 1L << 30, Duration.ofMinutes(5), "", "", List.of())).array();
        assertThat(array).contains("#SBATCH --array=1-3\n", "#SBATCH --time=0-00:05:00\n", "\t--device\n\tcpu\n")
                .doesNotContain("gres", "partition", "account", "%8");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void bashUnderstandsTheScripts() throws Exception {
        for (String text : List.of(scripts(JOB).array(), scripts(JOB).merge(), scripts(JOB).submit()))
            assertThat(bash("-n", text, "")).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void septumGetsEveryWordAsItWasWithItsShardAndMemory() throws Exception {
        String array = scripts(JOB).array().replace("/opt/septum/septum", "show");
        assertThat(bash("", array, """
                show() { printf '<%s>' "$@"; }
                SLURM_ARRAY_TASK_ID=7
                SLURM_MEM_PER_NODE=2000
                """)).isEqualTo("<segment></data/it's \"2026\" $HOME></data/b><--model></models/liver.zip>"
                + "<--output></out/new masks><--device><gpu><--format=dicom-seg><--series=T2 axial>"
                + "<--shard><7/32><--resume><--memory><1800m>");
    }

    @ParameterizedTest(name = "exit code {0}, signal {1}, state {2}, {3} restarts: {4}")
    @CsvSource({ "3, TERM, RUNNING, 0, requeue 40", "3, TERM, RUNNING, 20, ''", "3, TERM, COMPLETING, 0, ''",
            "1, TERM, RUNNING, 0, ''", "0, TERM, RUNNING, 0, ''", "143, TERM, RUNNING, 1, requeue 40",
            "0, '', RUNNING, 0, ''", "1, '', RUNNING, 0, ''" })
    @EnabledOnOs(OS.LINUX)
    void aTaskThatWasStoppedStartsAgainUnlessItWasCancelledOrNeverGetsOn(int code, String signal, String state,
            int restarts, String expected) throws Exception {
        Path septum = Files.writeString(folder.resolve("septum"), """
                #!/bin/bash
                trap 'exit %d' TERM
                %s
                for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.05; done
                exit %d
                """.formatted(code, signal.isEmpty() ? "exit " + code : "kill -TERM $PPID", code));
        assertThat(septum.toFile().setExecutable(true)).isTrue();
        String array = scripts(JOB).array().replace("/opt/septum/septum", septum.toString());
        String said = bash("", array, """
                squeue() { echo %s; }
                scontrol() { echo "$@"; }
                trap 'echo "code $?"' EXIT
                SLURM_ARRAY_TASK_ID=7
                SLURM_JOB_ID=40
                SLURM_RESTART_COUNT=%d
                """.formatted(state, restarts));
        assertThat(said.lines().filter(line -> !line.startsWith("not started again")))
                .isEqualTo(expected.isEmpty() ? List.of("code " + code) : List.of(expected, "code " + code));
    }

    /** What bash says to a script with something in front of it. */
    private String bash(String option, String script, String before) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("script"), before + script);
        ProcessBuilder bash = new ProcessBuilder(
                option.isEmpty() ? List.of("bash", file.toString()) : List.of("bash", option, file.toString()));
        bash.environment().keySet().removeIf(name -> name.startsWith("SLURM"));
        Process process = bash.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        process.waitFor();
        return said;
    }

    @ParameterizedTest
    @ValueSource(strings = { "a b", "it's", "\"", "$HOME", "`id`", "a\\", "*", "#x", "", "ä", "!", "~" })
    @EnabledOnOs(OS.LINUX)
    void bashReadsAWordBackAsItWas(String word) throws Exception {
        assertThat(bash("", "printf '<%s>' " + SlurmScripts.quoted(word), "export LC_ALL=C.UTF-8\n"))
                .isEqualTo("<" + word + ">");
    }

    @ParameterizedTest
    @ValueSource(strings = { "--qos=night\n#SBATCH --uid=0", "qos=night", "-q", "--array=1-3", "--dependency=after:3",
            "--QOS=x", "--comment=ä", "--wrap=id", "--qos=", "rm" })
    void anOptionThatWouldChangeTheScriptIsRefused(String option) {
        assertThatThrownBy(() -> new SlurmJob(3, 0, 0, 1, 1L << 30, Duration.ofHours(1), "", "", List.of(option)))
                .isInstanceOf(SeptumException.class).hasMessageContaining("--option").hasMessageContaining("allowed:")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "gpu\n#SBATCH --uid=0", "a b", "-x", "a;b", "gpu #" })
    void aPartitionOrAccountThatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> new SlurmJob(3, 0, 0, 1, 1L << 30, Duration.ofHours(1), name, "", List.of()))
                .hasMessageContaining("--partition").hasMessageContaining("allowed:");
        assertThatThrownBy(() -> new SlurmJob(3, 0, 0, 1, 1L << 30, Duration.ofHours(1), "", name, List.of()))
                .hasMessageContaining("--account").hasMessageContaining("allowed:");
    }

    @ParameterizedTest(name = "{0} tasks, {1} at once, {2} GPUs, {3} cores, {4} MB, {5} minutes: {6}")
    @CsvSource({ "0, 0, 0, 1, 1024, 60, --array 0", "100001, 0, 0, 1, 1024, 60, --array 100001",
            "3, 4, 0, 1, 1024, 60, --array 3%4", "3, 0, -1, 1, 1024, 60, --gpus -1", "3, 0, 17, 1, 1024, 60, --gpus 17",
            "3, 0, 0, 0, 1024, 60, --cpus 0", "3, 0, 0, 1, 1023, 60, --mem of 1023 MB",
            "3, 0, 0, 1, 1024, 4, --time of 240 seconds", "3, 0, 0, 1, 1024, 600000, --time of" })
    void aNumberThatIsNotAllowedIsNamed(int tasks, int atOnce, int gpus, int cpus, long megabytes, long minutes,
            String named) {
        assertThatThrownBy(() -> new SlurmJob(tasks, atOnce, gpus, cpus, megabytes << 20, Duration.ofMinutes(minutes),
                "", "", List.of())).isInstanceOf(SeptumException.class).hasMessageStartingWith(named)
                        .hasMessageContaining("; allowed: ");
    }
}
