package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.compress.ChannelSimilarity.Dense;
import org.septum.compress.ChannelSimilarity.Depthwise;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.BatchNormalization;
import org.septum.model.block.Convolution;
import org.septum.model.block.GroupNormalization;
import org.septum.model.block.Layer;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.Relu;

class ChannelSimilarityTest {

    private final JsonNode fixture;

    ChannelSimilarityTest() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/fixtures/similarity_bn_toy.json")) {
            fixture = new ObjectMapper().readTree(in);
        }
    }

    private double[] values(String tensor) {
        JsonNode data = fixture.get("tensors").get(tensor).get("data");
        return IntStream.range(0, data.size()).mapToDouble(i -> data.get(i).asDouble()).toArray();
    }

    private static Tensor tensor(double[] values, Long... shape) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++)
            floats[i] = (float) values[i];
        return Tensor.of(List.of(shape), floats);
    }

    private static double[] filled(int size, double value) {
        double[] values = new double[size];
        Arrays.fill(values, value);
        return values;
    }

    /** The fixture's layers: normalisation, ReLU, 3×3 to 6 channels, normalisation, ReLU, 1×1 to 3 channels. */
    private static NetworkGraph network(Layer normalization) {
        Layer first = new Convolution(3, 6, List.of(3, 3), List.of(1, 1), 1, false);
        Layer next = new Convolution(6, 3, List.of(1, 1), List.of(1, 1), 1, false);
        return new NetworkGraph(3,
                List.of(new Node("in", new BatchNormalization(3), List.of(NetworkGraph.INPUT)),
                        new Node("in.relu", new Relu(), List.of(0)), new Node("conv", first, List.of(1)),
                        new Node("norm", normalization, List.of(2)), new Node("relu", new Relu(), List.of(3)),
                        new Node("next", next, List.of(4))));
    }

    private NamedWeights weights() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("in.weight", tensor(values("input_bn_gamma"), 3L));
        tensors.put("in.bias", tensor(values("input_bn_beta"), 3L));
        tensors.put("in.running_mean", tensor(filled(3, 0), 3L));
        tensors.put("in.running_var", tensor(filled(3, 1), 3L));
        tensors.put("conv.weight", tensor(values("conv_weight"), 6L, 3L, 3L, 3L));
        tensors.put("norm.weight", tensor(values("bn_gamma"), 6L));
        tensors.put("norm.bias", tensor(values("bn_beta"), 6L));
        tensors.put("norm.running_mean", tensor(filled(6, 0), 6L));
        tensors.put("norm.running_var", tensor(values("bn_running_var"), 6L));
        tensors.put("next.weight", tensor(values("next_weight"), 3L, 6L, 1L, 1L));
        return new NamedWeights(tensors);
    }

    private static NamedWeights with(NamedWeights weights, String name, float[] values) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        tensors.put(name, Tensor.of(weights.get(name).shape(), values));
        return new NamedWeights(tensors);
    }

    private static ChannelSimilarity similarity(NamedWeights weights) {
        ChannelGraph graph = ChannelGraph.of(network(new BatchNormalization(6)));
        return new SimilarityModel(graph, weights).similarity(graph.group("conv"));
    }

    private interface Pair {
        double of(int i, int j);
    }

    private void assertMatrix(String tensor, double tolerance, Pair actual) {
        double[] expected = values(tensor);
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                assertThat(actual.of(i, j)).as("%s %d, %d", tensor, i, j).isCloseTo(expected[6 * i + j],
                        within(tolerance));
            }
        }
    }

    @Test
    void distancesAreThoseOfTheFixture() {
        ChannelSimilarity s = similarity(weights());
        assertMatrix("expected_squared_distance_pre_relu", 2e-6, s::squaredDistance);
        assertMatrix("relative_distance", 1e-6, s::distance);
        assertMatrix("relative_distance", 1e-6, (i, j) -> s.distances()[i][j]);
        assertMatrix("correlation", 1e-6, s::correlation);
    }

    @Test
    void momentsAreThoseOfTheFixture() {
        ChannelMoments moments = ChannelMoments.of(network(new BatchNormalization(6)), weights());
        ChannelSimilarity s = similarity(weights());
        assertThat(moments.output(1).mean()).containsExactly(values("input_mean_after_relu"), within(1e-6));
        assertThat(moments.output(1).variance()).containsExactly(values("input_variance_after_relu"), within(1e-6));
        for (int i = 0; i < 6; i++) {
            Gaussian g = s.feature(i);
            assertThat(g.sd() * g.sd()).isCloseTo(values("implied_preactivation_variance")[i], within(1e-6));
            assertThat(g.rectifiedMean()).isCloseTo(values("relu_moments_mean")[i], within(1e-6));
            assertThat(g.rectifiedSecond()).isCloseTo(values("relu_moments_second")[i], within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "1e-6 | 0 1 2 3 1 4", "0.1 | 0 1 2 3 1 0", "1.4 | 0 0 1 2 0 0",
            "1.5 | 0 0 1 0 0 0" })
    void clustersAreThoseOfTheFixture(double threshold, String expected) {
        Dendrogram tree = new Dendrogram(similarity(weights()).distances());
        int[] representatives = tree.representatives(tree.stepsTo(threshold));
        List<Integer> labels = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        for (int r : representatives) {
            if (!seen.contains(r))
                seen.add(r);
            labels.add(seen.indexOf(r));
        }
        assertThat(labels).isEqualTo(Arrays.stream(expected.split(" ")).map(Integer::valueOf).toList());
        JsonNode known = fixture.get("representatives_threshold_" + (threshold < 0.01 ? "1e-6" : threshold));
        if (known != null)
            assertThat(seen).isEqualTo(IntStream.range(0, known.size()).mapToObj(i -> known.get(i).asInt()).toList());
    }

    @Test
    void columnsOfEqualChannelsAreAddedAsInTheFixture() {
        ChannelGraph graph = ChannelGraph.of(network(new BatchNormalization(6)));
        SimilarityModel model = new SimilarityModel(graph, weights());
        Group group = graph.group("conv");
        ChannelMerging merging = new ChannelMerging(graph.network(), model, weights());

        merging.merge(group, model.similarity(group), new int[] { 0, 1, 2, 3, 1, 5 });

        float[] merged = merging.weights().get("next.weight").values();
        double[] expected = values("next_weight_merged_threshold_1e-6");
        int[] kept = { 0, 1, 2, 3, 5 };
        for (int o = 0; o < 3; o++) {
            for (int c = 0; c < 5; c++)
                assertThat((double) merged[6 * o + kept[c]]).isCloseTo(expected[5 * o + c], within(1e-6));
        }
    }

    @Test
    void oppositeChannelsAreTwoApart() {
        ChannelSimilarity s = new ChannelSimilarity(
                List.of(new Dense(new double[][] { { 1, 2 }, { -1, -2 } }, new double[] { 0, 0 }, true)));
        assertThat(s.distance(0, 1)).isCloseTo(2, within(1e-12));
        assertThat(s.distance(0, 0)).isZero();
    }

    @Test
    void distancesAreSymmetricHoweverTheyAreAskedFor() {
        Random random = new Random(4);
        double[][] rows = new double[12][5];
        double[] means = new double[12];
        for (int i = 0; i < 12; i++) {
            means[i] = random.nextGaussian();
            rows[i] = random.doubles(5, -1, 1).toArray();
        }
        ChannelSimilarity s = new ChannelSimilarity(List.of(new Dense(rows, means, true)));
        for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 12; j++) {
                assertThat(s.distance(i, j)).isEqualTo(s.distance(j, i)).isEqualTo(s.distances()[i][j]);
            }
        }
    }

    @Test
    void whatANormalisationUndoesChangesNothing() {
        float[] kernel = weights().get("conv.weight").values();
        float[] variance = weights().get("norm.running_var").values();
        for (int i = 27 * 2; i < 27 * 3; i++)
            kernel[i] *= 3;
        variance[2] *= 9;
        ChannelSimilarity scaled = similarity(
                with(with(weights(), "conv.weight", kernel), "norm.running_var", variance));
        assertMatrix("relative_distance", 1e-4, scaled::distance);
    }

    @Test
    void withoutRunningStatisticsTheScaleIsTheStandardDeviation() {
        ChannelGraph graph = ChannelGraph.of(network(GroupNormalization.instance(6)));
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights().tensors());
        tensors.keySet().removeAll(List.of("norm.running_mean", "norm.running_var"));
        SimilarityModel model = new SimilarityModel(graph, new NamedWeights(tensors));
        ChannelSimilarity s = model.similarity(graph.group("conv"));
        for (int i = 0; i < 6; i++)
            assertThat(s.feature(i).sd()).isCloseTo(values("bn_gamma")[i], within(1e-6));
        assertThat(s.distance(1, 4)).isCloseTo(0, within(1e-6));
    }

    @Test
    void aFilterAndTheRowItReadsAreOneKernel() {
        double[][] rows = { { 1, 2 }, { 1, 2 }, { 2, -1 } };
        double[][] filters = { { 3, 1 }, { 3, 0.5 }, { 3, 1 } };
        Dense before = new Dense(rows, new double[3], true);
        Depthwise both = new Depthwise(before, filters, new double[3]);
        // equal rows: only the filters differ; orthogonal rows: nothing in common
        assertThat(both.spread(0, 1)).isCloseTo(0.25, within(1e-12));
        assertThat(both.spread(0, 2)).isCloseTo(10 + 10, within(1e-12));
        assertThat(both.spread(0, 0)).isZero();
    }

    @Test
    void layersThatMakeTheSameChannelsAddUp() {
        Dense a = new Dense(new double[][] { { 1, 0 }, { 0, 1 } }, new double[] { 1, 2 }, true);
        Dense b = new Dense(new double[][] { { 3 }, { 1 } }, new double[] { 0, 1 }, true);
        ChannelSimilarity s = new ChannelSimilarity(List.of(a, b));
        assertThat(s.squaredDistance(0, 1)).isEqualTo(1 + 2 + 1 + 4);
        assertThat(s.power(0)).isEqualTo(1 + 1 + 9);
        assertThat(s.feature(1)).isEqualTo(new Gaussian(3, Math.sqrt(2)));
    }
}
