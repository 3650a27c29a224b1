package org.septum.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.septum.pipeline.CompareAttention;
import org.septum.pipeline.ScoreText;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum ablation}. */
@Command(name = "ablation", description = {
        "Trains one network with several attentions, all else equal, and says what each costs and gains.",
        "Everything lies in the output folder; the same command again goes on with what is not finished, further "
                + "attentions and seeds are added." }, footer = { "", "Example:",
                        "  septum ablation DATASET -o DIR --attention none,se,eca --seeds 1,2,3 --size 128,128" })
final class AblationVerb extends Verb {

    @Parameters(paramLabel = "DATASET", description = "Folder with scans and labels.")
    private Path dataset;

    @Option(names = { "-o",
            "--output" }, required = true, paramLabel = "DIR", description = "Folder for ablation.md, ablation.csv, scores.csv and the models.")
    private Path output;

    @Option(names = "--attention", split = ",", paramLabel = "A", defaultValue = "none,se,eca", completionCandidates = NetworkOptions.Attentions.class, description = "Some of: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<String> attentions;

    @Option(names = "--reference", paramLabel = "A", defaultValue = "none", description = "The attention that the others are held against. Default: ${DEFAULT-VALUE}.")
    private String reference;

    @Option(names = "--seeds", split = ",", paramLabel = "N", defaultValue = "1,2,3", description = "One training of each attention for each seed. Default: ${DEFAULT-VALUE}.")
    private List<Long> seeds;

    @Option(names = "--epochs", paramLabel = "N", description = "Of each training, instead of the plan's.")
    private Integer epochs;

    @Option(names = "--steps-per-epoch", paramLabel = "N", description = "Of each training, instead of the plan's.")
    private Integer steps;

    @Option(names = "--fold", paramLabel = "K", defaultValue = "0", converter = Fold.class, description = "Which of five folds is held out for scores: 0 to 4. Default: ${DEFAULT-VALUE}.")
    private int fold;

    @Option(names = "--plan", paramLabel = "FILE", description = "Follow this plan, its attention left out; without it one is made.")
    private Path plan;

    @Option(names = "--jobs", paramLabel = "N", defaultValue = "1", description = "Trainings at the same time; they share processors and memory. Default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:1. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Mixin
    private PlanOptions options;

    @Override
    public Integer call() {
        CompareAttention.Result result = CompareAttention.run(new CompareAttention.Request(dataset, output,
                new CompareAttention.Choices(attentions, reference, seeds),
                new CompareAttention.Length(Optional.ofNullable(epochs), Optional.ofNullable(steps)),
                new CompareAttention.Source(Optional.ofNullable(plan), options.wishes(null), fold),
                new CompareAttention.Place(device, jobs, OwnCommand.of(jobs))), progress());
        if (program().json) {
            printJson(Map.of("report", result.report().toString(), "missing", result.missing(), "attentions",
                    result.rows().stream().map(AblationVerb::json).toList()));
        } else {
            result.rows().forEach(row -> print(line(row)));
            print("written to " + result.report());
        }
        result.missing().forEach(run -> progress().message("septum: not finished: " + run));
        return result.missing().isEmpty() ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private static String line(CompareAttention.Row row) {
        String dice = row.dice().n() == 0 ? "not measured" : String.format(Locale.ROOT, "%.4f", row.dice().mean());
        return String.format(Locale.ROOT, "%-14s %,12d parameters  %.3f s a step  Dice %s%s", row.attention(),
                row.parameters(), row.secondsPerStep(), dice,
                row.difference().map(d -> ", " + d.describe()).orElse(", the reference"));
    }

    private static Map<String, Object> json(CompareAttention.Row row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("attention", row.attention());
        json.put("parameters", row.parameters());
        json.put("macs", row.macs());
        json.put("seconds_per_step", ScoreText.finite(row.secondsPerStep()));
        json.put("seeds", row.dice().n());
        json.put("dice", ScoreText.finite(row.dice().mean()));
        json.put("dice_sd", ScoreText.finite(row.dice().sd()));
        json.put("cases", row.cases());
        row.difference().ifPresent(d -> {
            List<Double> interval = new ArrayList<>();
            interval.add(ScoreText.finite(d.low()));
            interval.add(ScoreText.finite(d.high()));
            json.put("difference", ScoreText.finite(d.mean()));
            json.put("interval", interval);
        });
        return json;
    }
}
