package org.septum.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.model.ClassificationNetwork;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkBlock;
import org.septum.model.NetworkBuilder;
import org.septum.model.NetworkSpec;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

class ReceptiveFieldTest {

    private static final int BATCH = 32;

    private static NetworkSpec network(String encoder, List<List<Integer>> strides) {
        List<StageSpec> stages = new ArrayList<>();
        for (int i = 0; i < strides.size(); i++) {
            boolean deepest = i == strides.size() - 1;
            int width = i == 0 && EncoderSpec.of(encoder) instanceof Backbone ? 1 : 2;
            stages.add(new StageSpec(strides.get(i), 2, width, deepest ? 0 : 1, deepest ? 0 : 1, deepest ? 0 : 1));
        }
        return new NetworkSpec(strides.get(0).size(), 1, 2, EncoderSpec.of(encoder), new NoAttention(), stages);
    }

    /** Its first two levels have kernels that do not reach across the first axis. */
    private static NetworkSpec flat(NetworkSpec spec) {
        List<StageSpec> stages = new ArrayList<>(spec.stages());
        for (int i = 0; i < 2; i++)
            stages.set(i, stages.get(i).withKernel(List.of(1, 3, 3)));
        return new NetworkSpec(spec.dims(), 1, 2, spec.encoder(), spec.attention(), stages);
    }

    /** Network, axis. */
    static Stream<Arguments> networks() {
        NetworkSpec uneven = network("unet", List.of(List.of(1, 1, 1), List.of(1, 2, 3), List.of(2, 2, 1)));
        NetworkSpec gated = network("unet", StageSpec.halving(2, 2)).withAttention(AttentionSpec.of("canet-spatial"));
        NetworkSpec flat = flat(uneven);
        return Stream.of(Arguments.of(flat, 0), Arguments.of(flat, 1),
                Arguments.of(network("unet", StageSpec.halving(2, 4)), 1), Arguments.of(gated, 0),
                Arguments.of(network("residual", StageSpec.halving(2, 4)), 0),
                Arguments.of(network("resnet18", StageSpec.halving(2, 6)), 1),
                Arguments.of(network("mobilenetv2", StageSpec.halving(2, 6)), 0), Arguments.of(uneven, 0),
                Arguments.of(uneven, 1), Arguments.of(uneven, 2));
    }

    /** Which outputs along an axis change with each input along it, in a network that cannot lose a change. */
    @Tag("engine")
    @ParameterizedTest
    @MethodSource("networks")
    void isWhatTheNetworkSees(NetworkSpec spec, int axis) {
        List<Integer> divisor = spec.sizeDivisor();
        int size = spec.graph().receptiveField(divisor).size().get(axis);
        List<Integer> spatial = new ArrayList<>(divisor);
        // room for one position of each phase that sees all it can see
        spatial.set(axis, (size / divisor.get(axis) + 3) * divisor.get(axis));
        int length = spatial.get(axis);
        int[] first = new int[length];
        int[] last = new int[length];
        java.util.Arrays.fill(first, length);
        java.util.Arrays.fill(last, -1);
        perturb(spec, spatial, axis, (input, output) -> {
            first[output] = Math.min(first[output], input);
            last[output] = Math.max(last[output], input);
        });
        DependencyWalk walk = new DependencyWalk(spec.graph(), divisor);
        for (int p = 0; p < length; p++) {
            DependencyWalk.Interval seen = walk.seen(axis, p).orElseThrow();
            assertThat(List.of(first[p], last[p])).as("first and last input that output %d of %d sees", p, length)
                    .containsExactly((int) Math.max(seen.first(), 0), (int) Math.min(seen.last(), length - 1));
        }
        assertThat(IntStream.range(0, length).map(p -> last[p] - first[p] + 1).max()).hasValue(size);
    }

    private interface Change {
        void seen(int input, int output);
    }

    /**
     * Runs the network with each position of the axis raised by 1 from 0, where nothing else can make an output; with
     * gates, which multiply, by 100 from random values.
     */
    private static void perturb(NetworkSpec spec, List<Integer> spatial, int axis, Change change) {
        int length = spatial.get(axis);
        int all = spatial.stream().reduce(1, (a, b) -> a * b);
        int after = spatial.stream().skip(axis + 1L).reduce(1, (a, b) -> a * b);
        boolean gated = isGated(spec);
        Random random = new Random(11);
        float[] base = new float[all];
        for (int i = 0; i < all && gated; i++)
            base[i] = random.nextFloat();
        try (NDManager manager = Fixture.manager()) {
            NetworkBlock block = NetworkBuilder.build(spec, positive(spec), manager);
            float[] plain = forward(block, base, spatial, manager);
            for (int start = 0; start < length; start += BATCH) {
                float[] values = new float[Math.min(BATCH, length - start) * all];
                for (int i = 0; i < values.length; i++)
                    values[i] = base[i % all] + (i / after % length == start + i / all ? gated ? 100 : 1 : 0);
                float[] output = forward(block, values, spatial, manager);
                for (int i = 0; i < output.length; i++) {
                    assertThat(output[i]).isFinite();
                    if (Math.abs(output[i] - plain[i % plain.length]) > 2e-6f * plain[i % plain.length])
                        change.seen(start + i / plain.length, i / after % length);
                }
            }
        }
    }

    private static float[] forward(NetworkBlock block, float[] values, List<Integer> spatial, NDManager manager) {
        int n = values.length / spatial.stream().reduce(1, (a, b) -> a * b);
        try (NDManager scope = manager.newSubManager()) {
            NDList input = new NDList(scope.create(values, shape(n, 1, spatial)));
            return block.forward(new ParameterStore(scope, false), input, false).singletonOrThrow().toFloatArray();
        }
    }

    private static boolean isGated(NetworkSpec spec) {
        return !(spec.attention() instanceof NoAttention);
    }

    private static Shape shape(int n, int channels, List<Integer> spatial) {
        Shape shape = new Shape(n, channels);
        for (int s : spatial)
            shape = shape.add(s);
        return shape;
    }

    /** Without gates zeros stay exactly zero and what is positive stays positive; with gates values stay small. */
    private static NamedWeights positive(NetworkSpec spec) {
        Random random = new Random(5);
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        Map<String, WeightSpec> weights = spec.graph().weights();
        NamedWeights.initial(spec.graph(), 1).tensors().forEach((name, tensor) -> {
            float[] values = tensor.values();
            boolean kernel = weights.get(name).role() == WeightSpec.Role.KERNEL;
            float sum = isGated(spec) ? (float) values.length / tensor.shape().get(0)
                    : tensor.shape().get(kernel ? 1 : 0);
            for (int i = 0; i < values.length && kernel; i++)
                values[i] = (0.5f + 0.5f * random.nextFloat()) / sum;
            tensors.put(name, NamedWeights.Tensor.of(tensor.shape(), values));
        });
        return new NamedWeights(tensors);
    }

    /** Two 3×3 convolutions a level: 5, and with a second level [-8, 9] through its pooling. */
    @Test
    void isThatCountedByHand() {
        for (int dims : new int[] { 2, 3 }) {
            List<Integer> size = Collections.nCopies(dims, 8);
            assertThat(network("unet", StageSpec.halving(dims, 1)).graph().receptiveField(size))
                    .isEqualTo(new ReceptiveField(Collections.nCopies(dims, 5), false));
            assertThat(network("unet", StageSpec.halving(dims, 2)).graph().receptiveField(size))
                    .isEqualTo(new ReceptiveField(Collections.nCopies(dims, 18), false));
        }
        NetworkSpec uneven = network("unet", List.of(List.of(1, 1), List.of(1, 2)));
        assertThat(uneven.graph().receptiveField(List.of(8, 8)).size()).containsExactly(13, 18);
    }

    /** 1 + sum over the convolutions and poolings of (kernel - 1) · product of the strides before, by hand. */
    @ParameterizedTest
    @CsvSource({ "resnet18, 435", "resnet34, 899", "resnet50, 427", "resnet101, 971", "resnet152, 1451",
            "mobilenetv2, 491" })
    void ofAnEncoderIsThatOfTheFormula(String word, int expected) {
        Backbone encoder = (Backbone) EncoderSpec.of(word);
        GraphAssembler graph = new GraphAssembler(2, 3);
        encoder.attachFeatures(graph, encoder.publishedStages(2, 3), new NoAttention());
        assertThat(graph.graph().receptiveField(List.of(32, 32)).size()).containsExactly(expected, expected);
    }

    @Test
    void saysWhetherMeansOfTheWholeTileCount() {
        List<Integer> size = List.of(8, 8);
        NetworkSpec none = NetworkSpec.unet(2, 1, 2, List.of(4, 8), new NoAttention());
        for (String attention : List.of("se", "eca")) {
            NetworkSpec gated = NetworkSpec.unet(2, 1, 2, List.of(4, 8), AttentionSpec.of(attention));
            assertThat(gated.graph().receptiveField(size)).as("the local paths are the same, attention %s", attention)
                    .isEqualTo(new ReceptiveField(List.of(18, 18), true));
        }
        for (String attention : List.of("canet", "canet-spatial", "canet-channel", "canet-scale")) {
            NetworkSpec gated = NetworkSpec.unet(2, 1, 2, List.of(4, 8, 16), AttentionSpec.of(attention));
            assertThat(gated.graph().receptiveField(size).wholeTile()).as(attention).isTrue();
        }
        for (Normalization normalization : Normalization.values()) {
            assertThat(none.with(normalization, Activation.RELU).graph().receptiveField(size).wholeTile())
                    .isEqualTo(normalization != Normalization.BATCH);
        }
        Backbone encoder = (Backbone) EncoderSpec.of("resnet18");
        assertThat(ClassificationNetwork.graph(2, encoder, new NoAttention()).receptiveField(List.of(32, 32)))
                .isEqualTo(new ReceptiveField(List.of(), true));
    }

    /** Output 0 lies between samples -1 and 0 behind the pooling, so [-2, 1], [-4, 3], [-5, 4] back to the input. */
    @Test
    void interpolationReadsTwoSamplesAndOnlyTheSizeOfItsSecondInput() {
        GraphAssembler graph = new GraphAssembler(2, 1);
        GraphAssembler.Feature x = graph.add("a", Convolution.of(2, 1, 1, 3), graph.input());
        x = graph.add("pool", new MaxPooling(List.of(2, 2)), x);
        x = graph.add("b", Convolution.of(2, 1, 1, 3), x);
        GraphAssembler.Feature far = graph.add("far", Convolution.of(2, 1, 1, 31), graph.input());
        graph.add("resize", new LinearResize(), x, far);
        DependencyWalk walk = new DependencyWalk(graph.graph(), List.of(8, 8));
        assertThat(walk.seen(0, 0)).hasValue(new DependencyWalk.Interval(-5, 4));
        assertThat(walk.seen(1, 1)).hasValue(new DependencyWalk.Interval(-3, 6));
        assertThat(walk.period(0)).isEqualTo(2);
        assertThat(graph.graph().receptiveField(List.of(8, 8))).isEqualTo(new ReceptiveField(List.of(10, 10), false));
    }

    @Test
    void whatTheLogitsDoNotReadDoesNotCount() {
        GraphAssembler graph = new GraphAssembler(2, 1);
        GraphAssembler.Feature x = graph.add("a", Convolution.of(2, 1, 1, 3), graph.input());
        graph.add("side", Convolution.of(2, 1, 1, 9), x);
        graph.add("mean", new GlobalAverage(), x);
        graph.add("head", Convolution.of(2, 1, 2, 1), x);
        assertThat(graph.graph().receptiveField(List.of(9, 9))).isEqualTo(new ReceptiveField(List.of(3, 3), false));
    }

    @Test
    void windowsThatEndBeforeTheyStartAreRefused() {
        assertThatThrownBy(() -> new Reach.Window(1, 1, 0, -1)).hasMessageContaining("must not end before it starts");
        assertThatThrownBy(() -> new Reach.Window(0, 1, 0, 0)).hasMessageContaining("at least 1");
    }
}
