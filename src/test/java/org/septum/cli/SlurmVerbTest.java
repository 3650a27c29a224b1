package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

class SlurmVerbTest {

    private static final String MODEL = "sample-data/models/hippocampus";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    private final StringWriter err = new StringWriter();

    private Path septum;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(folder.resolve("it's scans"));
        septum = Files.writeString(folder.resolve("septum"), "#!/bin/sh\n");
        assertThat(septum.toFile().setExecutable(true)).isTrue();
    }

    private int slurm(String... more) {
        List<String> words = new ArrayList<>(List.of("cluster", "slurm", folder.resolve("it's scans").toString(), "-m",
                MODEL, "-o", folder.resolve("new masks").toString(), "--septum", septum.toString()));
        words.addAll(List.of(more));
        return SeptumCli.run(new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
    }

    private Path script(String name) {
        return folder.resolve("new masks/slurm").resolve(name);
    }

    @Test
    void writesTheScriptsAndSaysHowToSubmitThem() throws IOException {
        assertThat(slurm("--array", "32%8", "--gpus", "1", "--time", "4h", "--segment=--tta")).as(err.toString())
                .isZero();
        assertThat(Files.readString(script("array.sbatch"))).contains("#SBATCH --array=1-32%8\n",
                "#SBATCH --gres=gpu:1\n", "#SBATCH --time=0-04:00:00\n", "\t--tta\n", "it'\\''s scans'\n",
                "--model " + Path.of(MODEL).toAbsolutePath() + "\n");
        assertThat(out.toString()).contains(script("merge.sbatch") + "\n",
                "to submit: bash '" + script("submit.sh") + "'");
    }

    @Test
    void otherScriptsAreReplacedOnlyIfThatIsAskedFor() throws IOException {
        assertThat(slurm("--array", "4")).isZero();
        assertThat(slurm("--array", "4")).isZero();
        assertThat(slurm("--array", "5")).isEqualTo(1);
        assertThat(err.toString()).contains("array.sbatch exists", "--overwrite");
        assertThat(slurm("--array", "5", "--overwrite", "--json")).isZero();
        assertThat(Files.readString(script("array.sbatch"))).contains("--array=1-5\n");
        assertThat(out.toString()).contains("\"submit\" : \"bash ");
    }

    @ParameterizedTest
    @ValueSource(strings = { "--segment=--shard=1/2", "--segment=--tta --segment=--tta", "--segment=--formt=x",
            "--segment=-oX", "--segment=tta", "--segment=--", "--segment=--memory=2g", "--array=0", "--array=x",
            "--array=4%0", "--time=30", "--time=1m", "--mem=16", "--mem=800m", "--cpus=0", "--option=qos",
            "--partition=a b", "--segment=--format=a\nb" })
    void whatIsNotAllowedIsSaidBeforeAnythingIsWritten(String wrong) {
        List<String> words = new ArrayList<>(
                List.of(wrong.contains(" --") ? wrong.split(" ") : new String[] { wrong }));
        if (!wrong.startsWith("--array"))
            words.add("--array=4");
        assertThat(slurm(words.toArray(String[]::new))).isEqualTo(2);
        assertThat(err.toString()).startsWith("septum: ").hasLineCount(1).containsAnyOf("llowed", "needs", "write it",
                "see: septum cluster slurm --help");
        assertThat(folder.resolve("new masks")).doesNotExist();
    }

    @Test
    void pathsThatAreNotThereOrNoProgramAreNamedBeforeAnythingIsWritten() throws IOException {
        Files.delete(folder.resolve("it's scans"));
        assertThat(slurm("--array=4")).isEqualTo(1);
        assertThat(err.toString()).contains("it's scans is not there", "all nodes");
        Files.createDirectories(folder.resolve("it's scans"));
        assertThat(septum.toFile().setExecutable(false)).isTrue();
        assertThat(slurm("--array=4")).isEqualTo(2);
        assertThat(err.toString()).contains("is no program");
        assertThat(folder.resolve("new masks")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({ "4h, 14400", "1d12h, 129600", "04:00:00, 14400", "1-12:00:30, 129630", "100:00:00, 360000" })
    void readsTimesAsPeopleAndAsSlurmWriteThem(String text, long seconds) {
        assertThat(new SlurmTime().convert(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = { "30", "4:00", "1-12", "1-00:60:00", "", "x" })
    void otherTimesAreRefused(String text) {
        assertThatThrownBy(() -> new SlurmTime().convert(text)).isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("allowed: 45s").hasMessageContaining("04:00:00");
    }
}
