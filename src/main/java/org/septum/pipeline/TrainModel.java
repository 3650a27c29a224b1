package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.CardWords;
import org.septum.bundle.ModelCard;
import org.septum.core.FileTree;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.metrics.ScoreTable;
import org.septum.model.ComputeDevice;
import org.septum.train.Checkpoint;
import org.septum.train.CheckpointFile;
import org.septum.train.EpochReport;
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
     */
    public record Request(Path dataset, Path output, Optional<Path> plan, int fold, Optional<Duration> budget,
            Optional<Integer> epochs, String device, OptionalLong seed, boolean resume, PlanDataset.Wishes wishes,
            Optional<Path> card, boolean overwrite, LearningWishes learning, Optional<Path> from, boolean check) {

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
    }

    /**
     * What came out.
     *
     * @param model
     *            where it lies
     * @param scores
     *            of the held-out cases; without rows if none were held out
     * @param best
     *            the epoch whose weights were kept; of several networks that of the first
     * @param epochs
     *            how many were trained, of all networks
     * @param split
     *            what was trained on, in words
     * @param finished
     *            false if the user stopped it early
     */
    public record Result(Path model, ScoreTable scores, EpochReport best, int epochs, String split, boolean finished) {
    }

    /** Seed of a training when nobody chose one. */
    public static final long DEFAULT_SEED = 1;

    /** Instead of a fold: one network for each. */
    public static final int EVERY_FOLD = -2;

    private static final String CHECKPOINT = "checkpoint.safetensors";

    private final Request request;

    private final Progress progress;

    private final Path work;

    private Device device = Device.cpu();

    private TrainModel(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
        this.work = workFolder(request.output());
    }

    /** Trains a model. Everything that can be checked is checked before the first step. */
    public static Result run(Request request, Progress progress) {
        return new TrainModel(request, progress).run();
    }

    /** Where the state of an unfinished training lies. */
    public static Path workFolder(Path output) {
        Path absolute = output.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + ".training");
    }

    private Result run() {
        boolean begun = Files.exists(work.resolve(CHECKPOINT)) || Files.exists(foldFolder(0).resolve(CHECKPOINT));
        BundleWriter.requireReplaceable(request.output(), request.overwrite() || request.resume() && begun);
        Optional<CardWords> words = request.card().map(CardWords::read);
        if (begun && !request.resume() && !request.overwrite()) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    work + " holds an unfinished training; go on with --resume, or drop it with --overwrite");
        }
        if (request.resume() && !begun)
            progress.message("nothing to resume at " + work + "; starting anew");
        device = ComputeDevice.of(request.device(), TrainingRun.ENGINE, progress);
        CaseIndex index = CaseIndex.of(request.dataset());
        requireWritable();
        List<Part> parts = parts(index, request.resume() && begun);
        Optional<FineTuning> start = request.from().map(model -> FineTuning.of(model, index));
        Plan plan = plan(index, parts, start);
        if (begun && !request.resume())
            FileTree.delete(work);
        return finish(train(index, parts, plan, start), parts.size(), words);
    }

    /** A network to train. */
    private record Part(int fold, Path folder, Optional<CheckpointFile> from) {

        Path checkpoint() {
            return folder.resolve(CHECKPOINT);
        }
    }

    private Path foldFolder(int fold) {
        return work.resolve("fold-" + fold);
    }

    /** What was begun with one network goes on with it, and with several likewise. */
    private List<Part> parts(CaseIndex index, boolean resumed) {
        boolean one = resumed ? Files.exists(work.resolve(CHECKPOINT)) : request.fold() != EVERY_FOLD;
        if (one) {
            Optional<CheckpointFile> from = checkpoint(work, resumed);
            return List.of(new Part(from.map(CheckpointFile::fold).orElse(request.fold()), work, from));
        }
        int count = FoldSplit.count(index);
        if (count < 2) {
            throw SeptumException
                    .input(index.name() + " has a single patient; folds need at least 2: train with --fold none");
        }
        List<Part> parts = new ArrayList<>();
        for (int k = 0; k < count; k++)
            parts.add(new Part(k, foldFolder(k), checkpoint(foldFolder(k), resumed)));
        return parts;
    }

    private static Optional<CheckpointFile> checkpoint(Path folder, boolean resumed) {
        Path file = folder.resolve(CHECKPOINT);
        return resumed && Files.exists(file) ? Optional.of(CheckpointFile.read(file)) : Optional.empty();
    }

    /** Found out now and not after a night of training. */
    private void requireWritable() {
        Path probe = work.resolveSibling("." + work.getFileName() + "-probe");
        WholeFile.write(probe, true, aside -> Files.write(aside, new byte[0]));
        try {
            Files.deleteIfExists(probe);
        } catch (IOException e) {
            throw SeptumException.output("cannot delete files beside " + request.output() + ": " + e
                    + "; check the permissions of its folder", e);
        }
    }

    /** The plan of the first network, held against the data. */
    private Plan plan(CaseIndex index, List<Part> parts, Optional<FineTuning> start) {
        Optional<Plan> begun = parts.get(0).from().map(CheckpointFile::plan);
        Optional<Plan> given = begun.or(() -> request.plan().map(Plan::read)).or(() -> start.map(FineTuning::plan));
        Optional<DataGate> gate = Optional.empty();
        // what is gone on with was looked at when it began
        if (request.check() && begun.isEmpty()) {
            gate = Optional.of(new DataGate(request.dataset(), progress));
            gate.get().pass(parts.stream().map(Part::fold).filter(f -> f >= 0).toList());
        }
        Plan plan = adjusted(given.orElseGet(() -> PlanDataset.plan(index, request.wishes(), progress)));
        if (given.isPresent())
            requireReadable(index, plan, gate);
        return plan;
    }

    /** A plan that is made here has read every case; one that is given has not, but the check may have. */
    private void requireReadable(CaseIndex index, Plan plan, Optional<DataGate> gate) {
        if (gate.isPresent() && index.labels().equals(Optional.of(plan.labels()))) {
            gate.get().caseWithoutChannels(plan.channels().size()).ifPresent(f -> {
                throw otherChannels(f.name(), f.facts().orElseThrow().channels(), plan);
            });
            return;
        }
        for (int i = 0; i < index.cases().size(); i++) {
            progress.throwIfCancelled();
            progress.report("looking at cases", i, index.cases().size());
            DataCase c = index.cases().get(i);
            Scan scan = CaseReader.scan(c);
            if (scan.channels() != plan.channels().size())
                throw otherChannels(c.name(), scan.channels(), plan);
            CaseReader.labels(c, plan.labels(), scan);
        }
    }

    private static SeptumException otherChannels(String name, int channels, Plan plan) {
        return SeptumException.input("case " + name + " has " + channels + " channels; the plan has "
                + plan.channels().size() + " " + plan.channels() + ": make a new plan with septum plan");
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
    private List<TrainedNetwork> train(CaseIndex index, List<Part> parts, Plan plan, Optional<FineTuning> start) {
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
    private record Share(int networks, Optional<FineTuning> start) {
    }

    private TrainedNetwork train(Part part, Plan plan, FoldSplit split, Share share) {
        progress.message(plan.network().describe() + ", patch " + plan.patch() + ", " + split.describe() + ", on "
                + ComputeDevice.name(device));
        if (plan.reasons().containsKey(FineTuning.REASON) && share.start().isEmpty() && part.from().isEmpty()) {
            throw SeptumException.usage(request.output() + " was begun from a model; go on with the same --from");
        }
        TrainingRun.Limits limits = new TrainingRun.Limits(device,
                request.budget().map(b -> b.dividedBy(share.networks())));
        TrainingRun run = share.start().map(s -> new TrainingRun(plan, split, limits, progress, s.weights()))
                .orElseGet(() -> new TrainingRun(plan, split, limits, progress));
        Checkpoint last = run.train(part.from().map(CheckpointFile::checkpoint),
                c -> new CheckpointFile(plan, split.fold(), c).write(part.checkpoint()));
        return TrainedNetwork.of(plan, split, last);
    }

    private Result finish(List<TrainedNetwork> trained, int wanted, Optional<CardWords> words) {
        boolean finished = !progress.isCancelled() && trained.size() == wanted;
        HeldOutScores held = new HeldOutScores(request.device(), progress);
        try {
            for (TrainedNetwork network : trained)
                if (finished && !network.split().validation().isEmpty())
                    held.add(Bundle.of(network.plan(), network.best(), ModelCard.of(network.plan())),
                            network.split().validation(), work.resolve("candidate"));
        } catch (SeptumException e) {
            if (e.kind() != SeptumException.Kind.CANCELLED)
                throw e;
            finished = false;
        }
        ScoreTable scores = finished ? held.table() : new ScoreTable(List.of(), HeldOutScores.TOLERANCE);
        TrainingRecord made = new TrainingRecord(trained, scores, finished ? held.worst() : List.of(),
                ComputeDevice.name(device), finished);
        BundleWriter.write(made.bundle(words), request.output(), request.overwrite() || request.resume());
        if (finished)
            FileTree.delete(work);
        else
            progress.message("stopped: the best model so far is written; go on with --resume");
        return new Result(request.output(), scores, trained.get(0).kept(), made.epochs(), made.split(), finished);
    }
}
