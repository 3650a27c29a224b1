package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.model.block.GraphAssembler.Feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

class CaNetAttentionTest {

    /** Names of the fixtures' parameters for the names of our nodes. */
    private static final Map<String, String> CHANNEL = Map.of("x.a.conv", "c1", "x.a.norm", "b1", "x.b.conv", "c2",
            "x.b.norm", "b2", "x.shortcut.conv", "proj", "x.shortcut.norm", "pb", "x.mean.fc1", "f1", "x.mean.fc2",
            "f2", "x.c.conv", "c3", "x.c.norm", "b3");

    private static final Map<String, String> GATE = Map.of("skip", "th", "gating", "ph", "map", "ps", "out.conv", "w",
            "out.norm", "wb");

    private static final Map<String, String> NON_LOCAL = Map.of("x.query", "q", "x.key", "k", "x.value", "v",
            "x.out.conv", "w", "x.out.norm", "wb");

    private static final Map<String, String> SCALE = Map.of("x.mean.fc1", "f1", "x.mean.fc2", "f2", "x.a.conv", "s1",
            "x.a.norm", "sb", "x.b.conv", "s2", "x.c.conv", "c", "x.c.norm", "b");

    private static Map<String, NDArray> weights(NetworkGraph graph, Map<String, String> names, JsonNode params,
            NDManager manager) {
        Map<String, NDArray> weights = new HashMap<>();
        for (String full : graph.weights().keySet()) {
            int dot = full.lastIndexOf('.');
            String theirs = names.get(full.substring(0, dot)) + "_" + full.substring(dot + 1);
            assertThat(params.get(theirs)).as("%s, theirs %s", full, theirs).isNotNull();
            weights.put(full, Fixture.array(params.get(theirs), manager));
        }
        assertThat(weights).as("every parameter is used").hasSize(params.size());
        return weights;
    }

    private static void same(NDArray actual, JsonNode expected, double tolerance) {
        float[] a = actual.toFloatArray();
        float[] b = Fixture.values(expected);
        assertThat(a).hasSameSizeAs(b);
        for (int i = 0; i < a.length; i++)
            assertThat((double) a[i]).as("value %d", i).isCloseTo(b[i],
                    within(tolerance * Math.max(1, Math.abs(b[i]))));
    }

    /** Runs a block with one input, compares its output and the gradient of its input. */
    private static void compare(JsonNode json, NetworkGraph graph, Map<String, String> names, Map<String, String> inner)
            throws IOException {
        JsonNode t = json.get("tensors");
        try (NDManager manager = Fixture.manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray input = Fixture.array(t.get("input"), manager);
            input.setRequiresGradient(true);
            NDArray[] outputs = Fixture.outputs(graph, List.of(input),
                    weights(graph, names, json.get("params"), manager), false);
            NDArray output = outputs[outputs.length - 1];
            gradients.backward(output.mul(Fixture.array(t.get("upstream"), manager)).sum());
            same(output, t.get("output"), 1e-5);
            same(input.getGradient(), t.get("grad_input"), 1e-4);
            inner.forEach((node, tensor) -> same(outputs[Fixture.index(graph, node)], t.get(tensor), 1e-5));
        }
    }

    @Tag("engine")
    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void theChannelBlockAgreesWithTheAuthors(int dims) throws IOException {
        JsonNode json = Fixture.read("canet_channel_attention_" + dims + "d");
        GraphAssembler graph = new GraphAssembler(dims, json.get("in").asInt());
        CaNetAttention.channelBlock(graph, "x", graph.input(), json.get("out").asInt(),
                java.util.Collections.nCopies(dims, 3));
        compare(json, graph.graph(), CHANNEL, Map.of("x.gates", "attention_sum_avg_plus_max"));
    }

    @Tag("engine")
    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void theNonLocalBlockAgreesWithTheAuthors(int dims) throws IOException {
        JsonNode json = Fixture.read("canet_nonlocal_" + dims + "d");
        GraphAssembler graph = new GraphAssembler(dims, 8);
        CaNetAttention.nonLocal(graph, "x", graph.input(), java.util.Collections.nCopies(dims, 2));
        compare(json, graph.graph(), NON_LOCAL, Map.of());
    }

    @Tag("engine")
    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void theScaleAttentionAgreesWithTheAuthors(int dims) throws IOException {
        JsonNode json = Fixture.read("canet_scale_attention_" + dims + "d");
        GraphAssembler graph = new GraphAssembler(dims, 16);
        CaNetAttention.scaleAttention(graph, "x", graph.input(), 4);
        compare(json, graph.graph(), SCALE, Map.of("x.gamma", "gamma_per_scale", "x.maps", "spatial_per_scale"));
    }

    @Tag("engine")
    @ParameterizedTest
    @CsvSource({ "canet_gate_single_2d,2", "canet_gate_single_3d,3", "canet_gate_dual_2d,2" })
    void theGatesAgreeWithTheAuthors(String name, int dims) throws IOException {
        JsonNode json = Fixture.read(name);
        JsonNode t = json.get("tensors");
        boolean dual = name.contains("dual");
        // one input that the two are cut out of would need a layer of its own: the second is a node without a layer
        GraphAssembler graph = new GraphAssembler(dims, 4);
        Feature gating = graph.add("gating", Convolution.of(dims, 4, 8, 1), graph.input());
        if (dual)
            CaNetAttention.twoGates(graph, "x", graph.input(), gating);
        else
            CaNetAttention.gated(graph, "x", graph.input(), gating);
        Map<String, String> names = new HashMap<>();
        for (String gate : dual ? List.of("1", "2") : List.of("")) {
            GATE.forEach((ours, theirs) -> names.put(dual ? "x." + gate + "." + ours : "x." + ours,
                    dual ? "g" + gate + "_" + theirs : theirs));
        }
        names.put("x.combine.conv", "c");
        names.put("x.combine.norm", "cb");
        NetworkGraph whole = graph.graph();
        NetworkGraph rest = new NetworkGraph(4, whole.nodes().subList(1, whole.nodes().size()));
        try (NDManager manager = Fixture.manager();
                GradientCollector gradients = manager.getEngine().newGradientCollector()) {
            NDArray skip = Fixture.array(t.get("skip"), manager);
            NDArray below = Fixture.array(t.get("gating"), manager);
            skip.setRequiresGradient(true);
            below.setRequiresGradient(true);
            NDArray[] outputs = Fixture.outputs(whole, List.of(skip, below),
                    weights(rest, names, json.get("params"), manager), false);
            NDArray output = outputs[outputs.length - 1];
            gradients.backward(output.mul(Fixture.array(t.get("upstream"), manager)).sum());
            same(output, t.get("output"), 1e-5);
            same(skip.getGradient(), t.get("grad_skip"), 1e-4);
            same(below.getGradient(), t.get("grad_gating"), 1e-4);
            if (!dual)
                same(outputs[Fixture.index(whole, "x.gate")], t.get("attention"), 1e-5);
        }
    }

    @Tag("engine")
    @Test
    void aNonLocalBlockWhoseLastNormalisationIsZeroChangesNothing() {
        GraphAssembler assembler = new GraphAssembler(2, 4);
        CaNetAttention.nonLocal(assembler, "x", assembler.input(), List.of(2, 2));
        NetworkGraph graph = assembler.graph();
        try (NDManager manager = Fixture.manager()) {
            Map<String, NDArray> weights = new HashMap<>();
            graph.weights().forEach((name, w) -> weights.put(name,
                    manager.ones(new Shape(w.shape().stream().mapToLong(Long::longValue).toArray()))));
            weights.put("x.out.norm.weight", manager.zeros(new Shape(4)));
            weights.put("x.out.norm.bias", manager.zeros(new Shape(4)));
            NDArray input = manager.arange(48f).reshape(1, 4, 3, 4);
            assertThat(Fixture.run(graph, input, weights, false).toFloatArray()).containsExactly(input.toFloatArray());
        }
    }

    private static List<String> nodes(int levels, CaNetAttention attention) {
        org.septum.model.NetworkSpec spec = org.septum.model.NetworkSpec.unet(2, 1, 2,
                java.util.stream.IntStream.range(0, levels).mapToObj(i -> 4 << i).toList(), attention);
        return spec.graph().nodes().stream().map(NetworkGraph.Node::name).toList();
    }

    @Test
    void thePartsLieWhereThePaperHasThem() {
        List<String> spatial = nodes(5, new CaNetAttention(true, false, false, false));
        assertThat(spatial).contains("decoder.4.nonlocal.attention", "decoder.3.spatial.1.gate",
                "decoder.3.spatial.2.gate", "decoder.2.spatial.2.gate", "decoder.1.b.conv");
        assertThat(spatial).noneMatch(n -> n.startsWith("decoder.1.spatial") || n.startsWith("decoder.4.spatial")
                || n.startsWith("side") || n.contains("fc1"));
        assertThat(nodes(5, new CaNetAttention(false, true, false, false))).contains("decoder.1.mean.fc1",
                "decoder.4.c.conv");
        assertThat(nodes(5, new CaNetAttention(false, false, true, false))).contains("side.4.resize", "scale.c.conv");
        assertThat(nodes(5, new CaNetAttention(true, true, true, true))).contains("decoder.1.spatial.gate");
    }

    @Test
    void smallDecodersHaveWhatTheyHaveRoomFor() {
        assertThat(nodes(1, new CaNetAttention())).noneMatch(n -> n.startsWith("scale") || n.contains("spatial"));
        assertThat(nodes(2, new CaNetAttention())).contains("decoder.1.spatial.1.gate", "scale.c.conv")
                .noneMatch(n -> n.contains("nonlocal"));
        assertThat(nodes(3, new CaNetAttention())).contains("decoder.2.nonlocal.attention")
                .noneMatch(n -> n.contains("spatial"));
        assertThat(nodes(6, new CaNetAttention())).contains("decoder.5.nonlocal.attention", "side.4")
                .doesNotContain("side.5");
    }

    @Test
    void theGateOfTheFinestSkipCostsWhatThePaperSays() {
        List<Integer> widths = List.of(16, 32, 64, 128, 256);
        long without = org.septum.model.NetworkSpec.unet(2, 3, 2, widths, new CaNetAttention()).graph().parameters();
        long with = org.septum.model.NetworkSpec.unet(2, 3, 2, widths, new CaNetAttention(true, true, true, true))
                .graph().parameters();
        assertThat(with - without).isEqualTo(1121);
    }

    @Test
    void wordsNameTheParts() {
        for (String word : List.of("canet", "canet-spatial", "canet-channel", "canet-scale", "canet-spatial+scale"))
            assertThat(AttentionSpec.of(word).word()).isEqualTo(word);
        assertThat(AttentionSpec.of("canet-scale+channel+spatial")).isEqualTo(new CaNetAttention());
        for (String word : List.of("canet-", "canet-size", "canet-spatial,scale", "canets"))
            assertThatThrownBy(() -> AttentionSpec.of(word)).hasMessageContaining("canet-spatial");
    }

    @Test
    void nothingSwitchedOnIsRefused() {
        assertThatThrownBy(() -> new CaNetAttention(false, false, false, true))
                .hasMessageContaining("spatial, channel or scale");
    }

    @Test
    void survivesJson() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        for (CaNetAttention spec : Arrays.asList(new CaNetAttention(), new CaNetAttention(false, true, false, true)))
            assertThat(json.readValue(json.writeValueAsString(spec), AttentionSpec.class)).isEqualTo(spec);
        assertThat(json.writeValueAsString(new CaNetAttention())).isEqualTo(
                "{\"kind\":\"canet\",\"spatial\":true,\"channel\":true,\"scale\":true,\"finestGate\":false}");
    }
}
