package org.septum.data;

import org.septum.core.SeptumException;

/**
 * How weights are found.
 *
 * @param batch
 *            patches a step
 * @param stepsPerEpoch
 *            steps between two validations
 * @param epochs
 *            of the whole training if no budget ends it earlier
 * @param learningRate
 *            the largest, at the first step or after the warm-up; it falls to 0
 * @param momentum
 *            of Nesterov's stochastic gradient descent; AdamW does not use it
 * @param weightDecay
 *            L2 penalty; decoupled under AdamW
 * @param foregroundShare
 *            share of patches that are centred on a voxel of a foreground class, 0 to 1
 * @param augmentation
 *            how patches are varied
 * @param seed
 *            of every random choice
 * @param learning
 *            by which rules; {@link LearningPlan#PLAIN} if not said
 */
public record TrainingPlan(int batch, int stepsPerEpoch, int epochs, double learningRate, double momentum,
        double weightDecay, double foregroundShare, AugmentationPlan augmentation, long seed, LearningPlan learning) {

    /**
     * How patches are varied; 0 or false switches a variation off.
     *
     * @param mirrorX
     *            whether left and right are swapped at random
     * @param mirrorY
     *            likewise along y
     * @param mirrorZ
     *            likewise along z
     * @param rotation
     *            largest rotation in degrees, about z and, in 3D, about x and y
     * @param scale
     *            largest relative change of size
     * @param gamma
     *            largest change of the exponent: exponent between 1/(1+gamma) and 1+gamma
     * @param noise
     *            largest standard deviation of added noise, in standard deviations of the scan
     * @param brightness
     *            largest relative change of contrast and, in standard deviations, of brightness
     */
    public record AugmentationPlan(boolean mirrorX, boolean mirrorY, boolean mirrorZ, double rotation, double scale,
            double gamma, double noise, double brightness) {
    }

    public TrainingPlan {
        learning = learning == null ? LearningPlan.PLAIN : learning;
        if (batch < 1 || stepsPerEpoch < 1 || epochs < 1) {
            throw SeptumException.input("training with batch " + batch + ", " + stepsPerEpoch + " steps an epoch and "
                    + epochs + " epochs; each must be at least 1");
        }
        if (!(learningRate > 0) || momentum < 0 || momentum >= 1 || weightDecay < 0) {
            throw SeptumException.input(
                    "training with learning rate " + learningRate + ", momentum " + momentum + " and weight decay "
                            + weightDecay + "; allowed: rate > 0, momentum from 0 to below 1, weight decay from 0");
        }
        if (!(foregroundShare >= 0 && foregroundShare <= 1)) {
            throw SeptumException.input("training with a foreground share of " + foregroundShare + "; allowed: 0 to 1");
        }
    }

    /** By the plain rules. */
    public TrainingPlan(int batch, int stepsPerEpoch, int epochs, double learningRate, double momentum,
            double weightDecay, double foregroundShare, AugmentationPlan augmentation, long seed) {
        this(batch, stepsPerEpoch, epochs, learningRate, momentum, weightDecay, foregroundShare, augmentation, seed,
                LearningPlan.PLAIN);
    }

    /** These settings with another number of epochs. */
    public TrainingPlan withEpochs(int other) {
        return new TrainingPlan(batch, stepsPerEpoch, other, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, seed, learning);
    }

    /** These settings with another number of epochs and of steps in each. */
    public TrainingPlan withSteps(int otherEpochs, int otherSteps) {
        return new TrainingPlan(batch, otherSteps, otherEpochs, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, seed, learning);
    }

    /** These settings with another seed. */
    public TrainingPlan withSeed(long other) {
        return new TrainingPlan(batch, stepsPerEpoch, epochs, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, other, learning);
    }

    /** These settings with another batch. */
    public TrainingPlan withBatch(int other) {
        return new TrainingPlan(other, stepsPerEpoch, epochs, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, seed, learning);
    }

    /** These settings with another learning rate. */
    public TrainingPlan withLearningRate(double other) {
        return new TrainingPlan(batch, stepsPerEpoch, epochs, other, momentum, weightDecay, foregroundShare,
                augmentation, seed, learning);
    }

    /** These settings with other rules. */
    public TrainingPlan withLearning(LearningPlan other) {
        return new TrainingPlan(batch, stepsPerEpoch, epochs, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, seed, other);
    }
}
