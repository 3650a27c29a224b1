package org.septum.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

import org.septum.pipeline.ScoreText;
import org.septum.pipeline.TrainModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum train}. */
@Command(name = "train", description = { "Trains a model on a dataset: plan, training, model, scores.",
        "A dataset is a folder with dataset.json, imagesTr, labelsTr (nnU-Net, Medical Decathlon), or with images and "
                + "labels of equal names. Ctrl-C keeps the best model so far. A training that was cut off goes on with "
                + "--resume." }, footer = { "", "Examples:",
                        "  septum train DATASET -o MODEL --budget 60m      within an hour, scored on fold 0",
                        "  septum train DATASET -o MODEL --fold none       on every case, for use",
                        "  septum train DATASET -o MODEL --fold all        five networks, averaged",
                        "  septum train DATASET -o MODEL --from OTHER      goes on from a finished model",
                        "  septum train DATASET -o MODEL --from OTHER --corrections DIR  and learns corrections",
                        "  septum train DATASET -o MODEL --plan plan.json  as planned and edited" })
final class TrainVerb extends Verb {

    @Parameters(paramLabel = "DATASET", description = "Folder with scans and labels.")
    private Path dataset;

    @Option(names = { "-o",
            "--output" }, required = true, paramLabel = "MODEL", description = "The model to write: a folder, or a zip if it ends in .zip.")
    private Path output;

    @Option(names = "--plan", paramLabel = "FILE", description = "Follow this plan; without it one is made.")
    private Path plan;

    @Option(names = "--fold", paramLabel = "K", defaultValue = "0", converter = Fold.class, description = "Which of five folds is held out for scores: 0 to 4; none to train on every case; "
            + "all to train five networks, one for each, that become one model: it averages them, and every case is scored by the network that has not seen it. Default: ${DEFAULT-VALUE}.")
    private int fold;

    @Option(names = "--budget", paramLabel = "TIME", converter = TimeSpan.class, description = "End after this time: 30m, 2h. The learning rate falls to zero by then, and large pictures are planned as small as the time asks for. With --fold all it is divided among the networks.")
    private Duration budget;

    @Option(names = "--epochs", paramLabel = "N", description = "End after so many epochs, instead of the plan's.")
    private Integer epochs;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1. auto and gpu take all GPUs that there are, and divide every batch among them. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(names = "--seed", paramLabel = "N", description = "Of every random choice, instead of the plan's.")
    private Long seed;

    @Option(names = "--resume", description = "Go on with an interrupted training of the same output.")
    private boolean resume;

    @Option(names = "--card", paramLabel = "FILE", description = "JSON with name, description, authors, licence, attribution, citations of the model.")
    private Path card;

    @Option(names = "--overwrite", description = "Replace a model or an unfinished training at the output.")
    private boolean overwrite;

    @Option(names = "--from", paramLabel = "MODEL", description = "Go on from this model: its network, spacing and normalisation, a tenth of its learning rate. Classes of the same name keep what it knows, others are added or dropped.")
    private Path from;

    @Option(names = "--corrections", paramLabel = "DIR", description = "A folder that septum correct filled: trained on as well, whatever fold is held out, at least one patch in four. A case gives way to its correction.")
    private Path corrections;

    @Option(names = "--no-check", description = "Do not look at the data first. Else problems that make a training wrong end it, and milder ones are said.")
    private boolean noCheck;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private LearningOptions learning;

    @Override
    public Integer call() {
        TrainModel.Result result = TrainModel.run(new TrainModel.Request(dataset, output, Optional.ofNullable(plan),
                fold, Optional.ofNullable(budget), Optional.ofNullable(epochs), device,
                seed == null ? OptionalLong.empty() : OptionalLong.of(seed), resume, network.wishes(),
                Optional.ofNullable(card), overwrite, learning.wishes(), Optional.ofNullable(from), !noCheck,
                Optional.ofNullable(corrections)), progress());
        if (program().json) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("model", result.model().toString());
            json.put("split", result.split());
            json.put("kept", result.kept());
            json.put("finished", result.finished());
            json.put("scores", ScoreText.json(result.scores()));
            printJson(json);
        } else {
            ScoreText.lines(result.scores()).forEach(this::print);
            String kept = result.kept().stream().map(k -> k.epoch() + " of " + k.epochs())
                    .collect(Collectors.joining(", "));
            print(result.model() + ": " + (result.kept().size() == 1 ? "epoch " : "epochs ") + kept + " kept; "
                    + result.split());
        }
        return result.finished() ? SeptumCli.WELL : SeptumCli.FAILED;
    }
}
