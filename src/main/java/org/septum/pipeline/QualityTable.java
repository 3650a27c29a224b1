package org.septum.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.septum.core.CsvField;
import org.septum.explain.JudgedCase;

/** What was measured of cases with a reference as CSV: a row for each. */
final class QualityTable {

    private QualityTable() {
    }

    static String csv(List<JudgedCase> cases) {
        Set<String> columns = new LinkedHashSet<>();
        cases.forEach(c -> columns.addAll(c.features().keySet()));
        cases.forEach(c -> columns.addAll(c.facts().keySet()));
        List<String> head = new ArrayList<>(List.of("case", "group", "dice"));
        head.addAll(columns);
        StringBuilder csv = new StringBuilder(row(head));
        for (JudgedCase c : cases) {
            List<String> fields = new ArrayList<>(List.of(c.name(), c.group(), number(c.dice())));
            for (String column : columns)
                fields.add(number(c.features().getOrDefault(column, c.facts().getOrDefault(column, Double.NaN))));
            csv.append(row(fields));
        }
        return csv.toString();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6g", value);
    }

    private static String row(List<String> fields) {
        return String.join(",", fields.stream().map(CsvField::quoted).toList()) + "\n";
    }
}
