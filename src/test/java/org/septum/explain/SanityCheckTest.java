package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;
import org.septum.pipeline.Toys;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

class SanityCheckTest {

    @Test
    void aMapIsLikeItselfHoweverItIsScaledAndUnlikeItsOpposite() {
        Random random = new Random(2);
        float[] a = new float[10 * 11 * 12];
        float[] twice = new float[a.length];
        float[] opposite = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            a[i] = i == 0 ? 1 : random.nextFloat();
            twice[i] = 2 * a[i];
            opposite[i] = 1 - a[i];
        }
        assertThat(MapSimilarity.of(a, twice, 10, 11, 12)).isCloseTo(1, within(1e-4));
        assertThat(MapSimilarity.of(a, opposite, 10, 11, 12)).isLessThan(-0.9);
        assertThat(MapSimilarity.of(new float[100], new float[100], 1, 10, 10)).isNaN();
    }

    @Test
    void onlyTheDecoderIsDrawnAnew() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(4, 6), new NoAttention());
        NamedWeights weights = NamedWeights.initial(spec.graph(), 9);
        NamedWeights other = SanityCheck.randomised(spec, weights);
        assertThat(other.get("decoder.1.a.conv.weight")).isNotEqualTo(weights.get("decoder.1.a.conv.weight"));
        assertThat(other.get("encoder.1.a.conv.weight")).isEqualTo(weights.get("encoder.1.a.conv.weight"));
    }

    @Test
    void hidingWhatTheToyNetworkLooksAtTakesTheObjectAway(@TempDir Path folder) {
        try (OpenBundle open = BundleReader.open(Toys.model(folder.resolve("model")));
                NDManager manager = GradCam.manager("cpu");
                SanityCheck check = SanityCheck.of(open.plan(), open.bundle().weights(), 1, GradCam.DEFAULT, manager)) {
            assertThat(check.result()).isEmpty();
            float[] tile = new float[8 * 12 * 16];
            for (int i = 0; i < tile.length; i += 20)
                tile[i] = 2;
            check.map(tile, new Shape(1, 1, 8, 12, 16));
            SanityCheck.Result result = check.result().orElseThrow();
            // a twentieth of the voxels is the object: in its order a share f of all shows 20 f of it, up to all
            assertThat(result.insertion()).isCloseTo(0.975, within(0.004));
            assertThat(result.deletion()).isCloseTo(0.025, within(0.004));
            assertThat(result.randomInsertion()).isCloseTo(0.5, within(0.1));
            assertThat(result.randomDeletion()).isCloseTo(0.5, within(0.1));
        }
    }
}
