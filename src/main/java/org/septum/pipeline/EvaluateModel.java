package org.septum.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.bundle.OpenBundle;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.data.DataCase;
import org.septum.io.CaseTable;
import org.septum.io.PixelSizes;
import org.septum.metrics.MeasuredCase;
import org.septum.metrics.MeasurementError;
import org.septum.metrics.ScoreTable;

/**
 * Segments the cases of a dataset that a model has not seen and scores the masks: overlap and distances, and how far
 * what the model measures is off.
 */
public final class EvaluateModel {

    /**
     * What to evaluate.
     *
     * @param models
     *            folders or zips; the scores of several are pooled, each over the cases of its own fold
     * @param dataset
     *            in one of the layouts of {@link CaseIndex}
     * @param fold
     *            whose held-out cases are scored, negative for all cases; absent for the fold that the model was
     *            trained on, or for all cases if it was trained on another dataset
     * @param table
     *            with pixel sizes or measurements of the cases; absent for the one in the dataset's folder, if there is
     *            one
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     * @param output
     *            folder for {@code scores.csv}, {@code summary.csv}, {@code scores.json} and, if the model measures,
     *            {@code measured.csv}; absent to write nothing
     * @param rescored
     *            where a copy of the model with these scores in its card is written; absent for none
     * @param overwrite
     *            whether files at the output and a model there may be replaced
     */
    public record Request(List<Path> models, Path dataset, Optional<Integer> fold, Optional<Path> table, String device,
            Optional<Path> output, Optional<Path> rescored, boolean overwrite) {

        public Request {
            models = List.copyOf(models);
            if (models.isEmpty() || models.size() > 1 && (rescored.isPresent() || fold.isPresent()))
                throw SeptumException
                        .usage(models.size() + " models together with a fold or a place for a model with new"
                                + " scores; allowed: one, or several of which each scores the cases of its own fold");
        }

        /** Whatever the model has not seen, nothing written. */
        public static Request of(Path model, Path dataset) {
            return new Request(List.of(model), dataset, Optional.empty(), Optional.empty(), "auto", Optional.empty(),
                    Optional.empty(), false);
        }

        /** The same with the held-out cases of a fold. */
        public Request withFold(int chosen) {
            return new Request(models, dataset, Optional.of(chosen), table, device, output, rescored, overwrite);
        }

        /** The same with tables in a folder and a model with the scores. */
        public Request withOutput(Path folder, Path newModel) {
            return new Request(models, dataset, fold, table, device, Optional.of(folder), Optional.of(newModel),
                    overwrite);
        }
    }

    /**
     * What came out.
     *
     * @param scores
     *            of all cases that could be scored
     * @param measured
     *            what the model measures, of each case; empty if it measures nothing
     * @param split
     *            which cases these are, in words
     * @param problems
     *            one line for each case that could not be scored
     * @param files
     *            what was written
     */
    public record Result(ScoreTable scores, List<MeasuredCase> measured, String split, List<String> problems,
            List<Path> files) {

        public Result {
            measured = List.copyOf(measured);
            problems = List.copyOf(problems);
            files = List.copyOf(files);
        }

        /** How far off the measurements are. */
        public List<MeasurementError> errors() {
            return MeasurementError.of(measured);
        }
    }

    private final Request request;

    private final Progress progress;

    private EvaluateModel(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Evaluates. A case that cannot be scored becomes a problem of the result and does not stop the rest.
     *
     * @throws SeptumException
     *             if the model has seen all cases, nothing can be scored, the output exists, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        return new EvaluateModel(request, progress).run();
    }

    private Result run() {
        request.output().ifPresent(folder -> List.of("scores.csv", "summary.csv", "scores.json", "measured.csv")
                .forEach(name -> WholeFile.requireFree(folder.resolve(name), request.overwrite())));
        request.rescored().ifPresent(target -> BundleWriter.requireReplaceable(target, request.overwrite()));
        CaseIndex index = CaseIndex.of(request.dataset());
        Optional<CaseTable> table = request.table().map(CaseTable::read).or(() -> tableOf(request.dataset()));
        HeldOutScores held = new HeldOutScores(request.device(), progress, table);
        Bundle bundle = null;
        Set<DataCase> seen = new HashSet<>();
        List<String> splits = new ArrayList<>();
        for (Path model : request.models()) {
            try (OpenBundle open = BundleReader.open(model)) {
                bundle = open.bundle();
                HeldOutCases split = HeldOutCases.of(bundle, index, request.fold(), progress);
                requireOnce(split, seen);
                splits.add(split.words());
                progress.message("scoring " + split.words());
                held.add(open, split.cases());
            }
        }
        Result result = result(held, String.join("; ", splits));
        List<Path> files = request.output().map(folder -> write(folder, result)).orElse(List.of());
        if (request.rescored().isPresent())
            BundleWriter.write(rescored(bundle, result), request.rescored().get(), request.overwrite());
        return new Result(result.scores(), result.measured(), result.split(), result.problems(), files);
    }

    /** Two models that score the same case would count it twice. */
    private static void requireOnce(HeldOutCases split, Set<DataCase> seen) {
        for (DataCase c : split.cases()) {
            if (!seen.add(c))
                throw SeptumException.usage("two of the models score the case " + c.name()
                        + "; pooled scores need models of different folds of one dataset");
        }
    }

    private static Result result(HeldOutScores held, String split) {
        if (held.table().rows().isEmpty())
            throw SeptumException.input("no case could be scored; the first problem: " + held.problems().get(0));
        return new Result(held.table(), held.measured(), split, held.problems(), List.of());
    }

    /** The only table in a dataset's folder that knows pixel sizes or circumferences. */
    static Optional<CaseTable> tableOf(Path dataset) {
        List<CaseTable> tables = new ArrayList<>();
        try (Stream<Path> files = Files.list(dataset)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".csv")).sorted().toList())
                readable(file).filter(t -> PixelSizes.isIn(t) || t.has("circumference")).ifPresent(tables::add);
        } catch (IOException e) {
            throw SeptumException.input("cannot list " + dataset + ": " + e.getMessage() + "; check its permissions",
                    e);
        }
        return tables.size() == 1 ? Optional.of(tables.get(0)) : Optional.empty();
    }

    private static Optional<CaseTable> readable(Path file) {
        try {
            return Optional.of(CaseTable.read(file));
        } catch (SeptumException e) {
            // a CSV file about something else
            return Optional.empty();
        }
    }

    private List<Path> write(Path folder, Result result) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("scores.csv", result.scores().toCsv());
        texts.put("summary.csv", result.scores().summaryCsv());
        texts.put("scores.json", EvaluationText.json(result));
        if (!result.measured().isEmpty())
            texts.put("measured.csv", MeasuredCase.csv(result.measured()));
        texts.forEach((name, text) -> WholeFile.write(folder.resolve(name), request.overwrite(),
                aside -> Files.writeString(aside, text, StandardCharsets.UTF_8)));
        return texts.keySet().stream().map(folder::resolve).toList();
    }

    /** The model with these scores in place of those it had. */
    private static Bundle rescored(Bundle bundle, Result result) {
        Map<String, String> texts = new TreeMap<>(bundle.attachments());
        texts.put(Bundle.SCORES, result.scores().toCsv());
        texts.put(Bundle.SUMMARY, result.scores().summaryCsv());
        if (!result.measured().isEmpty())
            texts.put("measured.csv", MeasuredCase.csv(result.measured()));
        List<ModelCard.Score> scores = TrainingRecord.cardScores(result.scores(), result.measured(),
                where(bundle, result));
        return bundle.withCard(bundle.card().withScores(scores)).withAttachments(texts);
    }

    /** A fold that was held out of a training has usually chosen the epoch too. */
    private static String where(Bundle bundle, Result result) {
        boolean chose = bundle.card().scores().stream().anyMatch(s -> s.split().contains("also chose the epoch"));
        return result.split() + (chose && result.split().contains("held-out") ? ", which also chose the epoch" : "");
    }
}
