package org.septum.fiji;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.compress.CompressionMethod;
import org.septum.compress.CompressionTarget;
import org.septum.pipeline.CompressModel;
import org.septum.pipeline.ReceiptText;

/** <i>Plugins &gt; Septum &gt; Compress Model…</i>: a model in, a smaller or faster one out, and what that cost. */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Compress Model...", headless = true, description = "Makes a model smaller or faster, and measures what that cost.")
public final class CompressCommand extends SeptumCommand {

    @Parameter(label = "Model", required = false, persist = false, description = Texts.MODEL)
    private ModelChoice model;

    @Parameter(label = "Model file", style = "both", required = false, persist = false, description = Texts.MODEL_FILE)
    private File modelfile;

    @Parameter(label = "Dataset", style = "directory", persist = false, description = "The dataset that it was trained on; scores are those of the cases that were held out.")
    private File dataset;

    @Parameter(label = "Method", choices = { "similarity", "cap", "ucp", "conet", "int8", "similarity+int8",
            "cap+int8" }, persist = false, description = "How: similarity needs no data, cap a few scans; ucp and conet train anew; int8 computes with integers.")
    private String method = "cap";

    @Parameter(label = "Target", choices = { "flops", "params",
            "latency" }, persist = false, description = "What is counted: multiply-adds, parameters, or time on this CPU.")
    private String target = "flops";

    @Parameter(label = "Share left", min = "0.01", max = "1", stepSize = "0.05", persist = false, description = "How much of it may be left, 1 for all.")
    private double share = 0.5;

    @Parameter(label = "Training afterwards (minutes)", min = "0", persist = false, description = "0 for none; ucp and conet then train for as long as the model itself was trained.")
    private int minutes;

    @Parameter(label = "Largest drop of Dice", min = "0", max = "1", stepSize = "0.005", persist = false, description = "Write no model that loses more than this; 1 for any.")
    private double drop = 1;

    @Parameter(label = "Output", style = "save", persist = false, description = Texts.OUTPUT_MODEL)
    private File output;

    @Parameter(label = "Replace", persist = false, description = "Replace a model at the output.")
    private boolean overwrite;

    @Parameter(type = ItemIO.OUTPUT, label = "Receipt")
    private String receipt;

    @Override
    public void run() {
        work().write(p -> CompressModel.run(request(), p)).ifPresent(result -> {
            String end = result.isWritten() ? "written to " + result.model()
                    : "not written: it loses more than " + drop + " of Dice";
            receipt = String.join("\n", ReceiptText.lines(result.receipt())) + "\n" + end;
        });
    }

    private CompressModel.Request request() {
        CompressModel.Wishes wishes = new CompressModel.Wishes(
                CompressionTarget.of(target + String.format(Locale.ROOT, "=%.4f", share)),
                minutes == 0 ? Optional.empty() : Optional.of(Duration.ofMinutes(minutes)), Optional.empty(), "auto",
                OptionalLong.empty());
        CompressModel.Writing writing = new CompressModel.Writing(
                drop < 1 ? OptionalDouble.of(drop) : OptionalDouble.empty(), false, overwrite);
        return new CompressModel.Request(ModelChoice.path(model, modelfile), dataset.toPath(),
                CompressionMethod.listOf(method), Path.of(output.getPath()), OptionalInt.empty(), wishes, writing);
    }
}
