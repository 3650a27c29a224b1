package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

class SqueezeExcitationTest {

    private static NetworkGraph graph(int dims, int channels, SqueezeExcitation spec) {
        GraphAssembler graph = new GraphAssembler(dims, channels);
        spec.attach(graph, "se", graph.input());
        return graph.graph();
    }

    @Tag("engine")
    @ParameterizedTest
    @ValueSource(strings = { "se_2d_c32_r16", "se_3d_c32_r16_bias" })
    void agreesWithAnotherImplementationForwardAndBackward(String name) throws IOException {
        JsonNode json = Fixture.read(name);
        JsonNode t = json.get("tensors");
        try (NDManager manager = Fixture.manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray input = Fixture.array(t.get("input"), manager);
            input.setRequiresGradient(true);
            NetworkGraph graph = graph(input.getShape().dimension() - 2, 32,
                    new SqueezeExcitation(json.get("reduction").asInt(), json.get("bias").asBoolean()));
            Map<String, NDArray> weights = new HashMap<>();
            for (String w : graph.weights().keySet()) {
                NDArray array = Fixture.array(t.get(w.substring(3).replace('.', '_')), manager);
                array.setRequiresGradient(true);
                weights.put(w, array);
            }
            NDArray output = Fixture.run(graph, input, weights, true);
            gradients.backward(output.mul(Fixture.array(t.get("upstream"), manager)).sum());

            same(output, t.get("output"), 1e-5f);
            same(input.getGradient(), t.get("grad_input"), 1e-4f);
            weights.forEach(
                    (w, array) -> same(array.getGradient(), t.get("grad_" + w.substring(3).replace('.', '_')), 1e-4f));
        }
    }

    private static void same(NDArray actual, JsonNode expected, float tolerance) {
        assertThat(actual.toFloatArray()).containsExactly(Fixture.values(expected), within(tolerance));
    }

    @Tag("engine")
    @Test
    void weightsOfZeroHalveEveryValue() {
        try (NDManager manager = Fixture.manager()) {
            NDArray input = manager.create(new float[] { 1, -2, 3, 5, 8, -13 }, new Shape(1, 3, 1, 2));
            NDArray output = Fixture.run(graph(2, 3, new SqueezeExcitation()), input, Map.of("se.fc1.weight",
                    manager.zeros(new Shape(1, 3)), "se.fc2.weight", manager.zeros(new Shape(3, 1))), false);
            assertThat(output.toFloatArray()).containsExactly(0.5f, -1, 1.5f, 2.5f, 4, -6.5f);
        }
    }

    @ParameterizedTest
    @CsvSource({ "16, 16, 1", "8, 16, 1", "40, 16, 2", "256, 16, 16", "24, 8, 3" })
    void theHiddenLayerHasTheChannelsDividedByTheReductionButOneAtLeast(int channels, int reduction, int hidden) {
        for (int dims : new int[] { 2, 3 }) {
            assertThat(graph(dims, channels, new SqueezeExcitation(reduction, false)).parameters())
                    .isEqualTo(2L * channels * hidden);
            assertThat(graph(dims, channels, new SqueezeExcitation(reduction, true)).parameters())
                    .isEqualTo(2L * channels * hidden + channels + hidden);
        }
    }

    @Test
    void survivesJson() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        for (SqueezeExcitation spec : new SqueezeExcitation[] { new SqueezeExcitation(),
                new SqueezeExcitation(8, true) })
            assertThat(json.readValue(json.writeValueAsString(spec), AttentionSpec.class)).isEqualTo(spec);
        assertThat(json.writeValueAsString(new SqueezeExcitation()))
                .isEqualTo("{\"kind\":\"se\",\"reduction\":16,\"biased\":false}");
    }

    @Test
    void aReductionBelowOneIsRefused() {
        assertThatThrownBy(() -> new SqueezeExcitation(0, false)).hasMessageContaining("at least 1");
    }
}
