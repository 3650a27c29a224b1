package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

@Tag("engine")
class NesterovDescentTest {

    private NDManager manager;

    @BeforeEach
    void openManager() {
        manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(Device.cpu());
    }

    @AfterEach
    void closeManager() {
        manager.close();
    }

    private Map<String, NDArray> weights(float... values) {
        return weights(manager, values);
    }

    static Map<String, NDArray> weights(NDManager manager, float... values) {
        Map<String, NDArray> weights = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            NDArray w = manager.create(new float[] { values[i] }, new Shape(1));
            w.setRequiresGradient(true);
            weights.put("w" + i, w);
        }
        return weights;
    }

    /** One step on the loss Σ c_i w_i² / 2, whose gradient is c_i w_i. */
    static double step(Optimizer descent, Map<String, NDArray> weights, float[] curvature, double rate) {
        NDArray any = weights.values().iterator().next();
        try (NDManager scope = any.getManager().newSubManager();
                GradientCollector gradients = ComputeDevice.engine(TrainingRun.ENGINE).newGradientCollector()) {
            NDArray loss = scope.create(0f);
            loss.attach(scope);
            int i = 0;
            for (NDArray w : weights.values()) {
                NDArray c = scope.create(curvature[i++] / 2);
                loss = loss.add(c.mul(w).mul(w).sum());
            }
            gradients.backward(loss);
            return descent.step(weights, rate);
        }
    }

    @Test
    void threeStepsFollowTheFormula() {
        float[] curvature = { 1.5f, 0.25f };
        double[] w = { 2, -3 };
        double[] v = { 0, 0 };
        double momentum = 0.8;
        double decay = 0.01;
        double[] rates = { 0.1, 0.07, 0.02 };
        Map<String, NDArray> weights = weights(2, -3);
        NesterovDescent descent = new NesterovDescent(weights, momentum, decay, 12, manager);
        for (double rate : rates) {
            double norm = step(descent, weights, curvature, rate);
            assertThat(norm).isCloseTo(Math.hypot(curvature[0] * w[0], curvature[1] * w[1]), within(1e-5));
            for (int i = 0; i < 2; i++) {
                double g = curvature[i] * w[i] + decay * w[i];
                v[i] = momentum * v[i] + g;
                w[i] -= rate * (g + momentum * v[i]);
                assertThat(weights.get("w" + i).toFloatArray()[0]).isCloseTo((float) w[i], within(1e-5f));
                assertThat(descent.state().get("w" + i).values()[0]).isCloseTo((float) v[i], within(1e-5f));
            }
        }
    }

    @Test
    void gradientsAboveTheLargestNormAreScaledTogether() {
        Map<String, NDArray> weights = weights(3, 4);
        NesterovDescent descent = new NesterovDescent(weights, 0, 0, 12, manager);
        double norm = step(descent, weights, new float[] { 10, 10 }, 0.5);
        assertThat(norm).isCloseTo(50, within(1e-4));
        assertThat(weights.get("w0").toFloatArray()[0]).isCloseTo(3 - 0.5f * 30 * 12 / 50, within(1e-5f));
        assertThat(weights.get("w1").toFloatArray()[0]).isCloseTo(4 - 0.5f * 40 * 12 / 50, within(1e-5f));
    }

    @Test
    void aBrokenGradientChangesNothing() {
        Map<String, NDArray> weights = weights(3, 4);
        NesterovDescent descent = new NesterovDescent(weights, 0.9, 0.1, 12, manager);
        assertThat(step(descent, weights, new float[] { 1, Float.NaN }, 0.5)).isNaN();
        assertThat(weights.get("w0").toFloatArray()).containsExactly(3);
        assertThat(weights.get("w1").toFloatArray()).containsExactly(4);
        assertThat(descent.state().get("w0").values()).containsExactly(0);
    }

    @Test
    void aRestoredDescentGoesOnAsIfNeverStopped() {
        float[] curvature = { 1.5f, 0.25f };
        Map<String, NDArray> first = weights(2, -3);
        NesterovDescent undisturbed = new NesterovDescent(first, 0.9, 0.01, 12, manager);
        step(undisturbed, first, curvature, 0.1);
        float[] w = { first.get("w0").toFloatArray()[0], first.get("w1").toFloatArray()[0] };
        Map<String, NDArray> second = weights(w);
        NesterovDescent restored = new NesterovDescent(second, 0.9, 0.01, 12, manager);
        restored.restore(undisturbed.state());
        step(undisturbed, first, curvature, 0.1);
        step(restored, second, curvature, 0.1);
        assertThat(second.get("w0").toFloatArray()).isEqualTo(first.get("w0").toFloatArray());
        assertThat(second.get("w1").toFloatArray()).isEqualTo(first.get("w1").toFloatArray());
        assertThat(restored.state()).isEqualTo(undisturbed.state());
    }

    @Test
    void theStateOfAnotherNetworkIsRefused() {
        NesterovDescent descent = new NesterovDescent(weights(1, 2), 0.9, 0, 12, manager);
        NamedWeights other = new NamedWeights(Map.of("w0", NamedWeights.Tensor.of(List.of(1L), new float[] { 0 })));
        assertThatThrownBy(() -> descent.restore(other)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("another network");
        NamedWeights wider = new NamedWeights(Map.of("w0", NamedWeights.Tensor.of(List.of(2L), new float[2]), "w1",
                NamedWeights.Tensor.of(List.of(1L), new float[1])));
        assertThatThrownBy(() -> descent.restore(wider)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("another network");
    }

    @Test
    void stepsLeaveNothingInTheManager() {
        Map<String, NDArray> weights = weights(1, 2, 3);
        NesterovDescent descent = new NesterovDescent(weights, 0.9, 0.01, 12, manager);
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 5; i++)
            step(descent, weights, new float[] { 1, 2, 3 }, 0.01);
        assertThat(manager.getManagedArrays()).hasSize(before);
    }

    @Test
    void nativeMemoryDoesNotGrowWithTheNumberOfSteps() throws IOException {
        float[] curvature = new float[40];
        java.util.Arrays.fill(curvature, 0.01f);
        Map<String, NDArray> weights = weights(new float[40]);
        NesterovDescent descent = new NesterovDescent(weights, 0.9, 0.01, 12, manager);
        List<Double> memory = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            step(descent, weights, curvature, 0.01);
            if (i % 50 == 0)
                memory.add(ResidentMemory.outsideHeap());
        }
        assertThat(ResidentMemory.growth(memory)).as("MiB after every 50 steps of 40 weights: %s", memory)
                .isLessThan(5);
    }
}
