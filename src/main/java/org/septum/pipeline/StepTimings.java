package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/** Seconds of a training step by attention, as a file. */
final class StepTimings {

    private static final String HEADER = "attention,seconds_per_step";

    private StepTimings() {
    }

    /** What was measured before; nothing if the file is not there. */
    static Map<String, Double> read(Path file) {
        if (!Files.exists(file))
            return Map.of();
        try {
            Map<String, Double> seconds = new LinkedHashMap<>();
            List<String> lines = Files.readAllLines(file);
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                String[] cells = line.split(",");
                seconds.put(cells[0], Double.parseDouble(cells[1]));
            }
            return seconds;
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            throw SeptumException.input(file + " holds no timings: " + e.getMessage() + "; remove it to time again", e);
        }
    }

    static void write(Path file, Map<String, Double> seconds) {
        StringBuilder csv = new StringBuilder(HEADER + "\n");
        seconds.forEach((attention, s) -> csv.append(attention).append(',').append(s).append('\n'));
        WholeFile.write(file, true, aside -> Files.writeString(aside, csv));
    }
}
