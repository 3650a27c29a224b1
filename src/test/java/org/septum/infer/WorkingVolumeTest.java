package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import net.imglib2.FinalInterval;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.position.FunctionRandomAccessible;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.ClassLabels;
import org.septum.core.Direction;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.Resampling;
import org.septum.data.WorkingGrid;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

class WorkingVolumeTest {

    private static final IntensityNormalization CLIPPED = new IntensityNormalization(
            IntensityNormalization.Kind.DATASET, 20.0, 80.0, 50.0, 4.0);

    private static final List<Long> SIZE = List.of(9L, 7L, 5L);

    private static Scan scan() {
        float[] values = new float[9 * 7 * 5 * 2];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++)
            values[i] = 100 * random.nextFloat();
        Direction swapped = new Direction(new Vector3(0, -1, 0), new Vector3(0, 0, 1), new Vector3(1, 0, 0));
        return new Scan("case", ArrayImgs.floats(values, 9, 7, 5, 2),
                new ScanGeometry(new Vector3(0.7, 0.9, 2.5), Vector3.ZERO, swapped), Modality.CT, List.of());
    }

    private static Plan plan(double spacing) {
        return new Plan(Plan.VERSION, "test", Modality.CT, List.of("CT", "MR"), ClassLabels.of("background", "object"),
                NetworkSpec.unet(3, 2, 2, List.of(4), new NoAttention()), Plan.GridAxes.LPS,
                List.of(spacing, spacing, spacing), List.of(4, 4, 4),
                List.of(CLIPPED, IntensityNormalization.perScan()), null, null);
    }

    /** With clipping, normalising before resampling would give other values. */
    @ParameterizedTest
    @ValueSource(doubles = { Double.NaN, 1.25 })
    void channelsAreTurnedThenResampledThenNormalisedWithParametersOfTheWholeScan(double spacing) {
        Scan scan = scan();
        Plan plan = plan(spacing);
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), SIZE, plan.grid(), plan.spacing());
        int nx = grid.size().get(0).intValue();
        int ny = grid.size().get(1).intValue();
        int nz = grid.size().get(2).intValue();
        float[] got = new float[2 * nx * ny * nz];
        WorkingVolume.of(scan, plan, grid, Long.MAX_VALUE).copyTile(new TileGrid.Tile(0, 0, 0), List.of(nx, ny, nz),
                got, 0);
        int n = 0;
        for (int c = 0; c < 2; c++) {
            RandomAccessibleInterval<FloatType> channel = Views.hyperSlice(scan.pixels(), 3, c);
            IntensityNormalization.Applied applied = plan.normalization().get(c).of(channel);
            RandomAccessibleInterval<FloatType> turned = grid.orient(channel);
            for (FloatType v : Resampling.linear(turned, grid.size()).view().flatIterable())
                assertThat(got[n++]).isEqualTo(applied.apply(v.get()));
        }
        assertThat(n).isEqualTo(got.length);
    }

    @Test
    void outsideTheScanATileIsZero() {
        Scan scan = scan();
        Plan plan = plan(Double.NaN);
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), SIZE, plan.grid(), plan.spacing());
        float[] tile = new float[3 + 2 * 64];
        Arrays.fill(tile, 99);
        WorkingVolume.of(scan, plan, grid, Long.MAX_VALUE).copyTile(new TileGrid.Tile(-3, -2, -1), List.of(4, 4, 4),
                tile, 3);
        assertThat(Arrays.copyOf(tile, 3)).containsOnly(99);
        for (int c = 0; c < 2; c++) {
            for (int i = 0; i < 64; i++) {
                boolean inside = i % 4 == 3 && i / 4 % 4 >= 2 && i / 16 >= 1;
                assertThat(tile[3 + c * 64 + i] != 0).as("channel %d, value %d", c, i).isEqualTo(inside);
            }
        }
    }

    @Test
    void theScanItselfStaysAsItWas() {
        Scan scan = scan();
        float before = scan.pixels().getAt(3, 2, 1, 0).get();
        Plan plan = plan(Double.NaN);
        WorkingVolume.of(scan, plan, WorkingGrid.of(scan.geometry(), SIZE, plan.grid(), plan.spacing()), 1);
        assertThat(scan.pixels().getAt(3, 2, 1, 0).get()).isEqualTo(before);
    }

    /** Threads may be late by some tiles; a slice that has been dropped is made again. */
    @Test
    void tilesInAnyOrderAndFromManyThreadsAreTheSame() {
        Scan scan = scan();
        Plan plan = plan(0.3);
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), SIZE, plan.grid(), plan.spacing());
        TileGrid tiles = TileGrid.of(grid.size(), plan.patch(), 0.5);
        List<float[]> expected = new ArrayList<>();
        WorkingVolume inOrder = WorkingVolume.of(scan, plan, grid, Long.MAX_VALUE);
        for (long i = 0; i < tiles.count(); i++)
            expected.add(tile(inOrder, tiles, i));
        WorkingVolume volume = WorkingVolume.of(scan, plan, grid, 1);
        List<Long> order = LongStream.range(0, tiles.count()).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(8));
        order.parallelStream().forEach(
                i -> assertThat(tile(volume, tiles, i)).as("tile %d", i).isEqualTo(expected.get(i.intValue())));
    }

    private static float[] tile(WorkingVolume volume, TileGrid tiles, long i) {
        float[] tile = new float[2 * tiles.tileVoxels()];
        volume.copyTile(tiles.tile(i), tiles.tile(), tile, 0);
        return tile;
    }

    /** Each voxel holds its own number; the scan has 3·2^30 of them. */
    @Test
    void aVolumeBeyondTwoToThe31IsReadSliceBySlice() {
        RandomAccessibleInterval<FloatType> ramp = Views.interval(
                new FunctionRandomAccessible<>(4,
                        (at, to) -> to.set(at.getLongPosition(2) * 8 + at.getLongPosition(0) % 8), FloatType::new),
                FinalInterval.createMinSize(0, 0, 0, 0, 1024, 1024, 3072, 1));
        Scan scan = new Scan("huge", ramp, ScanGeometry.UNKNOWN, Modality.OTHER, List.of());
        Plan plan = TestPlans.plan(2, 1, Plan.GridAxes.SCAN, TestPlans.AS_STORED, List.of(8, 8, 1));
        WorkingGrid grid = WorkingGrid.of(scan.geometry(), List.of(1024L, 1024L, 3072L), plan);
        TileGrid tiles = TileGrid.of(grid.size(), plan.patch(), 0);
        float[] tile = new float[64];
        WorkingVolume.of(scan, plan, grid, 0).copyTile(tiles.tile(tiles.count() - 1), plan.patch(), tile, 0);
        for (int i = 0; i < 64; i++)
            assertThat(tile[i]).isEqualTo(3071 * 8 + i % 8);
    }
}
