package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.septum.compress.ChannelScaling.Bounds;
import org.septum.compress.ChannelScaling.Operation;
import org.septum.compress.ChannelScaling.State;
import org.septum.core.SeptumException;

class ChannelScalingTest {

    private static final ChannelScaling RULE = ChannelScaling.PUBLISHED;

    private static final Bounds PUBLISHED_BOUNDS = new Bounds(16, 256);

    private static Operation operation(int sign, boolean first) {
        if (sign == 0)
            return first ? Operation.NONE : Operation.STOP;
        return sign > 0 ? Operation.EXPAND : Operation.SHRINK;
    }

    @TestFactory
    Stream<DynamicTest> publishedUpdatesAreReproduced() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        VariationalRankTest.fixture("conet_scaling").get("rule_cases")
                .forEach(c -> tests.add(DynamicTest.dynamicTest(c.toString(), () -> {
                    State before = new State(c.get("size").asInt(),
                            operation(c.get("previous_op").asInt(), c.get("first_trial").asBoolean()),
                            c.get("phi").asDouble());
                    State after = RULE.next(before, c.get("slope").asDouble(), c.get("mapping_condition").asDouble(),
                            PUBLISHED_BOUNDS);
                    assertThat(after).isEqualTo(new State(c.get("new_size").asInt(),
                            operation(c.get("new_op").asInt(), false), c.get("new_phi").asDouble()));
                })));
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> publishedSlopesAreReproduced() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        VariationalRankTest.fixture("conet_scaling").get("slope_cases")
                .forEach(c -> tests.add(DynamicTest.dynamicTest(c.toString(), () -> {
                    List<Double> ranks = new ArrayList<>();
                    c.get("average_rank_per_epoch").forEach(r -> ranks.add(r.asDouble()));
                    assertThat(new RankCurve(ranks, 1).slope()).isCloseTo(c.get("slope").asDouble(), within(1e-6));
                })));
        return tests.stream();
    }

    /** The places that the authors average in a ResNet-34, as section 7 tells them, in our means and slopes. */
    @Test
    void publishedMeansOfAResidualNetworkAreReproduced() throws IOException {
        JsonNode mapping = VariationalRankTest.fixture("conet_scaling").get("resnet34_mapping");
        double[][] in = rows(mapping.get("tensors").get("in_rank"));
        double[][] out = rows(mapping.get("tensors").get("out_rank"));
        int[] blocks = { 3, 4, 6, 3 };
        int layer = 1;
        for (int stage = 0; stage < 4; stage++) {
            List<double[]> shared = new ArrayList<>();
            for (int b = 0; b < blocks[stage]; b++) {
                RankCurve inner = mean(List.of(out[layer], in[layer + 1]));
                assertCurve(inner, mapping, stage, stage == 0 ? 1 + 2 * b : 2 * b);
                shared.add(in[layer]);
                shared.add(out[layer + 1]);
                layer += stage > 0 && b == 0 ? 3 : 2;
            }
            assertCurve(mean(shared), mapping, stage, stage == 0 ? 0 : 1);
        }
    }

    private static RankCurve mean(List<double[]> places) {
        return new RankCurve(IntStream.range(0, places.get(0).length)
                .mapToObj(e -> places.stream().mapToDouble(p -> p[e]).average().orElseThrow()).toList(), 0);
    }

    private static void assertCurve(RankCurve curve, JsonNode mapping, int stage, int width) {
        assertThat(curve.last()).isCloseTo(
                mapping.get("average_rank_last_epoch_per_adjustable_size").get(stage).get(width).asDouble(),
                within(1e-6));
        assertThat(curve.slope()).isCloseTo(mapping.get("slope_per_adjustable_size").get(stage).get(width).asDouble(),
                within(1e-6));
    }

    private static double[][] rows(JsonNode tensor) {
        double[] all = VariationalRankTest.values(tensor);
        int columns = tensor.get("shape").get(1).asInt();
        return IntStream.range(0, all.length / columns)
                .mapToObj(r -> java.util.Arrays.copyOfRange(all, r * columns, (r + 1) * columns))
                .toArray(double[][]::new);
    }

    @Test
    void whatIsStoppedStaysWhateverItsRank() {
        State stopped = new State(37, Operation.STOP, 0.005);
        assertThat(RULE.next(stopped, 1, 1, PUBLISHED_BOUNDS)).isEqualTo(stopped);
        assertThat(RULE.next(stopped, 0, 99, PUBLISHED_BOUNDS)).isEqualTo(stopped);
    }

    @Test
    void aWidthThatChangesItsMindEachTimeStops() {
        State state = RULE.start(64);
        int trials = 0;
        while (!state.isStopped()) {
            state = RULE.next(state, trials % 2 == 0 ? 1 : 0, 1, PUBLISHED_BOUNDS);
            trials++;
        }
        // 0.2 falls below 0.01 with the fifth halving; the next change stops it
        assertThat(trials).isEqualTo(7);
    }

    @Test
    void widthsAreEvenAndWithinTheirBounds() {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            Bounds bounds = new Bounds(2 * (1 + random.nextInt(8)), 2 * (20 + random.nextInt(100)));
            State state = RULE.start(1 + random.nextInt(250));
            for (int trial = 0; trial < 12; trial++) {
                State next = RULE.next(state, random.nextDouble() * 0.02, 1 + random.nextDouble() * 12, bounds);
                if (!state.isStopped())
                    assertThat(next.width()).isEven().isBetween(bounds.least(), bounds.most());
                state = next;
            }
        }
    }

    @Test
    void boundsAndSettingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Bounds(8, 4)).isInstanceOf(SeptumException.class).hasMessageContaining("8 to 4");
        assertThatThrownBy(() -> new ChannelScaling(0.0075, 10, 0.01, 1)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("between 0 and 1");
    }
}
