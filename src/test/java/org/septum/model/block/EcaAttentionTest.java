package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

class EcaAttentionTest {

    private static NetworkGraph graph(int dims, int channels, int kernel) {
        GraphAssembler graph = new GraphAssembler(dims, channels);
        new EcaAttention(kernel).attach(graph, "eca", graph.input());
        return graph.graph();
    }

    @Tag("engine")
    @ParameterizedTest
    @ValueSource(strings = { "eca_2d_c16_k3", "eca_2d_c64_k5", "eca_3d_c16_k3" })
    void agreesWithTheAuthorsModuleForwardAndBackward(String name) throws IOException {
        JsonNode json = Fixture.read(name);
        JsonNode t = json.get("tensors");
        try (NDManager manager = Fixture.manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray input = Fixture.array(t.get("input"), manager);
            NDArray weight = Fixture.array(t.get("weight"), manager);
            input.setRequiresGradient(true);
            weight.setRequiresGradient(true);
            int channels = (int) input.getShape().get(1);
            NetworkGraph graph = graph(input.getShape().dimension() - 2, channels, json.get("k").asInt());
            NDArray output = Fixture.run(graph, input, Map.of("eca.conv.weight", weight), true);
            gradients.backward(output.mul(Fixture.array(t.get("upstream"), manager)).sum());

            assertThat(output.toFloatArray()).containsExactly(Fixture.values(t.get("output")), within(1e-5f));
            assertThat(input.getGradient().toFloatArray()).containsExactly(Fixture.values(t.get("grad_input")),
                    within(1e-4f));
            assertThat(weight.getGradient().toFloatArray()).containsExactly(Fixture.values(t.get("grad_weight")),
                    within(1e-4f));
        }
    }

    @Tag("engine")
    @Test
    void aKernelOfZerosHalvesEveryValue() {
        try (NDManager manager = Fixture.manager()) {
            NDArray input = manager.create(new float[] { 1, -2, 3, 5, 8, -13 }, new Shape(1, 3, 1, 2));
            NDArray output = Fixture.run(graph(2, 3, 3), input,
                    Map.of("eca.conv.weight", manager.zeros(new Shape(1, 1, 3))), false);
            assertThat(output.toFloatArray()).containsExactly(0.5f, -1, 1.5f, 2.5f, 4, -6.5f);
        }
    }

    @ParameterizedTest
    @CsvSource({ "1,1", "4,1", "8,3", "16,3", "24,3", "32,3", "64,3", "96,3", "128,5", "160,5", "256,5", "320,5",
            "512,5", "1024,5", "2048,7" })
    void theAdaptiveKernelGrowsWithTheLogarithmOfTheChannels(int channels, int kernel) {
        assertThat(EcaAttention.adaptiveKernel(channels)).isEqualTo(kernel);
        assertThat(graph(2, channels, 0).parameters()).isEqualTo(kernel);
    }

    @ParameterizedTest
    @ValueSource(ints = { -1, 2, 4 })
    void anEvenKernelIsRefused(int kernel) {
        assertThatThrownBy(() -> new EcaAttention(kernel)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be odd");
    }

    @Test
    void wordsAndRecordsAgree() {
        assertThat(AttentionSpec.words()).allSatisfy(w -> assertThat(AttentionSpec.of(w).word()).isEqualTo(w));
        assertThatThrownBy(() -> AttentionSpec.of("se2")).hasMessageContaining("allowed: none, se, eca, canet");
    }
}
