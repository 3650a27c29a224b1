package org.septum.train;

import java.util.List;

import org.septum.model.NamedWeights;

/**
 * Everything that a training needs to go on as if it had never stopped.
 *
 * @param weights
 *            now
 * @param velocity
 *            of the optimiser
 * @param best
 *            weights of the best epoch so far; equal to {@code weights} if there is no validation
 * @param history
 *            one report for each finished epoch
 */
public record Checkpoint(NamedWeights weights, NamedWeights velocity, NamedWeights best, List<EpochReport> history) {

    public Checkpoint {
        history = List.copyOf(history);
    }

    /** The report of the epoch whose weights are the best; the last one if nothing was validated. */
    public EpochReport bestEpoch() {
        EpochReport best = history.get(history.size() - 1);
        for (EpochReport r : history) {
            if (r.meanDice() > best.meanDice() || r.meanDice() == best.meanDice() && r.epoch() < best.epoch())
                best = r;
        }
        return best;
    }
}
