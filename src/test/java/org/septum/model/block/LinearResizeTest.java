package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

@Tag("engine")
class LinearResizeTest {

    @ParameterizedTest
    @ValueSource(strings = { "bilinear_x2", "bilinear_to_size", "bilinear_from_1px", "bilinear_x8", "trilinear_x2",
            "trilinear_anisotropic" })
    void agreesWithTheFormulaForwardAndBackward(String name) throws IOException {
        JsonNode t = StreamSupport.stream(Fixture.read("upsample_linear").get("cases").spliterator(), false)
                .filter(c -> c.get("case").asText().equals(name)).findFirst().orElseThrow().get("tensors");
        try (NDManager manager = Fixture.manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray input = Fixture.array(t.get("input"), manager);
            NDArray upstream = Fixture.array(t.get("upstream"), manager);
            input.setRequiresGradient(true);
            NDArray output = new LinearResize().forward(new NDList(input, upstream), Map.of(), true);
            gradients.backward(output.mul(upstream).sum());
            assertThat(output.toFloatArray()).containsExactly(Fixture.values(t.get("output")), within(1e-5f));
            assertThat(input.getGradient().toFloatArray()).containsExactly(Fixture.values(t.get("grad_input")),
                    within(1e-4f));
        }
    }

    @Test
    void twiceAsManySamplesLieAQuarterToEachSide() {
        try (NDManager manager = Fixture.manager()) {
            NDArray input = manager.create(new float[] { 0, 4, 16 }, new Shape(1, 1, 1, 3));
            NDArray output = new LinearResize().forward(new NDList(input, manager.ones(new Shape(1, 2, 1, 6))),
                    Map.of(), false);
            assertThat(output.toFloatArray()).containsExactly(0, 1, 3, 7, 13, 16);
        }
    }

    @Test
    void theSameSizeChangesNothing() {
        try (NDManager manager = Fixture.manager()) {
            NDArray input = manager.arange(60f).reshape(1, 1, 3, 4, 5);
            NDArray output = new LinearResize().forward(new NDList(input, input), Map.of(), false);
            assertThat(output.toFloatArray()).containsExactly(input.toFloatArray());
        }
    }
}
