package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.septum.data.Plan;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

class SyntheticTilesTest {

    private static final Plan PLAN = TinyPlan.of(NetworkSpec.unet(2, 1, 2, List.of(4, 8), new NoAttention()), 2);

    @Test
    void everyTileIsNormalisedAndTilesDiffer() {
        List<float[]> tiles = SyntheticTiles.of(PLAN).tiles();
        assertThat(tiles).hasSize(48);
        for (float[] tile : tiles) {
            assertThat(IntStream.range(0, tile.length).mapToDouble(i -> tile[i]).average().orElseThrow()).isCloseTo(0,
                    within(1e-4));
            assertThat(IntStream.range(0, tile.length).mapToDouble(i -> tile[i] * tile[i]).average().orElseThrow())
                    .isCloseTo(1, within(1e-3));
        }
        assertThat(tiles.get(0)).isNotEqualTo(tiles.get(1));
    }

    @Test
    void theSamePlanGivesTheSameTiles() {
        assertThat(SyntheticTiles.of(PLAN).tiles().get(5)).isEqualTo(SyntheticTiles.of(PLAN).tiles().get(5));
    }

    /** Neighbours are alike, as those of noise are not. */
    @Test
    void picturesAreMadeOfObjects() {
        float[] tile = SyntheticTiles.of(PLAN).tiles().get(0);
        int width = PLAN.patch().get(0);
        double product = IntStream.range(0, tile.length - 1).filter(i -> i % width < width - 1)
                .mapToDouble(i -> tile[i] * tile[i + 1]).average().orElseThrow();
        assertThat(product).isGreaterThan(0.3);
    }
}
