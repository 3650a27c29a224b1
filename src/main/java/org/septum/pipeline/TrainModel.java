package org.septum.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

import org.septum.bundle.BundleWriter;
import org.septum.bundle.CardWords;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.metrics.ScoreTable;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.pipeline.TrainingFolder.Part;
import org.septum.train.Checkpoint;
import org.septum.train.CheckpointFile;
import org.septum.train.TrainingRun;

import ai.djl.Device;

/**
 * Trains a model on a dataset: check, fingerprint, plan, training, then the held-out cases segmented with the finished
 * model and scored one by one. One network for each fold, if wished, become one model that averages them; every case is
 * then scored by the network that has not seen it. While it trains the state lies in {@code MODEL.training/}; that
 * folder goes when the model is written.
 */
public final class TrainModel {

    /**
     * What to train.
     *
     * @param dataset
     *            folder with scans and labels
     * @param output
     *            the model to write: a folder, or a zip if the name ends in .zip
     * @param plan
     *            a plan to follow; absent to make one
     * @param fold
     *            which of five folds is held out; {@link FoldSplit#NONE} to train on all cases; {@link #EVERY_FOLD} to
     *            train one network for each fold, which become one model
     * @param budget
     *            wall-clock time for the training itself, pauses left out, divided among the networks; absent to train
     *            all epochs
     * @param epochs
     *            instead of the plan's
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     * @param seed
     *            instead of the plan's
     * @param resume
     *            whether to go on with an interrupted training of the same output
     * @param wishes
     *            what the user decides when the plan is made here
     * @param card
     *            JSON file with name, authors, licence of the model
     * @param overwrite
     *            whether a model at the output may be replaced
     * @param learning
     *            by which rules, instead of the plan's
     * @param from
     *            a model whose weights and plan are gone on from; absent to start with random weights
     * @param check
     *            whether the data are looked at first, and problems that make a training wrong end it
     * @param corrections
     *            a folder that {@link CollectCorrections} filled, which are trained on whatever fold is held out
     */
    public record Request(Path dataset, Path output, Optional<Path> plan, int fold, Optional<Duration> budget,
            Optional<Integer> epochs, String device, OptionalLong seed, boolean resume, PlanDataset.Wishes wishes,
            Optional<Path> card, boolean overwrite, LearningWishes learning, Optional<Path> from, boolean check,
            Optional<Path> corrections) {

        public Request {
            if (budget.isPresent() && budget.get().toSeconds() < 1) {
                throw SeptumException.usage("budget " + budget.get() + "; give at least a second, such as 30m");
            }
            if (epochs.isPresent() && epochs.get() < 1) {
                throw SeptumException.usage("epochs " + epochs.get() + "; give at least 1");
            }
            if (from.isPresent() && (plan.isPresent() || !wishes.isNone())) {
                throw SeptumException.usage("a model to go on from together with a plan, size or network; they are"
                        + " those of the model");
            }
            if (plan.isPresent() && !wishes.isNone()) {
                throw SeptumException
                        .usage("a plan together with dims, size, network, attention, norm, activation or deep"
                                + " supervision; edit them in the plan");
            }
        }

        /** Without corrections. */
        public Request(Path dataset, Path output, Optional<Path> plan, int fold, Optional<Duration> budget,
                Optional<Integer> epochs, String device, OptionalLong seed, boolean resume, PlanDataset.Wishes wishes,
                Optional<Path> card, boolean overwrite, LearningWishes learning, Optional<Path> from, boolean check) {
            this(dataset, output, plan, fold, budget, epochs, device, seed, resume, wishes, card, overwrite, learning,
                    from, check, Optional.empty());
        }
    }

    /**
     * What came out.
     *
     * @param model
     *            where it lies
     * @param scores
     *            of the held-out cases; without rows if none were held out
     * @param kept
     *            of each network the epoch whose weights were kept, and how many there were
     * @param split
     *            what was trained on, in words
     * @param finished
     *            false if the user stopped it early
     */
    public record Result(Path model, ScoreTable scores, List<Kept> kept, String split, boolean finished) {

        public Result {
            kept = List.copyOf(kept);
        }
    }

    /**
     * What was kept of a network's training.
     *
     * @param epoch
     *            whose weights
     * @param epochs
     *            how many were trained
     */
    public record Kept(int epoch, int epochs) {
    }

    /** Seed of a training when nobody chose one. */
    public static final long DEFAULT_SEED = 1;

    /** Instead of a fold: one network for each. */
    public static final int EVERY_FOLD = -2;

    private final Request request;

    private final Progress progress;

    private final TrainingFolder work;

    private List<Device> devices = List.of(Device.cpu());

    private TrainModel(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
        this.work = TrainingFolder.of(request.output());
    }

    /** Trains a model. Everything that can be checked is checked before the first step. */
    public static Result run(Request request, Progress progress) {
        return new TrainModel(request, progress).run();
    }

    /** Where the state of an unfinished training lies. */
    public static Path workFolder(Path output) {
        return TrainingFolder.of(output).path();
    }

    private Result run() {
        boolean begun = work.isBegun();
        BundleWriter.requireReplaceable(request.output(), request.overwrite() || request.resume() && begun);
        Optional<CardWords> words = request.card().map(CardWords::read);
        if (begun && !request.resume() && !request.overwrite()) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    work.path() + " holds an unfinished training; go on with --resume, or drop it with --overwrite");
        }
        if (request.resume() && !begun)
            progress.message("nothing to resume at " + work.path() + "; starting anew");
        devices = ComputeDevice.all(request.device(), TrainingRun.ENGINE, progress);
        TrainingCases cases = TrainingCases.of(request.dataset(), request.corrections(), progress);
        CaseIndex index = cases.index();
        work.requireWritable();
        boolean resumed = request.resume() && begun;
        List<Part> parts = work.parts(index, request.fold(), resumed);
        Optional<FineTuning> start = request.from().map(model -> FineTuning.of(model, index));
        Plan plan = plan(cases, parts, start);
        words.ifPresent(w -> w.requireFit(plan.labels()));
        if (begun && !request.resume())
            work.delete();
        start.ifPresent(s -> work.keepStart(s.weights()));
        Optional<NamedWeights> initial = start.map(FineTuning::weights)
                .or(() -> resumed ? work.start() : Optional.empty());
        return finish(train(index, parts, plan, initial), parts.size(), words);
    }

    /** The plan of the first network, held against the data. */
    private Plan plan(TrainingCases cases, List<Part> parts, Optional<FineTuning> start) {
        Optional<Plan> begun = parts.get(0).from().map(CheckpointFile::plan);
        Optional<Plan> given = begun.or(() -> request.plan().map(Plan::read)).or(() -> start.map(FineTuning::plan));
        Optional<DataGate> gate = Optional.empty();
        // what is gone on with was looked at when it began
        if (request.check() && begun.isEmpty()) {
            gate = Optional.of(new DataGate(request.dataset(), progress));
            gate.get().pass(parts.stream().map(Part::fold).filter(f -> f >= 0).toList());
        }
        Optional<PlanDataset.Time> time = request.budget()
                .map(b -> new PlanDataset.Time(b.dividedBy(parts.size()), devices.get(0)));
        Plan plan = adjusted(given.orElseGet(() -> PlanDataset.plan(cases.index(), request.wishes(), time, progress)));
        if (given.isPresent())
            cases.requireReadable(plan, gate, progress);
        return plan;
    }

    private Plan adjusted(Plan plan) {
        Plan adjusted = plan;
        if (request.epochs().isPresent()) {
            adjusted = adjusted.withTraining(adjusted.training().withEpochs(request.epochs().get()));
        } else if (request.budget().isPresent()) {
            adjusted = adjusted.withTraining(adjusted.training().withEpochs(Integer.MAX_VALUE));
        }
        if (adjusted.training().epochs() == Integer.MAX_VALUE && request.budget().isEmpty()) {
            throw SeptumException.usage(request.output() + " was begun with a budget of time and has no number of"
                    + " epochs; go on with --resume and --budget (time that was spent counts) or --epochs");
        }
        if (request.seed().isPresent()) {
            adjusted = adjusted.withTraining(adjusted.training().withSeed(request.seed().getAsLong()));
        }
        return request.learning().of(adjusted);
    }

    /** One network after the other; fewer than there are parts if the user stops it. */
    private List<TrainedNetwork> train(CaseIndex index, List<Part> parts, Plan plan, Optional<NamedWeights> start) {
        List<TrainedNetwork> trained = new ArrayList<>();
        for (Part part : parts) {
            if (!trained.isEmpty() && progress.isCancelled())
                break;
            // each begins with other random weights, so that their mistakes differ
            Plan own = part.from().map(f -> adjusted(f.plan())).orElse(plan);
            if (parts.size() > 1)
                own = own.withTraining(own.training().withSeed(plan.training().seed() + part.fold()));
            try {
                trained.add(train(part, own, FoldSplit.of(index, part.fold()), new Share(parts.size(), start)));
            } catch (SeptumException e) {
                if (e.kind() != SeptumException.Kind.CANCELLED || trained.isEmpty())
                    throw e;
            }
        }
        return trained;
    }

    /** Among how many networks the budget is divided, and what they start from. */
    private record Share(int networks, Optional<NamedWeights> start) {
    }

    private TrainedNetwork train(Part part, Plan plan, FoldSplit split, Share share) {
        progress.message(plan.network().describe() + ", patch " + plan.patch() + ", " + split.describe() + ", on "
                + names(devices));
        if (plan.reasons().containsKey(FineTuning.REASON) && share.start().isEmpty() && part.from().isEmpty()) {
            throw SeptumException.usage(request.output() + " was begun from a model; go on with the same --from");
        }
        TrainingRun.Limits limits = new TrainingRun.Limits(devices,
                request.budget().map(b -> b.dividedBy(share.networks())));
        FoldSplit drawn = TrainingCases.drawn(split);
        TrainingRun run = share.start().map(s -> new TrainingRun(plan, drawn, limits, progress, s))
                .orElseGet(() -> new TrainingRun(plan, drawn, limits, progress));
        Checkpoint last = run.train(part.from().map(CheckpointFile::checkpoint),
                c -> new CheckpointFile(plan, split.fold(), c).write(part.checkpoint()));
        return TrainedNetwork.of(plan, split, last);
    }

    private Result finish(List<TrainedNetwork> trained, int wanted, Optional<CardWords> words) {
        boolean finished = !progress.isCancelled() && trained.size() == wanted;
        HeldOutScores held = new HeldOutScores(request.device(), progress, EvaluateModel.tableOf(request.dataset()));
        List<TrainedNetwork> networks = trained;
        try {
            if (finished)
                networks = new LargestPartRule(request.device(), work.candidate(), progress).applied(trained);
            for (TrainedNetwork network : networks)
                if (finished && !network.split().validation().isEmpty())
                    held.add(network.candidate(words), network.split().validation(), work.candidate());
            held.problems().forEach(problem -> progress.message("not scored: " + problem));
        } catch (SeptumException e) {
            if (e.kind() != SeptumException.Kind.CANCELLED)
                throw e;
            finished = false;
        }
        ScoreTable scores = finished ? held.table() : new ScoreTable(List.of(), HeldOutScores.TOLERANCE);
        TrainingRecord made = new TrainingRecord(networks, scores, finished ? held.measured() : List.of(),
                finished ? held.worst() : List.of(), names(devices), finished);
        BundleWriter.write(made.bundle(words), request.output(), request.overwrite() || request.resume());
        if (finished)
            work.delete();
        else
            progress.message("stopped: the best model so far is written; go on with --resume");
        return new Result(request.output(), scores, made.kept(), made.split(), finished);
    }

    private static String names(List<Device> devices) {
        return devices.stream().map(ComputeDevice::name).collect(Collectors.joining(", "));
    }
}
