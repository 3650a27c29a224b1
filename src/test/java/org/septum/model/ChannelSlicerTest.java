package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelSlicer.Sliced;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NoAttention;
import org.septum.model.block.Normalization;
import org.septum.model.block.SqueezeExcitation;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

/** Masked channels and channels that are not there are the same. */
@Tag("engine")
class ChannelSlicerTest {

    /** The same blocks as the networks of 18 and 50 layers, only more of them: their combinations take turns. */
    private static final Set<String> REPEATED = Set.of("resnet34", "resnet101", "resnet152");

    /** Activations take turns. */
    static Stream<Arguments> networks() {
        List<Arguments> all = new ArrayList<>();
        int turn = 0;
        for (int dims : new int[] { 2, 3 }) {
            for (String encoder : EncoderSpec.words()) {
                for (String attention : AttentionSpec.words()) {
                    for (Normalization norm : Normalization.values()) {
                        turn++;
                        if (!REPEATED.contains(encoder) || turn % 8 == 0) {
                            Activation next = Activation.values()[all.size() % Activation.values().length];
                            all.add(Arguments.of(dims, encoder, attention, norm, next));
                        }
                    }
                }
            }
        }
        return all.stream();
    }

    private static AttentionSpec attention(String word) {
        return word.equals("se") ? new SqueezeExcitation(2, true) : AttentionSpec.of(word);
    }

    /** Few channels wherever the encoder lets one choose; all strides differ from axis to axis somewhere. */
    private static NetworkSpec network(int dims, EncoderSpec encoder, AttentionSpec attention) {
        List<List<Integer>> strides = dims == 2 ? List.of(List.of(1, 1), List.of(1, 2), List.of(2, 1))
                : List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(2, 1, 1));
        List<StageSpec> stages = new ArrayList<>();
        for (StageSpec s : encoder.stages(2, strides, List.of(4, 4, 6))) {
            boolean deepest = s.up() == 0;
            boolean scan = encoder instanceof Backbone && stages.isEmpty();
            stages.add(new StageSpec(s.stride(), scan ? s.inner() : 5, scan ? s.width() : 6, deepest ? 0 : 4,
                    deepest ? 0 : 3, deepest ? 0 : 5));
        }
        return new NetworkSpec(dims, 2, 3, encoder, attention, stages);
    }

    private static Tensor input(int dims, Random random) {
        return dims == 2 ? Masked.noise(random, 1L, 2L, 8L, 10L) : Masked.noise(random, 1L, 2L, 4L, 4L, 6L);
    }

    private static void assertSame(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).as("value %d of %d", i, actual.length).isCloseTo(expected[i],
                    within(1e-5 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private static double[] run(NetworkSpec spec, NamedWeights weights, Tensor input) {
        return Masked.run(spec.graph(), weights, Map.of(), input);
    }

    @ParameterizedTest(name = "{0}D {1} {2} {3} {4}")
    @MethodSource("networks")
    void maskedIsRemoved(int dims, String encoder, String attention, Normalization norm, Activation activation) {
        Random random = new Random(7);
        NetworkSpec spec = network(dims, EncoderSpec.of(encoder), attention(attention)).with(norm, activation);
        NamedWeights weights = Masked.weights(spec.graph(), random);
        ChannelGraph graph = ChannelGraph.of(spec.graph());
        Map<String, List<Integer>> kept = Masked.someOf(graph, Group::exact, random);
        assertThat(kept).isNotEmpty();
        Tensor input = input(dims, random);

        Sliced small = ChannelSlicer.slice(spec, weights, kept);

        double[] actual = run(small.spec(), small.weights(), input);
        assertSame(actual, Masked.run(spec.graph(), weights, graph.masks(kept), input));
        if (dims == 2) {
            assertThat(difference(actual, run(spec, weights, input))).as("what was cut mattered").isGreaterThan(1e-3);
        }
        assertThat(small.spec().graph().parameters()).isLessThan(spec.graph().parameters());
    }

    private static double difference(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({ "eca, BATCH", "none, GROUP" })
    void whatIsDeclaredApproximateCanBeCutButIsNotTheSame(String attention, Normalization norm) {
        Random random = new Random(3);
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(8, 16), AttentionSpec.of(attention)).with(norm,
                Activation.RELU);
        NamedWeights weights = Masked.weights(spec.graph(), random);
        ChannelGraph graph = ChannelGraph.of(spec.graph());
        Map<String, List<Integer>> kept = Masked.someOf(graph, g -> !g.exact(), random);
        Tensor input = Masked.noise(random, 1L, 1L, 8L, 10L);

        Sliced small = ChannelSlicer.slice(spec, weights, kept);

        double[] masked = Masked.run(spec.graph(), weights, graph.masks(kept), input);
        assertThat(difference(run(small.spec(), small.weights(), input), masked)).isGreaterThan(1e-4);
    }

    @Test
    void kernelsOfAttentionStayWhenChannelsGo() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(16, 64), AttentionSpec.of("eca"));
        Sliced small = ChannelSlicer.slice(spec, NamedWeights.initial(spec.graph(), 1), half(spec));
        assertThat(small.weights().get("encoder.2.b.conv.weight").shape()).startsWith(32L, 32L);
        assertThat(small.weights().get("encoder.2.attention.conv.weight"))
                .isEqualTo(NamedWeights.initial(spec.graph(), 1).get("encoder.2.attention.conv.weight"));
        assertThat(spec.withWidths(Map.of()).graph().weights().get("encoder.2.attention.conv.weight").shape())
                .isEqualTo(small.spec().graph().weights().get("encoder.2.attention.conv.weight").shape());
    }

    @ParameterizedTest
    @ValueSource(strings = { "none", "se", "eca", "canet" })
    void withoutCutsItIsTheSameBitForBit(String attention) {
        NetworkSpec spec = network(3, EncoderSpec.of("residual"), attention(attention));
        NamedWeights weights = Masked.weights(spec.graph(), new Random(1));
        ChannelGraph graph = ChannelGraph.of(spec.graph());
        Map<String, List<Integer>> all = new TreeMap<>();
        graph.groups().forEach(g -> all.put(g.name(), IntStream.range(0, g.size()).boxed().toList()));
        assertThat(ChannelSlicer.slice(spec, weights, all)).isEqualTo(new Sliced(spec, weights));
        assertThat(ChannelSlicer.slice(spec, weights, Map.of())).isEqualTo(new Sliced(spec, weights));
        assertThat(graph.masks(all)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "unet", "resnet18", "mobilenetv2" })
    void slicedTwiceIsSlicedOnceWithWhatIsLeft(String encoder) {
        Random random = new Random(5);
        NetworkSpec spec = network(2, EncoderSpec.of(encoder), attention("se"));
        NamedWeights weights = Masked.weights(spec.graph(), random);
        Map<String, List<Integer>> first = Masked.someOf(ChannelGraph.of(spec.graph()), g -> true, random);
        Sliced once = ChannelSlicer.slice(spec, weights, first);
        Map<String, List<Integer>> second = Masked.someOf(ChannelGraph.of(once.spec().graph()),
                g -> first.containsKey(g.name()), random);
        Map<String, List<Integer>> both = new TreeMap<>(first);
        second.forEach((name, left) -> both.put(name, left.stream().map(first.get(name)::get).toList()));

        Sliced twice = ChannelSlicer.slice(once.spec(), once.weights(), second);

        assertThat(twice).isEqualTo(ChannelSlicer.slice(spec, weights, both));
        assertThat(twice.weights()).isNotEqualTo(once.weights());
    }

    private static Map<String, List<Integer>> half(NetworkSpec spec) {
        Map<String, List<Integer>> kept = new TreeMap<>();
        for (Group g : ChannelGraph.of(spec.graph()).groups()) {
            if (g.cuttable() && g.size() > 1)
                kept.put(g.name(), IntStream.range(0, g.size() / 2).boxed().toList());
        }
        return kept;
    }

    private static NetworkGraph halved(NetworkSpec spec) {
        return ChannelSlicer.slice(spec, NamedWeights.initial(spec.graph(), 1), half(spec)).spec().graph();
    }

    @ParameterizedTest
    @CsvSource({ "2, 3, 1944066, 487298", "3, 1, 5647874, 1413250" })
    void halfOfAUNetHasAsManyParametersAsCounted(int dims, int inputs, long whole, long half) {
        NetworkSpec spec = NetworkSpec.unet(dims, inputs, 2, List.of(16, 32, 64, 128, 256), new NoAttention());
        assertThat(spec.graph().parameters()).isEqualTo(whole);
        assertThat(halved(spec).parameters()).isEqualTo(half);
    }

    @ParameterizedTest
    @ValueSource(strings = { "none", "se", "canet-spatial", "canet-channel", "canet-scale", "canet" })
    void aSlicedNetworkCostsWhatAFreshOneCosts(String attention) {
        List<Integer> size = List.of(48, 80);
        for (String word : List.of("unet", "residual")) {
            NetworkSpec large = fresh(word, attention, List.of(16, 32, 64, 128, 256));
            NetworkGraph small = fresh(word, attention, List.of(8, 16, 32, 64, 128)).graph();
            assertThat(halved(large).parameters()).isEqualTo(small.parameters());
            assertThat(halved(large).macs(size)).isEqualTo(small.macs(size));
        }
    }

    private static NetworkSpec fresh(String encoder, String attention, List<Integer> widths) {
        EncoderSpec e = EncoderSpec.of(encoder);
        return new NetworkSpec(2, 3, 2, e, AttentionSpec.of(attention),
                e.stages(3, StageSpec.halving(2, widths.size()), widths));
    }

    @Test
    void weightsThatDoNotFitAreRefused() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(4, 6), new NoAttention());
        NamedWeights others = NamedWeights.initial(NetworkSpec.unet(2, 1, 2, List.of(4, 8), new NoAttention()).graph(),
                1);
        assertThatThrownBy(() -> ChannelSlicer.slice(spec, others, Map.of())).isInstanceOf(SeptumException.class)
                .hasMessageContaining("encoder.2.a.conv.weight");
    }
}
