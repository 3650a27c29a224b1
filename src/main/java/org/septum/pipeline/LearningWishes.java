package org.septum.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.septum.core.SeptumException;
import org.septum.data.LearningPlan;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;

/**
 * By which rules a user wants weights to be found, instead of the plan's. Absent values are the plan's.
 *
 * @param optimizer
 *            a word of {@link #optimizers}
 * @param schedule
 *            a word of {@link #schedules}
 * @param loss
 *            a word of {@link #losses}
 * @param rate
 *            largest learning rate
 */
public record LearningWishes(Optional<String> optimizer, Optional<String> schedule, Optional<String> loss,
        Optional<Double> rate) {

    /** No wishes. */
    public static final LearningWishes NONE = new LearningWishes(Optional.empty(), Optional.empty(), Optional.empty(),
            Optional.empty());

    /** Name of the decision on the rate, in plans that say why. */
    static final String RATE_REASON = "learningRate";

    /** A plan's rate is meant for its optimiser; AdamW's steps are as long as its rate. */
    private static final double ADAMW_RATE = 1e-3;

    private static final double SGD_RATE = 0.03;

    public LearningWishes {
        optimizer.ifPresent(LearningPlan.Optimizer::of);
        schedule.ifPresent(LearningPlan.Schedule::of);
        loss.ifPresent(LearningPlan.Loss::of);
        if (rate.isPresent() && !(rate.get() > 0 && rate.get() < Double.POSITIVE_INFINITY))
            throw SeptumException.usage("rate " + rate.get() + "; give a number above 0, such as 0.03");
    }

    /** Every optimiser. */
    public static List<String> optimizers() {
        return LearningPlan.Optimizer.words();
    }

    /** Every schedule. */
    public static List<String> schedules() {
        return LearningPlan.Schedule.words();
    }

    /** Every loss. */
    public static List<String> losses() {
        return LearningPlan.Loss.words();
    }

    /** A plan as wished. Another optimiser without a wish for the rate gets a usual rate of its own. */
    Plan of(Plan plan) {
        TrainingPlan training = plan.training();
        LearningPlan learning = training.learning();
        if (optimizer.isPresent()) {
            LearningPlan.Optimizer wished = LearningPlan.Optimizer.of(optimizer.get());
            if (wished != learning.optimizer())
                training = training.withLearningRate(wished == LearningPlan.Optimizer.ADAMW ? ADAMW_RATE : SGD_RATE);
            learning = learning.with(wished);
        }
        if (schedule.isPresent())
            learning = learning.with(LearningPlan.Schedule.of(schedule.get()));
        if (loss.isPresent())
            learning = learning.with(LearningPlan.Loss.of(loss.get()));
        if (rate.isPresent())
            training = training.withLearningRate(rate.get());
        return because(plan, training).withTraining(training.withLearning(learning));
    }

    /** The plan with another reason for its rate, if it gives one and the rate is another now. */
    private Plan because(Plan plan, TrainingPlan training) {
        if (!plan.reasons().containsKey(RATE_REASON) || training.learningRate() == plan.training().learningRate())
            return plan;
        Map<String, String> reasons = new TreeMap<>(plan.reasons());
        reasons.put(RATE_REASON,
                rate.isPresent() ? "chosen by the user" : "a usual one of the optimizer, which was chosen by the user");
        return plan.withReasons(reasons);
    }
}
