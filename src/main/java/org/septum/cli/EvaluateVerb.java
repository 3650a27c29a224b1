package org.septum.cli;

import java.nio.file.Path;
import java.util.List;

import org.septum.pipeline.EvaluateMasks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code septum evaluate}. */
@Command(name = "evaluate", description = {
        "Compares predicted masks with references: Dice, IoU, HD95, NSD, ASSD, volumes, by case and class.",
        "Classes are those of the dataset.json in or beside the reference folder, or the values found." }, footer = {
                "", "Example:", "  septum evaluate --reference labelsTs --prediction masks -o scores" })
final class EvaluateVerb extends Verb {

    @Option(names = "--reference", required = true, paramLabel = "DIR", description = "True masks: a folder or a file.")
    private Path reference;

    @Option(names = "--prediction", required = true, paramLabel = "DIR", description = "Predicted masks of the same names: a folder or a file.")
    private Path prediction;

    @Option(names = { "-o",
            "--output" }, paramLabel = "DIR", description = "Folder for scores.csv, summary.csv, scores.json; without it nothing is written.")
    private Path output;

    @Option(names = "--tolerance", paramLabel = "MM", defaultValue = "1", description = "How far a surface may lie from the reference for the NSD, in mm. Default: ${DEFAULT-VALUE}.")
    private double tolerance;

    @Option(names = "--overwrite", description = "Replace files in the output folder.")
    private boolean overwrite;

    @Override
    public Integer call() {
        EvaluateMasks.Result result = EvaluateMasks.run(
                new EvaluateMasks.Request(reference, prediction, output, List.of(), tolerance, overwrite), progress());
        if (program().json) {
            print(result.scores().toJson(result.problems()).strip());
        } else {
            ScoreText.lines(result.scores()).forEach(this::print);
            result.files().forEach(file -> print("written to " + file));
        }
        result.problems().forEach(problem -> progress().message("septum: " + problem));
        return result.problems().isEmpty() ? SeptumCli.WELL : SeptumCli.FAILED;
    }
}
