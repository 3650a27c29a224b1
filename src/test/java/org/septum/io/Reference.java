package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.Scan;
import org.septum.core.Vector3;

/** One line of a table of reference values. */
record Reference(Map<String, String> cells) {

    static List<Reference> table(Path csv) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        List<String> names = split(lines.get(0));
        List<Reference> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> cells = split(line);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < names.size(); i++)
                row.put(names.get(i), i < cells.size() ? cells.get(i) : "");
            rows.add(new Reference(row));
        }
        return rows;
    }

    private static List<String> split(String line) {
        return List.of(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)).stream().map(c -> c.replace("\"", ""))
                .toList();
    }

    String file() {
        return text("file");
    }

    String text(String column) {
        return cells.getOrDefault(column, "");
    }

    double number(String column, double otherwise) {
        return text(column).isEmpty() ? otherwise : Double.parseDouble(text(column));
    }

    double[] numbers(String column) {
        return Arrays.stream(text(column).replaceAll("[^0-9., -]", "").split(",")).map(String::strip)
                .filter(s -> !s.isEmpty()).mapToDouble(Double::parseDouble).toArray();
    }

    /** nibabel's name of the way each axis runs: for LPS vectors the letter of the greatest component. */
    static String axisCodes(Scan scan) {
        StringBuilder codes = new StringBuilder();
        for (int d = 0; d < 3; d++) {
            Vector3 v = scan.geometry().direction().axis(d);
            int greatest = greatest(v);
            codes.append("LPSRAI".charAt(v.get(greatest) > 0 ? greatest : greatest + 3));
        }
        return codes.toString();
    }

    /** Greatest angle between an axis of the scan and the axis of the patient that is nearest, in degrees. */
    static double obliquity(Scan scan) {
        double most = 0;
        for (int d = 0; d < 3; d++) {
            Vector3 v = scan.geometry().direction().axis(d);
            most = Math.max(most, Math.toDegrees(Math.acos(Math.min(1, Math.abs(v.get(greatest(v)))))));
        }
        return most;
    }

    private static int greatest(Vector3 v) {
        int greatest = 0;
        for (int i = 1; i < 3; i++)
            if (Math.abs(v.get(i)) > Math.abs(v.get(greatest)))
                greatest = i;
        return greatest;
    }
}
