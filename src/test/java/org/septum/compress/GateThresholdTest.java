package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights.Tensor;

class GateThresholdTest {

    private static JsonNode fixture() throws IOException {
        try (InputStream in = GateThresholdTest.class.getResourceAsStream("/fixtures/ucp_threshold.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static float[] values(JsonNode numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) numbers.get(i).asDouble();
        return values;
    }

    private static List<Integer> integers(JsonNode numbers) {
        return IntStream.range(0, numbers.size()).mapToObj(i -> numbers.get(i).asInt()).toList();
    }

    private static List<Double> scores(String... batches) throws IOException {
        GateMeans means = new GateMeans();
        for (String batch : batches)
            means.add(values(fixture().at("/tensors/" + batch + "/data")), 6);
        return means.means();
    }

    @Test
    void scoresAreThoseComputedElsewhere() throws IOException {
        float[] expected = values(fixture().at("/tensors/score/data"));
        List<Double> scores = scores("gates_batch_1", "gates_batch_2");
        for (int c = 0; c < expected.length; c++)
            assertThat(scores.get(c)).isCloseTo(expected[c], within(1e-6));
    }

    @Test
    void channelsThatStayAreThoseFoundElsewhere() throws IOException {
        List<Double> scores = scores("gates_batch_1", "gates_batch_2");
        for (JsonNode c : fixture().get("threshold_cases"))
            assertThat(new GateThreshold(c.get("lambda").asDouble()).kept(scores)).as("%s", c)
                    .isEqualTo(integers(c.get("kept")));
        assertThat(GateThreshold.strongest(scores, 4)).isEqualTo(integers(fixture().get("uniform_top4_by_score")));
    }

    @Test
    void filtersWithoutGatesAreRankedByTheirNorm() throws IOException {
        Tensor filters = Tensor.of(List.of(4L, 6L, 3L, 3L), values(fixture().at("/tensors/filters/data")));
        float[] expected = values(fixture().at("/tensors/l1_norms/data"));
        List<Double> norms = JudgedGroup.filterNorms(filters, 0);
        for (int c = 0; c < 4; c++)
            assertThat(norms.get(c)).isCloseTo(expected[c], within(1e-3));
        List<Integer> strongestFirst = new ArrayList<>(GateThreshold.weakestFirst(norms));
        Collections.reverse(strongestFirst);
        assertThat(strongestFirst).isEqualTo(integers(fixture().get("l1_filter_ranking_descending")));
    }

    /** (2, 3, 2): the middle of three outputs of an up-convolution has the weights 3, -4 and 5, -6. */
    @Test
    void filtersOfUpConvolutionsLieAlongTheSecondAxis() {
        Tensor filters = Tensor.of(List.of(2L, 3L, 2L), new float[] { 1, 2, 3, -4, 0, 0, 1, 1, 5, -6, 0, 1 });
        assertThat(JudgedGroup.filterNorms(filters, 1)).containsExactly(5.0, 18.0, 1.0);
    }

    @Test
    void scoresDoNotDependOnTheOrderOfImagesNorOnBatches() throws IOException {
        List<Double> scores = scores("gates_batch_1", "gates_batch_2");
        List<Double> turned = scores("gates_batch_2", "gates_batch_1");
        GateMeans single = new GateMeans();
        for (String batch : List.of("gates_batch_1", "gates_batch_2")) {
            float[] gates = values(fixture().at("/tensors/" + batch + "/data"));
            for (int i = 0; i < gates.length; i += 6)
                single.add(java.util.Arrays.copyOfRange(gates, i, i + 6), 6);
        }
        for (int c = 0; c < 6; c++) {
            assertThat(turned.get(c)).isCloseTo(scores.get(c), within(1e-12));
            assertThat(single.means().get(c)).isCloseTo(scores.get(c), within(1e-12));
        }
    }

    @Test
    void gatesOfAnotherLayerAreRefused() {
        GateMeans means = new GateMeans();
        means.add(new float[6], 3);
        assertThatThrownBy(() -> means.add(new float[6], 2)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("6 gates of 2 channels after those of 3");
    }

    private static List<Double> random(int size, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, size).mapToObj(c -> 0.3 + 0.4 * random.nextDouble()).toList();
    }

    @Test
    void allChannelsStayAtMinusOne() {
        assertThat(new GateThreshold(-1).kept(random(40, 1))).hasSize(40);
    }

    @Test
    void equalGatesLeaveTheFewestChannelsThatAreAllowed() {
        assertThat(new GateThreshold(0).kept(Collections.nCopies(64, 0.5))).isEqualTo(List.of(0, 1, 2, 3, 4, 5, 6, 7));
        assertThat(new GateThreshold(0).kept(Collections.nCopies(16, 0.5))).isEqualTo(List.of(0, 1, 2, 3));
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5 })
    void aHigherLambdaKeepsAPartOfWhatALowerOneKeeps(long seed) {
        List<Double> scores = random(48, seed);
        List<Integer> before = new GateThreshold(-1).kept(scores);
        for (double lambda = -0.5; lambda < 0.6; lambda += 0.05) {
            List<Integer> kept = new GateThreshold(lambda).kept(scores);
            assertThat(before).containsAll(kept);
            before = kept;
        }
        assertThat(before).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(doubles = { -1.1, Double.NaN, Double.POSITIVE_INFINITY })
    void anotherLambdaIsRefused(double lambda) {
        assertThatThrownBy(() -> new GateThreshold(lambda)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("-1 and above");
    }
}
