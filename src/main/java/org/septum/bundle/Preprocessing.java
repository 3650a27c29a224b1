package org.septum.bundle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import net.imglib2.img.array.ArrayImgs;

import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NamedWeights.Tensor;

/**
 * A plan's normalisation in the words of bioimage.io. If it has no words for it (channels of different kinds), there
 * are no steps and the model's input is what was normalised before.
 */
final class Preprocessing {

    /** The format's smallest standard deviation, and smallest useful constant to add to one. */
    private static final double SMALLEST_SD = 1e-6;

    private final List<IntensityNormalization> channels;

    private final List<String> spatialAxes;

    Preprocessing(Plan plan) {
        this.channels = plan.inputNormalization();
        this.spatialAxes = plan.network().dims() == 3 ? List.of("z", "y", "x") : List.of("y", "x");
    }

    /** True if {@link #steps} do all that a scan needs. */
    boolean isExpressible() {
        IntensityNormalization first = channels.get(0);
        return channels.stream().allMatch(c -> c.kind() == first.kind() && Objects.equals(c.lower(), first.lower())
                && Objects.equals(c.upper(), first.upper()) && (c.sd() == null || c.sd() >= SMALLEST_SD));
    }

    /** The steps as they stand in rdf.yaml. */
    List<Map<String, Object>> steps() {
        List<Map<String, Object>> steps = new ArrayList<>();
        if (!isExpressible())
            return steps;
        IntensityNormalization first = channels.get(0);
        if (first.kind() == IntensityNormalization.Kind.SCAN) {
            steps.add(step("zero_mean_unit_variance", Map.of("axes", spatialAxes)));
            return steps;
        }
        Map<String, Object> limits = new LinkedHashMap<>();
        if (first.lower() != null)
            limits.put("min", first.lower());
        if (first.upper() != null)
            limits.put("max", first.upper());
        if (!limits.isEmpty())
            steps.add(step("clip", limits));
        Map<String, Object> kwargs = new LinkedHashMap<>();
        kwargs.put("axis", "channel");
        kwargs.put("mean", channels.stream().map(IntensityNormalization::mean).toList());
        kwargs.put("std", channels.stream().map(IntensityNormalization::sd).toList());
        steps.add(step("fixed_zero_mean_unit_variance", kwargs));
        return steps;
    }

    private static Map<String, Object> step(String id, Map<String, Object> kwargs) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("id", id);
        step.put("kwargs", kwargs);
        return step;
    }

    /**
     * What the steps make of an input (1, C, S). The same if there are no steps.
     */
    Tensor apply(Tensor raw) {
        if (!isExpressible())
            return raw;
        float[] values = raw.values();
        int n = values.length / channels.size();
        for (int c = 0; c < channels.size(); c++) {
            float[] channel = java.util.Arrays.copyOfRange(values, c * n, (c + 1) * n);
            IntensityNormalization.Applied applied = channels.get(c).of(ArrayImgs.floats(channel, n, 1, 1));
            for (int i = 0; i < n; i++)
                values[c * n + i] = applied.apply(channel[i]);
        }
        return Tensor.of(raw.shape(), values);
    }
}
