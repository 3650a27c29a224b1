package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.AirRule;
import org.septum.data.Plan;
import org.septum.data.WorkingGrid;

/** Tiles of mere air are background and are not run. */
class AirTest {

    private static final int EDGE = 64;

    private static final int DEPTH = 12;

    /** Anything darker than 2; the fake network calls background what is darker than 5. */
    private static final AirRule RULE = new AirRule(2);

    private final List<String> told = new ArrayList<>();

    private final Progress progress = new Progress() {

        @Override
        public void report(String task, long done, long total) {
            // how far it is does not matter here
        }

        @Override
        public void message(String line) {
            told.add(line);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }
    };

    /** A ball of 9 to 21 within air of 0 to 1.5. */
    private static Scan phantom(boolean withBall) {
        float[] values = new float[EDGE * EDGE * DEPTH];
        for (int i = 0; i < values.length; i++) {
            int x = i % EDGE;
            int y = i / EDGE % EDGE;
            int z = i / EDGE / EDGE;
            boolean in = withBall && Math.pow(x - 18.3, 2) + Math.pow(y - 41.6, 2) + 9 * Math.pow(z - 4.2, 2) < 120;
            values[i] = in ? 9 + (x + y) % 13 : (x * 7 + y * 5 + z) % 4 * 0.5f;
        }
        return new Scan("phantom", ArrayImgs.floats(values, EDGE, EDGE, DEPTH, 1), ScanGeometry.ofSpacing(1, 1, 1),
                Modality.OTHER, List.of());
    }

    private static Plan plan(int dims) {
        return switch (dims) {
            case 2 -> TestPlans.plan(2, 1, Plan.GridAxes.SCAN, TestPlans.AS_STORED, List.of(16, 16, 1));
            case 25 -> TestPlans.planOfNeighbours(List.of(16, 16, 1));
            default -> TestPlans.plan3d(List.of(16, 16, 4));
        };
    }

    private LabelMask segment(FakeEngine engine, Plan plan, Scan scan, int batch, boolean crop) {
        SegmenterOptions options = SegmenterOptions.DEFAULT.withBatch(batch).withCrop(crop);
        return new Segmenter(engine, options).segment(scan, plan, progress);
    }

    private static byte[] bytes(LabelMask mask) {
        byte[] values = new byte[EDGE * EDGE * DEPTH];
        int[] n = { 0 };
        mask.pixels().view().flatIterable().forEach(v -> values[n[0]++] = (byte) v.get());
        return values;
    }

    @ParameterizedTest
    @CsvSource({ "2,1,1", "2,3,5", "25,1,1", "25,2,4", "3,1,1", "3,2,3", "3,1,1000" })
    void theMaskIsTheSameAndFewerTilesAreRun(int dims, int lanes, int batch) {
        Plan plan = plan(dims).withAir(RULE, "test");
        byte[] all = bytes(segment(new FakeEngine(plan), plan, phantom(true), 1, false));
        assertThat(all).contains(0, 7, (byte) 200);
        assertThat(told).isEmpty();
        FakeEngine counting = new FakeEngine(plan);
        assertThat(bytes(segment(counting, plan, phantom(true), 1, true))).isEqualTo(all);
        long tiles = TileGrid.of(List.of(64L, 64L, 12L), plan.patch(), 0.5).count();
        assertThat(counting.calls()).isBetween(1, (int) (0.5 * tiles));
        assertThat(told).containsExactly("segment phantom: " + Math.round(100.0 - 100.0 * counting.calls() / tiles)
                + " % of the tiles show air only and were not run");
        assertThat(bytes(segment(new FakeEngine(plan, lanes), plan, phantom(true), batch, true))).isEqualTo(all);
        assertThat(told).hasSize(2).allMatch(told.get(0)::equals);
    }

    @ParameterizedTest
    @CsvSource({ "2", "25", "3" })
    void aScanOfAirIsBackgroundWithoutACall(int dims) {
        Plan plan = plan(dims).withAir(RULE, "test");
        FakeEngine engine = new FakeEngine(plan);
        assertThat(bytes(segment(engine, plan, phantom(false), 2, true))).containsOnly(0);
        assertThat(engine.calls()).isZero();
        assertThat(told).containsExactly("segment phantom: 100 % of the tiles show air only and were not run");
    }

    @Test
    void withoutARuleEveryTileIsRun() {
        Plan plan = plan(3);
        FakeEngine engine = new FakeEngine(plan);
        segment(engine, plan, phantom(false), 1, true);
        assertThat(engine.calls()).isEqualTo(7 * 7 * 5);
    }

    /** A tile too narrow for the squares of the rule may be dark and show foreground. */
    @Test
    void narrowTilesAreRun() {
        Plan plan = TestPlans.plan3d(List.of(16, 12, 4)).withAir(RULE, "test");
        FakeEngine engine = new FakeEngine(plan);
        segment(engine, plan, phantom(false), 1, true);
        assertThat(engine.calls()).isGreaterThan(100);
    }

    /** One bright voxel at (25, 5, 2) of the second channel; it makes its square of 16×16 more than air. */
    @Test
    void aTileIsAirIfNoChannelShowsMore() {
        float[] values = new float[40 * 20 * 3 * 2];
        Arrays.fill(values, -1);
        values[((3 + 2) * 20 + 5) * 40 + 25] = 3;
        Scan scan = new Scan("case", ArrayImgs.floats(values, 40, 20, 3, 2), ScanGeometry.UNKNOWN, Modality.OTHER,
                List.of());
        Plan plan = TestPlans.plan(3, 2, Plan.GridAxes.SCAN, TestPlans.AS_STORED, List.of(16, 16, 2));
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), List.of(40L, 20L, 3L), plan);
        WorkingVolume volume = WorkingVolume.of(scan, plan, grid, 0, new AirRule(2.5));
        assertThat(volume.isAir(new TileGrid.Tile(0, 0, 1), plan.patch())).isTrue();
        assertThat(volume.isAir(new TileGrid.Tile(1, 0, 1), plan.patch())).isFalse();
        assertThat(volume.isAir(new TileGrid.Tile(20, 0, 0), plan.patch())).isTrue();
        assertThat(volume.isAir(new TileGrid.Tile(20, 0, 1), plan.patch())).isFalse();
        assertThat(volume.isAir(new TileGrid.Tile(-3, -3, -1), List.of(60, 40, 5))).isFalse();
        assertThat(WorkingVolume.of(scan, plan, grid, 0, new AirRule(3.5)).isAir(new TileGrid.Tile(20, 0, 1),
                plan.patch())).isTrue();
    }
}
