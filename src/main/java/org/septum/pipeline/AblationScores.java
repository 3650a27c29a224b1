package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.septum.core.ClassLabel;
import org.septum.core.CsvField;
import org.septum.core.SeptumException;
import org.septum.metrics.CaseScores;
import org.septum.metrics.Metric;
import org.septum.metrics.PairedDifference;
import org.septum.metrics.ScoreTable;
import org.septum.metrics.Summary;

/** The scores of the finished runs of a comparison. */
final class AblationScores {

    private static final Pattern NAME = Pattern.compile("(.+)-seed(-?\\d{1,19})");

    private final Map<String, Map<Long, ScoreTable>> tables = new LinkedHashMap<>();

    private AblationScores() {
    }

    /** Reads the finished ones among some runs. */
    static AblationScores of(List<AblationRun> runs) {
        AblationScores scores = new AblationScores();
        for (AblationRun run : runs) {
            if (run.isFinished()) {
                scores.tables.computeIfAbsent(run.attention(), a -> new LinkedHashMap<>()).put(run.seed(),
                        run.scores());
            }
        }
        return scores;
    }

    /** Every finished run in the folder of a comparison, by name. */
    static List<AblationRun> finished(Path output) {
        Path runs = output.resolve("runs");
        if (!Files.isDirectory(runs))
            return List.of();
        List<AblationRun> found = new ArrayList<>();
        try (Stream<Path> folders = Files.list(runs)) {
            for (Path folder : folders.sorted(Comparator.naturalOrder()).toList()) {
                Matcher m = NAME.matcher(folder.getFileName().toString());
                if (m.matches())
                    found.add(AblationRun.of(output, m.group(1), Long.parseLong(m.group(2))));
            }
        } catch (IOException e) {
            throw SeptumException.input("cannot list " + runs + ": " + e.getMessage(), e);
        }
        return found.stream().filter(AblationRun::isFinished).toList();
    }

    /** Dice and HD95 of every run, case and class, with a header. */
    String csv() {
        StringBuilder csv = new StringBuilder("attention,seed,case,class,dice,hd95\n");
        tables.forEach((attention, bySeed) -> bySeed.forEach((seed, table) -> {
            for (CaseScores row : table.rows()) {
                csv.append(attention).append(',').append(seed).append(',').append(CsvField.quoted(row.caseName()))
                        .append(',').append(CsvField.quoted(row.label().name())).append(',').append(row.dice())
                        .append(',').append(row.hd95()).append('\n');
            }
        }));
        return csv.toString();
    }

    private Map<Long, ScoreTable> of(String attention) {
        return tables.getOrDefault(attention, Map.of());
    }

    /** Cases that were scored with an attention. */
    int cases(String attention) {
        return of(attention).values().stream().mapToInt(ScoreTable::cases).max().orElse(0);
    }

    /** Over the seeds: the mean over the cases of the mean Dice of their classes. */
    Summary dice(String attention) {
        return Summary.of(of(attention).values().stream().mapToDouble(table -> table.diceOfCases().mean()));
    }

    /** By class, over the seeds: the mean Dice over the cases. */
    Map<String, Summary> diceOfClasses(String attention) {
        Map<String, Summary> dice = new LinkedHashMap<>();
        List<ClassLabel> labels = of(attention).values().stream().findFirst().map(ScoreTable::labels).orElse(List.of());
        for (ClassLabel label : labels) {
            dice.put(label.name(), Summary.of(
                    of(attention).values().stream().mapToDouble(table -> table.summary(label, Metric.DICE).mean())));
        }
        return dice;
    }

    /** Seed by seed and case by case, of the seeds and cases that both have. */
    PairedDifference difference(String attention, String reference) {
        List<Long> seeds = of(attention).keySet().stream().filter(of(reference)::containsKey).toList();
        TreeSet<String> cases = new TreeSet<>();
        seeds.forEach(seed -> cases.addAll(of(attention).get(seed).diceByCase().keySet()));
        return PairedDifference.ofRepeated(dice(attention, seeds, cases), dice(reference, seeds, cases));
    }

    private List<List<Double>> dice(String attention, List<Long> seeds, TreeSet<String> cases) {
        List<List<Double>> dice = new ArrayList<>();
        for (long seed : seeds) {
            SortedMap<String, Double> byCase = of(attention).get(seed).diceByCase();
            dice.add(cases.stream().map(c -> byCase.getOrDefault(c, Double.NaN)).toList());
        }
        return dice;
    }
}
