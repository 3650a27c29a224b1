package org.septum.train;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

import org.septum.data.TrainingPlan;

/** How far a training is: by its steps, or by time where a budget ends it. */
final class TrainingClock {

    private final TrainingPlan plan;

    private final Optional<Duration> budget;

    private final double before;

    private final LongSupplier time;

    private final long started;

    /**
     * Starts now.
     *
     * @param before
     *            seconds that were spent before an interruption
     * @param time
     *            in nanoseconds, from any beginning
     */
    TrainingClock(TrainingPlan plan, Optional<Duration> budget, double before, LongSupplier time) {
        this.plan = plan;
        this.budget = budget;
        this.before = before;
        this.time = time;
        this.started = time.getAsLong();
    }

    /** Since the training began, interruptions left out. */
    double seconds() {
        return before + (time.getAsLong() - started) / 1e9;
    }

    /** Share of the training before a step, from 0. */
    double progress(long step) {
        double bySteps = step / ((double) plan.epochs() * plan.stepsPerEpoch());
        return Math.max(bySteps, spentTime());
    }

    /** Share of epochs or of the budget that is used up after so many epochs. */
    double spent(int epochs) {
        return Math.max(epochs / (double) plan.epochs(), spentTime());
    }

    private double spentTime() {
        return budget.map(b -> seconds() / b.toMillis() * 1000).orElse(0.0);
    }
}
