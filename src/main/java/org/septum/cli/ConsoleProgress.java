package org.septum.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.septum.core.Progress;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows progress on the standard error: a bar with the time left on a terminal, now and then a line in a log.
 */
final class ConsoleProgress implements Progress, AutoCloseable {

    private static final long LINE_EVERY_NANOS = 15_000_000_000L;

    private static final int WIDTH = 100;

    private final PrintWriter err;

    private final BooleanSupplier quiet;

    private final boolean terminal;

    private volatile boolean cancelled;

    private volatile Runnable onCancel = () -> {
    };

    private ProgressBar bar;

    private String task = "";

    private String kind = "";

    private long taskStarted;

    private long lastLine;

    private long firstDone;

    private long lastDone;

    private final LongSupplier clock;

    ConsoleProgress(PrintWriter err, BooleanSupplier quiet, boolean terminal) {
        this(err, quiet, terminal, System::nanoTime);
    }

    /** With another clock, in nanoseconds. */
    ConsoleProgress(PrintWriter err, BooleanSupplier quiet, boolean terminal, LongSupplier clock) {
        this.err = err;
        this.quiet = quiet;
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public synchronized void report(String what, long done, long total) {
        if (quiet.getAsBoolean())
            return;
        // "epoch 3, loss 0.2" and "epoch 4, loss 0.1" are the same job to someone who waits
        String now = what.replaceAll("\\d.*", "");
        // what goes back is another job of the same kind: the next network of an ensemble
        if (!now.equals(kind) || bar == null && terminal || done < lastDone)
            begin(now, done, total);
        task = what;
        lastDone = done;
        if (terminal) {
            bar.setExtraMessage(changing(what));
            bar.maxHint(total);
            bar.stepTo(done);
            if (done >= total)
                pause();
        } else if (clock.getAsLong() - lastLine > LINE_EVERY_NANOS) {
            lastLine = clock.getAsLong();
            err.println(line(done, total));
        }
    }

    /** What stands in brackets at the end of a task, "scans (3 failed)": it changes while the bar keeps its name. */
    private static String changing(String what) {
        return what.endsWith(")") ? what.substring(what.lastIndexOf('(')) : "";
    }

    private void begin(String what, long done, long total) {
        pause();
        kind = what;
        taskStarted = clock.getAsLong();
        lastLine = taskStarted;
        firstDone = done;
        if (terminal) {
            bar = new ProgressBarBuilder().setInitialMax(total)
                    .setTaskName(what.substring(0, what.length() - changing(what).length()).strip())
                    .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR).setUpdateIntervalMillis(250)
                    .setConsumer(new ErrorConsumer()).clearDisplayOnFinish().startsFrom(done, Duration.ZERO).build();
        }
    }

    /** Writes the bar over itself. */
    private final class ErrorConsumer implements ProgressBarConsumer {

        @Override
        public int getMaxRenderedLength() {
            return WIDTH;
        }

        @Override
        public void accept(String rendered) {
            err.print('\r' + rendered);
            err.flush();
        }

        @Override
        public void clear() {
            err.print("\r\u001b[2K");
            err.flush();
        }

        @Override
        public void close() {
            clear();
        }
    }

    private String line(long done, long total) {
        double seconds = (clock.getAsLong() - taskStarted) / 1e9;
        String left = "";
        if (done > firstDone && total > done)
            left = ", about " + time(seconds * (total - done) / (done - firstDone)) + " left";
        return task + ": " + (total > 0 ? 100 * done / total + " %" : String.valueOf(done)) + left;
    }

    /** "45 s", "12 min", "3 h 5 min". */
    static String time(double seconds) {
        long s = Math.round(seconds);
        if (s < 90)
            return s + " s";
        long minutes = Math.round(seconds / 60);
        return minutes < 90 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }

    @Override
    public synchronized void message(String line) {
        if (quiet.getAsBoolean())
            return;
        pause();
        err.println(line);
    }

    /** Takes the bar away, so that something else can be printed. */
    synchronized void pause() {
        if (bar != null) {
            bar.close();
            bar = null;
            kind = "";
        }
    }

    void cancel() {
        if (!cancelled) {
            message("stopping; what is done is being put away …");
            onCancel.run();
        }
        cancelled = true;
    }

    /**
     * Once the user wants it to stop, the process ends within a time, whatever it waits for: a disk that does not
     * answer, say. For work that can be gone on with wherever it is cut off.
     */
    void endWithin(Duration grace, int exitCode) {
        onCancel = () -> {
            Thread end = new Thread(() -> {
                try {
                    Thread.sleep(grace.toMillis());
                    Runtime.getRuntime().halt(exitCode);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }, "septum-end");
            end.setDaemon(true);
            end.start();
        };
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void close() {
        pause();
    }
}
