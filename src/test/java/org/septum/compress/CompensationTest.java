package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.model.NamedWeights;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.UpConvolution;

@Tag("engine")
class CompensationTest {

    private static final String[] BOTH = { "cap_compensation_1x1", "cap_compensation_3x3" };

    /** As many digits as the fixtures have. */
    private static final double DIGITS = 2e-6;

    private static void assertEqual(String what, double[] actual, double[] expected) {
        double size = Arrays.stream(expected).map(Math::abs).max().orElse(1);
        assertThat(actual).as(what).hasSameSizeAs(expected).containsExactly(expected, within(DIGITS * size));
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /** Zero for the features that go, nothing else changed. */
    private static LinearMap zeroed(CapFixture f, int[] kept) {
        return f.map.reading(kept);
    }

    /** The same with biases that take over the means of what goes. */
    private static LinearMap biasOnly(CapFixture f, int[] kept) {
        LinearMap zeroed = zeroed(f, kept);
        double[] mean = f.statistics.mean();
        double[] biases = new double[f.map.outputs()];
        for (int o = 0; o < biases.length; o++)
            biases[o] = f.map.bias(o) + Products.dot(f.map.weights()[o], mean)
                    - Products.dot(zeroed.weights()[o], Products.pick(mean, kept));
        return zeroed.with(zeroed.weights(), biases);
    }

    @ParameterizedTest
    @ValueSource(strings = { "cap_compensation_1x1", "cap_compensation_3x3" })
    void meansAndSecondMomentsAreThoseOfTheReference(String name) {
        CapFixture f = CapFixture.of(name);
        assertEqual("mean", f.statistics.mean(), f.tensor("mu"));
        int n = f.statistics.features();
        assertThat(f.statistics.rows()).isEqualTo(6 * 64);
        if (f.matrix.width() == 1) {
            assertEqual("M",
                    IntStream.range(0, n * n).mapToDouble(i -> f.statistics.secondMoment(i / n, i % n)).toArray(),
                    f.tensor("second_moment"));
        } else {
            assertEqual("diagonal", IntStream.range(0, n).mapToDouble(i -> f.statistics.secondMoment(i, i)).toArray(),
                    f.tensor("second_moment_diagonal"));
            assertEqual("row", IntStream.range(0, n).mapToDouble(i -> f.statistics.secondMoment(0, i)).toArray(),
                    f.tensor("second_moment_row_0"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "cap_compensation_1x1", "cap_compensation_3x3" })
    void weightsAndErrorsAreThoseOfTheReference(String name) {
        CapFixture f = CapFixture.of(name);
        int[] kept = f.kept();
        Compensation compensation = new Compensation(f.map, f.statistics);
        LinearMap small = compensation.keep(kept, 0);
        LinearMap rescaled = compensation.rescaled(small, kept);

        assertEqual("W'", flat(small.weights()), f.tensor("conv2_weight_compensated"));
        assertEqual("b'", small.biases(), f.tensor("conv2_bias_compensated"));
        assertEqual("rescaled W'", flat(rescaled.weights()), f.tensor("conv2_weight_compensated_rescaled"));
        assertEqual("rescaled b'", rescaled.biases(), f.tensor("conv2_bias_compensated_rescaled"));
        JsonNode errors = f.json.get("errors_mean_over_positions_sum_over_outputs");
        double[] actual = { compensation.error(zeroed(f, kept), kept), compensation.error(biasOnly(f, kept), kept),
                compensation.error(small, kept), compensation.error(rescaled, kept) };
        assertEqual("errors", actual,
                new double[] { errors.get("channels_zeroed_no_compensation").asDouble(),
                        errors.get("bias_only").asDouble(), errors.get("full_compensation").asDouble(),
                        errors.get("compensation_with_variance_rescale").asDouble() });
        int[] large = f.matrix.features(
                Arrays.stream(CapFixture.numbers(errors.get("kept_by_L2_norm"))).mapToInt(v -> (int) v).toArray());
        assertThat(compensation.error(compensation.keep(large, 0), large)).isCloseTo(
                errors.get("full_compensation_if_channels_chosen_by_L2_norm_of_conv2_columns").asDouble(),
                withinPercentage(1e-4));
    }

    @Test
    void theErrorPredictedFromStatisticsIsTheOneMeasured() {
        for (String name : BOTH) {
            CapFixture f = CapFixture.of(name);
            int[] kept = f.kept();
            Compensation compensation = new Compensation(f.map, f.statistics);
            LinearMap small = compensation.keep(kept, 0);
            double measured = CapFixture.measured(f.map, small, kept, f.rows);

            assertThat(compensation.error(small, kept)).isCloseTo(measured, withinPercentage(1e-7));
            double total = compensation.error(f.map.with(new double[4][0], outputMeans(f)), new int[0]);
            CompensationRanking ranking = CompensationRanking.of(8,
                    List.of(new CompensationRanking.Reader(f.map, f.statistics, 0, f.matrix.width())));
            assertThat(ranking.residuals().get(5) * total).isCloseTo(measured, withinPercentage(1e-7));
        }
    }

    private static double[] outputMeans(CapFixture f) {
        return IntStream.range(0, 4)
                .mapToDouble(o -> f.map.bias(o) + Products.dot(f.map.weights()[o], f.statistics.mean())).toArray();
    }

    @Test
    void compensationIsNeverWorseThanMovingMeansNorThatThanNothing() {
        Random random = new Random(5);
        for (String name : BOTH) {
            CapFixture f = CapFixture.of(name);
            Compensation compensation = new Compensation(f.map, f.statistics);
            for (int trial = 0; trial < 20; trial++) {
                int[] channels = IntStream.range(0, 8).filter(c -> random.nextBoolean()).toArray();
                int[] kept = f.matrix.features(channels);
                double least = compensation.error(compensation.keep(kept, 0), kept);
                double ridge = compensation.error(compensation.keep(kept, 0.1), kept);
                double bias = compensation.error(biasOnly(f, kept), kept);
                assertThat(least).isLessThanOrEqualTo(ridge + 1e-12);
                assertThat(ridge).isLessThanOrEqualTo(bias + 1e-12);
                assertThat(bias).isLessThanOrEqualTo(compensation.error(zeroed(f, kept), kept) + 1e-12);
            }
        }
    }

    @Test
    void whoKeepsEverythingChangesNothing() {
        CapFixture f = CapFixture.of(BOTH[1]);
        int[] all = IntStream.range(0, 72).toArray();
        LinearMap same = new Compensation(f.map, f.statistics).keep(all, 0);

        assertThat(same.weights()).isDeepEqualTo(f.map.weights());
        assertThat(same.biases()).containsExactly(f.map.biases(), within(1e-15));
    }

    @Test
    void theWeightsOfADuplicateGoToItsOriginal() {
        double[] free = CapFixture.random(7, 300);
        double[] rows = new double[100 * 5];
        for (int i = 0; i < 100; i++) {
            System.arraycopy(free, 3 * i, rows, 5 * i, 3);
            // a multiple of the second, and a constant
            rows[5 * i + 3] = 2 * rows[5 * i + 1];
            rows[5 * i + 4] = 7;
        }
        LinearMap map = new LinearMap(new double[][] { { 1, 2, 3, 4, 5 } }, new double[] { 0.5 }, 1, true);
        int[] kept = { 0, 1, 2 };
        Compensation compensation = new Compensation(map, CapFixture.statistics(5, rows));
        LinearMap small = compensation.keep(kept, 0);

        assertThat(small.weights()[0]).containsExactly(new double[] { 1, 10, 3 }, within(1e-9));
        assertThat(small.bias(0)).isCloseTo(35.5, within(1e-9));
        assertThat(CapFixture.measured(map, small, kept, rows)).isLessThan(1e-18);
        // features that are left over beside one that says the same stay as they are
        int[] twice = { 0, 1, 3, 4 };
        LinearMap left = compensation.keep(twice, 0);
        assertThat(left.weights()[0][3]).isEqualTo(5);
        assertThat(left.weights()[0][1] + 2 * left.weights()[0][2]).isCloseTo(10 + 3 * slope(rows), within(1e-6));
    }

    /** Of the third feature on the second when the first is known too; nothing else could stand for it. */
    private static double slope(double[] rows) {
        LinearMap third = new LinearMap(new double[][] { { 0, 0, 1, 0, 0 } }, new double[1], 1, true);
        return new Compensation(third, CapFixture.statistics(5, rows)).keep(new int[] { 0, 1 }, 0).weights()[0][1];
    }

    @Test
    void rescaledOutputsHaveTheMeanAndTheVarianceThatTheyHad() {
        CapFixture f = CapFixture.of(BOTH[1]);
        int[] kept = f.kept();
        Compensation compensation = new Compensation(f.map, f.statistics);
        LinearMap small = compensation.rescaled(compensation.keep(kept, 0), kept);
        for (int o = 0; o < 4; o++) {
            double[] before = moments(f, f.map, IntStream.range(0, 72).toArray(), o);
            double[] after = moments(f, small, kept, o);
            assertThat(after).containsExactly(before, within(1e-9));
        }
    }

    private static double[] moments(CapFixture f, LinearMap map, int[] kept, int output) {
        double sum = 0;
        double squares = 0;
        int rows = f.rows.length / 72;
        for (int i = 0; i < rows; i++) {
            double[] row = Arrays.copyOfRange(f.rows, 72 * i, 72 * i + 72);
            double y = Products.dot(map.weights()[output], Products.pick(row, kept)) + map.bias(output);
            sum += y / rows;
            squares += y * y / rows;
        }
        return new double[] { sum, squares - sum * sum };
    }

    @Test
    void outputsThatShareABiasAreCompensatedAsInTheReference() {
        JsonNode json = CapFixture.read("cap_compensation_transposed_2x2");
        JsonNode tensors = json.get("tensors");
        NamedWeights weights = new NamedWeights(java.util.Map.of("up.weight", CapFixture.tensor(tensors.get("weight")),
                "up.bias", CapFixture.tensor(tensors.get("bias"))));
        KernelMatrix matrix = KernelMatrix
                .of(new Node("up", new UpConvolution(6, 3, List.of(2, 2)), List.of(NetworkGraph.INPUT)));
        LinearMap map = matrix.map(weights, false);
        // (3, 6, 5, 6) to a row of 6 for each of 90 positions
        double[] input = CapFixture.numbers(tensors.get("input").get("data"));
        double[] rows = new double[540];
        for (int i = 0; i < 540; i++)
            rows[(i / 180 * 30 + i % 30) * 6 + i / 30 % 6] = input[i];
        int[] kept = { 0, 1, 2, 3 };
        Compensation compensation = new Compensation(map, CapFixture.statistics(6, rows));
        LinearMap small = compensation.keep(kept, 0);

        // in, out, place against out, place, in
        double[] turned = new double[48];
        for (int o = 0; o < 12; o++) {
            for (int c = 0; c < 4; c++)
                turned[c * 12 + o] = small.weights()[o][c];
        }
        assertEqual("W'", turned, CapFixture.numbers(tensors.get("weight_compensated").get("data")));
        assertEqual("b'", small.biases(), CapFixture.numbers(tensors.get("bias_compensated").get("data")));
        // the reference is a mean over outputs
        assertThat(compensation.error(small, kept) / 12).isCloseTo(json.get("mse").get("compensated").asDouble(),
                withinPercentage(1e-3));
        assertThat(compensation.error(map.reading(kept), kept) / 12).isCloseTo(json.get("mse").get("zeroed").asDouble(),
                withinPercentage(1e-3));
    }

    @Test
    void aMapWithoutABiasIsTheBestOfThose() {
        CapFixture f = CapFixture.of(BOTH[0]);
        LinearMap bare = new LinearMap(f.map.weights(), new double[4], 1, false);
        int[] kept = f.kept();
        Compensation compensation = new Compensation(bare, f.statistics);
        LinearMap small = compensation.keep(kept, 0);
        double error = compensation.error(small, kept);

        assertThat(small.biases()).containsOnly(0);
        for (double step : new double[] { -1e-3, 1e-3 }) {
            for (int i = 0; i < kept.length; i++) {
                double[][] other = Arrays.stream(small.weights()).map(double[]::clone).toArray(double[][]::new);
                other[1][i] += step;
                assertThat(compensation.error(small.with(other, small.biases()), kept)).isGreaterThan(error);
            }
        }
    }

    @Test
    void equallyCorrelatedFeaturesFollowTheClosedForm() {
        for (JsonNode row : CapFixture.read("cap_equicorrelated_gaussian").get("rows")) {
            int n = row.get("C").asInt();
            LinearMap sum = new LinearMap(new double[][] { IntStream.range(0, n).mapToDouble(i -> 1).toArray() },
                    new double[1], 1, true);
            int[] kept = IntStream.range(0, row.get("kept").asInt()).toArray();
            Compensation compensation = new Compensation(sum,
                    CapFixture.statistics(n, equicorrelated(n, row.get("rho").asDouble(), row.get("mean").asDouble())));
            LinearMap small = compensation.keep(kept, 0);

            assertThat(compensation.error(sum.reading(kept), kept)).isCloseTo(row.get("no_compensation").asDouble(),
                    withinPercentage(1e-4));
            assertThat(compensation.error(small, kept)).isCloseTo(row.get("compensation").asDouble(),
                    withinPercentage(1e-4));
            assertThat(small.weights()[0]).containsOnly(
                    Arrays.stream(new double[kept.length]).map(i -> row.get("new_weight_each").asDouble()).toArray(),
                    within(1e-5));
            assertThat(small.bias(0)).isCloseTo(row.get("new_bias").asDouble(), within(1e-5));
        }
    }

    /** Two vectors for each feature, mean ± √n times a column of a root of the covariance: its moments are exact. */
    private static double[] equicorrelated(int n, double rho, double mean) {
        double a = Math.sqrt(1 - rho);
        double b = (Math.sqrt(1 + (n - 1) * rho) - a) / n;
        double[] rows = new double[2 * n * n];
        for (int i = 0; i < 2 * n; i++) {
            for (int j = 0; j < n; j++) {
                double root = b + (i / 2 == j ? a : 0);
                rows[i * n + j] = mean + (i % 2 == 0 ? 1 : -1) * Math.sqrt(n) * root;
            }
        }
        return rows;
    }
}
