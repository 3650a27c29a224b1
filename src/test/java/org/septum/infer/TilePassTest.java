package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.data.WorkingGrid;

@Timeout(60)
class TilePassTest {

    private static final List<Long> SIZE = List.of(23L, 14L, 11L);

    private static final Plan PLAN = TestPlans.plan3d(List.of(7, 5, 4));

    private static final TileGrid GRID = TileGrid.of(SIZE, PLAN.patch(), 0.5);

    private static final int CLASSES = 3;

    private static final float[] VALUES = new float[23 * 14 * 11];
    static {
        Random random = new Random(3);
        for (int i = 0; i < VALUES.length; i++)
            VALUES[i] = random.nextFloat();
    }

    /** What came out, by slice, class and place. */
    private final List<float[]> slices = new ArrayList<>();

    private final AtomicLong told = new AtomicLong();

    private TilePass pass() {
        return pass(told::set);
    }

    private TilePass pass(TilePass.Listener listener) {
        slices.clear();
        Scan scan = new Scan("case", ArrayImgs.floats(VALUES, 23, 14, 11, 1), ScanGeometry.ofSpacing(1, 1, 1),
                Modality.OTHER, List.of());
        WorkingVolume volume = WorkingVolume.of(scan, PLAN, WorkingGrid.of(scan.geometry(), SIZE, PLAN), 1 << 20);
        TileBlending blending = new TileBlending(GRID, CLASSES, (z, p) -> {
            for (float[] plane : p)
                slices.add(plane.clone());
        });
        return new TilePass(volume, 1, CLASSES, blending, listener);
    }

    /** Values that depend on the place in the tile, so that blending rounds them. */
    private static void network(float[] tiles, int count, float[] result) {
        int voxels = GRID.tileVoxels();
        for (int n = 0; n < count; n++)
            for (int c = 0; c < CLASSES; c++)
                for (int i = 0; i < voxels; i++)
                    result[(n * CLASSES + c) * voxels + i] = tiles[n * voxels + i] * (1 + 0.1f * c) + i * 1e-4f;
    }

    /** The same at a pace of its own, so that lanes overtake each other. */
    private static Engine.Lane slow(long seed) {
        Random pace = new Random(seed);
        return (tiles, count, result) -> {
            try {
                TimeUnit.MICROSECONDS.sleep(pace.nextInt(2000));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            network(tiles, count, result);
        };
    }

    private static List<Engine.Lane> lanes(int n) {
        List<Engine.Lane> lanes = new ArrayList<>();
        for (int i = 0; i < n; i++)
            lanes.add(slow(i));
        return lanes;
    }

    @ParameterizedTest
    @CsvSource({ "1,3", "2,1", "3,1", "3,4", "8,2", "2,1000" })
    void theImageHasTheSameBitsWhateverTheLanesAndTheBatch(int lanes, int batch) {
        pass().run(List.of(TilePassTest::network), 1);
        List<float[]> expected = List.copyOf(slices);
        pass().run(lanes(lanes), batch);
        assertThat(slices).hasSize(11 * CLASSES);
        for (int i = 0; i < expected.size(); i++)
            assertThat(slices.get(i)).containsExactly(expected.get(i));
        assertThat(told).hasValue(GRID.count());
    }

    @Test
    void lanesRunAtTheSameTime() {
        CyclicBarrier together = new CyclicBarrier(3);
        AtomicInteger calls = new AtomicInteger();
        Engine.Lane lane = (tiles, count, result) -> {
            if (calls.incrementAndGet() <= 3) {
                try {
                    together.await(30, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException("no three lanes at once", e);
                }
            }
        };
        pass().run(Collections.nCopies(3, lane), 1);
        assertThat(calls).hasValue((int) GRID.count());
    }

    /**
     * While the first tile is on its way, two batches for each lane are given out, and it is one of them. It waits for
     * the five others, whichever lanes have them, and then a while for a sixth that must not come.
     */
    @Test
    void resultsThatWaitForTheirTurnAreBounded() {
        CountDownLatch others = new CountDownLatch(5);
        AtomicInteger count = new AtomicInteger();
        AtomicInteger countBeforeFirst = new AtomicInteger();
        Engine.Lane lane = (tiles, n, result) -> {
            if (tiles[0] != VALUES[0]) {
                count.incrementAndGet();
                others.countDown();
                return;
            }
            try {
                assertThat(others.await(30, TimeUnit.SECONDS)).as("others run meanwhile").isTrue();
                TimeUnit.MILLISECONDS.sleep(300);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            countBeforeFirst.set(count.get());
        };
        pass().run(Collections.nCopies(3, lane), 1);
        assertThat(countBeforeFirst).hasValue(5);
    }

    @ParameterizedTest
    @CsvSource({ "1", "4" })
    void aFailureStopsAllLanesAndIsTheOneThatIsSeen(int lanes) {
        AtomicInteger calls = new AtomicInteger();
        Engine.Lane lane = (tiles, count, result) -> {
            if (calls.incrementAndGet() == 10)
                throw SeptumException.input("tile ten");
        };
        TilePass pass = pass();
        assertThatThrownBy(() -> pass.run(Collections.nCopies(lanes, lane), 1)).hasMessage("tile ten");
        assertThat(calls.get()).isBetween(10, 10 + 4 * (lanes - 1) + 2);
        assertThat(pass.canGoOn()).isTrue();
    }

    @Test
    void aStopStopsAllLanes() {
        AtomicInteger calls = new AtomicInteger();
        Engine.Lane lane = (tiles, count, result) -> calls.incrementAndGet();
        TilePass pass = pass(done -> {
            if (done >= 5)
                throw new SeptumException(SeptumException.Kind.CANCELLED, "stopped");
        });
        assertThatThrownBy(() -> pass.run(Collections.nCopies(4, lane), 1)).hasMessage("stopped");
        assertThat(calls.get()).isBetween(5, 5 + 8);
    }

    @Test
    void aPassThatFailedGoesOnWithOtherLanesAndGivesTheSameBits() {
        pass().run(List.of(TilePassTest::network), 1);
        List<float[]> expected = List.copyOf(slices);
        AtomicInteger calls = new AtomicInteger();
        Engine.Lane lane = (tiles, count, result) -> {
            if (calls.incrementAndGet() >= 7)
                throw new OutOfMemoryError("test");
            network(tiles, count, result);
        };
        TilePass pass = pass();
        assertThatThrownBy(() -> pass.run(Collections.nCopies(3, lane), 4)).isInstanceOf(OutOfMemoryError.class);
        assertThat(pass.added()).isBetween(1L, 24L);
        pass.run(lanes(2), 1);
        for (int i = 0; i < expected.size(); i++)
            assertThat(slices.get(i)).containsExactly(expected.get(i));
    }

    @Test
    void aPassWhoseImageIsBrokenCannotGoOn() {
        Scan scan = new Scan("case", ArrayImgs.floats(VALUES, 23, 14, 11, 1), ScanGeometry.ofSpacing(1, 1, 1),
                Modality.OTHER, List.of());
        WorkingVolume volume = WorkingVolume.of(scan, PLAN, WorkingGrid.of(scan.geometry(), SIZE, PLAN), 1 << 20);
        TileBlending blending = new TileBlending(GRID, CLASSES, (z, p) -> {
            throw SeptumException.input("slice " + z);
        });
        TilePass pass = new TilePass(volume, 1, CLASSES, blending, done -> {
        });
        assertThatThrownBy(() -> pass.run(lanes(2), 1)).hasMessage("slice 0");
        assertThat(pass.canGoOn()).isFalse();
    }
}
