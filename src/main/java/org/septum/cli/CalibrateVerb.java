package org.septum.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

import org.septum.explain.Calibration;
import org.septum.explain.QualityModel;
import org.septum.explain.QualityTrial;
import org.septum.explain.ReliabilityTable;
import org.septum.pipeline.CalibrateModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum model calibrate}. */
@Command(name = "calibrate", description = {
        "Finds the temperature at which a model's probabilities say how often it is right, and"
                + " learns to predict the Dice of its masks, on cases it was not trained on. Writes a copy of the model with"
                + " both. Masks do not change." }, footer = { "", "Example:",
                        "  septum model calibrate MODEL DATASET -o CALIBRATED" })
final class CalibrateVerb extends Verb {

    @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder or zip.")
    private Path model;

    @Parameters(index = "1", paramLabel = "DATASET", description = "Scans with reference masks.")
    private Path dataset;

    @Option(names = { "-o", "--output" }, required = true, paramLabel = "MODEL", description = "The calibrated model.")
    private Path output;

    @Option(names = "--fold", paramLabel = "K", converter = Fold.class, description = "Use the cases that this fold holds out, 0 to 4, or all. Default: the fold of the model; all cases of data it was not trained on.")
    private Integer fold;

    @Option(names = "--cases", paramLabel = "N", defaultValue = "0", description = "Use the first N of them. Default: all.")
    private int cases;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(names = "--table", paramLabel = "FILE", description = "Also write what was measured of each case as CSV.")
    private Path table;

    @Option(names = "--overwrite", description = "Replace a model at the output.")
    private boolean overwrite;

    @Override
    public Integer call() {
        CalibrateModel.Result result = CalibrateModel.run(new CalibrateModel.Request(model, dataset,
                Optional.ofNullable(fold), cases, device, output, overwrite, Optional.ofNullable(table)), progress());
        if (program().json)
            printJson(result);
        else
            print(result);
        result.problems().forEach(problem -> progress().message("septum: " + problem));
        return result.problems().isEmpty() ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private void print(CalibrateModel.Result result) {
        Calibration found = result.calibration();
        print(String.format(Locale.ROOT, "temperature %.3f from %d voxels of %s", found.temperature(), found.voxels(),
                result.split()));
        print(String.format(Locale.ROOT, "expected calibration error %.4f before, %.4f after on the same voxels",
                found.before().expectedError(), found.after().expectedError()));
        print("confidence  voxels  right before | confidence  voxels  right after");
        for (int i = 0; i < found.before().bins().size(); i++)
            print(row(found.before().bins().get(i)) + " | " + row(found.after().bins().get(i)));
        print(result.quality());
        print("written to " + output);
    }

    private void print(QualityModel quality) {
        if (quality == null) {
            print("too few cases to learn from what masks are good; allowed: " + QualityModel.FEWEST + " and more");
            return;
        }
        QualityTrial trial = quality.trial();
        print(String.format(Locale.ROOT,
                "predicted and true Dice of %d cases of %d patients, each predicted from %s: Spearman %.2f, mean error"
                        + " %.3f; %.0f %% of the worst tenth among the fifth predicted worst, below %.3f",
                quality.cases(), quality.groups(), trial.acrossPatients() ? "other patients" : "the other cases",
                trial.spearman(), trial.meanError(), 100 * trial.found(), quality.lookBelow()));
    }

    private static String row(ReliabilityTable.Bin bin) {
        return bin.count() == 0 ? String.format(Locale.ROOT, "%10s %7d %13s", "-", 0, "-")
                : String.format(Locale.ROOT, "%10.3f %7d %13.3f", bin.confidence(), bin.count(), bin.accuracy());
    }
}
