package org.septum.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

import org.septum.core.ClassLabel;

/**
 * The scores of many cases.
 *
 * @param rows
 *            one a case and class, background left out
 * @param tolerance
 *            of the surface Dice, in the unit of each row's distances
 */
public record ScoreTable(List<CaseScores> rows, double tolerance) {

    public ScoreTable {
        rows = List.copyOf(rows);
    }

    /** These scores with other names for classes, by their old names; what is not in the map stays. */
    public ScoreTable withClassNames(Map<String, String> names) {
        return new ScoreTable(rows.stream()
                .map(row -> row.withLabel(new ClassLabel(row.label().value(),
                        names.getOrDefault(row.label().name(), row.label().name()), row.label().rgb())))
                .toList(), tolerance);
    }

    /** The classes that occur, by value. */
    public List<ClassLabel> labels() {
        TreeMap<Integer, ClassLabel> byValue = new TreeMap<>();
        rows.forEach(row -> byValue.putIfAbsent(row.label().value(), row.label()));
        return List.copyOf(byValue.values());
    }

    /** Number of cases. */
    public int cases() {
        return (int) rows.stream().map(CaseScores::caseName).distinct().count();
    }

    /** One metric of one class over all cases. */
    public Summary summary(ClassLabel label, Metric metric) {
        return Summary.of(rows.stream().filter(row -> row.label().value() == label.value()).mapToDouble(metric::of));
    }

    /** The mean of one metric of one class over all cases, with its interval. */
    public MeanInterval interval(ClassLabel label, Metric metric) {
        return MeanInterval
                .of(rows.stream().filter(row -> row.label().value() == label.value()).mapToDouble(metric::of));
    }

    /**
     * Macro mean of the foreground Dice: the mean over the classes of their mean Dice; classes that are in no reference
     * are left out. NaN if nothing can be measured.
     */
    public double meanDice() {
        return mean(labels().stream().mapToDouble(label -> summary(label, Metric.DICE).mean()));
    }

    /**
     * The mean Dice of each case over the classes that are in its reference, summed up over cases: how much one case
     * differs from another. Missing are the cases without any class in the reference.
     */
    public Summary diceOfCases() {
        return Summary.of(diceByCase().values().stream().mapToDouble(d -> d));
    }

    /** The mean Dice of each case, by name, over the classes that are in its reference; NaN if none is. */
    public SortedMap<String, Double> diceByCase() {
        TreeMap<String, Double> dice = new TreeMap<>();
        rows.stream().collect(Collectors.groupingBy(CaseScores::caseName))
                .forEach((name, of) -> dice.put(name, mean(of.stream().mapToDouble(CaseScores::dice))));
        return dice;
    }

    /** "mm", "voxels", or "mm, voxels" if cases with and without known spacing are mixed. */
    public String distanceUnit() {
        Set<DistanceUnit> units = rows.stream().map(CaseScores::unit).collect(Collectors.toSet());
        return units.stream().sorted(Comparator.naturalOrder()).map(DistanceUnit::symbol)
                .collect(Collectors.joining(", "));
    }

    /** The rows as CSV with a header; numbers that are not finite are "NaN" and "Infinity". */
    public String toCsv() {
        return ScoreTableText.csv(this);
    }

    /**
     * Reads what {@link #toCsv} wrote; classes have no colour.
     *
     * @param csv
     *            the text
     * @param tolerance
     *            of its surface Dice, which the text does not hold
     * @param where
     *            names it in messages
     */
    public static ScoreTable ofCsv(String csv, double tolerance, String where) {
        return new ScoreTable(ScoreTableText.rows(csv, where), tolerance);
    }

    /** The summary of every class and metric as CSV with a header, one line each. */
    public String summaryCsv() {
        return ScoreTableText.summaryCsv(this);
    }

    /**
     * Rows and summary as one JSON object with a list of problems. JSON has no NaN: what cannot be measured is
     * {@code null}, an infinite distance is the string {@code "Infinity"}.
     *
     * @param problems
     *            what the table is silent about: cases that could not be scored
     */
    public String toJson(List<String> problems) {
        return ScoreTableText.json(this, problems);
    }

    private static double mean(DoubleStream values) {
        return values.filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
    }
}
