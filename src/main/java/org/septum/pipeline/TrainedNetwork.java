package org.septum.pipeline;

import java.util.List;
import java.util.Optional;

import org.septum.bundle.Bundle;
import org.septum.bundle.CardWords;
import org.septum.bundle.ModelCard;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.train.Adjustments;
import org.septum.train.Checkpoint;
import org.septum.train.EpochReport;

/**
 * A network after its training.
 *
 * @param plan
 *            with the number of epochs that were trained
 * @param split
 *            on what
 * @param best
 *            the weights that are kept
 * @param kept
 *            their epoch
 * @param history
 *            all epochs
 * @param adjustments
 *            how it departed from the plan
 */
record TrainedNetwork(Plan plan, FoldSplit split, NamedWeights best, EpochReport kept, List<EpochReport> history,
        Adjustments adjustments) {

    TrainedNetwork {
        history = List.copyOf(history);
    }

    static TrainedNetwork of(Plan plan, FoldSplit split, Checkpoint last) {
        Plan followed = last.adjustments().of(plan);
        return new TrainedNetwork(followed.withTraining(followed.training().withEpochs(last.history().size())), split,
                last.best(), last.bestEpoch(), last.history(), last.adjustments());
    }

    /** This network with more decided. */
    TrainedNetwork withPlan(Plan other) {
        return new TrainedNetwork(other, split, best, kept, history, adjustments);
    }

    /** The model as it will be written, as far as its masks and what is measured in them depend on it. */
    Bundle candidate(Optional<CardWords> words) {
        Bundle plain = Bundle.of(plan, best, ModelCard.of(plan));
        return words.map(w -> plain.withClassNames(w.classes()).withWords(w)).orElse(plain);
    }

    EpochReport end() {
        return history.get(history.size() - 1);
    }

    String name() {
        return split.fold() < 0 ? "all cases" : "fold " + split.fold();
    }
}
