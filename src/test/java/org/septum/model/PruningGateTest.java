package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelSlicer.Sliced;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Linear;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.NoAttention;
import org.septum.model.block.Normalization;
import org.septum.model.block.PruningGate;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

/** Gates that a training learns for pruning. */
@Tag("engine")
class PruningGateTest {

    /** All encoders and all attentions, not each with each; normalisations take turns. */
    static Stream<Arguments> networks() {
        List<Arguments> all = new ArrayList<>();
        for (int dims : new int[] { 2, 3 }) {
            for (String encoder : List.of("unet", "residual", "resnet18", "resnet50", "mobilenetv2")) {
                for (String attention : encoder.equals("unet") ? AttentionSpec.words() : List.of("none", "se"))
                    all.add(Arguments.of(dims, encoder, attention,
                            Normalization.values()[all.size() % Normalization.values().length]));
            }
        }
        return all.stream();
    }

    private static NetworkSpec network(int dims, String word, String attention, Normalization norm) {
        EncoderSpec encoder = EncoderSpec.of(word);
        List<StageSpec> stages = new ArrayList<>();
        for (StageSpec s : encoder.stages(2, StageSpec.halving(dims, 3), List.of(4, 4, 6))) {
            boolean deepest = s.up() == 0;
            boolean scan = encoder instanceof Backbone && stages.isEmpty();
            stages.add(new StageSpec(s.stride(), scan ? s.inner() : 5, scan ? s.width() : 6, deepest ? 0 : 4,
                    deepest ? 0 : 3, deepest ? 0 : 5));
        }
        return new NetworkSpec(dims, 2, 3, encoder, AttentionSpec.of(attention), stages).with(norm,
                encoder.activation());
    }

    private static Map<String, Node> byName(NetworkGraph graph) {
        Map<String, Node> nodes = new LinkedHashMap<>();
        graph.nodes().forEach(n -> nodes.put(n.name(), n));
        return nodes;
    }

    private static List<String> convolutions(Group group, NetworkGraph graph) {
        return group.producers().stream().map(p -> graph.nodes().get(p.node()))
                .filter(n -> !(n.layer() instanceof Linear)).map(Node::name).toList();
    }

    @ParameterizedTest(name = "{0}D {1} {2} {3}")
    @MethodSource("networks")
    void everyConvolutionWhoseChannelsCanGoHasOneGateAndNoOther(int dims, String encoder, String attention,
            Normalization norm) {
        NetworkSpec spec = network(dims, encoder, attention, norm);
        NetworkGraph plain = spec.graph();
        Set<String> expected = ChannelGraph.of(plain).groups().stream().filter(g -> g.cuttable() && g.size() > 1)
                .flatMap(g -> convolutions(g, plain).stream())
                .filter(n -> !encoder.equals("resnet50") || !n.matches("encoder\\.[3-6].*\\.(a|c|shortcut)\\.conv"))
                .collect(Collectors.toSet());
        Map<String, Node> gated = byName(spec.withPruningGates(true).graph());

        Set<String> actual = plain.nodes().stream().map(Node::name)
                .filter(n -> gated.containsKey(PruningGate.nodeOf(n))).collect(Collectors.toSet());

        assertThat(actual).isEqualTo(expected).isNotEmpty();
        assertThat(gated).hasSize(plain.nodes().size() + 6 * expected.size());
    }

    @ParameterizedTest(name = "{0}D {1} {2} {3}")
    @MethodSource("networks")
    void allElseKeepsItsNameWeightsAndPlace(int dims, String encoder, String attention, Normalization norm) {
        NetworkSpec spec = network(dims, encoder, attention, norm).withDeepSupervision(true);
        NetworkGraph plain = spec.graph();
        NetworkGraph gated = spec.withPruningGates(true).graph();

        assertThat(gated.nodes().stream().filter(n -> !n.name().contains(".pruning.")).map(n -> n.name() + n.layer()))
                .containsExactlyElementsOf(plain.nodes().stream().map(n -> n.name() + n.layer()).toList());
        assertThat(gated.weights()).containsAllEntriesOf(plain.weights());
        assertThat(names(gated, gated.auxiliary())).isEqualTo(names(plain, plain.auxiliary()));
        assertThat(gated.nodes().get(gated.nodes().size() - 1)).extracting(Node::name)
                .isEqualTo(plain.nodes().get(plain.nodes().size() - 1).name());
        // a group's channels are the same, its gates' last layers being makers too
        ChannelGraph channels = ChannelGraph.of(gated);
        for (Group g : ChannelGraph.of(plain).groups()) {
            assertThat(channels.group(g.name())).as(g.name()).extracting(Group::size, Group::cuttable)
                    .containsExactly(g.size(), g.cuttable());
            assertThat(convolutions(channels.group(g.name()), gated)).isEqualTo(convolutions(g, plain));
        }
    }

    private static List<String> names(NetworkGraph graph, List<Integer> nodes) {
        return nodes.stream().map(i -> graph.nodes().get(i).name()).toList();
    }

    @ParameterizedTest
    @EnumSource(Normalization.class)
    void aGateReadsTheConvolutionAndScalesWhatIsNormalised(Normalization norm) {
        NetworkGraph graph = network(2, "unet", "none", norm).withPruningGates(true).graph();
        assertThat(sources(graph, "encoder.2.a.norm")).containsExactly("encoder.2.a.conv");
        assertThat(sources(graph, "encoder.2.a.conv.pruning.mean")).containsExactly("encoder.2.a.conv");
        assertThat(sources(graph, "encoder.2.a.conv.pruning.scale")).containsExactly("encoder.2.a.norm",
                "encoder.2.a.conv.pruning.gate");
        assertThat(sources(graph, "encoder.2.a.relu")).containsExactly("encoder.2.a.conv.pruning.scale");
        assertThat(sources(graph, "decoder.1.up.pruning.scale")).containsExactly("decoder.1.up",
                "decoder.1.up.pruning.gate");
        assertThat(sources(graph, "decoder.1.concat")).contains("decoder.1.up.pruning.scale");
    }

    private static List<String> sources(NetworkGraph graph, String name) {
        return names(graph, byName(graph).get(name).sources());
    }

    /** One of 32 channels has 2 hidden units and no biases, one of 16 has 1 and biases. */
    @Test
    void aGateHasAsManyParametersAsCountedByHand() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(16, 32), new NoAttention());
        long small = 16 + 1 + 16 + 16;
        long large = 32 * 2 + 2 * 32;
        assertThat(spec.withPruningGates(true).graph().parameters() - spec.graph().parameters())
                .as("five layers of 16, two of 32").isEqualTo(5 * small + 2 * large);
    }

    /** The convolution puts out 3 and -1, the normalisation 2 and 5: hidden = relu(0.5 · 3 + 1 · -1 + 0.25) = 0.75. */
    @Test
    void aGateIsThatComputedByHand() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(2), new NoAttention()).withPruningGates(true);
        NetworkGraph graph = spec.graph();
        Map<String, Tensor> w = new LinkedHashMap<>(NamedWeights.initial(graph, 1).tensors());
        String part = "encoder.1.a.conv.pruning.";
        w.put("encoder.1.a.conv.weight", constant(w.get("encoder.1.a.conv.weight"), 0));
        w.put("encoder.1.a.conv.bias", Tensor.of(List.of(2L), new float[] { 3, -1 }));
        w.put(part + "fc1.weight", Tensor.of(List.of(1L, 2L), new float[] { 0.5f, 1 }));
        w.put(part + "fc1.bias", Tensor.of(List.of(1L), new float[] { 0.25f }));
        w.put(part + "fc2.weight", Tensor.of(List.of(2L, 1L), new float[] { 2, -4 }));
        w.put(part + "fc2.bias", Tensor.of(List.of(2L), new float[] { 0, 1 }));
        String norm = "encoder.1.a.norm.";
        w.put(norm + "weight", Tensor.of(List.of(2L), new float[] { 0, 0 }));
        w.put(norm + "bias", Tensor.of(List.of(2L), new float[] { 2, 5 }));
        NetworkGraph head = new NetworkGraph(1, graph.nodes().subList(0, 8));
        assertThat(head.nodes().get(6).name()).isEqualTo(PruningGate.nodeOf("encoder.1.a.conv"));

        double[] scaled = Masked.run(head, new NamedWeights(w), Map.of(), Masked.noise(new Random(1), 1L, 1L, 2L, 3L));

        double first = 1 / (1 + Math.exp(-1.5));
        double second = 1 / (1 + Math.exp(2));
        for (int i = 0; i < 6; i++) {
            assertThat(scaled[i]).isCloseTo(2 * first, within(1e-6));
            assertThat(scaled[6 + i]).isCloseTo(5 * second, within(1e-6));
        }
    }

    private static Tensor constant(Tensor like, float value) {
        float[] values = like.values();
        java.util.Arrays.fill(values, value);
        return Tensor.of(like.shape(), values);
    }

    @ParameterizedTest
    @EnumSource(Normalization.class)
    void aClosedGateChangesWhatTheNetworkSays(Normalization norm) {
        NetworkGraph graph = network(2, "unet", "none", norm).with(norm, Activation.LEAKY_RELU).withPruningGates(true)
                .graph();
        NamedWeights weights = Masked.weights(graph, new Random(11));
        Map<String, Tensor> closed = new LinkedHashMap<>(weights.tensors());
        String bias = "encoder.1.a.conv.pruning.fc2.bias";
        float[] values = closed.get(bias).values();
        java.util.Arrays.fill(values, -20);
        closed.put(bias, Tensor.of(List.of(5L), values));
        Tensor input = Masked.noise(new Random(5), 1L, 2L, 8L, 12L);

        double[] open = Masked.run(graph, weights, Map.of(), input);
        double[] shut = Masked.run(graph, new NamedWeights(closed), Map.of(), input);

        assertThat(most(open, shut)).isGreaterThan(5e-5);
    }

    private static double most(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({ "2, unet, none, BATCH", "2, residual, se, INSTANCE", "2, resnet18, none, BATCH",
            "2, mobilenetv2, canet, BATCH", "2, unet, canet, INSTANCE", "3, resnet50, none, BATCH" })
    void maskedIsRemovedInANetworkWithGates(int dims, String encoder, String attention, Normalization norm) {
        Random random = new Random(7);
        NetworkSpec spec = network(dims, encoder, attention, norm).with(norm, Activation.LEAKY_RELU)
                .withPruningGates(true);
        NamedWeights weights = Masked.weights(spec.graph(), random);
        ChannelGraph graph = ChannelGraph.of(spec.graph());
        Map<String, List<Integer>> kept = Masked.someOf(graph, Group::exact, random);
        Tensor input = dims == 2 ? Masked.noise(random, 1L, 2L, 8L, 12L) : Masked.noise(random, 1L, 2L, 4L, 4L, 8L);

        Sliced small = ChannelSlicer.slice(spec, weights, kept);

        assertThat(small.spec().pruningGates()).isTrue();
        double[] expected = Masked.run(spec.graph(), weights, graph.masks(kept), input);
        double[] actual = Masked.run(small.spec().graph(), small.weights(), Map.of(), input);
        assertThat(most(expected, Masked.run(spec.graph(), weights, Map.of(), input))).as("what was cut mattered")
                .isGreaterThan(5e-5);
        for (int i = 0; i < expected.length; i++)
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
    }

    @Test
    void filesSayItOnlyIfThereAreGates() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        NetworkSpec plain = network(3, "unet", "se", Normalization.BATCH);
        NetworkSpec gated = plain.withPruningGates(true).withWidths(Collections.singletonMap("encoder.2.a.conv", 3));

        assertThat(json.writeValueAsString(plain)).doesNotContain("pruningGates");
        assertThat(json.readValue(json.writeValueAsString(plain), NetworkSpec.class)).isEqualTo(plain);
        assertThat(json.readValue(json.writeValueAsString(gated), NetworkSpec.class)).isEqualTo(gated)
                .isNotEqualTo(gated.withPruningGates(false));
        assertThat(gated.with(Normalization.GROUP, Activation.SILU).withClasses(5).withDeepSupervision(true)
                .withAttention(new NoAttention()).asCaNet().pruningGates()).isTrue();
        assertThat(gated.describe()).contains("gates for pruning");
    }
}
