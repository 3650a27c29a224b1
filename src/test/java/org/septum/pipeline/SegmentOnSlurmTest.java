package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

/** With a stand-in for Slurm's sbatch. */
@EnabledOnOs(OS.LINUX)
class SegmentOnSlurmTest {

    private static final SlurmJob JOB = new SlurmJob(3, 0, 0, 1, 2L << 30, Duration.ofHours(1), "", "", List.of());

    @TempDir
    private Path folder;

    private Path programs;

    @BeforeEach
    void makeFolders() throws IOException {
        Toys.model(folder.resolve("model"));
        Files.createDirectories(folder.resolve("scans"));
        programs = Files.createDirectories(folder.resolve("bin"));
        program("septum", "");
    }

    private Path program(String name, String text) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/bash\n" + text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private SegmentOnSlurm.Result submit(String path) {
        return SegmentOnSlurm.run(new SegmentOnSlurm.Request(List.of(folder.resolve("scans")), folder.resolve("model"),
                folder.resolve("new masks"), List.of(), Optional.of(programs.resolve("septum")), JOB, false, true),
                Progress.SILENT, path);
    }

    private String pathWithSbatch(String text) throws IOException {
        program("sbatch", text);
        return programs + ":/usr/bin:/bin";
    }

    @Test
    void theMergeWaitsForTheArrayAndBothAreSubmittedInTheirFolder() throws IOException {
        SegmentOnSlurm.Result result = submit(pathWithSbatch("""
                echo "$PWD: $*" >> "%s"
                case "$*" in *merge*) echo 42 ;; *) echo "sbatch: warning: slow" >&2; echo "41;hospital" ;; esac
                """.formatted(folder.resolve("said"))));
        assertThat(result.array()).contains("41");
        assertThat(result.merge()).contains("42");
        Path slurm = folder.resolve("new masks/slurm").toRealPath();
        assertThat(Files.readAllLines(folder.resolve("said"))).containsExactly(slurm + ": --parsable array.sbatch",
                slurm + ": --parsable --dependency=afterany:41 merge.sbatch");
    }

    @Test
    void withoutSbatchTheScriptsAreThereAndItIsSaidHowToSubmitThem() {
        assertThatThrownBy(() -> submit(programs.toString())).isInstanceOf(SeptumException.class)
                .hasMessageContaining("sbatch, which is not in PATH")
                .hasMessageContaining("run bash '" + folder.resolve("new masks/slurm/submit.sh") + "'");
        assertThat(folder.resolve("new masks/slurm/array.sbatch")).exists();
    }

    @Test
    void whatSbatchRefusesIsSaidAndThatNothingWasSubmitted() throws IOException {
        String path = pathWithSbatch("echo 'sbatch: error: invalid account' >&2; exit 1");
        assertThatThrownBy(() -> submit(path)).hasMessageStartingWith("nothing was submitted")
                .hasMessageContaining("invalid account").hasMessageContaining("--overwrite");
    }

    @Test
    void anArrayWhoseMergeIsRefusedIsNamed() throws IOException {
        String path = pathWithSbatch("case \"$*\" in *merge*) echo no >&2; exit 1 ;; *) echo 41 ;; esac");
        assertThatThrownBy(() -> submit(path)).hasMessageStartingWith("job 41 was submitted, but not")
                .hasMessageContaining("sbatch merge.sbatch in " + folder.resolve("new masks/slurm"));
    }

    @Test
    void aPathWithALineBreakIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path scans = Files.createDirectories(folder.resolve("a\n#SBATCH --uid=0"));
        SegmentOnSlurm.Request request = new SegmentOnSlurm.Request(List.of(scans), folder.resolve("model"),
                folder.resolve("masks"), List.of(), Optional.of(programs.resolve("septum")), JOB, false, false);
        assertThatThrownBy(() -> SegmentOnSlurm.run(request, Progress.SILENT)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("line break").hasMessageNotContaining("\n");
        assertThat(folder.resolve("masks")).doesNotExist();
    }
}
