package org.septum.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import org.septum.core.WholeFile;
import org.septum.pipeline.BenchModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code septum bench}. */
@Command(name = "bench", description = {
        "Times one pass of a model over a phantom, at every precision that the model has, with the peak of memory.",
        "The phantom lies in memory: files are neither read nor written." }, footer = { "", "Examples:",
                "  septum bench -m sample-data/models/hippocampus",
                "  septum bench -m MODEL --shape 512,512,64 --precision fp32 -o bench.json" })
final class BenchVerb extends Verb {

    @Option(names = { "-m",
            "--model" }, required = true, paramLabel = "MODEL", description = "Model folder or zip, Septum's own or any bioimage.io package.")
    private Path model;

    @Option(names = "--shape", split = ",", hideParamSyntax = true, paramLabel = "X,Y,Z", description = "Voxels of the phantom. Default: two tiles along each axis, four slices for a 2D model.")
    private List<Integer> shape = List.of();

    @Option(names = "--precision", split = ",", hideParamSyntax = true, paramLabel = "P", description = "fp32, int8, or both with a comma between. Default: all that the model has.")
    private List<String> precisions = List.of();

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(names = { "-o",
            "--output" }, paramLabel = "FILE", description = "Write the result to this file as JSON, too. --json takes no file: it prints JSON, as of every verb.")
    private Path output;

    @Option(names = "--overwrite", description = "Replace the file.")
    private boolean overwrite;

    @Override
    public Integer call() {
        if (output != null)
            WholeFile.requireFree(output, overwrite);
        BenchModel.Result result = BenchModel.run(new BenchModel.Request(model, shape, precisions, device), progress());
        if (output != null)
            WholeFile.write(output, overwrite, aside -> Files.writeString(aside, json(result)));
        if (program().json)
            printJson(result);
        else
            print(result);
        return SeptumCli.WELL;
    }

    private void print(BenchModel.Result result) {
        print("phantom " + result.shape() + ", tile " + result.tile() + ", " + result.threads()
                + (result.threads() == 1 ? " thread" : " threads"));
        TextTable table = new TextTable(1, List.of("precision", "s", "tiles", "tiles/s", "Mvoxels/s", "peak MB"));
        for (BenchModel.Pass pass : result.passes()) {
            table.add(List.of(pass.precision(), number(pass.seconds()), String.valueOf(pass.tiles()),
                    number(pass.tilesPerSecond()), number(pass.voxelsPerSecond() / 1e6),
                    String.valueOf(pass.peakMegabytes())));
        }
        table.lines().forEach(this::print);
        result.passes().stream().findFirst()
                .ifPresent(pass -> print("memory of the " + pass.memory() + "; " + pass.engine()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }
}
