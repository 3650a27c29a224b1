package org.septum.train;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;

/**
 * One training: plan and cases in, weights out. After every epoch the state is handed to a keeper, which may write it
 * to disk; started again with that state it goes on exactly.
 */
public final class TrainingRun {

    /**
     * How a run is bounded and where it happens.
     *
     * @param devices
     *            where it computes: the network lies on the first, and batches are divided among all
     * @param budget
     *            wall-clock time after which it ends, though not before its first step; absent to train all epochs of
     *            the plan
     */
    public record Limits(List<Device> devices, Optional<Duration> budget) {

        public Limits {
            devices = List.copyOf(devices);
            if (devices.isEmpty())
                throw new IllegalArgumentException("no device to train on; give at least the CPU");
        }

        /** On a single device. */
        public Limits(Device device, Optional<Duration> budget) {
            this(List.of(device), budget);
        }
    }

    /** The engine that trains. */
    public static final String ENGINE = "PyTorch";

    private final Plan plan;

    private final FoldSplit split;

    private final Limits limits;

    private final Progress progress;

    private final Learner.Maker maker;

    private final List<EpochReport> history = new ArrayList<>();

    private final Set<String> broken = new TreeSet<>();

    private Checkpoint last;

    private LongSupplier time = System::nanoTime;

    /** Sets up a run; nothing happens before {@link #train}. */
    public TrainingRun(Plan plan, FoldSplit split, Limits limits, Progress progress) {
        this(plan, split, limits, progress,
                Learner.maker(Optional.empty(), limits.devices().subList(1, limits.devices().size())));
    }

    /** Sets up a run that starts from given weights instead of random ones. */
    public TrainingRun(Plan plan, FoldSplit split, Limits limits, Progress progress, NamedWeights initial) {
        this(plan, split, limits, progress,
                Learner.maker(Optional.of(initial), limits.devices().subList(1, limits.devices().size())));
    }

    TrainingRun(Plan plan, FoldSplit split, Limits limits, Progress progress, Learner.Maker maker) {
        this.plan = plan;
        this.split = split;
        this.limits = limits;
        this.progress = progress;
        this.maker = maker;
    }

    /** The same by another time, in nanoseconds. */
    TrainingRun timedBy(LongSupplier other) {
        time = other;
        return this;
    }

    /**
     * Trains until the plan's epochs or the budget are used up, no epoch was better for as long as the plan's patience,
     * or the user stops it. When numbers become NaN or memory runs out it goes back to the last whole epoch and goes on
     * more carefully, as {@link Checkpoint#adjustments} says.
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
     *             CANCELLED if it is stopped before the first epoch is done; INPUT if it diverges whatever the learning
     *             rate; DEVICE if there is no memory for the smallest patch
     */
    public Checkpoint train(Optional<Checkpoint> from, Consumer<Checkpoint> keeper) {
        from.ifPresent(c -> history.addAll(c.history()));
        last = from.orElse(null);
        TrainingClock clock = new TrainingClock(plan.training(), limits.budget(),
                history.isEmpty() ? 0 : history.get(history.size() - 1).seconds(), time);
        Setbacks setbacks = new Setbacks(plan, from.map(Checkpoint::adjustments).orElse(Adjustments.NONE), progress);
        while (!attempt(setbacks, clock, keeper)) {
            // it went on from the last whole epoch
        }
        if (last == null) {
            throw new SeptumException(SeptumException.Kind.CANCELLED,
                    "stopped before the first epoch was done; there is no model yet");
        }
        return last;
    }

    /** Trains from the last whole epoch; false if it went wrong and another attempt is worth while. */
    private boolean attempt(Setbacks setbacks, TrainingClock clock, Consumer<Checkpoint> keeper) {
        Plan now = setbacks.plan();
        try (NDManager manager = ComputeDevice.engine(ENGINE).newBaseManager(limits.devices().get(0));
                PatchFeed feed = new PatchFeed(now, split.training())) {
            Learner learner = maker.begin(now, Optional.ofNullable(last), manager);
            epochs(new Attempt(now, learner, feed, clock, setbacks.adjustments()), keeper);
            return true;
        } catch (Diverged e) {
            setbacks.diverged(e.getMessage(), history.size());
        } catch (OutOfMemoryError | EngineException e) {
            if (!Setbacks.isOutOfMemory(e))
                throw e;
            setbacks.ranOutOfMemory(e, history.size());
        }
        return false;
    }

    /** What stays the same from one setback to the next. */
    private record Attempt(Plan plan, Learner learner, PatchFeed feed, TrainingClock clock, Adjustments adjustments) {
    }

    private void epochs(Attempt attempt, Consumer<Checkpoint> keeper) {
        Validation validation = new Validation(attempt.plan(), split.validation(), attempt.feed());
        // a budget that is spent before the first step is made still gives a model
        while (history.isEmpty() || history.size() < plan.training().epochs()
                && attempt.clock().spent(history.size()) < 1 && !isOutOfPatience()) {
            Optional<EpochReport> report = epoch(attempt, validation);
            if (report.isEmpty())
                return;
            boolean better = last == null || last.isBeatenBy(report.get());
            keep(attempt, report.get(), better);
            keeper.accept(last);
            progress.message(report.get().describe() + (better ? " (best)" : ""));
        }
    }

    private boolean isOutOfPatience() {
        int patience = plan.training().learning().patience();
        boolean out = patience > 0 && last != null && last.epochsSinceBest() >= patience;
        if (out) {
            progress.message(
                    "ended early: epoch " + last.bestEpoch().epoch() + " is the best of the last " + (patience + 1));
        }
        return out;
    }

    private void keep(Attempt attempt, EpochReport report, boolean better) {
        NamedWeights now = attempt.learner().weights();
        NamedWeights average = attempt.learner().judged().weights();
        requireFinite(now);
        requireFinite(average);
        history.add(report);
        last = new Checkpoint(now, attempt.learner().optimizerState(), average, better ? average : last.best(), history,
                attempt.adjustments());
    }

    /** The last step of an epoch may have broken what the next would find. */
    private void requireFinite(NamedWeights weights) {
        weights.tensors().forEach((name, tensor) -> {
            for (float v : tensor.values()) {
                if (!Float.isFinite(v))
                    throw new Diverged("weight " + name + " became " + v + " in epoch " + (history.size() + 1));
            }
        });
    }

    /** Runs and validates one epoch, cut short when the budget is used up; absent if the user stopped it. */
    private Optional<EpochReport> epoch(Attempt attempt, Validation validation) {
        TrainingPlan t = plan.training();
        LearningRate schedule = LearningRate.of(t);
        long first = history.isEmpty() ? 0 : history.get(history.size() - 1).steps();
        double sum = 0;
        int counted = 0;
        int done = 0;
        double rate = 0;
        double waiting = 0;
        while (done < t.stepsPerEpoch() && (done == 0 || attempt.clock().spent(history.size()) < 1)) {
            if (progress.isCancelled())
                return Optional.empty();
            long step = first + done;
            rate = schedule.at(attempt.clock().progress(step), step) * attempt.adjustments().rate();
            long asked = System.nanoTime();
            Batch batch = attempt.feed().batch(step);
            waiting += (System.nanoTime() - asked) / 1e9;
            sayBroken(batch);
            if (!batch.patches().isEmpty()) {
                sum += step(attempt, batch, rate, step);
                counted++;
            }
            done++;
            report(attempt, done, sum / Math.max(1, counted));
        }
        requireSome(counted);
        List<Double> dice = validation.dice(attempt.learner().judged(), attempt.learner().manager(), progress);
        // stopped on the way, it has seen a part of the cases only
        if (progress.isCancelled())
            return Optional.empty();
        return Optional.of(new EpochReport(history.size() + 1, first + done, sum / counted, dice, rate,
                attempt.clock().seconds(), waiting));
    }

    private void sayBroken(Batch batch) {
        for (String name : batch.broken()) {
            if (broken.add(name)) {
                progress.message("case " + name + " holds values that are no numbers; patches with such values are"
                        + " left out: see septum check");
            }
        }
    }

    private void requireSome(int counted) {
        if (counted == 0) {
            throw SeptumException.input("no patch of epoch " + (history.size() + 1) + " holds numbers only; cases "
                    + String.join(", ", broken) + " hold NaN or infinite values: see septum check");
        }
    }

    private void report(Attempt attempt, int done, double meanLoss) {
        String task = String.format(Locale.ROOT, "epoch %d, loss %.3f", history.size() + 1, meanLoss);
        if (limits.budget().isPresent()) {
            long total = limits.budget().get().toSeconds();
            progress.report(task, Math.min(total, (long) attempt.clock().seconds()), total);
        } else {
            int steps = plan.training().stepsPerEpoch();
            progress.report(task, (long) history.size() * steps + done, (long) plan.training().epochs() * steps);
        }
    }

    /** One step; if it diverges, the message says all that is known about it. */
    private double step(Attempt attempt, Batch batch, double rate, long step) {
        fixDropout(step);
        try {
            return attempt.learner().step(batch.patches(), rate, step);
        } catch (Diverged e) {
            Diverged told = new Diverged(String.format(Locale.ROOT,
                    "%s in epoch %d, step %d, at rate %.3g (cases %s; their inputs are all numbers)", e.getMessage(),
                    history.size() + 1, step + 1, rate, String.join(", ", new TreeSet<>(batch.cases()))));
            told.initCause(e);
            throw told;
        }
    }

    /** What dropout drops depends on the step alone, as the patches do. */
    private void fixDropout(long step) {
        if (plan.network().dropout() > 0)
            ComputeDevice.engine(ENGINE).setRandomSeed((int) PatchFeed.mix(plan.training().seed(), step, -1));
    }
}
