package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.Activation;
import org.septum.model.block.Concatenation;
import org.septum.model.block.Convolution;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.GraphAssembler.Feature;
import org.septum.model.block.MaxPooling;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.Normalization;
import org.septum.model.block.UpConvolution;

/** A U-Net without normalisation that was pruned elsewhere. */
@Tag("engine")
class PruningFixtureTest {

    private static JsonNode fixture() throws IOException {
        try (InputStream in = PruningFixtureTest.class.getResourceAsStream("/fixtures/unet_physical_pruning.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static Tensor tensor(JsonNode json) {
        List<Long> shape = new ArrayList<>();
        json.get("shape").forEach(s -> shape.add(s.asLong()));
        float[] values = new float[json.get("data").size()];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) json.get("data").get(i).asDouble();
        return Tensor.of(shape, values);
    }

    private static Feature conv(GraphAssembler graph, String name, Feature x, int out) {
        return graph.activated(name, graph.add(name, Convolution.of(2, x.channels(), out, 3), x));
    }

    private static NetworkGraph network(Map<String, Integer> widths) {
        GraphAssembler graph = new GraphAssembler(2, 1,
                new GraphAssembler.Style(Normalization.BATCH, Activation.RELU, 0, widths));
        Feature fine = conv(graph, "e1b", conv(graph, "e1a", graph.input(), 4), 4);
        Feature x = graph.add("pool", new MaxPooling(List.of(2, 2)), fine);
        x = conv(graph, "e2b", conv(graph, "e2a", x, 6), 6);
        x = graph.add("up", new UpConvolution(x.channels(), 4, List.of(2, 2)), x);
        x = graph.add("concat", new Concatenation(), fine, x);
        x = conv(graph, "d1b", conv(graph, "d1a", x, 4), 4);
        graph.add("head", Convolution.of(2, x.channels(), 2, 1), x);
        return graph.graph();
    }

    private static NamedWeights weights(JsonNode tensors, NetworkGraph network) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        network.weights().keySet().forEach(
                name -> weights.put(name, tensor(tensors.get(name.replace(".weight", "_w").replace(".bias", "_b")))));
        return new NamedWeights(weights);
    }

    /** Masks only where the fixture has them: behind the ReLU of a convolution, and behind the up-convolution. */
    private static Map<Integer, float[]> behindActivations(ChannelGraph graph, Map<String, List<Integer>> kept) {
        Map<Integer, float[]> masks = new TreeMap<>(graph.masks(kept));
        masks.keySet().removeIf(n -> {
            String name = graph.network().nodes().get(n).name();
            return !name.endsWith(".relu") && !name.equals("up");
        });
        return masks;
    }

    private static double[] doubles(JsonNode tensor) {
        double[] values = new double[tensor.get("data").size()];
        for (int i = 0; i < values.length; i++)
            values[i] = tensor.get("data").get(i).asDouble();
        return values;
    }

    @Test
    void itIsCutAsThere() throws IOException {
        JsonNode fixture = fixture();
        JsonNode tensors = fixture.get("tensors");
        Map<String, List<Integer>> kept = new TreeMap<>();
        fixture.get("kept").fieldNames().forEachRemaining(name -> {
            List<Integer> channels = new ArrayList<>();
            fixture.get("kept").get(name).forEach(c -> channels.add(c.asInt()));
            kept.put(name, channels);
        });
        NetworkGraph large = network(Map.of());
        NamedWeights weights = weights(tensors, large);
        ChannelGraph graph = ChannelGraph.of(large);
        Tensor input = tensor(tensors.get("input"));

        NetworkGraph small = network(graph.widths(kept));
        NamedWeights left = ChannelSlicer.slice(graph, weights, kept);

        left.requireFit(small);
        assertThat(large.parameters()).isEqualTo(fixture.get("parameters_before").asLong());
        assertThat(small.parameters()).isEqualTo(fixture.get("parameters_after").asLong());
        assertThat(Masked.run(large, weights, Map.of(), input)).containsExactly(doubles(tensors.get("output_unpruned")),
                within(1e-5));
        double[] expected = doubles(tensors.get("output_masked_equals_removed"));
        assertThat(Masked.run(small, left, Map.of(), input)).containsExactly(expected, within(1e-5));
        assertThat(Masked.run(large, weights, graph.masks(kept), input)).containsExactly(expected, within(1e-5));
        assertThat(Masked.run(large, weights, behindActivations(graph, kept), input)).containsExactly(expected,
                within(1e-5));
    }
}
