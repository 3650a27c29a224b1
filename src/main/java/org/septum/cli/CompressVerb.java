package org.septum.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.septum.compress.CompressionMethod;
import org.septum.compress.CompressionTarget;
import org.septum.compress.Receipt;
import org.septum.core.SeptumException;
import org.septum.pipeline.CompressModel;
import org.septum.pipeline.ReceiptText;
import org.septum.pipeline.SweepCompression;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code septum compress}. */
@Command(name = "compress", description = { "Makes a model smaller or faster, and measures what that costs.", "",
        "similarity: channels that resemble others go. No data are needed.",
        "cap: channels go whose work the others can do, and then do. Looks at a tenth of the scans, no training.",
        "ucp: gates are trained to tell which channels matter; what is left is trained anew.",
        "conet: short trainings find a width for every layer; what is found is trained anew.",
        "uniform: every layer loses the same share, and is trained anew: what ucp and conet have to beat.",
        "int8: convolutions with 8-bit integers, for segment --precision int8 on a CPU. The new model holds the one "
                + "with floats as well.",
        "",
        "With --sweep several methods and targets are tried, and drawn: Dice against multiply-adds and against time.",
        "" }, footer = { "", "Examples:",
                "  septum compress -m MODEL -d DATASET --method similarity -o SMALL         half the multiply-adds",
                "  septum compress -m MODEL -d DATASET --method cap --target flops=0.3 --budget 10m -o SMALL",
                "  septum compress -m MODEL -d DATASET --method cap+int8 --max-drop 0.01 -o SMALL",
                "  septum compress -m MODEL -d DATASET --method int8 -o FASTER",
                "  septum compress -m MODEL -d DATASET --sweep --method similarity,cap+int8 --target "
                        + "flops=0.3,flops=0.5 -o FOLDER",
                "  septum segment scan.nii.gz -m FASTER -o masks --precision int8" })
final class CompressVerb extends Verb {

    @Option(names = { "-m", "--model" }, required = true, paramLabel = "MODEL", description = "Model folder or zip.")
    private Path model;

    @Option(names = { "-d",
            "--dataset" }, required = true, paramLabel = "DATASET", description = "The dataset that it was trained on: its training cases are looked at, scores are those of the cases that were held out.")
    private Path dataset;

    @Option(names = "--method", required = true, paramLabel = "M", description = "similarity, cap, ucp, conet, uniform or int8; or one of the others and then int8, such as cap+int8. With --sweep several, with commas between.")
    private String method;

    @Option(names = "--target", paramLabel = "T", description = "What may be left: flops=0.5 of the multiply-adds, params=0.5 of the parameters, latency=0.5 of the time for a patch on this CPU. Default: flops=0.5. With --sweep several, with commas between.")
    private String target;

    @Option(names = "--budget", paramLabel = "TIME", converter = TimeSpan.class, description = "For training afterwards: 30m, 2h. Default: none for similarity and cap; as long as the model itself was trained for ucp, conet and uniform.")
    private Duration budget;

    @Option(names = "--search", paramLabel = "TIME", converter = TimeSpan.class, description = "For the trainings by which ucp and conet choose. Default: a quarter of the other.")
    private Duration search;

    @Option(names = "--max-drop", paramLabel = "D", description = "Write no model that loses more Dice than this in the mean over classes, such as 0.01 for one point.")
    private Double maxDrop;

    @Option(names = { "-o",
            "--output" }, required = true, paramLabel = "MODEL", description = "The model to write: a folder, or a zip if it ends in .zip. With --sweep a folder for models, table and pictures.")
    private Path output;

    @Option(names = "--fold", paramLabel = "K", description = "Which of five folds is held out for scores, 0 to 4. Default: the one that the model was trained without.")
    private Integer fold;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "That trains: auto, cpu, gpu or gpu:1. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(names = "--seed", paramLabel = "N", description = "Of every random choice of a training, instead of the plan's.")
    private Long seed;

    @Option(names = "--sweep", description = "Try every method with every target; write models, sweep.csv, sweep-macs.png and sweep-time.png.")
    private boolean sweep;

    @Option(names = "--resume", description = "Go on with a compression of the same output that was cut off.")
    private boolean resume;

    @Option(names = "--overwrite", description = "Replace a model at the output, or an unfinished compression.")
    private boolean overwrite;

    @Override
    public Integer call() {
        CompressModel.Wishes wishes = new CompressModel.Wishes(CompressionTarget.DEFAULT, Optional.ofNullable(budget),
                Optional.ofNullable(search), device, seed == null ? OptionalLong.empty() : OptionalLong.of(seed));
        List<List<CompressionMethod>> methods = Arrays.stream(method.split(",", -1)).map(CompressionMethod::listOf)
                .toList();
        List<CompressionTarget> targets = target == null ? List.of(CompressionTarget.DEFAULT)
                : Arrays.stream(target.split(",", -1)).map(CompressionTarget::of).toList();
        OptionalInt held = fold == null ? OptionalInt.empty() : OptionalInt.of(fold);
        if (sweep) {
            requireNoLimit();
            return show(SweepCompression.run(new SweepCompression.Request(model, dataset, methods, targets, output,
                    held, wishes, resume, overwrite), progress()));
        }
        if (methods.size() > 1 || targets.size() > 1) {
            throw SeptumException.usage("several methods or targets; give one of each, or try all with --sweep."
                    + " Methods that follow each other have a plus between: cap+int8");
        }
        CompressModel.Request request = new CompressModel.Request(model, dataset, methods.get(0), output, held,
                wishes.withTarget(targets.get(0)), new CompressModel.Writing(
                        maxDrop == null ? OptionalDouble.empty() : OptionalDouble.of(maxDrop), resume, overwrite));
        if (target != null || budget != null || search != null)
            request.requirePruning();
        return show(CompressModel.run(request, progress()));
    }

    private void requireNoLimit() {
        if (maxDrop != null)
            throw SeptumException.usage("--max-drop with --sweep; a sweep shows what every model loses: leave one out");
    }

    private int show(SweepCompression.Result result) {
        if (program().json) {
            printJson(result);
        } else {
            TextTable table = new TextTable(2,
                    List.of("method", "target", "multiply-adds", "one scan", "Dice", "drop"));
            for (SweepCompression.Point p : result.points()) {
                Receipt r = p.receipt();
                table.add(List.of(p.method(), p.target(), text("%.1f %%", 100 * r.size().macs().share()),
                        text("%.3f s", r.seconds().after()), text("%.4f", p.dice()), text("%.4f", r.drop())));
            }
            table.lines().forEach(this::print);
            result.problems().forEach(this::print);
            print("written to " + output);
        }
        return result.problems().isEmpty() ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private int show(CompressModel.Result result) {
        if (program().json) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("model", result.model().toString());
            json.put("written", result.isWritten());
            json.put("receipt", result.receipt());
            printJson(json);
        } else {
            ReceiptText.lines(result.receipt()).forEach(this::print);
            print(result.isWritten() ? "written to " + result.model()
                    : text("not written: the mean Dice falls by %.4f", result.receipt().drop())
                            + ", more than --max-drop " + maxDrop
                            + "; allow more, keep more with --target, or train longer with --budget");
        }
        return result.isWritten() ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
