package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;

class MirroredEngineTest {

    private static final List<Integer> TILE = List.of(5, 4, 3);

    private static final int VOXELS = 60;

    private static Plan plan(boolean x, boolean y, boolean z) {
        TrainingPlan training = new TrainingPlan(2, 10, 5, 0.01, 0.9, 1e-4, 0.33,
                new TrainingPlan.AugmentationPlan(x, y, z, 0, 0, 0, 0, 0), List.of(), 7, null);
        return TestPlans.plan3d(TILE).withTraining(training);
    }

    /** Values of one channel, none equal to its mirror image. */
    private static float[] tiles(int n) {
        float[] tiles = new float[n * VOXELS];
        for (int i = 0; i < tiles.length; i++)
            tiles[i] = (i * 7 % 61) - 5;
        return tiles;
    }

    private static float[] run(Engine engine, float[] tiles, int count) {
        float[] result = new float[count * 3 * VOXELS];
        engine.lanes(Workload.of(1, TILE).withBatch(count)).get(0).run(tiles, count, result);
        return result;
    }

    @ParameterizedTest
    @CsvSource({ "true,false,false,2", "true,true,false,4", "false,true,true,4", "true,true,true,8" })
    void aNetworkThatLooksAtOneVoxelGivesWhatItGaveAndIsAskedForEveryMirrorImage(boolean x, boolean y, boolean z,
            int calls) {
        Plan plan = plan(x, y, z);
        FakeEngine once = new FakeEngine(plan);
        FakeEngine mirrored = new FakeEngine(plan);
        assertThat(run(MirroredEngine.of(mirrored, plan), tiles(2), 2)).containsExactly(run(once, tiles(2), 2),
                within(1e-6f));
        assertThat(mirrored.calls()).isEqualTo(calls);
    }

    /** A network that knows where in its tile it is: the mean is over places that are mirror images of each other. */
    @ParameterizedTest
    @CsvSource({ "true,false,false", "false,true,false", "false,false,true", "true,true,true" })
    void answersAreMirroredBackBeforeTheyAreAveraged(boolean x, boolean y, boolean z) {
        float[] tiles = tiles(1);
        Engine byPlace = new PlaceEngine();
        float[] got = run(MirroredEngine.of(byPlace, plan(x, y, z)), tiles, 1);
        for (int i = 0; i < VOXELS; i++) {
            float sum = 0;
            int n = 0;
            for (int m = 0; m < 8; m++) {
                boolean[] mirror = { (m & 1) != 0, (m & 2) != 0, (m & 4) != 0 };
                if (mirror[0] && !x || mirror[1] && !y || mirror[2] && !z)
                    continue;
                int px = mirror[0] ? 4 - i % 5 : i % 5;
                int py = mirror[1] ? 3 - i / 5 % 4 : i / 5 % 4;
                int pz = mirror[2] ? 2 - i / 20 : i / 20;
                // the value is the voxel's own, the weight that of the place where the network sees it
                sum += tiles[i] * (1 + (pz * 4 + py) * 5 + px);
                n++;
            }
            assertThat(got[i]).as("voxel %d", i).isCloseTo(sum / n, within(1e-2f));
        }
    }

    @Test
    void aNetworkThatNeverSawMirroredScansIsNotShownAny() {
        assertThatThrownBy(
                () -> MirroredEngine.of(new FakeEngine(plan(false, false, false)), plan(false, false, false)))
                        .isInstanceOfSatisfying(SeptumException.class,
                                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.USAGE))
                        .hasMessageContaining("--tta").hasMessageContaining("without mirrored");
        assertThatThrownBy(() -> MirroredEngine.of(new FakeEngine(TestPlans.plan3d(TILE)), TestPlans.plan3d(TILE)))
                .isInstanceOf(SeptumException.class);
    }

    /** Multiplies each value by one more than its place in the tile. */
    private static final class PlaceEngine implements Engine {

        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public List<Lane> lanes(Workload work) {
            return List.of((tiles, count, result) -> {
                calls.incrementAndGet();
                for (int i = 0; i < VOXELS; i++)
                    result[i] = tiles[i] * (1 + i);
            });
        }

        @Override
        public String device() {
            return "cpu";
        }

        @Override
        public String describe() {
            return "place";
        }

        @Override
        public void close() {
            // nothing to free
        }
    }
}
