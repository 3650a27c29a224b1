package org.septum.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.septum.bundle.Bundle;
import org.septum.bundle.CardWords;
import org.septum.bundle.ModelCard;
import org.septum.core.ClassLabel;
import org.septum.data.Plan;
import org.septum.metrics.MeanInterval;
import org.septum.metrics.MeasuredCase;
import org.septum.metrics.MeasurementError;
import org.septum.metrics.Metric;
import org.septum.metrics.ScoreTable;
import org.septum.metrics.Summary;
import org.septum.model.ComputeDevice;
import org.septum.train.Adjustments;
import org.septum.train.EpochReport;
import org.septum.train.TrainingRun;

/**
 * What a training came to, as the model that is written: weights, card, tables and report.
 *
 * @param networks
 *            that were trained; several become an ensemble
 * @param scores
 *            of held-out cases; without rows if none were scored
 * @param measured
 *            what the model measures, of held-out cases; empty if nothing
 * @param worst
 *            the cases that scored worst
 * @param device
 *            it ran on, for people
 * @param finished
 *            false if the user stopped it
 */
record TrainingRecord(List<TrainedNetwork> networks, ScoreTable scores, List<MeasuredCase> measured,
        List<WorstCases.Shown> worst, String device, boolean finished) {

    Bundle bundle(Optional<CardWords> words) {
        Map<String, String> names = words.map(CardWords::classes).orElse(Map.of());
        return names.isEmpty() ? written(networks.get(0).plan(), words)
                : new TrainingRecord(networks, scores.withClassNames(names), measured, worst, device, finished)
                        .written(networks.get(0).plan().withClassNames(names), words);
    }

    private Bundle written(Plan plan, Optional<CardWords> words) {
        ModelCard plain = ModelCard.of(plan).withTraining(facts());
        ModelCard card = words.map(plain::withWords).orElse(plain).withScores(cardScores(scores, measured, where()));
        Bundle bundle = new Bundle(plan, networks.stream().map(TrainedNetwork::best).toList(), card, Map.of());
        List<TrainingReport.Run> runs = networks.stream()
                .map(n -> new TrainingReport.Run(n.name(), n.history(), n.kept().epoch())).toList();
        Map<String, String> texts = new LinkedHashMap<>();
        for (TrainedNetwork n : networks)
            texts.put(networks.size() == 1 ? "training.csv" : "training-fold-" + n.split().fold() + ".csv",
                    csv(n.history()));
        if (!scores.rows().isEmpty()) {
            texts.put(Bundle.SCORES, scores.toCsv());
            texts.put(Bundle.SUMMARY, scores.summaryCsv());
        }
        if (!measured.isEmpty())
            texts.put("measured.csv", MeasuredCase.csv(measured));
        texts.put("report.html", new TrainingReport(bundle, runs, scores, measured, worst).html());
        return bundle.withAttachments(texts);
    }

    List<TrainModel.Kept> kept() {
        return networks.stream().map(n -> new TrainModel.Kept(n.kept().epoch(), n.history().size())).toList();
    }

    /** What was trained on, for people. */
    String split() {
        if (networks.size() == 1)
            return networks.get(0).split().describe();
        int cases = networks.get(0).split().training().size() + networks.get(0).split().validation().size();
        return networks.size() + " networks, each trained on another part of " + cases + " cases";
    }

    static String csv(List<EpochReport> history) {
        StringBuilder csv = new StringBuilder(
                "epoch,steps,loss,validation_dice,learning_rate,seconds,waiting_seconds\n");
        for (EpochReport r : history) {
            csv.append(String.format(Locale.ROOT, "%d,%d,%.6f,%.6f,%.8f,%.1f,%.2f%n", r.epoch(), r.steps(), r.loss(),
                    r.meanDice(), r.learningRate(), r.seconds(), r.waiting()));
        }
        return csv.toString();
    }

    private Map<String, String> facts() {
        Plan plan = networks.get(0).plan();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("dataset", plan.dataset());
        facts.put("split", split());
        Optional.ofNullable(plan.reasons().get(FineTuning.REASON)).ifPresent(why -> facts.put("fine-tuned", why));
        facts.put("epochs", each(n -> n.history().size()));
        facts.put("steps", each(n -> n.end().steps()));
        facts.put("kept epoch", each(n -> n.kept().epoch()));
        double seconds = networks.stream().mapToDouble(n -> n.end().seconds()).sum();
        facts.put("minutes", String.format(Locale.ROOT, "%.1f", seconds / 60));
        double waiting = networks.stream().flatMap(n -> n.history().stream()).mapToDouble(EpochReport::waiting).sum();
        facts.put("waiting for data", String.format(Locale.ROOT, "%.1f %% of the time", 100 * waiting / seconds));
        facts.put("device", device + "; " + Machine.describe());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", Java "
                + System.getProperty("java.version"));
        facts.put("engine", TrainingRun.ENGINE + " " + ComputeDevice.engine(TrainingRun.ENGINE).getVersion());
        facts.put("seed", each(n -> n.plan().training().seed()));
        facts.put("septum version", SeptumVersion.text());
        if (networks.stream().anyMatch(n -> !n.adjustments().equals(Adjustments.NONE)))
            facts.put("departed from the plan", each(TrainedNetwork::adjustments));
        if (!finished)
            facts.put("stopped", "early, by the user");
        return facts;
    }

    private String each(Function<TrainedNetwork, Object> fact) {
        return networks.stream().map(n -> String.valueOf(fact.apply(n))).collect(Collectors.joining(", "));
    }

    private String where() {
        return networks.size() == 1
                ? "validation cases of " + networks.get(0).split().name() + ", which also chose the epoch"
                : "all cases, each by the one network that was not trained on it; its fold also chose the epoch. The"
                        + " average of the networks is not measured";
    }

    /** What a card says of scores: Dice and HD95 of every class, and how far off what the model measures is. */
    static List<ModelCard.Score> cardScores(ScoreTable scores, List<MeasuredCase> measured, String where) {
        List<ModelCard.Score> list = new ArrayList<>();
        for (ClassLabel label : scores.labels()) {
            for (Metric metric : List.of(Metric.DICE, Metric.HD95)) {
                Summary s = scores.summary(label, metric);
                MeanInterval interval = scores.interval(label, metric);
                String name = metric == Metric.DICE ? "Dice" : "HD95 " + scores.distanceUnit();
                list.add(new ModelCard.Score(label.name(), name, s.mean(), s.sd(), s.n(), where, interval.low(),
                        interval.high()));
            }
        }
        for (MeasurementError e : MeasurementError.of(measured)) {
            String name = e.name() + ", " + e.unit().symbol();
            list.add(score(e, name + ", absolute", e.absolute(), e.meanAbsolute(), where));
            list.add(score(e, name, e.error(), e.meanError(), where));
        }
        return list;
    }

    private static ModelCard.Score score(MeasurementError e, String name, Summary s, MeanInterval i, String where) {
        return new ModelCard.Score(e.what().className(), name, s.mean(), s.sd(), s.n(), where, i.low(), i.high());
    }
}
