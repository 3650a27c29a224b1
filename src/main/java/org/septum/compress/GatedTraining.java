package org.septum.compress;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.PruningGate;
import org.septum.train.Checkpoint;
import org.septum.train.TrainingRun;

/**
 * Trains a network with gates for pruning by the rules of its own plan: for a tenth of its epochs, or for as long as
 * the task says. It sees no validation cases.
 * <p>
 * Differs from the paper: it goes on from the trained weights, with gates that all start at 0.5; the paper trains
 * network and gates together from random weights, for longer.
 */
final class GatedTraining {

    /** Share of the plan's epochs. */
    private static final double SHARE = 0.1;

    private GatedTraining() {
    }

    /**
     * What came out.
     *
     * @param network
     *            with gates
     * @param weights
     *            its trained weights
     * @param steps
     *            how many were made
     */
    record Trained(NetworkSpec network, NamedWeights weights, long steps) {
    }

    /**
     * Trains. Without a time limit the same task gives the same weights.
     *
     * @throws org.septum.core.SeptumException
     *             of kind CANCELLED if the user stops it
     */
    static Trained train(PruningTask task, Progress progress) {
        Plan plan = plan(task);
        FoldSplit seen = new FoldSplit(task.split().fold(), task.cases(), List.of());
        TrainingRun.Limits limits = new TrainingRun.Limits(task.device(), task.time());
        progress.message("training with gates: " + task.time().map(GatedTraining::words)
                .orElse(plan.training().epochs() + " of " + task.plan().training().epochs() + " epochs"));
        Checkpoint last = new TrainingRun(plan, seen, limits, progress, initial(task, plan)).train(Optional.empty(),
                c -> {
                });
        progress.throwIfCancelled();
        return new Trained(plan.network(), last.best(), last.history().get(last.history().size() - 1).steps());
    }

    private static String words(Duration time) {
        return "for " + time.toSeconds() + " s";
    }

    /** The plan with gates in the network, and as many epochs as are trained at most. */
    static Plan plan(PruningTask task) {
        TrainingPlan training = task.plan().training();
        int epochs = task.time().isPresent() ? training.epochs()
                : Math.max(1, (int) Math.round(SHARE * training.epochs()));
        return task.plan().withNetwork(task.network().withPruningGates(true)).withTraining(training.withEpochs(epochs));
    }

    /**
     * The task's weights and, for the gates, random ones by the plan's seed, but 0 in their last layers: all gates
     * start at 0.5, and what tells channels apart is learned. Random ones decide the order for a long time.
     */
    static NamedWeights initial(PruningTask task, Plan plan) {
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        NamedWeights.initial(plan.network().graph(), plan.training().seed()).tensors()
                .forEach((name, fresh) -> tensors.put(name, PruningGate.isLastWeight(name) ? zeros(fresh) : fresh));
        tensors.putAll(task.weights().tensors());
        return new NamedWeights(tensors);
    }

    private static NamedWeights.Tensor zeros(NamedWeights.Tensor like) {
        return NamedWeights.Tensor.of(like.shape(), new float[like.values().length]);
    }
}
