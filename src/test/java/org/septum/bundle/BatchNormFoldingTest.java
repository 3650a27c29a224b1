package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.septum.model.NamedWeights.Tensor;

class BatchNormFoldingTest {

    @TestFactory
    Stream<DynamicTest> agreesWithPyTorch() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/bn_folding.json")) {
            List<DynamicTest> tests = new ArrayList<>();
            for (JsonNode c : new ObjectMapper().readTree(in).get("cases"))
                tests.add(DynamicTest.dynamicTest(c.get("case").asText(), () -> check(c)));
            assertThat(tests).hasSize(6);
            return tests.stream();
        }
    }

    private static void check(JsonNode c) {
        JsonNode t = c.get("tensors");
        Tensor gamma = tensor(t.get("gamma"));
        Tensor bias = t.has("bias") ? tensor(t.get("bias"))
                : Tensor.of(gamma.shape(), new float[gamma.values().length]);

        BatchNormFolding.Statistics statistics = new BatchNormFolding.Statistics(gamma, tensor(t.get("beta")),
                tensor(t.get("running_mean")), tensor(t.get("running_var")), c.get("eps").asDouble());
        Tensor weight = BatchNormFolding.scaled(tensor(t.get("weight")), c.get("weight_out_axis").asInt(),
                statistics.scale());

        assertThat(weight.values()).containsExactly(tensor(t.get("folded_weight")).values(), within(1e-5f));
        assertThat(statistics.shifted(bias).values()).containsExactly(tensor(t.get("folded_bias")).values(),
                within(1e-5f));
    }

    private static Tensor tensor(JsonNode json) {
        List<Long> shape = new ArrayList<>();
        json.get("shape").forEach(n -> shape.add(n.asLong()));
        JsonNode data = json.get("data");
        float[] values = new float[data.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) data.get(i).asDouble();
        return Tensor.of(shape, values);
    }
}
