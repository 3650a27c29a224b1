package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.CardWords;
import org.septum.bundle.ModelCard;
import org.septum.bundle.OpenBundle;
import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.infer.DjlEngine;
import org.septum.infer.Segmenter;
import org.septum.infer.SegmenterOptions;
import org.septum.metrics.CaseScores;
import org.septum.metrics.Metric;
import org.septum.metrics.ScoreTable;
import org.septum.metrics.Summary;
import org.septum.model.ComputeDevice;
import org.septum.train.Checkpoint;
import org.septum.train.CheckpointFile;
import org.septum.train.EpochReport;
import org.septum.train.TrainingRun;

import ai.djl.Device;

/**
 * Trains a model on a dataset: fingerprint, plan, training, then the held-out cases segmented with the finished model
 * and scored one by one. While it trains the state lies in {@code MODEL.training/}; that folder goes when the model is
 * written.
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
     *            which of five folds is held out; -1 to train on all cases
     * @param budget
     *            wall-clock time for the training itself, pauses left out; absent to train all epochs
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
     */
    public record Request(Path dataset, Path output, Optional<Path> plan, int fold, Optional<Duration> budget,
            Optional<Integer> epochs, String device, OptionalLong seed, boolean resume, PlanDataset.Wishes wishes,
            Optional<Path> card, boolean overwrite, LearningWishes learning) {

        public Request {
            if (budget.isPresent() && budget.get().toSeconds() < 1) {
                throw SeptumException.usage("budget " + budget.get() + "; give at least a second, such as 30m");
            }
            if (epochs.isPresent() && epochs.get() < 1) {
                throw SeptumException.usage("epochs " + epochs.get() + "; give at least 1");
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
     *            the epoch whose weights were kept
     * @param epochs
     *            how many were trained
     * @param split
     *            what was trained on, in words
     * @param finished
     *            false if the user stopped it early
     */
    public record Result(Path model, ScoreTable scores, EpochReport best, int epochs, String split, boolean finished) {
    }

    /** Seed of a training when nobody chose one. */
    public static final long DEFAULT_SEED = 1;

    static final double TOLERANCE_MM = 1;

    private static final String CHECKPOINT = "checkpoint.safetensors";

    private final Request request;

    private final Progress progress;

    private final Path checkpointFile;

    private Device device = Device.cpu();

    private TrainModel(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
        this.checkpointFile = workFolder(request.output()).resolve(CHECKPOINT);
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
        BundleWriter.requireReplaceable(request.output(),
                request.overwrite() || request.resume() && Files.exists(checkpointFile));
        Optional<CardWords> words = request.card().map(CardWords::read);
        Optional<CheckpointFile> from = checkpoint();
        device = ComputeDevice.of(request.device(), TrainingRun.ENGINE, progress);
        CaseIndex index = CaseIndex.of(request.dataset());
        FoldSplit split = FoldSplit.of(index, from.map(CheckpointFile::fold).orElse(request.fold()));
        Plan plan = adjusted(from.map(CheckpointFile::plan).orElseGet(() -> plan(index)));
        if (request.plan().isPresent() || from.isPresent())
            requireReadable(index, plan);
        progress.message(plan.network().describe() + ", patch " + plan.patch() + ", " + split.describe() + ", on "
                + ComputeDevice.name(device));
        TrainingRun training = new TrainingRun(plan, split, new TrainingRun.Limits(device, request.budget()), progress);
        Checkpoint last = training.train(from.map(CheckpointFile::checkpoint),
                c -> new CheckpointFile(plan, split.fold(), c).write(checkpointFile));
        return finish(plan, split, last, words);
    }

    private Optional<CheckpointFile> checkpoint() {
        boolean exists = Files.exists(checkpointFile);
        if (request.resume()) {
            if (!exists)
                progress.message("nothing to resume at " + checkpointFile.getParent() + "; starting anew");
            return exists ? Optional.of(CheckpointFile.read(checkpointFile)) : Optional.empty();
        }
        if (exists && !request.overwrite()) {
            throw new SeptumException(SeptumException.Kind.OUTPUT, checkpointFile.getParent()
                    + " holds an unfinished training; go on with --resume, or drop it with --overwrite");
        }
        return Optional.empty();
    }

    /** A plan that is made here has read every case; one that is given has not. */
    private void requireReadable(CaseIndex index, Plan plan) {
        for (int i = 0; i < index.cases().size(); i++) {
            progress.throwIfCancelled();
            progress.report("looking at cases", i, index.cases().size());
            DataCase c = index.cases().get(i);
            Scan scan = CaseReader.scan(c);
            if (scan.channels() != plan.channels().size()) {
                throw SeptumException.input("case " + c.name() + " has " + scan.channels() + " channels; the plan has "
                        + plan.channels().size() + " " + plan.channels() + ": make a new plan with septum plan");
            }
            CaseReader.labels(c, plan.labels(), scan);
        }
    }

    private Plan plan(CaseIndex index) {
        if (request.plan().isPresent())
            return Plan.read(request.plan().get());
        return PlanDataset.plan(index, request.wishes(), progress);
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

    private Result finish(Plan trained, FoldSplit split, Checkpoint last, Optional<CardWords> words) {
        boolean finished = !progress.isCancelled();
        Plan followed = last.adjustments().of(trained);
        Plan plan = followed.withTraining(followed.training().withEpochs(last.history().size()));
        ModelCard plain = ModelCard.of(plan).withTraining(facts(plan, split, last, finished));
        ModelCard card = words.map(plain::withWords).orElse(plain);
        Bundle bundle = Bundle.of(plan, last.best(), card);
        ScoreTable scores = new ScoreTable(List.of(), TOLERANCE_MM);
        if (finished && !split.validation().isEmpty()) {
            Optional<ScoreTable> measured = scoreUnlessStopped(bundle, split);
            finished = measured.isPresent();
            scores = measured.orElse(scores);
            bundle = finished ? bundle.withCard(card.withScores(scores(scores, split))) : bundle;
        }
        BundleWriter.write(withHistory(bundle, last, scores), request.output(),
                request.overwrite() || request.resume());
        if (finished)
            deleteWork();
        else
            progress.message("stopped: the best model so far is written; go on with --resume");
        return new Result(request.output(), scores, last.bestEpoch(), last.history().size(), split.describe(),
                finished);
    }

    private static Bundle withHistory(Bundle bundle, Checkpoint last, ScoreTable scores) {
        StringBuilder csv = new StringBuilder(
                "epoch,steps,loss,validation_dice,learning_rate,seconds,waiting_seconds\n");
        for (EpochReport r : last.history()) {
            csv.append(String.format(Locale.ROOT, "%d,%d,%.6f,%.6f,%.8f,%.1f,%.2f%n", r.epoch(), r.steps(), r.loss(),
                    r.meanDice(), r.learningRate(), r.seconds(), r.waiting()));
        }
        Map<String, String> attachments = new LinkedHashMap<>(bundle.attachments());
        attachments.put("training.csv", csv.toString());
        if (!scores.rows().isEmpty())
            attachments.put("scores.csv", scores.toCsv());
        return new Bundle(bundle.plan(), bundle.weights(), bundle.card(), attachments);
    }

    private Map<String, String> facts(Plan plan, FoldSplit split, Checkpoint last, boolean finished) {
        Map<String, String> facts = new LinkedHashMap<>();
        EpochReport end = last.history().get(last.history().size() - 1);
        facts.put("dataset", plan.dataset());
        facts.put("split", split.describe());
        facts.put("epochs", String.valueOf(last.history().size()));
        facts.put("steps", String.valueOf(end.steps()));
        facts.put("kept epoch", String.valueOf(last.bestEpoch().epoch()));
        facts.put("minutes", String.format(Locale.ROOT, "%.1f", end.seconds() / 60));
        facts.put("device",
                ComputeDevice.name(device) + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        facts.put("seed", String.valueOf(plan.training().seed()));
        facts.put("septum version", SeptumVersion.text());
        if (!finished)
            facts.put("stopped", "early, by the user");
        return facts;
    }

    /** Absent if the user does not want to wait for it. */
    private Optional<ScoreTable> scoreUnlessStopped(Bundle bundle, FoldSplit split) {
        try {
            return Optional.of(score(bundle, split));
        } catch (SeptumException e) {
            if (e.kind() == SeptumException.Kind.CANCELLED)
                return Optional.empty();
            throw e;
        }
    }

    /** Segments the held-out cases with the model as it will be shipped. */
    private ScoreTable score(Bundle bundle, FoldSplit split) {
        List<CaseScores> rows = new ArrayList<>();
        Path aside = workFolder(request.output()).resolve("candidate");
        BundleWriter.write(bundle, aside, true);
        Plan plan = bundle.plan();
        try (OpenBundle open = BundleReader.open(aside);
                DjlEngine engine = DjlEngine.open(open.onnx(), plan, request.device(), Progress.SILENT)) {
            Segmenter segmenter = new Segmenter(engine, SegmenterOptions.DEFAULT);
            for (int i = 0; i < split.validation().size(); i++) {
                progress.throwIfCancelled();
                progress.report("scoring held-out cases", i, split.validation().size());
                DataCase c = split.validation().get(i);
                Scan scan = CaseReader.scan(c);
                LabelMask reference = CaseReader.labels(c, plan.labels(), scan);
                LabelMask prediction = segmenter.segment(scan, plan, onlyStopping(progress));
                for (ClassLabel label : plan.labels().foreground()) {
                    rows.add(CaseScores.of(c.name(), label, reference, prediction, TOLERANCE_MM));
                }
            }
            progress.report("scoring held-out cases", split.validation().size(), split.validation().size());
        }
        return new ScoreTable(rows, TOLERANCE_MM);
    }

    /** Says nothing and stops when another does. */
    private static Progress onlyStopping(Progress other) {
        return new Progress() {

            @Override
            public void report(String task, long done, long total) {
                // the cases are reported
            }

            @Override
            public void message(String line) {
                // likewise
            }

            @Override
            public boolean isCancelled() {
                return other.isCancelled();
            }
        };
    }

    private static List<ModelCard.Score> scores(ScoreTable table, FoldSplit split) {
        String where = "validation cases of fold " + split.fold() + " of " + FoldSplit.FOLDS
                + ", which also chose the epoch";
        List<ModelCard.Score> scores = new ArrayList<>();
        for (ClassLabel label : table.labels()) {
            for (Metric metric : List.of(Metric.DICE, Metric.HD95)) {
                Summary s = table.summary(label, metric);
                String name = metric == Metric.DICE ? "Dice" : "HD95 " + table.distanceUnit();
                scores.add(new ModelCard.Score(label.name(), name, s.mean(), s.sd(), s.n(), where));
            }
        }
        return scores;
    }

    private void deleteWork() {
        FileTrees.delete(workFolder(request.output()));
    }
}
