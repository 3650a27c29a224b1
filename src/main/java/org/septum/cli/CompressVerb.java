package org.septum.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

import org.septum.compress.CompressionMethod;
import org.septum.compress.Receipt;
import org.septum.pipeline.CompressModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code septum compress}. */
@Command(name = "compress", description = { "Makes a model faster, and measures what that costs.",
        "int8: convolutions with 8-bit integers, for segment --precision int8 on a CPU. The new model holds the old one "
                + "as well." }, footer = { "", "Examples:",
                        "  septum compress -m MODEL -d DATASET --method int8 -o FASTER",
                        "  septum segment scan.nii.gz -m FASTER -o masks --precision int8" })
final class CompressVerb extends Verb {

    @Option(names = { "-m", "--model" }, required = true, paramLabel = "MODEL", description = "Model folder or zip.")
    private Path model;

    @Option(names = { "-d",
            "--dataset" }, required = true, paramLabel = "DATASET", description = "The dataset that it was trained on: ranges are measured on its training cases, scores on those that were held out.")
    private Path dataset;

    @Option(names = "--method", required = true, paramLabel = "M", description = "int8.")
    private String method;

    @Option(names = { "-o",
            "--output" }, required = true, paramLabel = "MODEL", description = "The model to write: a folder, or a zip if it ends in .zip.")
    private Path output;

    @Option(names = "--fold", paramLabel = "K", description = "Which of five folds is held out for scores, 0 to 4. Default: the one that the model was trained without.")
    private Integer fold;

    @Option(names = "--overwrite", description = "Replace a model at the output.")
    private boolean overwrite;

    @Override
    public Integer call() {
        OptionalInt held = fold == null ? OptionalInt.empty() : OptionalInt.of(fold);
        CompressModel.Result result = CompressModel.run(
                new CompressModel.Request(model, dataset, CompressionMethod.of(method), output, held, overwrite),
                progress());
        if (program().json)
            printJson(result);
        else
            print(result);
        return SeptumCli.WELL;
    }

    private void print(CompressModel.Result result) {
        Receipt receipt = result.receipt();
        for (Receipt.ClassScore c : receipt.classes()) {
            print(c.difference() == null ? c.name() + ": in no reference"
                    : String.format(Locale.ROOT, "%s: Dice %.4f before, %.4f after (n = %d, %s)", c.name(), c.before(),
                            c.after(), c.n(), receipt.split()));
        }
        print(String.format(Locale.ROOT, "one scan: %.3f s before, %.3f s after (%s)", receipt.seconds().before(),
                receipt.seconds().after(), receipt.machine()));
        print(receipt.quantization().kept().isEmpty() ? "every convolution has integers"
                : "kept in floats: " + String.join(", ", receipt.quantization().kept()));
        print("written to " + result.model());
    }
}
