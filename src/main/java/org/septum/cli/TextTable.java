package org.septum.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as they need. */
final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    private final int leftColumns;

    /**
     * A table with its header.
     *
     * @param leftColumns
     *            so many columns, from the first, stand at their left edge: words; the others at their right: numbers
     */
    TextTable(int leftColumns, List<String> header) {
        this.leftColumns = leftColumns;
        rows.add(List.copyOf(header));
    }

    /** Adds a row with one cell for each column. */
    void add(List<String> cells) {
        if (cells.size() != rows.get(0).size())
            throw new IllegalArgumentException(cells.size() + " cells for " + rows.get(0).size() + " columns");
        rows.add(List.copyOf(cells));
    }

    List<String> lines() {
        return rows.stream().map(this::line).toList();
    }

    private String line(List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < row.size(); c++) {
            int column = c;
            int width = rows.stream().mapToInt(r -> length(r.get(column))).max().orElse(0);
            String room = " ".repeat(width - length(row.get(c)));
            line.append(c == 0 ? "" : GAP).append(c < leftColumns ? row.get(c) + room : room + row.get(c));
        }
        return line.toString().stripTrailing();
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
