package org.septum.train;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.FoldSplit;
import org.septum.data.Patch;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkBlock;
import org.septum.model.NetworkBuilder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;

/**
 * One training: plan and cases in, weights out. After every epoch the state is handed to a keeper, which may write it
 * to disk; started again with that state it goes on exactly.
 */
public final class TrainingRun {

    /**
     * How a run is bounded and where it happens.
     *
     * @param device
     *            where it computes
     * @param budget
     *            wall-clock time after which it ends; absent to train all epochs of the plan
     */
    public record Limits(Device device, Optional<Duration> budget) {
    }

    /** The engine that trains. */
    public static final String ENGINE = "PyTorch";

    private final Plan plan;

    private final FoldSplit split;

    private final Limits limits;

    private final Progress progress;

    private final PolyLearningRate schedule;

    private final DeepSupervision loss = new DeepSupervision();

    private final List<EpochReport> history = new ArrayList<>();

    private double secondsBefore;

    private long started;

    /** Sets up a run; nothing happens before {@link #train}. */
    public TrainingRun(Plan plan, FoldSplit split, Limits limits, Progress progress) {
        this.plan = plan;
        this.split = split;
        this.limits = limits;
        this.progress = progress;
        this.schedule = new PolyLearningRate(plan.training().learningRate());
    }

    /**
     * Trains until the plan's epochs or the budget are used up, or the user stops it.
     *
     * @param from
     *            where to go on; absent to start anew
     * @param keeper
     *            gets the state after every epoch
     *
     * @return the last state; if the user stops it, that of the last whole epoch. The budget cuts an epoch short, which
     *         is then validated and counts
     *
     * @throws SeptumException
     *             CANCELLED if it is stopped before the first epoch is done; INPUT if the loss is not a number
     */
    public Checkpoint train(Optional<Checkpoint> from, Consumer<Checkpoint> keeper) {
        started = System.nanoTime();
        from.ifPresent(c -> history.addAll(c.history()));
        secondsBefore = history.isEmpty() ? 0 : history.get(history.size() - 1).seconds();
        try (NDManager manager = ComputeDevice.engine(ENGINE).newBaseManager(limits.device());
                PatchFeed feed = new PatchFeed(plan, split.training())) {
            return epochs(from.orElse(null), keeper, begin(from, feed, manager));
        }
    }

    /** A network that is ready to be trained; it belongs to the manager. */
    State begin(Optional<Checkpoint> from, PatchFeed feed, NDManager manager) {
        NamedWeights initial = from.map(Checkpoint::weights)
                .orElseGet(() -> NamedWeights.initial(plan.network().graph(), plan.training().seed()));
        NetworkBlock network = NetworkBuilder.build(plan.network(), initial, manager);
        Map<String, NDArray> trained = network.trained();
        trained.values().forEach(w -> w.setRequiresGradient(true));
        NesterovDescent descent = new NesterovDescent(trained, plan.training().momentum(),
                plan.training().weightDecay(), manager);
        from.ifPresent(c -> descent.restore(c.velocity()));
        return new State(network, trained, descent, feed, manager);
    }

    /** What changes while it trains. */
    record State(NetworkBlock network, Map<String, NDArray> trained, NesterovDescent descent, PatchFeed feed,
            NDManager manager) {
    }

    private Checkpoint epochs(Checkpoint from, Consumer<Checkpoint> keeper, State state) {
        Checkpoint last = from;
        Validation validation = new Validation(plan, split.validation(), state.feed());
        while (history.size() < plan.training().epochs() && spent() < 1) {
            Optional<EpochReport> report = epoch(state, validation);
            if (report.isEmpty())
                break;
            boolean better = last == null || last.isBeatenBy(report.get());
            history.add(report.get());
            NamedWeights now = state.network().weights();
            last = new Checkpoint(now, state.descent().state(), better ? now : last.best(), history);
            keeper.accept(last);
            progress.message(report.get().describe() + (better ? " (best)" : ""));
        }
        if (last == null) {
            throw new SeptumException(SeptumException.Kind.CANCELLED,
                    "stopped before the first epoch was done; there is no model yet");
        }
        return last;
    }

    /** Runs and validates one epoch, cut short when the budget is used up; absent if the user stopped it. */
    private Optional<EpochReport> epoch(State state, Validation validation) {
        double sum = 0;
        int done = 0;
        long first = history.isEmpty() ? 0 : history.get(history.size() - 1).steps();
        double rate = 0;
        while (done < plan.training().stepsPerEpoch() && (done == 0 || spent() < 1)) {
            if (progress.isCancelled())
                return Optional.empty();
            rate = schedule.at(progressAt(first + done));
            fixDropout(first + done);
            sum += step(state, state.feed().batch(first + done), rate);
            done++;
            report(done, plan.training().stepsPerEpoch(), sum / done);
        }
        List<Double> dice = validation.dice(state.network(), state.manager(), progress);
        // stopped on the way, it has seen a part of the cases only
        if (progress.isCancelled())
            return Optional.empty();
        return Optional.of(new EpochReport(history.size() + 1, first + done, sum / done, dice, rate, seconds()));
    }

    private void report(int done, int steps, double meanLoss) {
        String task = String.format(java.util.Locale.ROOT, "epoch %d, loss %.3f", history.size() + 1, meanLoss);
        if (limits.budget().isPresent()) {
            long total = limits.budget().get().toSeconds();
            progress.report(task, Math.min(total, (long) seconds()), total);
        } else {
            progress.report(task, (long) history.size() * steps + done, (long) plan.training().epochs() * steps);
        }
    }

    /** What dropout drops depends on the step alone, as the patches do. */
    private void fixDropout(long step) {
        if (plan.network().dropout() > 0)
            ComputeDevice.engine(ENGINE).setRandomSeed((int) PatchFeed.mix(plan.training().seed(), step, -1));
    }

    /** Learns from a batch; returns the loss before. */
    double step(State state, List<Patch> batch, double rate) {
        try (NDManager scope = state.manager().newSubManager();
                GradientCollector gradients = ComputeDevice.engine(ENGINE).newGradientCollector()) {
            NDArray input = Tensors.input(batch, plan, scope);
            NDArray target = Tensors.target(batch, plan, scope);
            NDList outputs = state.network().forward(new ParameterStore(state.manager(), false), new NDList(input),
                    true);
            NDArray value = loss.evaluate(outputs, target);
            gradients.backward(value);
            double norm = state.descent().step(state.trained(), rate);
            float result = value.getFloat();
            if (Float.isNaN(result) || Double.isNaN(norm)) {
                throw SeptumException.input("the loss became " + result + " in epoch " + (history.size() + 1)
                        + "; lower training.learningRate in the plan, or look for NaN with septum check");
            }
            return result;
        }
    }

    /** Share of the training before a step: by steps, or by time where a budget ends it. */
    private double progressAt(long step) {
        double bySteps = step / ((double) plan.training().epochs() * plan.training().stepsPerEpoch());
        return limits.budget().isPresent() ? Math.max(bySteps, spent()) : bySteps;
    }

    /** Share of the budget that is used up; the share of epochs if there is no budget. */
    private double spent() {
        double byEpochs = history.size() / (double) plan.training().epochs();
        return limits.budget().map(b -> Math.max(byEpochs, seconds() / b.toMillis() * 1000)).orElse(byEpochs);
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - started) / 1e9;
    }
}
