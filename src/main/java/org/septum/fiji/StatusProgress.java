package org.septum.fiji;

import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

import org.scijava.app.StatusService;
import org.scijava.log.LogService;
import org.septum.core.Progress;

/** Progress in Fiji's status bar, notes in its log. */
final class StatusProgress implements Progress {

    private final StatusService status;

    private final LogService log;

    private final UnaryOperator<String> words;

    private final BooleanSupplier cancelled;

    /**
     * @param words
     *            turns messages into those of the command
     */
    StatusProgress(StatusService status, LogService log, UnaryOperator<String> words, BooleanSupplier cancelled) {
        this.words = words;
        this.status = status;
        this.log = log;
        this.cancelled = cancelled;
    }

    @Override
    public void report(String task, long done, long total) {
        // the bar counts in int
        int of = (int) Math.min(total, 1_000_000);
        status.showStatus(total == 0 ? 0 : (int) (of * (double) done / total), of, "Septum: " + task);
    }

    @Override
    public void message(String line) {
        log.info("Septum: " + words.apply(line));
    }

    @Override
    public boolean isCancelled() {
        return cancelled.getAsBoolean();
    }
}
