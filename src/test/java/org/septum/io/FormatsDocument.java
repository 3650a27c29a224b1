package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.SoftAssertions;

/**
 * The table of transfer syntaxes in docs/formats.md, made of what was read and refused. Run with
 * {@code -Dseptum.write.docs=true}, the test writes it; else it compares.
 */
final class FormatsDocument {

    private static final Path FILE = Path.of("docs/formats.md");
    private static final String START = "<!-- made by FormatsTableTest -->\n";
    private static final String END = "<!-- end -->\n";

    private FormatsDocument() {
    }

    /**
     * Holds the document to the outcomes.
     *
     * @param outcomes
     *            for each transfer syntax and each kind of pixels with "read" or the reason, the files
     */
    static void check(SoftAssertions softly, Map<String, Map<String, List<String>>> outcomes) throws IOException {
        StringBuilder table = new StringBuilder("| transfer syntax | pixels | files | outcome |\n|---|---|---|---|\n");
        outcomes.forEach((syntax, kinds) -> kinds.forEach((kind, files) -> {
            String[] parts = kind.split(": ", 2);
            table.append("| ").append(syntax).append(" | ").append(parts[0]).append(" | ").append(files.size())
                    .append(" | ").append(parts[1].equals("read") ? "read" : "refused: " + reason(parts[1], files))
                    .append(" |\n");
        }));
        String document = Files.readString(FILE);
        int start = document.indexOf(START) + START.length();
        int end = document.indexOf(END);
        if (Boolean.getBoolean("septum.write.docs"))
            Files.writeString(FILE, document.substring(0, start) + table + document.substring(end));
        else
            softly.assertThat(document.substring(start, end)).as("table in %s", FILE).isEqualTo(table.toString());
    }

    private static String reason(String message, List<String> files) {
        return message.replaceFirst("^cannot read : ", "").replaceFirst("; .*", "") + " (" + String.join(", ", files)
                + ")";
    }
}
