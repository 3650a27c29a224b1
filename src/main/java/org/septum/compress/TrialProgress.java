package org.septum.compress;

import java.time.Duration;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.train.EpochReport;

/** Tells of many short trainings as of one long job, and ends each when it has done enough or the time is up. */
final class TrialProgress implements Progress {

    private final Progress outer;

    private final TrialSettings settings;

    private final Optional<Duration> time;

    private final long started = System.nanoTime();

    private volatile int trial;

    private volatile boolean ended;

    /**
     * Starts the clock.
     *
     * @param outer
     *            who listens
     * @param time
     *            for all trials; absent for no limit
     */
    TrialProgress(Progress outer, TrialSettings settings, Optional<Duration> time) {
        this.outer = outer;
        this.settings = settings;
        this.time = time;
    }

    /** The next trial begins. */
    void begin() {
        trial++;
        ended = false;
    }

    /** The trial has done enough. */
    void end() {
        ended = true;
    }

    /** Seconds since the search began. */
    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    /** Seconds that are left; infinite without a limit. */
    double left() {
        return time.map(t -> t.toMillis() / 1000.0 - seconds()).orElse(Double.POSITIVE_INFINITY);
    }

    @Override
    public boolean isCancelled() {
        return outer.isCancelled() || ended || left() <= 0;
    }

    /** Throws if the user wants to stop, not if a trial is to end. */
    @Override
    public void throwIfCancelled() {
        outer.throwIfCancelled();
    }

    @Override
    public void report(String task, long done, long total) {
        long before = (trial - 1L) * settings.epochs() * settings.steps();
        long all = before + done;
        double wanted = seconds() / Math.max(1, all) * (settings.allSteps() - all);
        outer.report("trial " + trial + " of " + settings.trials() + ", " + task + ", about "
                + words(Math.max(0, Math.min(wanted, left()))) + " left", all, settings.allSteps());
    }

    private static String words(double seconds) {
        return seconds < 90 ? Math.round(seconds) + " s" : Math.round(seconds / 60) + " min";
    }

    /** Warnings; the epochs of a trial are of no interest. */
    @Override
    public void message(String line) {
        if (EpochReport.epochOf(line).isEmpty())
            outer.message(line);
    }
}
