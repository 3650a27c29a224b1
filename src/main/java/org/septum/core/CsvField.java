package org.septum.core;

/** Fields of comma-separated tables. */
public final class CsvField {

    private CsvField() {
    }

    /** A field as RFC 4180 wants it: in quotes if it holds a comma, a quote or a line break. */
    public static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
