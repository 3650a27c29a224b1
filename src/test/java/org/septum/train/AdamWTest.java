package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;
import org.septum.model.ComputeDevice;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

@Tag("engine")
class AdamWTest {

    private static final float[] CURVATURE = { 1.5f, -0.25f };

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
        return NesterovDescentTest.weights(manager, values);
    }

    private AdamW adam(Map<String, NDArray> weights, double decay, double largestNorm) {
        return new AdamW(weights, new AdamW.Rates(0.9, 0.999, 1e-8, decay), largestNorm, manager);
    }

    /** Line by line the update in the documentation of torch.optim.AdamW. */
    @Test
    void sixStepsFollowThePublishedUpdate() {
        double[] w = { 2, -3 };
        double[] m = { 0, 0 };
        double[] v = { 0, 0 };
        double[] rates = { 0.1, 0.1, 0.07, 0.05, 0.02, 0.3 };
        double decay = 0.05;
        Map<String, NDArray> weights = weights(2, -3);
        AdamW adam = adam(weights, decay, 1e9);
        for (int t = 1; t <= rates.length; t++) {
            NesterovDescentTest.step(adam, weights, CURVATURE, rates[t - 1]);
            for (int i = 0; i < 2; i++) {
                double g = CURVATURE[i] * w[i];
                w[i] -= rates[t - 1] * decay * w[i];
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                double unbiasedMean = m[i] / (1 - Math.pow(0.9, t));
                double unbiasedVariance = v[i] / (1 - Math.pow(0.999, t));
                w[i] -= rates[t - 1] * unbiasedMean / (Math.sqrt(unbiasedVariance) + 1e-8);
                assertThat(weights.get("w" + i).toFloatArray()[0]).as("weight %d after step %d", i, t)
                        .isCloseTo((float) w[i], within(2e-5f));
            }
        }
    }

    /** Without decay the first step is the rate itself, whatever the gradient. */
    @Test
    void theFirstStepIsAsLongAsTheRate() {
        Map<String, NDArray> weights = weights(2, -3);
        NesterovDescentTest.step(adam(weights, 0, 1e9), weights, CURVATURE, 0.25);
        assertThat(weights.get("w0").toFloatArray()[0]).isCloseTo(1.75f, within(1e-5f));
        assertThat(weights.get("w1").toFloatArray()[0]).isCloseTo(-3.25f, within(1e-5f));
    }

    @Test
    void gradientsAboveTheLargestNormAreScaledTogether() {
        Map<String, NDArray> clipped = weights(3, 4);
        Map<String, NDArray> shorter = weights(3, 4);
        AdamW first = adam(clipped, 0, 5);
        AdamW second = adam(shorter, 0, 1e9);
        assertThat(NesterovDescentTest.step(first, clipped, new float[] { 10, 10 }, 0.1)).isCloseTo(50, within(1e-4));
        NesterovDescentTest.step(second, shorter, new float[] { 1, 1 }, 0.1);
        assertThat(first.state().get("mean/w0").values()[0]).isCloseTo(0.3f, within(1e-6f));
        assertThat(first.state().get("mean/w1").values()[0]).isCloseTo(second.state().get("mean/w1").values()[0],
                within(1e-6f));
    }

    @Test
    void aRestoredOneGoesOnAsIfNeverStopped() {
        Map<String, NDArray> first = weights(2, -3);
        AdamW undisturbed = adam(first, 0.01, 2);
        NesterovDescentTest.step(undisturbed, first, CURVATURE, 0.1);
        NesterovDescentTest.step(undisturbed, first, CURVATURE, 0.1);
        Map<String, NDArray> second = weights(first.get("w0").toFloatArray()[0], first.get("w1").toFloatArray()[0]);
        AdamW restored = adam(second, 0.01, 2);
        restored.restore(undisturbed.state());
        NesterovDescentTest.step(undisturbed, first, CURVATURE, 0.1);
        NesterovDescentTest.step(restored, second, CURVATURE, 0.1);
        assertThat(second.get("w0").toFloatArray()).isEqualTo(first.get("w0").toFloatArray());
        assertThat(second.get("w1").toFloatArray()).isEqualTo(first.get("w1").toFloatArray());
        assertThat(restored.state()).isEqualTo(undisturbed.state());
        assertThat(restored.state().get("steps").values()).containsExactly(0, 3);
    }

    @Test
    void aBrokenGradientChangesNothing() {
        Map<String, NDArray> weights = weights(3, 4);
        AdamW adam = adam(weights, 0.1, 12);
        assertThat(NesterovDescentTest.step(adam, weights, new float[] { 1, Float.POSITIVE_INFINITY }, 0.5)).isNaN();
        assertThat(weights.get("w0").toFloatArray()).containsExactly(3);
        assertThat(adam.state().get("steps").values()).containsExactly(0, 0);
    }

    @Test
    void theStateOfAnotherOptimiserIsRefused() {
        Map<String, NDArray> weights = weights(1, 2);
        Optimizer descent = new NesterovDescent(weights, 0.9, 0, 12, manager);
        AdamW adam = adam(weights, 0, 12);
        assertThatThrownBy(() -> adam.restore(descent.state())).isInstanceOf(SeptumException.class)
                .hasMessageContaining("another optimiser").hasMessageContaining("without --resume");
        assertThatThrownBy(() -> descent.restore(adam.state())).isInstanceOf(SeptumException.class)
                .hasMessageContaining("another optimiser");
    }

    @Test
    void stepsLeaveNothingInTheManager() {
        Map<String, NDArray> weights = new LinkedHashMap<>(weights(1, 2));
        AdamW adam = adam(weights, 0.01, 0.1);
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 5; i++)
            NesterovDescentTest.step(adam, weights, CURVATURE, 0.01);
        assertThat(manager.getManagedArrays()).hasSize(before);
    }
}
