package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.septum.bundle.Bundle;
import org.septum.compress.BatchStatistics;
import org.septum.compress.CalibrationTiles;
import org.septum.compress.CompressionMethod;
import org.septum.compress.CompressionTarget;
import org.septum.compress.MeasuredLatency;
import org.septum.compress.NetworkCost;
import org.septum.compress.PruningMethod;
import org.septum.compress.PruningTask;
import org.septum.compress.Receipt;
import org.septum.core.FileTree;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;
import org.septum.train.Checkpoint;
import org.septum.train.CheckpointFile;
import org.septum.train.EpochReport;
import org.septum.train.TrainingRun;

import ai.djl.Device;

/**
 * Takes channels out of a model's network and trains what is left, if wished. While it works, what was found and the
 * state of the training lie in a folder, from which a compression that was cut off goes on.
 * <p>
 * A network that keeps its weights is trained without a look at the held-out cases: the last weights count. One that is
 * trained from scratch is trained like every network: held-out cases choose the epoch.
 */
final class PruneModel {

    /** Tiles that batch normalisation is measured on anew. */
    private static final int TILES = 32;

    /** Of the time for training that a method may use for trainings of its own. */
    private static final int SEARCH_SHARE = 4;

    /** Against the rate of the model's own training. */
    private static final double RATE = 0.1;

    /** The same where more was lost: after ten minutes of a hippocampus model 0.0045 of Dice instead of 0.0054. */
    private static final double RATE_OF_REPAIR = 0.2;

    private static final String REASON = "compression";

    /**
     * What to do.
     *
     * @param method
     *            that prunes
     * @param wishes
     *            of the user
     * @param split
     *            cases to look at, and those held out
     * @param work
     *            folder for what is kept until the end
     * @param multiple
     *            of which widths shall be multiples
     */
    record Job(CompressionMethod method, CompressModel.Wishes wishes, FoldSplit split, Path work, int multiple) {
    }

    /**
     * What came out.
     *
     * @param bundle
     *            the smaller model; scores and texts are still those of the large one
     * @param history
     *            of its training; empty without one
     * @param effort
     *            what it took
     * @param facts
     *            what was chosen
     * @param fromScratch
     *            true if held-out cases chose the epoch
     */
    record Outcome(Bundle bundle, List<EpochReport> history, Receipt.Effort effort, Map<String, String> facts,
            boolean fromScratch) {
    }

    private final Bundle bundle;

    private final Job job;

    private final Progress progress;

    private final Device device;

    private PruneModel(Bundle bundle, Job job, Progress progress) {
        this.bundle = bundle;
        this.job = job;
        this.progress = progress;
        this.device = ComputeDevice.all(job.wishes().device(), TrainingRun.ENGINE, progress).get(0);
    }

    static Outcome run(Bundle bundle, Job job, String key, Progress progress) {
        return new PruneModel(bundle, job, progress).run(key);
    }

    private Outcome run(String key) {
        Optional<Duration> training = trainingTime();
        Path file = job.work().resolve("pruned.safetensors");
        PruningState state = PruningState.read(file, key).orElseGet(() -> {
            PruningState found = prune(training);
            found.write(file, key);
            return found;
        });
        progress.message(described(state));
        List<EpochReport> history = List.of();
        Bundle smaller = new Bundle(state.plan(), state.weights(), bundle.card(), Map.of());
        if (training.isPresent()) {
            Checkpoint last = train(state, training.get());
            history = last.history();
            Plan trained = last.adjustments().of(state.plan());
            smaller = new Bundle(trained.withTraining(trained.training().withEpochs(history.size())), last.best(),
                    bundle.card(), Map.of());
        }
        EpochReport end = history.isEmpty() ? null : history.get(history.size() - 1);
        Receipt.Effort effort = new Receipt.Effort(state.numbers().cases(), state.numbers().seconds(),
                end == null ? 0 : end.seconds(), end == null ? 0 : end.steps());
        return new Outcome(smaller, history, effort, state.facts(), state.fromScratch());
    }

    /** For a training afterwards: what was given, or for a method that needs one what the model itself had. */
    private Optional<Duration> trainingTime() {
        Optional<Duration> given = job.wishes().budget();
        if (given.isPresent() || !job.method().trainsAnew())
            return given.filter(b -> !b.isZero());
        String minutes = bundle.card().training().getOrDefault("minutes", "");
        if (!minutes.matches("\\d{1,6}(\\.\\d+)?")) {
            throw SeptumException.usage(job.method().word() + " trains the smaller network anew, and the model does not"
                    + " say how long it was trained itself; give a time with --budget, such as --budget 60m");
        }
        return Optional.of(Duration.ofSeconds(Math.max(1, Math.round(60 * Double.parseDouble(minutes)))));
    }

    private PruningState prune(Optional<Duration> training) {
        Plan plan = seeded(bundle.plan());
        CompressionTarget target = job.wishes().target();
        Optional<Duration> search = job.wishes().search().or(() -> training.map(t -> t.dividedBy(SEARCH_SHARE)));
        PruningTask task = new PruningTask(plan, bundle.weights(), target, cost(plan, target), job.split(), search,
                device, job.multiple());
        long start = System.nanoTime();
        PruningMethod.Pruned pruned = job.method().pruning().prune(task, progress);
        Plan smaller = plan.withNetwork(pruned.network()).withReasons(reasons(plan));
        PruningState state = new PruningState(smaller, pruned.weights(), pruned.facts(),
                new PruningState.Numbers(pruned.data(), 0), pruned.fromScratch());
        if (job.method().shiftsStatistics() && !pruned.network().equals(plan.network()))
            state = refreshed(state);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new PruningState(state.plan(), state.weights(), state.facts(),
                new PruningState.Numbers(state.numbers().cases(), seconds), state.fromScratch());
    }

    private Plan seeded(Plan plan) {
        OptionalLong seed = job.wishes().seed();
        return seed.isPresent() ? plan.withTraining(plan.training().withSeed(seed.getAsLong())) : plan;
    }

    private NetworkCost cost(Plan plan, CompressionTarget target) {
        return switch (target.kind()) {
            case FLOPS -> NetworkCost.flops(plan.patchInTensorOrder());
            case PARAMS -> NetworkCost.params();
            case LATENCY -> new MeasuredLatency(plan.network().inputs(), plan.patchInTensorOrder(), progress);
        };
    }

    private Map<String, String> reasons(Plan plan) {
        Map<String, String> reasons = new LinkedHashMap<>(plan.reasons());
        reasons.put(REASON, job.method().word() + " to " + job.wishes().target() + " of " + bundle.card().name());
        return reasons;
    }

    /** Batch normalisation remembers means and variances of features that are others now. */
    private PruningState refreshed(PruningState state) {
        List<DataCase> cases = CalibrationTiles.tenth(job.split().training());
        CalibrationTiles tiles = CalibrationTiles.of(cases, state.plan(), TILES, progress);
        return new PruningState(state.plan(),
                BatchStatistics.refreshed(state.plan().network(), state.weights(), tiles, device, progress),
                state.facts(),
                new PruningState.Numbers(Math.max(state.numbers().cases(), cases.size()), state.numbers().seconds()),
                state.fromScratch());
    }

    private String described(PruningState state) {
        NetworkCost macs = NetworkCost.flops(bundle.plan().patchInTensorOrder());
        return String.format(Locale.ROOT, "%s: %.1f %% of the multiply-adds and %.1f %% of the parameters are left",
                job.method().word(), 100 * macs.of(state.plan().network()) / macs.of(bundle.plan().network()),
                100 * NetworkCost.params().of(state.plan().network())
                        / NetworkCost.params().of(bundle.plan().network()));
    }

    private Checkpoint train(PruningState state, Duration time) {
        FoldSplit split = state.fromScratch() ? job.split()
                : new FoldSplit(job.split().fold(), job.split().training(), List.of());
        Plan plan = state.plan().withTraining(state.plan().training().withEpochs(Integer.MAX_VALUE));
        if (!state.fromScratch())
            plan = plan.withTraining(plan.training().withLearningRate(rate() * plan.training().learningRate()));
        TrainingRun.Limits limits = new TrainingRun.Limits(device, Optional.of(time));
        TrainingRun run = new TrainingRun(plan, split, limits, progress, state.weights());
        Path file = job.work().resolve("checkpoint.safetensors");
        Optional<Checkpoint> begun = Files.exists(file) ? Optional.of(CheckpointFile.read(file).checkpoint())
                : Optional.empty();
        Plan trained = plan;
        Checkpoint last = run.train(begun, c -> new CheckpointFile(trained, split.fold(), c).write(file));
        // a model whose training was cut short is not what was asked for; what is done stays for --resume
        progress.throwIfCancelled();
        return last;
    }

    private double rate() {
        return job.method().shiftsStatistics() ? RATE_OF_REPAIR : RATE;
    }

    /** Drops what is kept of an unfinished compression. */
    static void forget(Path work) {
        FileTree.delete(work);
    }
}
