package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

@Tag("engine")
class BatchNormalizationTest {

    @Test
    void aTrainingStepAgreesWithPyTorch() throws IOException {
        JsonNode t = Fixture.read("batchnorm_train_step").get("tensors");
        try (NDManager manager = Fixture.manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray input = Fixture.array(t.get("input"), manager);
            Map<String, NDArray> w = new HashMap<>();
            w.put("weight", Fixture.array(t.get("gamma"), manager));
            w.put("bias", Fixture.array(t.get("beta"), manager));
            w.put("running_mean", Fixture.array(t.get("running_mean_before"), manager));
            w.put("running_var", Fixture.array(t.get("running_var_before"), manager));
            for (NDArray a : new NDArray[] { input, w.get("weight"), w.get("bias") })
                a.setRequiresGradient(true);

            NDArray output = new BatchNormalization(4).forward(new NDList(input), w, true);
            gradients.backward(output.mul(Fixture.array(t.get("upstream"), manager)).sum());

            same(output, t.get("output_train"), 1e-5f);
            same(w.get("running_mean"), t.get("running_mean_after"), 1e-5f);
            same(w.get("running_var"), t.get("running_var_after"), 1e-5f);
            same(input.getGradient(), t.get("grad_input"), 1e-4f);
            same(w.get("weight").getGradient(), t.get("grad_gamma"), 1e-4f);
            same(w.get("bias").getGradient(), t.get("grad_beta"), 1e-4f);
        }
    }

    private static void same(NDArray actual, JsonNode expected, float tolerance) {
        assertThat(actual.toFloatArray()).containsExactly(Fixture.values(expected), within(tolerance));
    }

    @Test
    void inUseItFollowsTheFormulaAndKeepsItsStatistics() {
        try (NDManager manager = Fixture.manager()) {
            NDArray input = manager.create(new float[] { 3, 5, 7, -1 }, new Shape(1, 2, 2, 1));
            Map<String, NDArray> w = Map.of("weight", manager.create(new float[] { 2, 3 }), "bias",
                    manager.create(new float[] { 1, -1 }), "running_mean", manager.create(new float[] { 4, 0 }),
                    "running_var", manager.create(new float[] { 0.25f, 4 }));
            NDArray output = new BatchNormalization(2).forward(new NDList(input), w, false);
            assertThat(output.toFloatArray()).containsExactly(new float[] { -3, 5, 9.5f, -2.5f }, within(1e-3f));
            assertThat(w.get("running_mean").toFloatArray()).containsExactly(4, 0);
            assertThat(w.get("running_var").toFloatArray()).containsExactly(0.25f, 4);
        }
    }
}
