package org.septum.fiji;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.septum.pipeline.LearningWishes;
import org.septum.pipeline.PlanDataset;
import org.septum.pipeline.ScoreText;
import org.septum.pipeline.TrainModel;

/** <i>Plugins &gt; Septum &gt; Train Model…</i>: a dataset in, a model and its scores out. */
@Plugin(type = Command.class, menuPath = "Plugins>Septum>Train Model...", headless = true, description = "Trains a model on a dataset: plan, training, model, scores. Esc keeps the best model so far.")
public final class TrainCommand extends SeptumCommand {

    @Parameter(label = "Dataset", style = "directory", persist = false, description = "Folder with dataset.json, imagesTr, labelsTr (nnU-Net, Medical Decathlon), or with images and labels of equal names.")
    private File dataset;

    @Parameter(label = "Output", style = "save", persist = false, description = Texts.OUTPUT_MODEL)
    private File output;

    @Parameter(label = "Time (minutes)", min = "0", persist = false, description = "End after this time; 0 for all epochs of the plan. With fold all it is divided among the networks.")
    private int budget = 0;

    @Parameter(label = "Epochs", min = "0", persist = false, description = "End after so many epochs; 0 for as many as the plan says.")
    private int epochs = 0;

    @Parameter(label = "Fold", choices = { "0", "1", "2", "3", "4", "none",
            "all" }, persist = false, description = "Which of five folds is held out for scores; none to train on every case; all for five networks that become one model.")
    private String fold = "0";

    @Parameter(label = "Device", choices = { "auto", "cpu", "gpu" }, persist = false, description = Texts.TRAIN_DEVICE)
    private String device = "auto";

    @Parameter(label = "Go on", persist = false, description = "Go on with an interrupted training of the same output.")
    private boolean resume = false;

    @Parameter(label = "Replace", persist = false, description = "Replace a model or an unfinished training at the output.")
    private boolean overwrite = false;

    @Parameter(label = "Check the data", persist = false, description = "Look at the data first; problems that make a training wrong end it.")
    private boolean check = true;

    @Parameter(label = "From model", style = "both", required = false, persist = false, description = "Go on from this model: its network, spacing and normalisation; classes of the same name keep what it knows.")
    private File from;

    @Parameter(label = "Corrections", style = "directory", required = false, persist = false, description = "A folder that Fine-tune on Corrections filled: trained on as well, whatever fold is held out.")
    private File corrections;

    @Parameter(label = "Plan", required = false, persist = false, description = "Follow this plan; without it one is made.")
    private File plan;

    @Parameter(label = "Card", required = false, persist = false, description = "JSON with name, description, authors, licence, attribution, citations of the model.")
    private File card;

    @Parameter(label = "Seed", min = "-1", persist = false, description = Texts.SEED)
    private int seed = -1;

    @Parameter(label = "Dims", choices = { "auto", "2", "2.5",
            "3" }, persist = false, description = "2, 3, or 2.5 for a 2D network that sees the slices beside; auto for what suits the scans.")
    private String dims = "auto";

    @Parameter(label = "Size (pixels)", required = false, persist = false, description = "Bring every slice to this size as a whole, for 2D networks: 256,192; empty for none.")
    private String size = "";

    @Parameter(label = "Network", choices = { "auto", "unet", "residual", "resnet18", "resnet34", "resnet50",
            "resnet101", "resnet152", "mobilenetv2",
            "canet" }, persist = false, description = "Kind of network; auto for unet.")
    private String network = "auto";

    @Parameter(label = "Attention", choices = { "auto", "none", "se", "eca", "canet", "canet-spatial", "canet-channel",
            "canet-scale" }, persist = false, description = "Attention of the network; auto for eca.")
    private String attention = "auto";

    @Parameter(label = "Normalisation", choices = { "auto", "batch", "instance",
            "group" }, persist = false, description = "Normalisation in the network; auto for batch.")
    private String norm = "auto";

    @Parameter(label = "Activation", choices = { "auto", "relu", "relu6", "leakyrelu",
            "silu" }, persist = false, description = "Activation in the network; auto for that of the network's paper.")
    private String activation = "auto";

    @Parameter(label = "Deep supervision", persist = false, description = "In training every level of the decoder learns from the labels, not the finest alone.")
    private boolean deepsupervision = false;

    @Parameter(label = "Memory (MB)", min = "0", persist = false, description = "Fill this much memory with patch and batch; 0 for half of the machine's.")
    private int memory = 0;

    @Parameter(label = "Optimizer", choices = { "auto", "sgd",
            "adamw" }, persist = false, description = "How weights are moved; auto for the plan's.")
    private String optimizer = "auto";

    @Parameter(label = "Schedule", choices = { "auto", "poly",
            "cosine" }, persist = false, description = "How the rate falls; auto for the plan's.")
    private String schedule = "auto";

    @Parameter(label = "Loss", choices = { "auto", "dice-cross-entropy", "soft-dice",
            "log-dice" }, persist = false, description = "What is made small; auto for the plan's.")
    private String loss = "auto";

    @Parameter(label = "Rate", min = "0", stepSize = "0.001", persist = false, description = "Largest learning rate; 0 for the plan's.")
    private double rate = 0;

    @Parameter(type = ItemIO.OUTPUT, label = "Scores")
    private String report;

    @Override
    public void run() {
        work().write(p -> TrainModel.run(request(), p)).ifPresent(this::show);
    }

    private TrainModel.Request request() {
        boolean beside = dims.equals("2.5");
        PlanDataset.Wishes wishes = new PlanDataset.Wishes(
                Words.choice(dims).map(d -> beside ? 2 : Integer.parseInt(d)), Words.choice(network),
                Words.choice(attention), Words.size(size), Words.choice(norm), Words.choice(activation),
                deepsupervision, memory == 0 ? Optional.empty() : Optional.of(Words.bytes(memory)), beside);
        LearningWishes learning = new LearningWishes(Words.choice(optimizer), Words.choice(schedule),
                Words.choice(loss), rate == 0 ? Optional.empty() : Optional.of(rate));
        return new TrainModel.Request(dataset.toPath(), output.toPath(), Words.file(plan), Words.fold(fold),
                budget == 0 ? Optional.empty() : Optional.of(Duration.ofMinutes(budget)),
                epochs == 0 ? Optional.empty() : Optional.of(epochs), device,
                seed < 0 ? OptionalLong.empty() : OptionalLong.of(seed), resume, wishes, Words.file(card), overwrite,
                learning, Words.file(from).map(f -> Models.chosen(f.toFile())), check, Words.file(corrections));
    }

    private void show(TrainModel.Result result) {
        List<String> lines = new ArrayList<>(ScoreText.lines(result.scores()));
        String kept = result.kept().stream().map(k -> k.epoch() + " of " + k.epochs())
                .collect(Collectors.joining(", "));
        lines.add(result.model() + ": epoch " + kept + " kept; " + result.split());
        report = String.join("\n", lines);
        if (!result.finished())
            cancel("stopped: the best model so far is written to " + result.model()
                    + "; tick Go on to continue the training");
    }
}
