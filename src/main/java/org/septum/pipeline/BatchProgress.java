package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.septum.core.Progress;

/**
 * How far a batch is: counts its scans and says so in one line, with failures and scans an hour. What happens within a
 * scan is not told. May be used by many threads.
 */
final class BatchProgress implements Progress {

    private static final int FAILURES_KEPT = 100;

    private final Progress outer;

    private final long total;

    private final BatchMetrics metrics;

    private final long started = System.nanoTime();

    private final List<String> failures = new ArrayList<>();

    private long done;

    private long failed;

    private long before;

    private long here;

    private double seconds;

    private int inHand;

    BatchProgress(Progress outer, long total, BatchMetrics metrics) {
        this.outer = outer;
        this.total = total;
        this.metrics = metrics;
    }

    /**
     * Counts at one moment.
     *
     * @param total
     *            scans of this run
     * @param done
     *            segmented by this run or, since it began, by another
     * @param failed
     *            that cannot be segmented
     * @param before
     *            that were done before, or that this run is to leave alone
     * @param inHand
     *            being read, segmented or written now
     * @param seconds
     *            of work at the scans that this run has finished
     */
    record Counts(long total, long done, long failed, long before, int inHand, double seconds) {

        long settled() {
            return done + failed + before;
        }
    }

    synchronized Counts counts() {
        return new Counts(total, done, failed, before, inHand, seconds);
    }

    /** The first problems, each with its scan. */
    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    synchronized void skipped() {
        before++;
    }

    synchronized void begun() {
        inHand++;
        metrics.write(counts(), false);
    }

    /** A scan is through in this run. */
    void finished(double work) {
        synchronized (this) {
            inHand--;
            here++;
            seconds += work;
        }
    }

    /** A scan is through, here or in another run; {@code problem} is empty if all went well. */
    void settled(String problem) {
        String task;
        synchronized (this) {
            if (problem.isEmpty()) {
                done++;
            } else {
                failed++;
                if (failures.size() < FAILURES_KEPT)
                    failures.add(problem);
            }
            metrics.write(counts(), false);
            task = task();
        }
        if (!problem.isEmpty())
            outer.message(problem);
        outer.report(task, counts().settled(), total);
    }

    private String task() {
        double hours = (System.nanoTime() - started) / 3.6e12;
        return String.format(Locale.ROOT, "scans (%d of %d, %d failed, %.0f an hour)", done + failed + before, total,
                failed, here / Math.max(hours, 1e-9));
    }

    @Override
    public void report(String task, long part, long of) {
        // the scans are reported
    }

    @Override
    public void message(String line) {
        outer.message(line);
    }

    @Override
    public boolean isCancelled() {
        return outer.isCancelled();
    }
}
