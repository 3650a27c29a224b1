package org.septum.compress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import org.septum.core.SeptumException;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.train.TrainingRun;

import ai.djl.Device;

/**
 * A few epochs of training from random weights, and how the ranks grow in them. No case is validated.
 * <p>
 * Differs from the paper: the network learns by the optimiser of its plan at a fixed rate; the authors' AdaS sets the
 * rate of each layer by its rank.
 */
final class RankTrial {

    /** So many times longer is the training whose first epochs are a trial: its rate hardly falls in them. */
    private static final int FIXED = 50;

    private final Plan plan;

    private final FoldSplit split;

    private final Device device;

    private final TrialSettings settings;

    /**
     * @param plan
     *            how the network is trained
     * @param split
     *            without cases to validate
     */
    RankTrial(Plan plan, FoldSplit split, Device device, TrialSettings settings) {
        this.plan = plan;
        this.split = split;
        this.device = device;
        this.settings = settings;
    }

    TrialSettings settings() {
        return settings;
    }

    /**
     * Tries a network.
     *
     * @param number
     *            of the trial: each has random weights of its own
     *
     * @return a curve for each adjustable width, in their order; empty if the time was up before the third epoch
     *
     * @throws SeptumException
     *             CANCELLED if the user stops it
     */
    List<RankCurve> run(NetworkSpec network, int number, TrialProgress progress) {
        GroupRanks ranks = new GroupRanks(AdjustableWidths.of(network));
        List<List<GroupRanks.Mean>> epochs = new ArrayList<>();
        progress.begin();
        TrainingPlan training = training(number);
        NamedWeights initial = NamedWeights.initial(network.graph(), training.seed());
        TrainingRun run = new TrainingRun(plan.withNetwork(network).withTraining(training), split,
                new TrainingRun.Limits(device, Optional.empty()), progress, initial);
        try {
            run.train(Optional.empty(), checkpoint -> {
                boolean whole = settings.measured() == TrialSettings.Measured.WEIGHTS;
                epochs.add(ranks.measure(whole ? checkpoint.weights() : learnt(checkpoint.weights(), initial)));
                if (epochs.size() == settings.epochs())
                    progress.end();
            });
        } catch (SeptumException e) {
            progress.throwIfCancelled();
            if (e.kind() != SeptumException.Kind.CANCELLED)
                throw e;
        }
        progress.throwIfCancelled();
        return epochs.size() < TrialSettings.FEWEST_EPOCHS ? List.of() : curves(epochs);
    }

    /** What a training added to its first weights. */
    static NamedWeights learnt(NamedWeights weights, NamedWeights initial) {
        Map<String, NamedWeights.Tensor> learnt = new LinkedHashMap<>();
        weights.tensors().forEach((name, tensor) -> {
            float[] values = tensor.values();
            float[] first = initial.get(name).values();
            for (int i = 0; i < values.length; i++)
                values[i] -= first[i];
            learnt.put(name, NamedWeights.Tensor.of(tensor.shape(), values));
        });
        return new NamedWeights(learnt);
    }

    private TrainingPlan training(int number) {
        TrainingPlan whole = plan.training();
        int warmup = Math.min(whole.learning().warmup(), settings.steps());
        return whole.withSteps(FIXED * settings.epochs(), settings.steps()).withSeed(whole.seed() + number)
                .withLearning(whole.learning().withWarmup(warmup).withAverage(0).withPatience(0));
    }

    private static List<RankCurve> curves(List<List<GroupRanks.Mean>> epochs) {
        List<GroupRanks.Mean> last = epochs.get(epochs.size() - 1);
        return IntStream.range(0, last.size()).mapToObj(
                g -> new RankCurve(epochs.stream().map(e -> e.get(g).rank()).toList(), last.get(g).mappingCondition()))
                .toList();
    }
}
