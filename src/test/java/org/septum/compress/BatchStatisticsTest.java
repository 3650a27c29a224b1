package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Activation;
import org.septum.model.block.NoAttention;
import org.septum.model.block.Normalization;

import ai.djl.Device;

@Tag("engine")
class BatchStatisticsTest {

    private static final NetworkSpec NETWORK = NetworkSpec.unet(2, 1, 2, List.of(4, 8), new NoAttention());

    private static CalibrationTiles tiles(NetworkSpec network, int count) {
        Random random = new Random(1);
        int size = network.dims() == 2 ? 8 * 16 : 8 * 8 * 16;
        List<float[]> tiles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] tile = new float[size];
            for (int v = 0; v < size; v++)
                tile[v] = (float) (random.nextGaussian() * (1 + i) + 0.3 * i);
            tiles.add(tile);
        }
        return new CalibrationTiles(TinyPlan.of(network, 2), tiles);
    }

    private static NamedWeights refreshed(NetworkSpec network, NamedWeights weights, CalibrationTiles tiles) {
        return BatchStatistics.refreshed(network, weights, tiles, Device.cpu(), Progress.SILENT);
    }

    /** The first convolution passes the tile on, times 1, 2, 3 and 4, plus 5. */
    private static NamedWeights passing() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(NamedWeights.initial(NETWORK.graph(), 1).tensors());
        float[] kernel = new float[4 * 9];
        for (int c = 0; c < 4; c++)
            kernel[9 * c + 4] = c + 1;
        tensors.put("encoder.1.a.conv.weight", Tensor.of(List.of(4L, 1L, 3L, 3L), kernel));
        tensors.put("encoder.1.a.conv.bias", Tensor.of(List.of(4L), new float[] { 5, 5, 5, 5 }));
        return new NamedWeights(tensors);
    }

    private static double mean(float[]... values) {
        return Arrays.stream(values).flatMapToDouble(v -> IntStream.range(0, v.length).mapToDouble(i -> v[i])).average()
                .orElseThrow();
    }

    private static double variance(float[]... values) {
        double mean = mean(values);
        int n = values.length * values[0].length;
        return Arrays.stream(values)
                .flatMapToDouble(v -> IntStream.range(0, v.length).mapToDouble(i -> Math.pow(v[i] - mean, 2))).sum()
                / (n - 1);
    }

    @Test
    void theyAreTheMeanOverPassesOfMeansAndUnbiasedVariances() {
        CalibrationTiles tiles = tiles(NETWORK, 5);
        List<float[]> t = tiles.tiles();
        // two passes: of two tiles, and of the three that are left
        double mean = (mean(t.get(0), t.get(1)) + mean(t.get(2), t.get(3), t.get(4))) / 2;
        double variance = (variance(t.get(0), t.get(1)) + variance(t.get(2), t.get(3), t.get(4))) / 2;

        NamedWeights measured = refreshed(NETWORK, passing(), tiles);

        float[] means = measured.get("encoder.1.a.norm.running_mean").values();
        float[] variances = measured.get("encoder.1.a.norm.running_var").values();
        for (int c = 0; c < 4; c++) {
            assertThat((double) means[c]).isCloseTo(5 + (c + 1) * mean, within(1e-5));
            assertThat((double) variances[c]).isCloseTo((c + 1) * (c + 1) * variance, within(1e-4));
        }
    }

    @Test
    void deeperLayersSeeWhatTheLayersBeforeNormalise() {
        CalibrationTiles tiles = tiles(NETWORK, 4);
        NamedWeights weights = passing();
        Map<String, Tensor> scaled = new LinkedHashMap<>(weights.tensors());
        float[] kernel = weights.get("encoder.1.a.conv.weight").values();
        for (int i = 0; i < kernel.length; i++)
            kernel[i] *= 100;
        scaled.put("encoder.1.a.conv.weight", Tensor.of(List.of(4L, 1L, 3L, 3L), kernel));

        Tensor before = refreshed(NETWORK, weights, tiles).get("decoder.1.b.norm.running_var");
        Tensor after = refreshed(NETWORK, new NamedWeights(scaled), tiles).get("decoder.1.b.norm.running_var");

        for (int c = 0; c < 4; c++)
            assertThat(after.values()[c]).isCloseTo(before.values()[c], within(1e-3f * before.values()[c]));
        assertThat(before.values()).doesNotContain(1f);
    }

    @Test
    void allOtherWeightsStayAsTheyAreAndDropoutStaysOff() {
        NetworkSpec canet = NetworkSpec.unet(2, 1, 2, List.of(4, 6, 8, 8), new NoAttention()).asCaNet()
                .withDeepSupervision(true);
        NamedWeights weights = NamedWeights.initial(canet.graph(), 3);

        NamedWeights measured = refreshed(canet, weights, tiles(canet, 4));

        assertThat(refreshed(canet, weights, tiles(canet, 4))).isEqualTo(measured);
        assertThat(measured.tensors().keySet()).containsExactlyElementsOf(weights.tensors().keySet());
        canet.graph().weights().forEach((name, spec) -> {
            if (spec.role().isTrained())
                assertThat(measured.get(name)).as(name).isEqualTo(weights.get(name));
            else
                assertThat(measured.get(name)).as(name).isNotEqualTo(weights.get(name));
        });
    }

    @Test
    void aNetworkWithoutBatchNormalisationIsLeftAlone() {
        NetworkSpec network = NETWORK.with(Normalization.INSTANCE, Activation.RELU);
        NamedWeights weights = NamedWeights.initial(network.graph(), 1);

        assertThat(refreshed(network, weights, tiles(network, 1))).isSameAs(weights);
    }

    @Test
    void tilesWithoutNumbersAreRefused() {
        CalibrationTiles tiles = tiles(NETWORK, 2);
        tiles.tiles().get(1)[7] = Float.NaN;

        assertThatThrownBy(() -> refreshed(NETWORK, passing(), tiles)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("running_mean = NaN");
    }
}
