package org.septum.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.septum.bundle.Bundle;
import org.septum.core.SeptumException;
import org.septum.infer.ChangedEngine;

/**
 * Predicts the Dice of a mask without a reference, as learnt from cases that the network was not trained on.
 *
 * @param features
 *            by which it predicts, of {@link CaseFeatures}
 * @param mean
 *            of each over the cases
 * @param sd
 *            of each
 * @param weights
 *            of each, Dice for a standard deviation: of one size, with the sign of the feature
 * @param bias
 *            mean Dice of the cases
 * @param cases
 *            how many they were
 * @param groups
 *            of how many patients
 * @param trial
 *            how well cases were predicted by what the others say
 * @param lookBelow
 *            a mask with a predicted Dice below this should be looked at; a share of {@value #LOOK_SHARE} of the cases
 *            was predicted below it
 * @param known
 *            what scans of the cases were like, and their features
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QualityModel(List<String> features, List<Double> mean, List<Double> sd, List<Double> weights, double bias,
        int cases, int groups, QualityTrial trial, double lookBelow, List<KnownRange> known) {

    /** The attachment of a model that holds it. */
    public static final String ATTACHMENT = "quality.json";

    /** Share of the cases that a person should look at. */
    static final double LOOK_SHARE = 0.2;

    /** With fewer cases nothing can be learnt. */
    public static final int FEWEST = 10;

    private static final Attachment<QualityModel> FILE = new Attachment<>(ATTACHMENT, QualityModel.class);

    public QualityModel {
        features = List.copyOf(features);
        mean = List.copyOf(mean);
        sd = List.copyOf(sd);
        weights = List.copyOf(weights);
        known = List.copyOf(known);
        int n = features.size();
        if (mean.size() != n || sd.size() != n || weights.size() != n || trial == null)
            throw SeptumException.input(ATTACHMENT + " with lists of different lengths; calibrate the model again");
    }

    /**
     * Learns from cases.
     *
     * @throws SeptumException
     *             of kind INPUT if there are fewer than {@value #FEWEST}
     */
    public static QualityModel of(List<JudgedCase> cases) {
        if (cases.size() < FEWEST) {
            throw SeptumException.input(cases.size() + " cases to learn from what masks are good; allowed: " + FEWEST
                    + " and more, none of which the model was trained on");
        }
        List<String> names = cases.get(0).features().keySet().stream().filter(CaseFeatures.WEIGHTS::containsKey)
                .toList();
        double[] weightsInScore = names.stream().mapToDouble(CaseFeatures.WEIGHTS::get).toArray();
        double[][] x = cases.stream().map(c -> names.stream().mapToDouble(name -> c.features().get(name)).toArray())
                .toArray(double[][]::new);
        double[] y = cases.stream().mapToDouble(JudgedCase::dice).toArray();
        List<String> patients = cases.stream().map(JudgedCase::group).toList();
        int count = (int) patients.stream().distinct().count();
        // cases of one patient can only be held against each other
        List<String> groups = count > 1 ? patients : cases.stream().map(JudgedCase::name).toList();
        ScoreFit fit = ScoreFit.of(x, y, weightsInScore);
        double[] leftOut = ScoreFit.leftOut(groups, (train, test) -> {
            ScoreFit part = ScoreFit.of(train.stream().map(i -> x[i]).toArray(double[][]::new),
                    train.stream().mapToDouble(i -> y[i]).toArray(), weightsInScore);
            return test.stream().mapToDouble(i -> clipped(part.predict(x[i]))).toArray();
        });
        double[] sorted = leftOut.clone();
        Arrays.sort(sorted);
        int look = (int) Math.ceil(LOOK_SHARE * sorted.length);
        double lookBelow = (sorted[look - 1] + sorted[look]) / 2;
        return new QualityModel(names, fit.mean(), fit.sd(), fit.weights(), fit.bias(), cases.size(), count,
                QualityTrial.of(leftOut, y, count > 1), lookBelow, known(cases));
    }

    private static List<KnownRange> known(List<JudgedCase> cases) {
        Set<String> names = new LinkedHashSet<>();
        cases.forEach(c -> names.addAll(c.facts().keySet()));
        List<KnownRange> known = new ArrayList<>();
        for (String name : names)
            known.add(KnownRange.of(name,
                    cases.stream().map(c -> c.facts().get(name)).filter(v -> v != null).mapToDouble(v -> v).toArray()));
        for (String name : cases.get(0).features().keySet()) {
            // the range of doubt itself says it already
            if (!name.equals(CaseFeatures.LN_DOUBT))
                known.add(KnownRange.of(name, cases.stream().mapToDouble(c -> c.features().get(name)).toArray()));
        }
        return known;
    }

    /**
     * That of a model, if it has one.
     *
     * @throws SeptumException
     *             of kind INPUT if it is there and damaged
     */
    public static Optional<QualityModel> of(Bundle bundle) {
        return FILE.of(bundle);
    }

    static QualityModel parse(String json) {
        return FILE.parse(json);
    }

    /** The text of the attachment. */
    public String toJson() {
        return FILE.text(this);
    }

    /** The changes of a scan whose masks must be known. */
    public List<ChangedEngine.Change> changes() {
        return Arrays.stream(ChangedEngine.Change.values())
                .filter(c -> features.contains(CaseFeatures.AGREEMENT + c.words())).toList();
    }

    /** The Dice that the features of a mask let expect, 0 to 1. */
    public double predict(Map<String, Double> measured) {
        double[] x = IntStream.range(0, features.size())
                .mapToDouble(k -> measured.getOrDefault(features.get(k), mean.get(k))).toArray();
        return clipped(new ScoreFit(mean, sd, weights, bias).predict(x));
    }

    /** What is unusual of a scan and its mask, one line each. */
    public List<String> unusual(Map<String, Double> facts, Map<String, Double> measured) {
        List<String> lines = new ArrayList<>();
        for (KnownRange range : known) {
            Double value = facts.getOrDefault(range.name(), measured.get(range.name()));
            if (value != null)
                range.unusual(value).ifPresent(lines::add);
        }
        return lines;
    }

    private static double clipped(double dice) {
        return Math.max(0, Math.min(1, dice));
    }
}
