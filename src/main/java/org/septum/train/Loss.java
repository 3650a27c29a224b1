package org.septum.train;

import java.util.List;

import org.septum.data.LearningPlan;

import ai.djl.ndarray.NDArray;

/** How far logits are from the truth. */
interface Loss {

    /**
     * The loss as a scalar tensor, through which gradients flow.
     *
     * @param logits
     *            (N, classes, S)
     * @param target
     *            one-hot, or shares of the classes that add up to 1, same shape
     */
    NDArray evaluate(NDArray logits, NDArray target);

    /**
     * The one of a plan.
     *
     * @param classWeights
     *            of the cross-entropy, one for each class; empty for equal ones
     */
    static Loss of(LearningPlan.Loss kind, List<Double> classWeights) {
        return switch (kind) {
            case DICE_CROSS_ENTROPY -> new DiceCrossEntropyLoss(classWeights);
            case SOFT_DICE -> new SoftDiceLoss(false);
            case LOG_DICE -> new SoftDiceLoss(true);
        };
    }
}
