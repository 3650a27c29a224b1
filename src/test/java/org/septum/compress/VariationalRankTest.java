package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.assertj.core.data.Offset;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.model.NamedWeights.Tensor;

class VariationalRankTest {

    static JsonNode fixture(String name) throws IOException {
        try (InputStream in = VariationalRankTest.class.getResourceAsStream("/fixtures/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    static double[] values(JsonNode tensor) {
        double[] values = new double[tensor.get("data").size()];
        for (int i = 0; i < values.length; i++)
            values[i] = tensor.get("data").get(i).asDouble();
        return values;
    }

    private static Offset<Double> near(double expected) {
        return within(2e-6 * Math.max(Math.abs(expected), 1e-6));
    }

    @TestFactory
    Stream<DynamicTest> publishedNumbersAreReproduced() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        fixture("evbmf_rank").get("cases")
                .forEach(c -> tests.add(DynamicTest.dynamicTest(c.get("case").asText(), () -> reproduces(c))));
        return tests.stream();
    }

    private static void reproduces(JsonNode c) {
        JsonNode shape = c.get("tensors").get("matrix").get("shape");
        Unfolding matrix = Unfolding.of(shape.get(0).asInt(), shape.get(1).asInt(),
                values(c.get("tensors").get("matrix")));
        double[] singular = Arrays.stream(matrix.squaredSingularValues()).map(Math::sqrt).toArray();
        double[] expected = values(c.get("tensors").get("singular_values"));
        for (int i = 0; i < expected.length; i++)
            assertThat(singular[i]).as("singular value %d", i).isCloseTo(expected[i], near(expected[i]));

        VariationalRank found = VariationalRank.of(matrix);
        assertThat(found.rank()).isEqualTo(c.get("rank").asInt());
        assertThat(found.share()).isCloseTo(c.get("normalised_rank").asDouble(), within(1e-6));
        assertThat(found.noise()).isCloseTo(c.get("sigma2").asDouble(), near(c.get("sigma2").asDouble()));
        assertThat(found.threshold()).isCloseTo(c.get("threshold").asDouble(), near(c.get("threshold").asDouble()));
        assertThat(found.mappingCondition()).isCloseTo(c.get("mapping_condition").asDouble(), within(5e-6));
        double[] kept = values(c.get("tensors").get("kept_singular_values_shrunk"));
        assertThat(found.kept()).hasSize(kept.length);
        for (int i = 0; i < kept.length; i++)
            assertThat(found.kept().get(i)).as("kept value %d", i).isCloseTo(kept[i], near(kept[i]));
    }

    @ParameterizedTest
    @CsvSource({ "conv_6x4x3x3,1,conv_6x4x3x3_mode_in", "conv_6x4x3x3,0,conv_6x4x3x3_mode_out",
            "conv3d_5x4x3x3x3,1,conv3d_5x4x3x3x3_mode_in", "conv3d_5x4x3x3x3,0,conv3d_5x4x3x3x3_mode_out" })
    void aKernelUnfoldsAlongEitherAxis(String kernel, int axis, String unfolded) throws IOException {
        JsonNode all = fixture("evbmf_rank");
        JsonNode tensor = all.get("tensors").get(kernel);
        List<Long> shape = new ArrayList<>();
        tensor.get("shape").forEach(s -> shape.add(s.asLong()));
        double[] values = values(tensor);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++)
            floats[i] = (float) values[i];

        VariationalRank found = VariationalRank.of(Unfolding.of(Tensor.of(shape, floats), axis));

        for (JsonNode c : all.get("cases")) {
            if (c.get("case").asText().equals(unfolded)) {
                assertThat(found.rows()).isEqualTo(shape.get(axis).intValue());
                assertThat(found.rank()).isEqualTo(c.get("rank").asInt());
                assertThat(found.noise()).isCloseTo(c.get("sigma2").asDouble(), within(1e-6));
                return;
            }
        }
        throw new AssertionError("no such case");
    }

    @Test
    void someNeighbouringChannelsUnfoldLikeATensorOfThemAlone() {
        // entry of (out, in, k) is 100 out + 10 in + k
        float[] whole = new float[2 * 4 * 3];
        for (int i = 0; i < whole.length; i++)
            whole[i] = 100 * (i / 12) + 10 * (i / 3 % 4) + i % 3;
        double[] part = { 10, 11, 12, 110, 111, 112, 20, 21, 22, 120, 121, 122 };

        Unfolding found = Unfolding.of(Tensor.of(List.of(2L, 4L, 3L), whole), 1, 1, 2);

        assertThat(found.rows()).isEqualTo(2);
        assertThat(found.columns()).isEqualTo(6);
        assertThat(found.squaredSingularValues()).containsExactly(Unfolding.of(2, 6, part).squaredSingularValues(),
                within(1e-6));
    }

    private static DMatrixRMaj noise(int rows, int columns, long seed) {
        DMatrixRMaj noise = new DMatrixRMaj(rows, columns);
        RandomMatrices_DDRM.fillGaussian(noise, 0, 1, new Random(seed));
        return noise;
    }

    private static VariationalRank rank(DMatrixRMaj m) {
        return VariationalRank.of(Unfolding.of(m.numRows, m.numCols, m.data));
    }

    /** Noise and some directions, the first the strongest, all well above it. */
    private static DMatrixRMaj withSignals(int rows, int columns, int signals, long seed) {
        DMatrixRMaj sum = noise(rows, columns, seed);
        DMatrixRMaj left = RandomMatrices_DDRM.orthogonal(rows, signals + 1, new Random(seed + 1));
        DMatrixRMaj right = RandomMatrices_DDRM.orthogonal(columns, signals + 1, new Random(seed + 2));
        for (int k = 0; k < signals; k++) {
            double strength = (8 + 2 * k) * Math.sqrt(columns);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++)
                    sum.add(i, j, strength * left.get(i, k) * right.get(j, k));
            }
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 4, 5, 6, 7, 8 })
    void noiseAloneHasNoRank(int seed) {
        VariationalRank found = rank(noise(16, 144, seed));
        assertThat(found.rank()).isZero();
        assertThat(found.mappingCondition()).isZero();
        assertThat(found.noise()).isCloseTo(1, within(0.1));
    }

    @Test
    void eachSignalRaisesTheRankByOne() {
        for (int signals = 0; signals <= 5; signals++)
            assertThat(rank(withSignals(16, 144, signals, 3)).rank()).as("%d signals", signals).isEqualTo(signals);
    }

    @Test
    void theRankIsNeverLargerThanTheShortSide() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            DMatrixRMaj m = noise(1 + random.nextInt(6), 1 + random.nextInt(6), seed);
            assertThat(rank(m).rank()).isBetween(0, Math.min(m.numRows, m.numCols));
        }
    }

    @Test
    void turningRowsAndColumnsChangesNothing() {
        DMatrixRMaj m = withSignals(12, 40, 3, 5);
        DMatrixRMaj left = RandomMatrices_DDRM.orthogonal(12, 12, new Random(8));
        DMatrixRMaj right = RandomMatrices_DDRM.orthogonal(40, 40, new Random(9));
        DMatrixRMaj half = new DMatrixRMaj(12, 40);
        DMatrixRMaj turned = new DMatrixRMaj(12, 40);
        CommonOps_DDRM.mult(left, m, half);
        CommonOps_DDRM.mult(half, right, turned);

        VariationalRank before = rank(m);
        VariationalRank after = rank(turned);

        assertThat(after.rank()).isEqualTo(before.rank()).isEqualTo(3);
        assertThat(after.noise()).isCloseTo(before.noise(), within(1e-7));
        for (int i = 0; i < 3; i++)
            assertThat(after.kept().get(i)).isCloseTo(before.kept().get(i), within(1e-5));
    }

    @ParameterizedTest
    @ValueSource(doubles = { 1e-4, 0.02, 30 })
    void scalingScalesAllButTheRank(double factor) {
        DMatrixRMaj m = withSignals(12, 40, 3, 5);
        VariationalRank before = rank(m);
        CommonOps_DDRM.scale(factor, m);
        VariationalRank after = rank(m);

        assertThat(after.rank()).isEqualTo(before.rank());
        assertThat(after.noise() / before.noise()).isCloseTo(factor * factor, within(1e-6 * factor * factor));
        assertThat(after.kept().get(2) / before.kept().get(2)).isCloseTo(factor, within(1e-6 * factor));
        assertThat(after.mappingCondition()).isCloseTo(before.mappingCondition(), within(1e-6));
    }

    @Test
    void aTallMatrixHasTheRankOfItsTransposeButAShareOfItsOwnRows() {
        DMatrixRMaj m = withSignals(8, 20, 2, 11);
        DMatrixRMaj turned = CommonOps_DDRM.transpose(m, null);
        assertThat(rank(turned).kept()).hasSize(2);
        assertThat(rank(turned).noise()).isCloseTo(rank(m).noise(), within(1e-9));
        assertThat(rank(m).share()).isEqualTo(2 / 8.0);
        assertThat(rank(turned).share()).isEqualTo(2 / 20.0);
    }

    @Test
    void aMatrixWithoutNoiseHasItsOwnRank() {
        DMatrixRMaj m = withSignals(8, 20, 2, 11);
        CommonOps_DDRM.subtractEquals(m, noise(8, 20, 11));
        assertThat(rank(m).rank()).isEqualTo(2);
        assertThat(rank(new DMatrixRMaj(8, 20)).rank()).isZero();
        assertThat(VariationalRank.of(Unfolding.of(1, 1, 3)).rank()).isZero();
    }
}
