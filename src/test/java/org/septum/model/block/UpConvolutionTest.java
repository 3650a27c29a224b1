package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

@Tag("engine")
class UpConvolutionTest {

    @TestFactory
    Stream<DynamicTest> equalsATransposedConvolution() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode c : Fixture.read("transposed_conv_as_1x1").get("cases"))
            tests.add(DynamicTest.dynamicTest(c.get("case").asText(), () -> check(c.get("tensors"))));
        assertThat(tests).hasSize(2);
        return tests.stream();
    }

    private static void check(JsonNode t) {
        try (NDManager manager = Fixture.manager()) {
            NDArray input = Fixture.array(t.get("input"), manager);
            NDArray weight = Fixture.array(t.get("transposed_weight_in_out_k"), manager);
            NDArray bias = Fixture.array(t.get("bias"), manager);
            int dims = input.getShape().dimension() - 2;
            UpConvolution layer = new UpConvolution((int) weight.getShape().get(0), (int) weight.getShape().get(1),
                    java.util.Collections.nCopies(dims, 2));
            NDArray output = layer.forward(new NDList(input), Map.of("weight", weight, "bias", bias), false);
            assertThat(output.toFloatArray()).containsExactly(Fixture.values(t.get("output")), within(1e-5f));
        }
    }

    @Test
    void unequalStridesPutEveryKernelElementInItsPlace() {
        try (NDManager manager = Fixture.manager()) {
            NDArray input = manager.create(new float[] { 1, 10 }, new Shape(1, 1, 2, 1));
            NDArray weight = manager.create(new float[] { 2, 3, 5 }, new Shape(1, 1, 1, 3));
            NDArray bias = manager.create(new float[] { 0.5f });
            NDArray output = new UpConvolution(1, 1, List.of(1, 3)).forward(new NDList(input),
                    Map.of("weight", weight, "bias", bias), false);
            assertThat(output.getShape()).isEqualTo(new Shape(1, 1, 2, 3));
            assertThat(output.toFloatArray()).containsExactly(2.5f, 3.5f, 5.5f, 20.5f, 30.5f, 50.5f);
        }
    }

    @Test
    void itsViewsOfWeightsAreFreedWithTheFeatures() {
        try (NDManager manager = Fixture.manager()) {
            NDArray weight = manager.ones(new Shape(2, 3, 2, 2));
            NDArray bias = manager.zeros(new Shape(3));
            int before = manager.getManagedArrays().size();
            try (NDManager scope = manager.newSubManager()) {
                NDArray input = scope.ones(new Shape(1, 2, 4, 5));
                new UpConvolution(2, 3, List.of(2, 2)).forward(new NDList(input),
                        Map.of("weight", weight, "bias", bias), true);
            }
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }
}
