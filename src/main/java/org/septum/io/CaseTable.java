package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

import org.septum.core.CsvField;
import org.septum.core.SeptumException;

/**
 * Facts of scans that their files do not hold, as a CSV file: a header, then one line a scan. One column names the scan
 * (filename, file, image, scan, case or name; with or without extension), the others are found by the words in their
 * names, such as {@code pixel size(mm)} and {@code head circumference (mm)}.
 */
public final class CaseTable {

    private static final List<String> NAME_COLUMNS = List.of("filename", "file", "image", "scan", "case", "name");

    private final Path file;

    /** Without case and underscores. */
    private final List<String> header;

    /** The fields of each line by the name of its scan, as it stands there and without extension. */
    private final Map<String, List<String>> lines = new HashMap<>();

    private CaseTable(Path file, List<String> header) {
        this.file = file;
        this.header = header.stream().map(CaseTable::plain).toList();
    }

    private static String plain(String name) {
        return name.replace("\uFEFF", "").strip().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /**
     * Reads a table.
     *
     * @throws SeptumException
     *             of kind INPUT if it cannot be read, has no column that names the scans, or names one twice
     */
    public static CaseTable read(Path file) {
        List<String> text;
        try {
            text = Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw SeptumException.input("cannot read the table " + file + ": " + e, e);
        }
        CaseTable table = new CaseTable(file, text.isEmpty() ? List.of() : CsvField.split(text.get(0)));
        int name = NAME_COLUMNS.stream().mapToInt(table.header::indexOf).filter(i -> i >= 0).findFirst()
                .orElseThrow(() -> SeptumException.input(file + " has the columns " + table.header
                        + "; one of them must name the scans: " + String.join(", ", NAME_COLUMNS)));
        for (String line : text.subList(1, text.size()))
            table.add(CsvField.split(line), name);
        return table;
    }

    private void add(List<String> fields, int name) {
        if (fields.size() < header.size()) {
            throw SeptumException.input(file + " has a line with " + fields.size() + " of " + header.size()
                    + " fields: " + String.join(",", fields));
        }
        String scan = fields.get(name).strip();
        String stem = FileNames.stem(Path.of(scan));
        if (lines.put(scan, fields) != null || !stem.equals(scan) && lines.put(stem, fields) != null)
            throw SeptumException.input(file + " names " + scan + " twice; keep one line");
    }

    /** True if a column has all of the words in its name. */
    public boolean has(String... words) {
        return columns(words).length > 0;
    }

    /**
     * The number of a scan in the column with some words in its name.
     *
     * @param scan
     *            name of its file, with or without extension
     * @param words
     *            in small letters; they must be in the name of one column only, whose unit is mm
     *
     * @return nothing if the scan has no line or an empty field
     *
     * @throws SeptumException
     *             of kind INPUT if no or more than one column is meant, or the field is no positive number
     */
    public OptionalDouble millimetres(String scan, String... words) {
        int[] columns = columns(words);
        if (columns.length != 1) {
            throw SeptumException.input(file + " has " + columns.length + " columns named \"" + String.join(" ", words)
                    + "\" among " + header + "; it must have one");
        }
        String name = header.get(columns[0]);
        if (name.matches(".*\\((?!\\s*mm\\s*\\)).*"))
            throw SeptumException.input(file + " has the column \"" + name + "\"; it must be in mm");
        List<String> fields = lines.getOrDefault(scan, lines.get(FileNames.stem(Path.of(scan))));
        String field = fields == null ? "" : fields.get(columns[0]).strip();
        return field.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(positive(field, scan));
    }

    private double positive(String field, String scan) {
        try {
            double value = Double.parseDouble(field);
            if (value > 0 && value < Double.POSITIVE_INFINITY)
                return value;
        } catch (NumberFormatException e) {
            // the same as a number that makes no sense
        }
        throw SeptumException.input(file + " says \"" + field + "\" of " + scan + "; it must be a positive number");
    }

    private int[] columns(String... words) {
        return IntStream.range(0, header.size())
                .filter(i -> List.of(words).stream().allMatch(w -> header.get(i).contains(w))).toArray();
    }

    /** Where it was read from. */
    public Path file() {
        return file;
    }
}
