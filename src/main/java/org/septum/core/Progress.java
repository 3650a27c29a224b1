
package org.septum.core;

/**
 * How long work tells whoever waits for it how far it is, and learns that it should stop. Implementations may be called
 * from any thread.
 */
public interface Progress {

    /** Says nothing and never stops. */
    Progress SILENT = new Progress() {

        @Override
        public void report(String task, long done, long total) {
            // nobody listens
        }

        @Override
        public void message(String line) {
            // nobody listens
        }
    };

    /**
     * A task has come this far.
     *
     * @param task
     *            what is being done, a few words
     * @param done
     *            steps done so far
     * @param total
     *            steps in all, or 0 if not known
     */
    void report(String task, long done, long total);

    /** A line that stays: a warning, an epoch's scores. */
    void message(String line);

    /**
     * True once the user wants it to stop. Work asks often and leaves no half-written file behind.
     */
    default boolean isCancelled() {
        return false;
    }

    /**
     * Throws a {@link SeptumException} of kind CANCELLED if the user wants it to stop.
     */
    default void throwIfCancelled() {
        if (isCancelled())
            throw new SeptumException(SeptumException.Kind.CANCELLED, "stopped by the user");
    }
}
