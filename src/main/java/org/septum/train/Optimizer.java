package org.septum.train;

import java.util.Map;

import org.septum.core.SeptumException;
import org.septum.data.TrainingPlan;
import org.septum.model.NamedWeights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Moves weights along their gradients, which are first scaled down to a largest global norm.
 * <p>
 * <b>Why</b> not DJL's: its optimisers do not let their state be saved, and a resumed run must go on as if it had never
 * been interrupted. Only detached weights take part in the arithmetic: what is computed with a weight itself is
 * recorded for a later gradient, and the state would drag that record along, longer with every step.
 */
public sealed interface Optimizer permits NesterovDescent, AdamW {

    /**
     * Updates the weights from their gradients and clears the gradients.
     *
     * @param weights
     *            by name, those that it was made for
     * @param learningRate
     *            of this step
     *
     * @return the global norm of the gradient before scaling; NaN if it is not finite, and then nothing was changed
     */
    double step(Map<String, NDArray> weights, double learningRate);

    /** A copy of everything that it remembers, for a checkpoint. */
    NamedWeights state();

    /**
     * Goes on from a saved state.
     *
     * @throws SeptumException
     *             INPUT if it is that of another network or optimiser
     */
    void restore(NamedWeights state);

    /** The one of a plan, at rest; what it remembers belongs to the manager. */
    static Optimizer of(TrainingPlan plan, Map<String, NDArray> weights, NDManager manager) {
        double clip = plan.learning().clip();
        return switch (plan.learning().optimizer()) {
            case SGD -> new NesterovDescent(weights, plan.momentum(), plan.weightDecay(), clip, manager);
            case ADAMW -> new AdamW(weights, AdamW.Rates.usual(plan.weightDecay()), clip, manager);
        };
    }
}
