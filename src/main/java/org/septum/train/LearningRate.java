package org.septum.train;

import org.septum.data.LearningPlan;
import org.septum.data.TrainingPlan;

/**
 * How the learning rate goes: linearly up during a warm-up, and down to zero over the whole training.
 *
 * @param schedule
 *            shape of the fall
 * @param largest
 *            rate at progress 0 without a warm-up
 * @param warmup
 *            steps on which the rate is (step + 1) / warmup of what the fall says; 0 for none
 */
public record LearningRate(LearningPlan.Schedule schedule, double largest, int warmup) {

    /** nnU-Net's. */
    private static final double EXPONENT = 0.9;

    /** That of a plan. */
    static LearningRate of(TrainingPlan plan) {
        return new LearningRate(plan.learning().schedule(), plan.learningRate(), plan.learning().warmup());
    }

    /**
     * The rate of a step.
     *
     * @param progress
     *            share of the training before it, 0 to 1
     * @param step
     *            from 0
     */
    public double at(double progress, long step) {
        double p = Math.min(1, Math.max(0, progress));
        double fall = switch (schedule) {
            case POLY -> Math.pow(1 - p, EXPONENT);
            case COSINE -> (1 + Math.cos(Math.PI * p)) / 2;
        };
        double rise = step < warmup ? (step + 1) / (double) warmup : 1;
        return largest * fall * rise;
    }
}
