package org.septum.compress;

import java.time.Duration;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.FoldSplit;
import org.septum.data.TrainingPlan;
import org.septum.train.StepTimer;

/**
 * How a search for widths tries them.
 *
 * @param trials
 *            how many at most
 * @param epochs
 *            of each, at least 3: a slope of fewer says nothing
 * @param steps
 *            of each epoch
 * @param scaling
 *            how widths change from trial to trial
 * @param measured
 *            whose rank counts
 */
record TrialSettings(int trials, int epochs, int steps, ChannelScaling scaling, Measured measured) {

    /** Whose rank counts. */
    enum Measured {

        /** The weights, as published. */
        WEIGHTS,
        /** The weights less the random ones that the trial began with. */
        LEARNT
    }

    static final int FEWEST_EPOCHS = 3;

    private static final int TRIALS = 8;

    private static final int EPOCHS = 5;

    /** The trials together make at most this share of the plan's steps. */
    private static final double SHARE = 0.5;

    /** With fewer steps an epoch no rank grows. */
    private static final int FEWEST_STEPS = 10;

    TrialSettings {
        if (trials < 1 || epochs < FEWEST_EPOCHS || steps < 1) {
            throw SeptumException.usage(trials + " trials of " + epochs + " epochs of " + steps
                    + " steps; at least 1 trial of 3 epochs of 1 step is needed");
        }
    }

    /**
     * 8 trials of 5 epochs, which together make half as many steps as the plan's training; or as many steps as fit into
     * the task's time, and then fewer trials if even 10 steps an epoch do not fit.
     * <p>
     * Differs from the paper: 25 trials of 20 epochs find widths for a network that is trained on 50,000 pictures; here
     * the search must not take longer than the training it prepares. In so few steps, and even in the whole training of
     * the models that come with Septum, the random weights that a training starts from hide whatever it adds to them:
     * the rank of all kernels stays 0. So what was learnt is measured instead, the weights less those at the start; its
     * rank grows in some layers and falls in others. Its mapping condition is above the published limit nearly
     * everywhere and does not count.
     */
    static TrialSettings of(PruningTask task, FoldSplit split, Progress progress) {
        TrainingPlan training = task.plan().training();
        if (task.time().isPresent()) {
            double step = StepTimer.roughSeconds(task.plan(), split, task.device(), progress);
            return within(task.time().get(), step, training);
        }
        double all = SHARE * training.epochs() * training.stepsPerEpoch();
        return new TrialSettings(TRIALS, EPOCHS, steps(all, training), ChannelScaling.LEARNT, Measured.LEARNT);
    }

    /** As much as fits into a time at so many seconds a step. */
    static TrialSettings within(Duration time, double secondsPerStep, TrainingPlan training) {
        double all = time.toMillis() / 1000.0 / secondsPerStep;
        int steps = steps(all, training);
        int trials = (int) Math.min(TRIALS, Math.max(1, all / (EPOCHS * steps)));
        return new TrialSettings(trials, EPOCHS, steps, ChannelScaling.LEARNT, Measured.LEARNT);
    }

    private static int steps(double all, TrainingPlan training) {
        double each = Math.max(FEWEST_STEPS, Math.floor(all / (TRIALS * EPOCHS)));
        return (int) Math.min(each, training.stepsPerEpoch());
    }

    /** Steps of all trials. */
    long allSteps() {
        return (long) trials * epochs * steps;
    }
}
