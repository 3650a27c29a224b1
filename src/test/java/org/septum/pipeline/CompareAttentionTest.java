package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.Plan;

/** Trainings are processes of their own, as in use: each starts a Java. */
@Tag("engine")
class CompareAttentionTest {

    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final List<String> SEPTUM = List.of(JAVA, "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp",
            System.getProperty("java.class.path"), "org.septum.cli.SeptumCli");

    /** Ends with an exit code and no word of Septum's. */
    private static final List<String> BROKEN = List.of(JAVA, "-cp", "nowhere", "None");

    @TempDir
    private static Path shared;

    private static Path toys;

    private static Path plan;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeToys() throws IOException {
        toys = Toys.dataset(shared.resolve("toys"), 6);
        PlanDataset.Wishes flat = new PlanDataset.Wishes(Optional.of(2), Optional.empty(), Optional.empty(),
                List.of(16, 16), Optional.empty(), Optional.empty(), false);
        plan = shared.resolve("plan.json");
        PlanDataset.run(new PlanDataset.Request(toys, plan, flat, false), Progress.SILENT);
    }

    private CompareAttention.Request request(List<String> septum, int jobs, int steps, Long... seeds) {
        return new CompareAttention.Request(toys, folder.resolve("out"),
                new CompareAttention.Choices(List.of("none", "se"), "none", List.of(seeds)),
                new CompareAttention.Length(Optional.of(1), Optional.of(steps)),
                new CompareAttention.Source(Optional.of(plan), PlanDataset.Wishes.NONE, 0),
                new CompareAttention.Place("cpu", jobs, septum));
    }

    private Path out(String name) {
        return folder.resolve("out").resolve(name);
    }

    @Test
    void whatIsFinishedIsKeptAndSeedsAreAdded() throws IOException {
        CompareAttention.Result first = CompareAttention.run(request(SEPTUM, 1, 2, 1L), Progress.SILENT);
        assertThat(first.missing()).isEmpty();
        assertThat(first.rows()).extracting(CompareAttention.Row::attention).containsExactly("none", "se");
        assertThat(first.rows().get(1).parameters()).isGreaterThan(first.rows().get(0).parameters());
        assertThat(first.rows().get(1).difference().get().n()).isEqualTo(2);
        assertThat(Plan.read(out("plans/se.json"))).isEqualTo(
                Plan.read(out("plans/none.json")).withAttention(Plan.read(out("plans/se.json")).network().attention()));
        FileTime finished = Files.getLastModifiedTime(out("runs/se-seed1/rdf.yaml"));
        String timings = Files.readString(out("timings.csv"));

        CompareAttention.Result more = CompareAttention.run(request(SEPTUM, 2, 2, 1L, 2L), Progress.SILENT);
        assertThat(more.missing()).isEmpty();
        assertThat(more.rows().get(0).dice().n()).isEqualTo(2);
        assertThat(Files.getLastModifiedTime(out("runs/se-seed1/rdf.yaml"))).isEqualTo(finished);
        assertThat(out("timings.csv")).hasContent(timings);
        assertThat(Files.readAllLines(out("scores.csv"))).hasSize(1 + 4 * 2);
        assertThat(Files.readString(more.report())).contains("Toys", "fold 0 of 5", "1 epochs of 2 steps",
                "seeds | 1, 2", "| se |", "se against none: 0.");

        assertThatThrownBy(() -> CompareAttention.run(request(SEPTUM, 1, 3, 1L), Progress.SILENT))
                .isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.OUTPUT))
                .hasMessageContaining("steps an epoch: 2, not steps an epoch: 3");
    }

    @Test
    void runsThatFailAreToldAndTheReportIsWritten() throws IOException {
        CompareAttention.Result result = CompareAttention.run(request(BROKEN, 2, 2, 1L), Progress.SILENT);
        assertThat(result.missing()).hasSize(2).allSatisfy(m -> assertThat(m).contains("-seed1: ", "exit code 1"));
        assertThat(Files.readString(result.report())).contains("Not finished: se-seed1", "not measured");
        assertThat(out("runs/se-seed1.log")).content().contains("None");
        CompareAttention.Result missing = CompareAttention.run(request(List.of("no-such-program"), 1, 2, 1L),
                Progress.SILENT);
        assertThat(missing.missing()).hasSize(2).allSatisfy(m -> assertThat(m).contains("no-such-program"));
    }

    @Test
    void aStopEndsTheTrainingsAndTheCommandGoesOn() {
        Progress stopping = new Progress() {

            private volatile boolean training;

            @Override
            public void report(String task, long done, long total) {
                training |= task.startsWith("training");
            }

            @Override
            public void message(String line) {
                assertThat(line).doesNotContain("failed");
            }

            @Override
            public boolean isCancelled() {
                return training;
            }
        };
        CompareAttention.Result result = CompareAttention.run(request(SEPTUM, 1, 100_000, 1L), stopping);
        assertThat(result.missing()).hasSize(2).allSatisfy(m -> assertThat(m).contains("stopped"));
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)
                .filter(p -> p.info().commandLine().orElse("").contains("SeptumCli"))).isEmpty();
    }

    @Test
    void aFolderWithOtherFilesIsLeftAlone() throws IOException {
        Files.createDirectories(out("mine"));
        assertThatThrownBy(() -> CompareAttention.run(request(SEPTUM, 1, 2, 1L), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("holds something else");
    }

    @ParameterizedTest
    @ValueSource(strings = { "se", "none,none", "none,sea", "" })
    void attentionsMustBeKnownAndHoldTheReference(String words) {
        assertThatThrownBy(() -> new CompareAttention.Choices(List.of(words.split(",")), "none", List.of(1L)))
                .isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.USAGE));
    }

    @Test
    void cutsAndNumbersMustMakeSense() {
        assertThatThrownBy(() -> new CompareAttention.Choices(List.of("none"), "none", List.of(1L, 1L)))
                .hasMessageContaining("each once");
        assertThatThrownBy(() -> new CompareAttention.Source(Optional.empty(), PlanDataset.Wishes.NONE, -1))
                .hasMessageContaining("held out");
        assertThatThrownBy(() -> new CompareAttention.Length(Optional.of(0), Optional.empty()))
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new CompareAttention.Place("cpu", 0, SEPTUM)).hasMessageContaining("jobs 0");
    }
}
