package org.septum.bundle;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;

import org.septum.core.SeptumException;

/** Reads pre- and post-processing as both formats write them. */
final class ForeignSteps {

    private static final double USUAL_EPS = 1e-6;

    private final int channels;

    private final boolean hasSlices;

    private JsonNode kwargs;

    private String id = "";

    /**
     * @param channels
     *            of the tensor
     * @param hasSlices
     *            whether it has an axis z
     */
    ForeignSteps(int channels, boolean hasSlices) {
        this.channels = channels;
        this.hasSlices = hasSlices;
    }

    /** All steps of a list; a SeptumException names the first that is not known. */
    List<ProcessingStep> read(JsonNode list) {
        List<ProcessingStep> steps = new ArrayList<>();
        for (JsonNode step : list) {
            id = step.path("id").asText(step.path("name").asText());
            kwargs = step.path("kwargs");
            steps.add(step());
        }
        return steps;
    }

    private ProcessingStep step() {
        return switch (id) {
            case "binarize" -> new ProcessingStep.Binarize(numbers("threshold", 0));
            case "clip" -> clip();
            case "ensure_dtype" -> new ProcessingStep.EnsureType(NumberType.named(kwargs.path("dtype").asText())
                    .orElseThrow(() -> wrong("has dtype \"" + kwargs.path("dtype").asText() + "\"")));
            case "scale_linear" -> new ProcessingStep.Linear(numbers("gain", 1), numbers("offset", 0));
            case "sigmoid" -> new ProcessingStep.Sigmoid();
            case "softmax" -> softmax();
            case "fixed_zero_mean_unit_variance" -> fixed();
            case "zero_mean_unit_variance" -> kwargs.path("mode").asText().equals("fixed") ? fixed()
                    : new ProcessingStep.Standardize(extent(), kwargs.path("eps").asDouble(USUAL_EPS));
            case "scale_range" -> scaleRange();
            case "scale_mean_variance" -> new ProcessingStep.ScaleMeanVariance();
            default -> throw SeptumException.input("it needs the step \"" + id + "\"; allowed: binarize, clip,"
                    + " ensure_dtype, fixed_zero_mean_unit_variance, scale_linear, scale_mean_variance, scale_range,"
                    + " sigmoid, softmax, zero_mean_unit_variance");
        };
    }

    private ProcessingStep clip() {
        if (kwargs.has("min_percentile") || kwargs.has("max_percentile")) {
            return new ProcessingStep.ClipRange(extent(), percentile("min_percentile", 0),
                    percentile("max_percentile", 100));
        }
        return new ProcessingStep.Clip(kwargs.path("min").asDouble(Double.NEGATIVE_INFINITY),
                kwargs.path("max").asDouble(Double.POSITIVE_INFINITY));
    }

    private ProcessingStep softmax() {
        String axis = kwargs.path("axis").asText("channel");
        if (ForeignAxis.Kind.named(axis).orElse(null) != ForeignAxis.Kind.CHANNEL)
            throw wrong("runs over the axis \"" + axis + "\"; allowed: channel");
        return new ProcessingStep.Softmax();
    }

    /** (x - mean) / std with numbers from the package. */
    private ProcessingStep fixed() {
        List<Double> mean = numbers("mean", Double.NaN);
        List<Double> sd = numbers("std", Double.NaN);
        List<Double> gain = new ArrayList<>();
        List<Double> offset = new ArrayList<>();
        for (int c = 0; c < Math.max(mean.size(), sd.size()); c++) {
            double m = mean.get(mean.size() == 1 ? 0 : c);
            double s = sd.get(sd.size() == 1 ? 0 : c);
            if (!Double.isFinite(m) || !(s > 0))
                throw wrong("has mean " + m + " and std " + s + "; allowed: numbers, std above 0");
            gain.add(1 / s);
            offset.add(-m / s);
        }
        return new ProcessingStep.Linear(gain, offset);
    }

    private ProcessingStep scaleRange() {
        double low = percentile("min_percentile", 0);
        double high = percentile("max_percentile", 100);
        if (!(low < high))
            throw wrong("has percentiles " + low + " and " + high + "; the first must be smaller");
        return new ProcessingStep.ScaleRange(extent(), low, high, kwargs.path("eps").asDouble(USUAL_EPS));
    }

    private double percentile(String name, double otherwise) {
        double p = kwargs.path(name).asDouble(otherwise);
        if (!(p >= 0 && p <= 100))
            throw wrong("has " + name + " " + p + "; allowed: 0 to 100");
        return p;
    }

    /** One number, or one for each channel. */
    private List<Double> numbers(String name, double otherwise) {
        JsonNode node = kwargs.path(name);
        if (!node.isArray())
            return List.of(node.asDouble(otherwise));
        String axis = kwargs.path("axis").asText("channel");
        if (node.size() > 1 && ForeignAxis.Kind.named(axis).orElse(null) != ForeignAxis.Kind.CHANNEL)
            throw wrong("runs along the axis \"" + axis + "\"; allowed: channel");
        if (node.size() != 1 && node.size() != channels)
            throw wrong("has " + node.size() + " values of " + name + "; the tensor has " + channels + " channels");
        List<Double> numbers = new ArrayList<>();
        node.forEach(n -> numbers.add(n.asDouble(otherwise)));
        return numbers;
    }

    private ProcessingStep.Extent extent() {
        JsonNode axes = kwargs.path("axes");
        if (axes.isMissingNode() || axes.isNull())
            return ProcessingStep.Extent.ALL;
        List<ForeignAxis.Kind> kinds = new ArrayList<>();
        List<String> names = new ArrayList<>();
        if (axes.isTextual())
            axes.asText().chars().forEach(c -> names.add(String.valueOf((char) c)));
        else
            axes.forEach(a -> names.add(a.asText()));
        for (String name : names)
            kinds.add(ForeignAxis.Kind.named(name).orElseThrow(() -> wrong("names an axis \"" + name + "\"")));
        if (!kinds.contains(ForeignAxis.Kind.X) || !kinds.contains(ForeignAxis.Kind.Y))
            throw wrong("takes statistics over " + names + "; allowed: x and y, with or without z and channel");
        return new ProcessingStep.Extent(kinds.contains(ForeignAxis.Kind.CHANNEL),
                !hasSlices || kinds.contains(ForeignAxis.Kind.Z));
    }

    private SeptumException wrong(String what) {
        return SeptumException.input("its step \"" + id + "\" " + what);
    }
}
