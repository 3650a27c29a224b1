package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.Workspace;
import org.septum.data.Plan;
import org.septum.data.Resampling;
import org.septum.data.WorkingGrid;

class SegmenterTest {

    private static final int CLASSES = TestPlans.LABELS.count();

    /** Random values between -5 and 25, none on the border between two classes. */
    static Scan scan(ScanGeometry geometry, long... size) {
        float[] values = new float[(int) (size[0] * size[1] * size[2] * size[3])];
        Random random = new Random(11);
        for (int i = 0; i < values.length; i++) {
            do
                values[i] = random.nextFloat() * 30 - 5;
            while (Math.abs(Math.abs(values[i] - 10) - 5) < 0.01f);
        }
        return new Scan("case", ArrayImgs.floats(values, size), geometry, Modality.OTHER, List.of());
    }

    private static final ScanGeometry PLAIN = ScanGeometry.ofSpacing(0.7, 0.9, 2.5);

    /**
     * Scan axes along the given axes of LPS (1 = L, -2 = minus P …), then turned by 20 degrees about (1, 2, 3).
     */
    static ScanGeometry oblique(int x, int y, int z) {
        return new ScanGeometry(new Vector3(0.7, 0.9, 2.5), new Vector3(-31.5, 12.25, 401),
                new Direction(turned(x), turned(y), turned(z)));
    }

    private static Vector3 turned(int axis) {
        int sign = Integer.signum(axis);
        int a = Math.abs(axis);
        Vector3 v = new Vector3(a == 1 ? sign : 0, a == 2 ? sign : 0, a == 3 ? sign : 0);
        Vector3 k = new Vector3(1, 2, 3).times(1 / Math.sqrt(14));
        double angle = Math.toRadians(20);
        return v.times(Math.cos(angle)).plus(k.cross(v).times(Math.sin(angle)))
                .plus(k.times(k.dot(v) * (1 - Math.cos(angle))));
    }

    private static LabelMask segment(Scan scan, Plan plan, SegmenterOptions options) {
        return new Segmenter(new FakeEngine(plan), options).segment(scan, plan, Progress.SILENT);
    }

    static List<Integer> values(RandomAccessibleInterval<UnsignedByteType> pixels) {
        List<Integer> values = new ArrayList<>();
        for (UnsignedByteType v : pixels.view().flatIterable())
            values.add(v.get());
        return values;
    }

    /** What a network that looks at one voxel gives: the class of each voxel of the scan, at its own place. */
    private static void assertThresholded(LabelMask mask, Scan scan) {
        assertThat(mask.pixels().minAsLongArray()).containsExactly(0, 0, 0);
        assertThat(mask.pixels().dimensionsAsLongArray()).containsExactly(scan.size(0), scan.size(1), scan.size(2));
        RandomAccess<FloatType> from = scan.pixels().randomAccess();
        RandomAccess<UnsignedByteType> to = mask.pixels().randomAccess();
        for (long z = 0; z < scan.size(2); z++) {
            for (long y = 0; y < scan.size(1); y++) {
                for (long x = 0; x < scan.size(0); x++) {
                    float sum = 0;
                    for (long c = 0; c < scan.channels(); c++)
                        sum += from.setPositionAndGet(x, y, z, c).get();
                    int expected = TestPlans.LABELS.classes().get(FakeEngine.classOf(sum / scan.channels(), CLASSES))
                            .value();
                    assertThat(to.setPositionAndGet(x, y, z).get()).as("voxel %d, %d, %d", x, y, z).isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({ "1,2,3", "-1,2,3", "2,1,3", "3,-1,2", "-2,-3,-1", "1,-3,2", "-3,2,-1" })
    void theMaskLiesOnTheScansOwnGridWhicheverWayItsAxesRun(int x, int y, int z) {
        Scan scan = scan(oblique(x, y, z), 17, 12, 9, 1);
        LabelMask mask = segment(scan, TestPlans.plan3d(List.of(7, 5, 6)), SegmenterOptions.DEFAULT);
        assertThresholded(mask, scan);
        assertThat(mask.geometry()).isEqualTo(scan.geometry());
        assertThat(mask.labels()).isEqualTo(TestPlans.LABELS);
    }

    @ParameterizedTest
    @CsvSource({ "17,12,9, 7,5,6", "17,12,9, 40,56,40", "17,12,9, 8,30,4", "5,4,2, 6,6,6" })
    void tilesOfAnySizeGiveTheSameMask(int nx, int ny, int nz, int tx, int ty, int tz) {
        Scan scan = scan(PLAIN, nx, ny, nz, 1);
        assertThresholded(segment(scan, TestPlans.plan3d(List.of(tx, ty, tz)), SegmenterOptions.DEFAULT), scan);
    }

    @ParameterizedTest
    @ValueSource(doubles = { 0, 0.25, 0.75 })
    void anyOverlapGivesTheSameMask(double overlap) {
        Scan scan = scan(PLAIN, 17, 12, 9, 1);
        assertThresholded(
                segment(scan, TestPlans.plan3d(List.of(7, 5, 6)), SegmenterOptions.DEFAULT.withOverlap(overlap)), scan);
    }

    @Test
    void everyChannelReachesTheNetwork() {
        Scan scan = scan(oblique(2, -3, 1), 9, 8, 7, 3);
        Plan plan = TestPlans.plan(3, 3, Plan.GridAxes.LPS, TestPlans.AS_STORED, List.of(4, 5, 4));
        assertThresholded(segment(scan, plan, SegmenterOptions.DEFAULT.withBatch(5)), scan);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 3, 100 })
    void a2dNetworkGoesThroughAVolumeSliceBySlice(int batch) {
        Scan scan = scan(oblique(3, 1, -2), 13, 11, 5, 1);
        Plan plan = TestPlans.plan(2, 1, Plan.GridAxes.SCAN, TestPlans.AS_STORED, List.of(8, 6, 1));
        FakeEngine engine = new FakeEngine(plan);
        LabelMask mask = new Segmenter(engine, SegmenterOptions.DEFAULT.withBatch(batch)).segment(scan, plan,
                Progress.SILENT);
        assertThresholded(mask, scan);
        assertThat(engine.largestCount()).isEqualTo(batch == 0 ? 1 : Math.min(batch, 3 * 3 * 5));
    }

    @Test
    void anUncalibratedColourPhotographGoesThroughA2dNetwork() {
        Scan scan = scan(ScanGeometry.UNKNOWN, 23, 10, 1, 3);
        Plan plan = TestPlans.plan(2, 3, Plan.GridAxes.SCAN, TestPlans.AS_STORED, List.of(16, 16, 1));
        assertThresholded(segment(scan, plan, SegmenterOptions.DEFAULT), scan);
    }

    @ParameterizedTest
    @CsvSource({ "1.0,1.0,1.0", "0.35,0.9,5.0", "2.5,0.7,0.4" })
    void aResampledScanGetsTheMaskOfTheDirectComputation(double x, double y, double z) {
        Scan scan = scan(oblique(-2, 3, 1), 17, 12, 9, 1);
        Plan plan = TestPlans.plan(3, 1, Plan.GridAxes.LPS, List.of(x, y, z), List.of(7, 5, 6));
        LabelMask mask = segment(scan, plan, SegmenterOptions.DEFAULT);

        WorkingGrid grid = WorkingGrid.of(scan.geometry(), List.of(17L, 12L, 9L), plan.grid(), plan.spacing());
        assertThat(grid.keepsVoxels()).isFalse();
        RandomAccessibleInterval<FloatType> working = Resampling
                .linear(grid.orient(Views.hyperSlice(scan.pixels(), 3, 0)), grid.size());
        List<float[]> onScan = new ArrayList<>();
        for (int c = 0; c < CLASSES; c++) {
            float[] p = new float[(int) working.size()];
            int n = 0;
            for (FloatType v : working.view().flatIterable())
                p[n++] = FakeEngine.probabilities(v.get(), CLASSES)[c];
            onScan.add(Resampling.linear(ArrayImgs.floats(p, working.dimensionsAsLongArray()), grid.orientedSize())
                    .update(null).getCurrentStorageArray());
        }
        byte[] expected = new byte[17 * 12 * 9];
        for (int i = 0; i < expected.length; i++) {
            int best = 0;
            for (int c = 1; c < CLASSES; c++)
                if (onScan.get(c)[i] > onScan.get(best)[i])
                    best = c;
            expected[i] = (byte) TestPlans.LABELS.classes().get(best).value();
        }
        List<Long> s = grid.orientedSize();
        assertThat(values(mask.pixels()))
                .isEqualTo(values(grid.restore(ArrayImgs.unsignedBytes(expected, s.get(0), s.get(1), s.get(2)))));
        assertThat(values(mask.pixels())).contains(0, 7, 200);
        assertThat(mask.geometry()).isEqualTo(scan.geometry());
    }

    /** A network that thresholds, on a blurred disc: the mask must lie where the disc lies, to a part of a pixel. */
    @ParameterizedTest
    @CsvSource({ "160,96, 40,24, 0.98", "97,131, 40,24, 0.97", "30,20, 64,48, 0.97", "120,90, 120,30, 0.98" })
    void aModelOfOneSizeGivesMasksOnTheScansOwnPixels(int nx, int ny, int mx, int my, double leastDice) {
        float[] values = new float[nx * ny * 2];
        for (int i = 0; i < values.length; i++) {
            double dx = (i % nx + 0.5) / nx - 0.45;
            double dy = (i / nx % ny + 0.5) / ny - 0.55;
            values[i] = dx * dx + dy * dy < 0.09 ? 10 : 0;
        }
        Scan scan = new Scan("disc", ArrayImgs.floats(values, nx, ny, 2, 1), oblique(2, -3, 1), Modality.OTHER,
                List.of());
        Plan plan = TestPlans.plan(2, 1, Plan.GridAxes.SCAN, TestPlans.AS_STORED, List.of(24, 24, 1))
                .withSize(List.of(mx, my));
        LabelMask mask = segment(scan, plan, SegmenterOptions.DEFAULT);
        assertThat(mask.geometry()).isEqualTo(scan.geometry());
        assertThat(mask.pixels().dimensionsAsLongArray()).containsExactly(nx, ny, 2);
        List<Integer> found = values(mask.pixels());
        int both = 0;
        int sum = 0;
        for (int i = 0; i < values.length; i++) {
            both += values[i] > 5 && found.get(i) == 7 ? 1 : 0;
            sum += (values[i] > 5 ? 1 : 0) + (found.get(i) == 7 ? 1 : 0);
        }
        assertThat(2.0 * both / sum).isGreaterThan(leastDice);
    }

    @Test
    void theSameScanGivesTheSameBytes() {
        Scan scan = scan(oblique(3, 1, 2), 17, 12, 9, 1);
        Plan plan = TestPlans.plan(3, 1, Plan.GridAxes.LPS, List.of(1.0, 1.0, 1.0), List.of(7, 5, 6));
        assertThat(values(segment(scan, plan, SegmenterOptions.DEFAULT).pixels()))
                .isEqualTo(values(segment(scan, plan, SegmenterOptions.DEFAULT).pixels()));
    }

    @Test
    void aStopIsHeardBetweenTiles() {
        Plan plan = TestPlans.plan3d(List.of(7, 5, 6));
        FakeEngine engine = new FakeEngine(plan);
        AtomicInteger reports = new AtomicInteger();
        Progress progress = new Progress() {

            @Override
            public void report(String task, long done, long total) {
                reports.incrementAndGet();
                assertThat(total).isEqualTo(5 * 5 * 2);
                assertThat(done).isEqualTo(engine.calls());
            }

            @Override
            public void message(String line) {
                throw new AssertionError(line);
            }

            @Override
            public boolean isCancelled() {
                return engine.calls() == 3;
            }
        };
        assertThatThrownBy(() -> new Segmenter(engine, SegmenterOptions.DEFAULT).segment(scan(PLAIN, 17, 12, 9, 1),
                plan, progress)).isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.CANCELLED));
        assertThat(engine.calls()).isEqualTo(3);
        assertThat(reports).hasValue(3);
    }

    private static void assertRefused(Scan scan, Plan plan, String... words) {
        assertThatThrownBy(() -> segment(scan, plan, SegmenterOptions.DEFAULT))
                .isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.INPUT))
                .message().contains(words).doesNotContain("\n");
    }

    @Test
    void a2dImageForA3dModelIsRefused() {
        assertRefused(scan(ScanGeometry.UNKNOWN, 17, 12, 1, 3), TestPlans.plan3d(List.of(7, 5, 6)), "2D image", "17×12",
                "use a 2D model");
    }

    @Test
    void aWrongNumberOfChannelsIsRefused() {
        assertRefused(scan(PLAIN, 17, 12, 9, 3), TestPlans.plan3d(List.of(7, 5, 6)), "has 3 channels",
                "needs 1 channel (grey)");
    }

    @Test
    void aScanWithoutVoxelSizeIsRefusedByAModelThatHasOne() {
        Plan plan = TestPlans.plan(3, 1, Plan.GridAxes.LPS, List.of(1.0, 1.0, 1.0), List.of(7, 5, 6));
        assertRefused(scan(ScanGeometry.UNKNOWN, 17, 12, 9, 1), plan, "no voxel size", "calibrated file");
    }

    @Test
    void aNetworkThatGivesNoNumbersIsRefused() {
        Scan scan = scan(PLAIN, 17, 12, 9, 1);
        scan.pixels().getAt(3, 4, 5, 0).set(Float.NaN);
        assertRefused(scan, TestPlans.plan3d(List.of(7, 5, 6)), "NaN");
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new SegmenterOptions(1, 0)).hasMessageContaining("below 1");
        assertThatThrownBy(() -> new SegmenterOptions(0.5, -1)).hasMessageContaining("batch of -1");
    }

    @ParameterizedTest
    @CsvSource({ "1,2,3", "3,-1,2", "2,3,-1" })
    void withoutMemoryForIntermediateDataTheMaskIsTheSame(int x, int y, int z, @TempDir Path folder) {
        Scan scan = scan(oblique(x, y, z), 17, 12, 9, 1);
        Plan plan = TestPlans.plan3d(List.of(7, 5, 6));
        try (Workspace none = Workspace.of(0, folder)) {
            assertThresholded(new Segmenter(new FakeEngine(plan), SegmenterOptions.DEFAULT).segment(scan, plan, none,
                    Progress.SILENT), scan);
        }
    }

    /** The fake network sees the mean of its inputs: here of three slices, the first and last of which repeat. */
    @Test
    void a2dNetworkMaySeeTheSlicesBeside() {
        Scan scan = scan(PLAIN, 12, 9, 5, 1);
        LabelMask mask = segment(scan, TestPlans.planOfNeighbours(List.of(7, 5, 1)), SegmenterOptions.DEFAULT);
        RandomAccess<FloatType> from = scan.pixels().randomAccess();
        for (int z = 0; z < 5; z++) {
            for (int y = 0; y < 9; y++) {
                for (int x = 0; x < 12; x++) {
                    float sum = 0;
                    for (int dz = -1; dz <= 1; dz++)
                        sum += from.setPositionAndGet(x, y, Math.max(0, Math.min(4, z + dz)), 0).get();
                    float mean = sum / 3;
                    if (Math.abs(Math.abs(mean - 10) - 5) < 0.01f)
                        continue;
                    int expected = TestPlans.LABELS.classes().get(FakeEngine.classOf(mean, CLASSES)).value();
                    assertThat(mask.pixels().getAt(x, y, z).get()).as("voxel %d, %d, %d", x, y, z).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void islandsGoIfThePlanSaysSoAndNobodyObjects() {
        Plan plan = TestPlans.plan3d(List.of(7, 5, 6));
        Plan tidy = plan.withPostProcessing(org.septum.data.PostProcessingPlan.largestPart(List.of(7), 3), "test");
        Scan scan = scan(PLAIN, 17, 12, 9, 1);
        LabelMask all = segment(scan, tidy, SegmenterOptions.DEFAULT.withPostProcessing(false));
        assertThresholded(all, scan);
        LabelMask one = segment(scan, tidy, SegmenterOptions.DEFAULT);
        assertThat(one.count(7)).isBetween(1L, all.count(7) - 1);
        assertThat(values(one.pixels())).isEqualTo(values(PostProcessing.apply(all, tidy.postProcessing()).pixels()));
    }
}
