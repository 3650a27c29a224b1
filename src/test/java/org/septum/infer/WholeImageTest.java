package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.OnnxExport;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.WorkingGrid;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/** A network without attention, on tiles and on the whole image at once. */
@Tag("engine")
class WholeImageTest {

    private static final int NX = 130;

    private static final int NY = 96;

    /** Farther than that the network does not see: 2 convolutions, 2 at half the size, 2 again, and rounding. */
    private static final int REACH = 12;

    @TempDir
    private Path folder;

    private static Plan plan() {
        IntensityNormalization asItIs = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0,
                1.0);
        return new Plan(Plan.VERSION, "test", Modality.OTHER, List.of("grey"), TestPlans.LABELS,
                NetworkSpec.unet(2, 1, 3, List.of(16, 32), new NoAttention()), Plan.GridAxes.SCAN, TestPlans.AS_STORED,
                List.of(64, 48, 1), List.of(asItIs), null, null);
    }

    private static Scan noise() {
        float[] values = new float[NX * NY];
        Random random = new Random(23);
        for (int i = 0; i < values.length; i++)
            values[i] = (float) random.nextGaussian();
        return new Scan("noise", ArrayImgs.floats(values, NX, NY, 1, 1), ScanGeometry.ofSpacing(1, 1, 1),
                Modality.OTHER, List.of());
    }

    /** Probabilities of the image by class and place. */
    private float[][] probabilities(TileGrid grid, int threads, int batch) throws IOException {
        Plan plan = plan();
        Path onnx = folder.resolve("network.onnx");
        OnnxExport.write(plan.network(), NamedWeights.initial(plan.network().graph(), 1), onnx);
        Scan scan = noise();
        WorkingVolume volume = WorkingVolume.of(scan, plan,
                WorkingGrid.of(scan.geometry(), List.of((long) NX, (long) NY, 1L), plan), 1 << 20);
        List<float[]> image = new ArrayList<>();
        TileBlending blending = new TileBlending(grid, 3, (z, p) -> {
            for (float[] plane : p)
                image.add(plane.clone());
        });
        try (DjlEngine engine = DjlEngine.open(onnx, plan, "cpu", threads, Progress.SILENT)) {
            new TilePass(volume, 1, 3, blending, done -> {
            }).run(engine.lanes(Workload.of(grid.count(), grid.tile()).withBatch(batch)), batch);
        }
        return image.toArray(float[][]::new);
    }

    private static TileGrid grid(int tx, int ty) {
        return TileGrid.of(List.of((long) NX, (long) NY, 1L), List.of(tx, ty, 1), 0.5);
    }

    /**
     * Where every tile shows all that the network sees of a voxel, tiles give what the whole image gives; elsewhere
     * they differ at most by the weight of those that do not.
     */
    @Test
    void tilesGiveWhatTheWholeImageGivesButForWhatLiesBehindTheirEdges() throws IOException {
        TileGrid tiles = grid(64, 48);
        float[][] whole = probabilities(grid(NX, NY), 1, 1);
        float[][] tiled = probabilities(tiles, 1, 1);
        float[] importance = TileBlending.importance(tiles.tile());
        float[] all = new float[NX * NY];
        float[] cut = new float[NX * NY];
        for (long t = 0; t < tiles.count(); t++) {
            TileGrid.Tile tile = tiles.tile(t);
            for (int i = 0; i < importance.length; i++) {
                int x = i % 64;
                int y = i / 64;
                int at = (int) ((tile.y() + y) * NX + tile.x() + x);
                all[at] += importance[i];
                if (isCut(x, tile.x(), 64, NX) || isCut(y, tile.y(), 48, NY))
                    cut[at] += importance[i];
            }
        }
        int exact = 0;
        for (int i = 0; i < all.length; i++) {
            exact += cut[i] == 0 ? 1 : 0;
            for (int c = 0; c < 3; c++)
                assertThat(tiled[c][i]).as("class %d at %d, %d", c, i % NX, i / NX).isCloseTo(whole[c][i],
                        within(1e-4f + cut[i] / all[i]));
        }
        assertThat(exact).isGreaterThan(1000);
    }

    /** True if the tile ends within the network's reach and the image does not end there. */
    private static boolean isCut(int inTile, long start, int size, int image) {
        return inTile < REACH && start > 0 || inTile >= size - REACH && start + size < image;
    }

    @Test
    void threadsAndBatchesLeaveTheBitsAsTheyAre() throws IOException {
        float[][] expected = probabilities(grid(64, 48), 1, 1);
        for (int[] way : new int[][] { { 2, 1 }, { 3, 2 }, { 1, 4 }, { 3, 100 } })
            assertThat(probabilities(grid(64, 48), way[0], way[1])).as(Arrays.toString(way)).isDeepEqualTo(expected);
    }
}
