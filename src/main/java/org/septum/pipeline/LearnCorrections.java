package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.OpenBundle;
import org.septum.core.ClassLabel;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.metrics.Metric;
import org.septum.metrics.ScoreTable;

/**
 * Trains a model further on the corrections that {@link CollectCorrections} kept, and says how well it does on the
 * corrected scans before and after. With the dataset that it was trained on it keeps learning from that as well, so
 * that it does not forget.
 */
public final class LearnCorrections {

    /** Fewer corrections than these are all trained on: a fifth of them would tell nothing. */
    static final int FEWEST_TO_HOLD_OUT = 10;

    /** If nobody says how long. */
    static final Duration BUDGET = Duration.ofMinutes(10);

    private static final Pattern FOLD = Pattern.compile("fold (\\d+) of .*");

    /**
     * What to train.
     *
     * @param corrections
     *            folder that {@link CollectCorrections} filled
     * @param model
     *            to go on from: folder or zip of Septum's own
     * @param output
     *            the model to write
     * @param dataset
     *            whose cases are trained on as well; absent for the corrections alone
     * @param budget
     *            wall-clock time; absent with epochs for those, without them for ten minutes
     * @param epochs
     *            how many; absent for as many as the budget allows
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     * @param seed
     *            instead of the model's
     * @param overwrite
     *            whether a model at the output may be replaced
     */
    public record Request(Path corrections, Path model, Path output, Optional<Path> dataset, Optional<Duration> budget,
            Optional<Integer> epochs, String device, OptionalLong seed, boolean overwrite) {
    }

    /**
     * What came out.
     *
     * @param trained
     *            the model, and its scores of held-out cases if there are any
     * @param before
     *            scores of the corrected scans with the model that was gone on from
     * @param after
     *            the same with the new model; without rows if the user stopped it
     * @param held
     *            what was held out, in words
     */
    public record Result(TrainModel.Result trained, ScoreTable before, ScoreTable after, String held) {

        /** For people. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (ClassLabel label : before.labels()) {
                String old = dice(before, label);
                lines.add(label.name() + " of the corrected scans: Dice " + old + " before"
                        + (after.rows().isEmpty() ? "" : ", " + dice(after, label) + " after"));
            }
            lines.add(held);
            if (!trained.scores().rows().isEmpty())
                lines.addAll(ScoreText.lines(trained.scores()));
            lines.add("written to " + trained.model() + "; " + trained.split());
            return lines;
        }

        private static String dice(ScoreTable table, ClassLabel label) {
            var summary = table.summary(label, Metric.DICE);
            return String.format(Locale.ROOT, "%.3f (n=%d)", summary.mean(), summary.n());
        }
    }

    private final Request request;

    private final Progress progress;

    private LearnCorrections(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /** Trains the model further. Everything that can be checked is checked before the first step. */
    public static Result run(Request request, Progress progress) {
        return new LearnCorrections(request, progress).run();
    }

    private Result run() {
        BundleWriter.requireReplaceable(request.output(), request.overwrite());
        if (!request.overwrite() && Files.exists(TrainModel.workFolder(request.output()))) {
            throw new SeptumException(SeptumException.Kind.OUTPUT, "an earlier training of " + request.output()
                    + " was stopped; drop it with --overwrite, or choose another output");
        }
        CaseIndex corrections = CaseIndex.of(request.corrections());
        Split split;
        ScoreTable before;
        try (OpenBundle open = BundleReader.open(request.model())) {
            split = split(corrections, open);
            before = scores(open, corrections);
        }
        progress.message(split.words());
        TrainModel.Result trained = TrainModel.run(training(split.fold()), progress);
        ScoreTable after = new ScoreTable(List.of(), HeldOutScores.TOLERANCE);
        if (trained.finished()) {
            try (OpenBundle open = BundleReader.open(request.output())) {
                after = scores(open, corrections);
            }
        }
        return new Result(trained, before, after, split.words());
    }

    /** Which fold is held out, and why. */
    private record Split(int fold, String words) {
    }

    private Split split(CaseIndex corrections, OpenBundle open) {
        int n = corrections.cases().size();
        if (request.dataset().isPresent())
            return ofDataset(CaseIndex.of(request.dataset().get()), open);
        if (n < FEWEST_TO_HOLD_OUT || FoldSplit.count(corrections) < FoldSplit.FOLDS) {
            return new Split(FoldSplit.NONE, "corrected scans: " + n + ", too few to hold some out: all are trained on,"
                    + " so their Dice says what was learnt, not how other scans will fare");
        }
        return new Split(0, "corrected scans: " + n + "; a fifth of them is held out, the others are trained on");
    }

    private static Split ofDataset(CaseIndex dataset, OpenBundle open) {
        String trained = open.bundle().card().training().getOrDefault("split", "");
        boolean isSame = open.bundle().card().training().getOrDefault("dataset", open.plan().dataset())
                .equals(dataset.name());
        Matcher own = FOLD.matcher(trained);
        String all = "all corrections are trained on, so their Dice says what was learnt; ";
        if (isSame && own.matches()) {
            return new Split(Integer.parseInt(own.group(1)), all + "held out are the cases of " + dataset.name()
                    + " that the model has not seen either: fold " + own.group(1));
        }
        if (isSame && !trained.isEmpty()) {
            return new Split(FoldSplit.NONE,
                    all + "the model has seen every case of " + dataset.name() + ", so none is held out");
        }
        return new Split(0, all + "held out is fold 0 of " + dataset.name());
    }

    private ScoreTable scores(OpenBundle open, CaseIndex corrections) {
        HeldOutScores scores = new HeldOutScores(request.device(), progress, Optional.empty());
        scores.add(open, corrections.cases());
        if (scores.table().rows().isEmpty())
            throw SeptumException.input("no correction can be used: " + String.join("; ", scores.problems()));
        scores.problems().forEach(problem -> progress.message("not scored: " + problem));
        return scores.table();
    }

    private TrainModel.Request training(int fold) {
        Path cases = request.dataset().orElse(request.corrections());
        Optional<Duration> budget = request.budget().isEmpty() && request.epochs().isEmpty() ? Optional.of(BUDGET)
                : request.budget();
        // corrections were looked at when they were kept; a class that none of them shows is no mistake
        return new TrainModel.Request(cases, request.output(), Optional.empty(), fold, budget, request.epochs(),
                request.device(), request.seed(), false, PlanDataset.Wishes.NONE, Optional.empty(), request.overwrite(),
                LearningWishes.NONE, Optional.of(request.model()), request.dataset().isPresent(),
                request.dataset().map(d -> request.corrections()));
    }
}
