package org.septum.train;

import java.util.List;

import org.septum.model.NamedWeights;

/**
 * Everything that a training needs to go on as if it had never stopped.
 *
 * @param weights
 *            now
 * @param optimizer
 *            what the optimiser remembers
 * @param average
 *            moving average of the weights; the weights themselves where none is kept
 * @param best
 *            averaged weights of the best epoch so far; equal to {@code average} if there is no validation
 * @param history
 *            one report for each finished epoch
 * @param adjustments
 *            how it departs from the plan
 */
public record Checkpoint(NamedWeights weights, NamedWeights optimizer, NamedWeights average, NamedWeights best,
        List<EpochReport> history, Adjustments adjustments) {

    public Checkpoint {
        history = List.copyOf(history);
    }

    /** The report of the epoch whose weights are the best; the last one if no class occurred in any validation. */
    public EpochReport bestEpoch() {
        EpochReport best = history.get(0);
        for (EpochReport r : history)
            if (isBetter(r, best))
                best = r;
        return best;
    }

    /** Epochs since the best one. */
    int epochsSinceBest() {
        return history.get(history.size() - 1).epoch() - bestEpoch().epoch();
    }

    /** True if an epoch after these has better weights than all of them. */
    boolean isBeatenBy(EpochReport next) {
        return isBetter(next, bestEpoch());
    }

    /** The later one must have a higher Dice, or none may have been measured. */
    private static boolean isBetter(EpochReport later, EpochReport earlier) {
        return Double.isNaN(earlier.meanDice()) || later.meanDice() > earlier.meanDice();
    }
}
