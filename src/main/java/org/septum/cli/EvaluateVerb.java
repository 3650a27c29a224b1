package org.septum.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.septum.core.SeptumException;
import org.septum.pipeline.EvaluateMasks;
import org.septum.pipeline.EvaluateModel;
import org.septum.pipeline.EvaluationText;
import org.septum.pipeline.ScoreText;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code septum evaluate}. */
@Command(name = "evaluate", description = {
        "Compares predicted masks with references: Dice, IoU, HD95, NSD, ASSD, volumes, by case and class.",
        "Classes are those of the dataset.json in or beside the reference folder, or the values found.",
        "With --model and --dataset it segments the cases that the model has not seen and compares those; where the model"
                + " measures something, also that, with a table of the dataset and with the reference masks." }, footer = {
                        "", "Examples:", "  septum evaluate --reference labelsTs --prediction masks -o scores",
                        "  septum evaluate --model MODEL --dataset DATASET -o scores" })
final class EvaluateVerb extends Verb {

    @Option(names = "--reference", paramLabel = "DIR", description = "True masks: a folder or a file.")
    private Path reference;

    @Option(names = "--prediction", paramLabel = "DIR", description = "Predicted masks of the same names: a folder or a file.")
    private Path prediction;

    @Option(names = { "-m",
            "--model" }, paramLabel = "MODEL", description = "Model to evaluate: a folder or zip. Of several, given one by one, each scores the cases of its own fold, and the scores are pooled.")
    private List<Path> models = List.of();

    @Option(names = "--dataset", paramLabel = "DATASET", description = "Scans with reference masks to evaluate it on.")
    private Path dataset;

    @Option(names = "--fold", paramLabel = "K", converter = Fold.class, description = "Score the cases that this fold holds out, 0 to 4, or all. Default: the fold of the model; all cases of data it was not trained on.")
    private Integer fold;

    @Option(names = "--table", paramLabel = "FILE", description = "CSV with filename and pixel size(mm) or circumference of the cases. Default: the one in the folder of the dataset.")
    private Path table;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1, for --model. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(names = "--rescored", paramLabel = "MODEL", description = "Write a copy of the model with these scores in its README.")
    private Path rescored;

    @Option(names = { "-o",
            "--output" }, paramLabel = "DIR", description = "Folder for scores.csv, summary.csv, scores.json; without it nothing is written.")
    private Path output;

    @Option(names = "--tolerance", paramLabel = "MM", description = "How far a surface may lie from the reference for the NSD, in mm. Default: 1; with --model always 1.")
    private Double tolerance;

    @Option(names = "--overwrite", description = "Replace files in the output folder.")
    private boolean overwrite;

    @Override
    public Integer call() {
        boolean masks = reference != null && prediction != null;
        boolean ofModel = !models.isEmpty() && dataset != null;
        if (masks == ofModel || (reference == null) != (prediction == null) || models.isEmpty() != (dataset == null))
            throw SeptumException.usage("give --reference and --prediction, or --model and --dataset");
        if (masks && (fold != null || table != null || rescored != null))
            throw SeptumException.usage("--fold, --table and --rescored go with --model");
        if (ofModel && tolerance != null)
            throw SeptumException.usage("--tolerance goes with --reference; that of --model is 1 mm");
        return ofModel ? evaluateModel() : evaluateMasks();
    }

    private int evaluateMasks() {
        EvaluateMasks.Result result = EvaluateMasks.run(new EvaluateMasks.Request(reference, prediction, output,
                List.of(), tolerance == null ? 1 : tolerance, overwrite), progress());
        if (program().json) {
            print(result.scores().toJson(result.problems()).strip());
        } else {
            ScoreText.lines(result.scores()).forEach(this::print);
            result.files().forEach(file -> print("written to " + file));
        }
        return end(result.problems());
    }

    private int evaluateModel() {
        EvaluateModel.Result result = EvaluateModel
                .run(new EvaluateModel.Request(models, dataset, Optional.ofNullable(fold), Optional.ofNullable(table),
                        device, Optional.ofNullable(output), Optional.ofNullable(rescored), overwrite), progress());
        if (program().json) {
            print(EvaluationText.json(result).strip());
        } else {
            print(result.split());
            ScoreText.lines(result.scores()).forEach(this::print);
            ScoreText.intervals(result.scores()).forEach(this::print);
            EvaluationText.lines(result).forEach(this::print);
            result.files().forEach(file -> print("written to " + file));
        }
        return end(result.problems());
    }

    private int end(List<String> problems) {
        problems.forEach(problem -> progress().message("septum: " + problem));
        return problems.isEmpty() ? SeptumCli.WELL : SeptumCli.FAILED;
    }
}
