package org.septum.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import org.septum.pipeline.CollectCorrections;
import org.septum.pipeline.LearnCorrections;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code septum correct}. */
@Command(name = "correct", description = {
        "Keeps scans with corrected masks as cases, and trains the model further on them.",
        "A folder of corrections is a dataset: images, labels, dataset.json; where each scan and mask came from stands in its"
                + " folder corrections. A case is not replaced unasked." }, footer = { "", "Examples:",
                        "  septum correct scan.nii.gz corrected.nii.gz -m MODEL -o CORRECTIONS   keeps a case",
                        "  septum correct -m MODEL -o CORRECTIONS --learn NEW --budget 10m       learns from all of them",
                        "  septum correct -m MODEL -o CORRECTIONS --learn NEW --dataset DATASET  and forgets less" })
final class CorrectVerb extends Verb {

    @Parameters(paramLabel = "SCAN MASK", arity = "0..2", description = "A scan and its corrected mask: files. None to learn from what is there.")
    private List<Path> files = List.of();

    @Option(names = { "-m",
            "--model" }, required = true, paramLabel = "MODEL", description = "The model whose mask was corrected: folder or zip. Its classes are those of the mask.")
    private Path model;

    @Option(names = { "-o",
            "--output" }, required = true, paramLabel = "CORRECTIONS", description = "Folder of the corrections; made if need be.")
    private Path output;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "Name of the case. Default: that of the scan.")
    private String name;

    @Option(names = "--learn", paramLabel = "NEW", description = "Train the model further on all corrections; this is the model to write.")
    private Path learn;

    @Option(names = { "-d",
            "--dataset" }, paramLabel = "DATASET", description = "Train on these cases as well, so that the model does not forget; its fold stays held out.")
    private Path dataset;

    @Option(names = "--budget", paramLabel = "TIME", converter = TimeSpan.class, description = "Train for this time: 10m, 1h. Default: 10m, or as many epochs as --epochs says.")
    private Duration budget;

    @Option(names = "--epochs", paramLabel = "N", description = "End after so many epochs.")
    private Integer epochs;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(names = "--seed", paramLabel = "N", description = "Of every random choice, instead of the model's.")
    private Long seed;

    @Option(names = "--overwrite", description = "Replace a case of this name, and a model at NEW.")
    private boolean overwrite;

    @Override
    public Integer call() {
        if (files.size() == 1 || files.isEmpty() && learn == null)
            throw new ParameterException(commandLine(), "give a scan and its corrected mask, or --learn NEW, or both");
        Map<String, Object> json = new LinkedHashMap<>();
        if (!files.isEmpty()) {
            CollectCorrections.Result kept = CollectCorrections.ofFiles(files.get(0), files.get(1), model, output, name,
                    overwrite);
            json.put("kept", kept);
            say(kept.line());
        }
        boolean finished = true;
        if (learn != null) {
            LearnCorrections.Result learnt = LearnCorrections.run(new LearnCorrections.Request(output, model, learn,
                    Optional.ofNullable(dataset), Optional.ofNullable(budget), Optional.ofNullable(epochs), device,
                    seed == null ? OptionalLong.empty() : OptionalLong.of(seed), overwrite), progress());
            json.put("model", learnt.trained().model().toString());
            json.put("before", learnt.before().rows());
            json.put("after", learnt.after().rows());
            json.put("held", learnt.held());
            learnt.lines().forEach(this::say);
            finished = learnt.trained().finished();
        }
        if (program().json)
            printJson(json);
        return finished ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private void say(String line) {
        if (!program().json)
            print(line);
    }
}
