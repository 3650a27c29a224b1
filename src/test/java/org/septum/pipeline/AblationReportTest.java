package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.ClassLabel;
import org.septum.metrics.CaseScores;
import org.septum.metrics.DistanceUnit;
import org.septum.metrics.PairedDifference;
import org.septum.metrics.ScoreTable;

/** Scores of runs that are finished, without any training: sums by hand. */
class AblationReportTest {

    private static final ClassLabel HEAD = new ClassLabel(1, "head", 0);

    private static final ClassLabel TAIL = new ClassLabel(2, "tail, tip", 0);

    @TempDir
    private Path folder;

    private final List<AblationRun> runs = new ArrayList<>();

    @BeforeEach
    void writeRuns() throws IOException {
        run("none", 1, 0.5, 0.7, 0.4);
        run("none", 2, 0.6, 0.8, 0.4);
        run("se", 1, 0.7, 0.7, 0.6);
        run("se", 2, 0.6, 1.0, 0.6);
        runs.add(AblationRun.of(folder, "se", 3));
    }

    /** Cases a (head, tail) and b (head alone). */
    private void run(String attention, long seed, double headOfA, double tailOfA, double headOfB) throws IOException {
        AblationRun run = AblationRun.of(folder, attention, seed);
        ScoreTable table = new ScoreTable(List.of(row("a", HEAD, headOfA), row("a", TAIL, tailOfA),
                row("b", HEAD, headOfB), row("b", TAIL, Double.NaN)), 1);
        Files.createDirectories(run.model());
        Files.writeString(run.model().resolve("scores.csv"), table.toCsv());
        runs.add(run);
    }

    private static CaseScores row(String name, ClassLabel label, double dice) {
        return new CaseScores(name, label, dice, 0.25, 2.5, 0.75, 1, 3, 4, DistanceUnit.MILLIMETRES);
    }

    @Test
    void eachSeedIsTheMeanOverCasesOfTheMeanOverClasses() {
        AblationScores scores = AblationScores.of(runs);
        // none: (0.6 + 0.4) / 2 and (0.7 + 0.4) / 2
        assertThat(scores.dice("none").mean()).isCloseTo(0.525, within(1e-12));
        assertThat(scores.dice("none").sd()).isCloseTo(0.05 / Math.sqrt(2), within(1e-12));
        assertThat(scores.dice("none").n()).isEqualTo(2);
        assertThat(scores.diceOfClasses("se").get("head").mean()).isCloseTo((0.65 + 0.6) / 2, within(1e-12));
        assertThat(scores.diceOfClasses("se").get("tail, tip").mean()).isCloseTo(0.85, within(1e-12));
        assertThat(scores.cases("se")).isEqualTo(2);
        assertThat(scores.dice("eca").n()).isZero();
    }

    @Test
    void theDifferenceIsTakenCaseByCaseAfterTheMeanOverSeeds() {
        PairedDifference d = AblationScores.of(runs).difference("se", "none");
        // case a: 0.75 - 0.65, case b: 0.6 - 0.4
        assertThat(d.n()).isEqualTo(2);
        assertThat(d.mean()).isCloseTo(0.15, within(1e-12));
        assertThat(d.low()).isCloseTo(0.1, within(1e-12));
        assertThat(d.high()).isCloseTo(0.2, within(1e-12));
        assertThat(AblationScores.of(runs).difference("eca", "none").n()).isZero();
    }

    @Test
    void everyRunCaseAndClassIsARow() {
        assertThat(AblationScores.finished(folder)).containsExactlyElementsOf(runs.subList(0, 4));
        assertThat(AblationScores.of(runs).csv().lines()).hasSize(1 + 4 * 4)
                .startsWith("attention,seed,case,class,dice,hd95", "none,1,a,head,0.5,2.5")
                .contains("se,2,b,\"tail, tip\",NaN,2.5");
    }

    @Test
    void theReportSaysInWordsWhatTheIntervalMeans() {
        AblationScores scores = AblationScores.of(runs);
        List<CompareAttention.Row> rows = new ArrayList<>();
        for (String a : List.of("none", "se", "eca")) {
            rows.add(new CompareAttention.Row(a, 12345, 2_000_000_000L, 0.25, scores.dice(a), scores.diceOfClasses(a),
                    a.equals("none") ? Optional.empty() : Optional.of(scores.difference(a, "none")), scores.cases(a)));
        }
        AblationReport report = new AblationReport("Toys", Map.of("network", "2D U-Net"), "none", rows,
                List.of("se-seed3: out of memory"));
        assertThat(report.markdown()).startsWith("# Attention compared: Toys").contains("| network | 2D U-Net |",
                "| none | 12,345 | 2.000 G | 0.250 | 0.5250 ± 0.0354 |  |  | 2 |",
                "| se | 12,345 | 2.000 G | 0.250 | 0.6750 ± 0.0354 | +0.1500 | +0.1000 to +0.2000 | 2 |",
                "| eca | 12,345 | 2.000 G | 0.250 | not measured | not measurable | not measurable | 0 |",
                "- se against none: 0.1500 higher over 2 cases; the 95 % interval from 0.1000 to 0.2000 excludes 0.",
                "- eca against none: not measurable", "- Not finished: se-seed3: out of memory.",
                "| Dice of | head | tail, tip |").doesNotContain("NaN");
        assertThat(report.csv().lines()).hasSize(4).first().asString().endsWith(",cases,dice_head,\"dice_tail, tip\"");
    }
}
