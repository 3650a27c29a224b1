package org.septum.fiji;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.pipeline.EvaluateMasks;
import org.septum.pipeline.ScoreText;

/** <i>Plugins &gt; Septum &gt; Evaluate Masks…</i>: predicted masks against true ones. */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Evaluate Masks...", headless = true, description = "Compares predicted masks with references: Dice, IoU, HD95, NSD, by class.")
public final class EvaluateCommand extends SeptumCommand {

    @Parameter(label = "Reference", style = "both", persist = false, description = "True masks: a folder or a file.")
    private File reference;

    @Parameter(label = "Prediction", style = "both", persist = false, description = "Predicted masks of the same names: a folder or a file.")
    private File prediction;

    @Parameter(label = "Output", style = "directory", required = false, persist = false, description = "Folder for scores.csv, summary.csv, scores.json; without it nothing is written.")
    private File output;

    @Parameter(label = "Tolerance (mm)", min = "0", stepSize = "0.5", persist = false, description = "How far a surface may lie from the reference for the NSD.")
    private double tolerance = 1;

    @Parameter(label = "Replace", persist = false, description = Texts.REPLACE_FILES)
    private boolean overwrite = false;

    @Parameter(type = ItemIO.OUTPUT, label = "Scores")
    private String report;

    @Override
    public void run() {
        work().write(p -> EvaluateMasks.run(new EvaluateMasks.Request(reference.toPath(), prediction.toPath(),
                Words.file(output).orElse(null), List.of(), tolerance, overwrite), p)).ifPresent(this::show);
    }

    private void show(EvaluateMasks.Result result) {
        List<String> lines = new ArrayList<>(ScoreText.lines(result.scores()));
        result.files().forEach(file -> lines.add("written to " + file));
        result.problems().forEach(problem -> lines.add("PROBLEM: " + words(problem)));
        report = String.join("\n", lines);
        if (!result.problems().isEmpty())
            cancel(result.problems().size() + " problems, the scores are those of the rest: "
                    + String.join("; ", result.problems()));
    }
}
