package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

@Tag("engine")
class GroupNormalizationTest {

    private static final int POSITIONS = 6;

    private static final int CHANNELS = 4;

    /** The formula, in double. */
    private static double[] expected(float[] x, int groups, float[] weight, float[] bias) {
        int size = CHANNELS / groups * POSITIONS;
        double[] y = new double[x.length];
        for (int start = 0; start < x.length; start += size) {
            double mean = 0;
            double square = 0;
            for (int i = start; i < start + size; i++)
                mean += x[i] / (double) size;
            for (int i = start; i < start + size; i++)
                square += (x[i] - mean) * (x[i] - mean) / size;
            for (int i = start; i < start + size; i++) {
                int c = i / POSITIONS % CHANNELS;
                y[i] = weight[c] * (x[i] - mean) / Math.sqrt(square + GroupNormalization.EPSILON) + bias[c];
            }
        }
        return y;
    }

    @ParameterizedTest
    @CsvSource({ "1, false", "2, true", "4, true", "4, false" })
    void followsTheFormulaAndItsGradientThatOfDifferences(int groups, boolean training) {
        Random random = new Random(4);
        float[] x = new float[2 * CHANNELS * POSITIONS];
        float[] upstream = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (3 + 2 * random.nextGaussian());
            upstream[i] = (float) random.nextGaussian();
        }
        float[] weight = { 2, -1, 0.5f, 1 };
        float[] bias = { 0, 1, -3, 2 };
        double[] y = expected(x, groups, weight, bias);
        try (NDManager manager = Fixture.manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray input = manager.create(x, new Shape(2, CHANNELS, 2, 3));
            input.setRequiresGradient(true);
            NDArray output = new GroupNormalization(CHANNELS, groups).forward(new NDList(input),
                    Map.of("weight", manager.create(weight), "bias", manager.create(bias)), training);
            gradients.backward(output.mul(manager.create(upstream, input.getShape())).sum());

            float[] actual = output.toFloatArray();
            for (int i = 0; i < y.length; i++)
                assertThat((double) actual[i]).isCloseTo(y[i], within(1e-5));
            float[] gradient = input.getGradient().toFloatArray();
            for (int i = 0; i < x.length; i += 5)
                assertThat((double) gradient[i]).isCloseTo(slope(x, i, groups, weight, bias, upstream), within(1e-3));
        }
    }

    private static double slope(float[] x, int at, int groups, float[] weight, float[] bias, float[] upstream) {
        float step = 1f / 128;
        double change = 0;
        for (int sign : new int[] { -1, 1 }) {
            float[] moved = x.clone();
            moved[at] += sign * step;
            double[] y = expected(moved, groups, weight, bias);
            for (int i = 0; i < y.length; i++)
                change += sign * y[i] * upstream[i];
        }
        return change / (2 * step);
    }

    @ParameterizedTest
    @CsvSource({ "16, 8", "12, 4", "7, 1", "8, 8" })
    void theGroupsDivideTheChannels(int channels, int groups) {
        assertThat(Normalization.GROUP.layer(channels)).isEqualTo(new GroupNormalization(channels, groups));
        assertThat(Normalization.INSTANCE.layer(channels)).isEqualTo(GroupNormalization.instance(channels));
        assertThat(Normalization.BATCH.layer(channels)).isEqualTo(new BatchNormalization(channels));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void activationsAndTheirGradientsFollowTheirFormulas(Activation activation) {
        float[] x = { -3, -0.5f, 0.5f, 3, 8 };
        try (NDManager manager = Fixture.manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray input = manager.create(x, new Shape(1, 5));
            input.setRequiresGradient(true);
            NDArray output = activation.layer().forward(new NDList(input), Map.of(), true);
            gradients.backward(output.sum());
            for (int i = 0; i < x.length; i++) {
                double step = 1e-4;
                assertThat((double) output.toFloatArray()[i]).isCloseTo(value(activation, x[i]), within(1e-5));
                double slope = (value(activation, x[i] + step) - value(activation, x[i] - step)) / (2 * step);
                assertThat((double) input.getGradient().toFloatArray()[i]).isCloseTo(slope, within(1e-4));
            }
        }
    }

    private static double value(Activation activation, double x) {
        return switch (activation) {
            case RELU -> Math.max(x, 0);
            case RELU6 -> Math.min(Math.max(x, 0), 6);
            case LEAKY_RELU -> x > 0 ? x : 0.01 * x;
            case SILU -> x / (1 + Math.exp(-x));
        };
    }

    @Test
    void nothingOutlivesTheScopeOfTheFeatures() {
        try (NDManager manager = Fixture.manager()) {
            NDArray weight = manager.ones(new Shape(4));
            NDArray bias = manager.zeros(new Shape(4));
            int before = manager.getManagedArrays().size();
            try (NDManager scope = manager.newSubManager()) {
                NDArray input = scope.ones(new Shape(1, 4, 4, 5));
                new GroupNormalization(4, 2).forward(new NDList(input), Map.of("weight", weight, "bias", bias), true);
                for (Activation a : Activation.values())
                    a.layer().forward(new NDList(input), Map.of(), true);
                new OverlappingMaxPooling(List.of(2, 2)).forward(new NDList(input), Map.of(), true);
            }
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }
}
