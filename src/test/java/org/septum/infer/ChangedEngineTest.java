package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.septum.data.Plan;
import org.septum.infer.ChangedEngine.Change;

class ChangedEngineTest {

    private static final List<Integer> TILE = List.of(5, 4, 3);

    private static float[] changed(Change change, float[] image) {
        float[] copy = image.clone();
        change.apply(copy, 0, TILE);
        return copy;
    }

    private static float[] ramp(int axis) {
        float[] image = new float[60];
        for (int i = 0; i < 60; i++)
            image[i] = axis == 0 ? i % 5 : axis == 1 ? i / 5 % 4 : i / 20;
        return image;
    }

    /** Means of 0 1, 2 3 and 4 4 lie at 0.5, 2.5 and 4.5; between them it is linear, beyond them constant. */
    @Test
    void halfTheResolutionIsMeansOfTwoBroughtBackLinearly() {
        float[] row = Arrays.copyOf(changed(Change.COARSER, ramp(0)), 5);
        assertThat(row).containsExactly(
                new float[] { 0.5f, 0.5f + 0.25f * 2, 0.5f + 0.75f * 2, 2.5f + 0.25f * 1.5f, 2.5f + 0.75f * 1.5f },
                within(1e-6f));
        float[] columns = changed(Change.COARSER, ramp(1));
        assertThat(new float[] { columns[0], columns[5], columns[10], columns[15] })
                .containsExactly(new float[] { 0.5f, 1, 2, 2.5f }, within(1e-6f));
    }

    @Test
    void anotherGammaKeepsOrderMeanAndSpread() {
        float[] before = ramp(0);
        float[] after = changed(Change.DARKER, before);
        assertThat(mean(after)).isCloseTo(2, within(1e-5));
        assertThat(after[1]).isBetween(after[0], after[2]).isLessThan(1);
        assertThat(changed(Change.DARKER, new float[60])).containsOnly(0);
    }

    private static double mean(float[] image) {
        double sum = 0;
        for (float v : image)
            sum += v;
        return sum / image.length;
    }

    /** Each channel by itself: the second is brighter and must not reach into the first. */
    @ParameterizedTest
    @EnumSource(Change.class)
    void anEngineSeesChangedTilesAndTheTilesStayAsTheyAre(Change change) {
        Plan plan = TestPlans.plan3d(TILE);
        float[] tiles = new float[120];
        System.arraycopy(ramp(0), 0, tiles, 0, 60);
        for (int i = 0; i < 60; i++)
            tiles[60 + i] = 100 + ramp(2)[i];
        float[] kept = tiles.clone();
        float[] expected = new float[2 * 3 * 60];
        float[] both = tiles.clone();
        change.apply(both, 0, TILE);
        change.apply(both, 60, TILE);
        Workload work = Workload.of(1, TILE).withBatch(2);
        new FakeEngine(plan).lanes(work).get(0).run(both, 2, expected);
        float[] result = new float[expected.length];
        ChangedEngine.of(new FakeEngine(plan), plan, change).lanes(work).get(0).run(tiles, 2, result);
        assertThat(result).containsExactly(expected);
        assertThat(tiles).containsExactly(kept);
    }
}
