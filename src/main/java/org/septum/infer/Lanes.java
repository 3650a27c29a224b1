package org.septum.infer;

import org.septum.core.SeptumException;

/**
 * How calls of an engine share the processors: so many calls side by side, each on so many threads.
 * <p>
 * <b>Why</b> not always one call on all threads: the threads of a call wait for each other after every layer. Calls
 * side by side never wait, so many tiles are done sooner; but with few tiles some processors would have nothing to do.
 *
 * @param count
 *            calls at once
 * @param threads
 *            of each call
 */
public record Lanes(int count, int threads) {

    /** All the calls of one lane must be at least so many, or its last one would leave others idle for too long. */
    private static final int FEWEST_CALLS = 2;

    public Lanes {
        if (count < 1 || threads < 1) {
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    count + " lanes of " + threads + " threads; each must be at least 1");
        }
    }

    /**
     * As many lanes as are allowed and get at least two calls each, and the threads spread over them.
     *
     * @param threads
     *            in all
     * @param work
     *            that will be done
     */
    public static Lanes of(int threads, Workload work) {
        int count = Math.min(threads, work.mostLanes());
        while (count > 1 && work.calls() < (long) FEWEST_CALLS * count)
            count /= 2;
        return new Lanes(count, threads / count);
    }
}
