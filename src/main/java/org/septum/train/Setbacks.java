package org.septum.train;

import java.util.Locale;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.Plan;

import ai.djl.engine.EngineException;

/** What is done about a training that went wrong on the way, so that the night is not wasted. */
final class Setbacks {

    /** A training whose rate was halved so often and that still diverges has another illness. */
    static final int MOST_HALVINGS = 5;

    private final Plan plan;

    private final Progress progress;

    private Adjustments adjustments;

    Setbacks(Plan plan, Adjustments adjustments, Progress progress) {
        this.plan = plan;
        this.adjustments = adjustments;
        this.progress = progress;
    }

    Adjustments adjustments() {
        return adjustments;
    }

    /** The plan that is followed now. */
    Plan plan() {
        return adjustments.of(plan);
    }

    /**
     * Halves the learning rate.
     *
     * @param what
     *            happened where, in words
     * @param epochs
     *            that are done and stay so
     */
    void diverged(String what, int epochs) {
        if (adjustments.halvings() == MOST_HALVINGS) {
            throw SeptumException.input(what + ", although the learning rate was halved " + MOST_HALVINGS
                    + " times; lower training.learningRate in the plan, or look for NaN with septum check");
        }
        adjustments = adjustments.halvedRate();
        progress.message(what + "; " + from(epochs)
                + String.format(Locale.ROOT, " with 1/%d of the planned rate", Math.round(1 / adjustments.rate())));
    }

    /** Makes the batch or the patch smaller. */
    void ranOutOfMemory(Throwable cause, int epochs) {
        Optional<Adjustments> smaller = adjustments.smaller(plan);
        if (smaller.isEmpty()) {
            throw new SeptumException(SeptumException.Kind.DEVICE,
                    "memory ran out with a batch of 1 and patch " + plan().patch()
                            + ", which cannot be smaller; plan a smaller network, or use a machine with more memory: "
                            + firstLine(cause),
                    cause);
        }
        String before = batchAndPatch();
        adjustments = smaller.get();
        progress.message("memory ran out (" + firstLine(cause) + ") with " + before + "; " + from(epochs) + " with "
                + batchAndPatch());
    }

    private String batchAndPatch() {
        Plan now = plan();
        return "batch " + now.training().batch() + " and patch " + now.patch();
    }

    private static String from(int epochs) {
        return epochs == 0 ? "starting anew" : "going on after epoch " + epochs;
    }

    private static String firstLine(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.lines().findFirst().orElse("").strip();
    }

    /** True if an engine or Java could not get memory. */
    static boolean isOutOfMemory(Throwable e) {
        if (e instanceof OutOfMemoryError)
            return true;
        if (!(e instanceof EngineException))
            return false;
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("out of memory") || message.contains("not enough memory")
                || message.contains("allocate memory") || message.contains("bad_alloc")
                || message.contains("alloc_failed");
    }
}
