package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;

import org.septum.core.SeptumException;

/**
 * Figures of a batch in the text format of Prometheus, for the textfile collector of its node exporter. The file is
 * written aside and renamed, under a name that no collector looks for, and not more often than every few seconds.
 */
final class BatchMetrics {

    private static final long EVERY_NANOS = 5_000_000_000L;

    private final Optional<Path> file;

    private final double started = System.currentTimeMillis() / 1e3;

    private long last = System.nanoTime() - EVERY_NANOS;

    BatchMetrics(Optional<Path> file) {
        this.file = file;
    }

    /**
     * Writes what there is.
     *
     * @param now
     *            false if it may wait
     *
     * @throws SeptumException
     *             of kind OUTPUT if it cannot be written
     */
    synchronized void write(BatchProgress.Counts counts, boolean now) {
        if (file.isEmpty() || !now && System.nanoTime() - last < EVERY_NANOS)
            return;
        last = System.nanoTime();
        Path path = file.get().toAbsolutePath();
        Path aside = path.resolveSibling("." + path.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(aside, text(counts, System.currentTimeMillis() / 1e3));
            Files.move(aside, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw SeptumException.output("cannot write " + file.get() + ": " + e.getMessage()
                    + "; check the free space and the permissions of its folder", e);
        }
    }

    private String text(BatchProgress.Counts c, double time) {
        return metric("septum_scans_expected", "gauge", "Scans of this run.", c.total())
                + head("septum_scans_total", "counter", "Scans of this run by what became of them.")
                + "septum_scans_total{status=\"done\"} " + c.done() + "\n" + "septum_scans_total{status=\"failed\"} "
                + c.failed() + "\n" + "septum_scans_total{status=\"before\"} " + c.before() + "\n"
                + metric("septum_scans_in_progress", "gauge", "Scans being read, segmented or written.", c.inHand())
                + metric("septum_scan_seconds_total", "counter", "Seconds of work at scans that are through.",
                        c.seconds())
                + metric("septum_run_start_time_seconds", "gauge", "When this run began, since 1970.", started)
                + metric("septum_run_last_update_time_seconds", "gauge", "When these figures were written, since 1970.",
                        time);
    }

    private static String metric(String name, String type, String help, double value) {
        String number = value == Math.rint(value) ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
        return head(name, type, help) + name + " " + number + "\n";
    }

    private static String head(String name, String type, String help) {
        return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
    }
}
