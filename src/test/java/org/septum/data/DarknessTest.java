package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;

class DarknessTest {

    private static final IntensityNormalization HU = new IntensityNormalization(IntensityNormalization.Kind.DATASET,
            -100.0, 200.0, 50.0, 10.0);

    /** Any tile of at least 15 × 15 voxels with a labelled voxel in it has a voxel as bright as the measure. */
    @Test
    void noTileWithForegroundInItIsDarkerThroughout() {
        Random random = new Random(2);
        for (int round = 0; round < 20; round++) {
            int nx = 23 + random.nextInt(9);
            int ny = 19 + random.nextInt(9);
            float[] values = new float[nx * ny * 2];
            byte[] labels = new byte[values.length];
            for (int i = 0; i < values.length; i++)
                values[i] = random.nextInt(10) == 0 ? random.nextInt(1000) : random.nextInt(50);
            for (int k = 0; k < 3; k++)
                labels[random.nextInt(labels.length)] = 1;
            float bound = (float) Darkness.of(ArrayImgs.floats(values, nx, ny, 2), labels).nearForeground();
            float[] darkestTile = { Float.POSITIVE_INFINITY };
            for (int z = 0; z < 2; z++)
                for (int y = 0; y + 15 <= ny; y++)
                    for (int x = 0; x + 15 <= nx; x++)
                        visit(values, labels, new int[] { nx, (z * ny + y) * nx + x }, darkestTile);
            assertThat(darkestTile[0]).isGreaterThanOrEqualTo(bound);
            assertThat(bound).isGreaterThanOrEqualTo(0);
        }
    }

    private static void visit(float[] values, byte[] labels, int[] widthAndStart, float[] darkestTile) {
        float most = 0;
        boolean labelled = false;
        for (int j = 0; j < 15; j++) {
            for (int i = 0; i < 15; i++) {
                int at = widthAndStart[1] + j * widthAndStart[0] + i;
                most = Math.max(most, values[at]);
                labelled |= labels[at] != 0;
            }
        }
        if (labelled)
            darkestTile[0] = Math.min(darkestTile[0], most);
    }

    /** A voxel in the corner of the picture has its own value in the square that ends there. */
    @Test
    void squaresEndWhereTheSliceDoes() {
        float[] values = new float[20 * 20];
        java.util.Arrays.fill(values, 100);
        values[0] = 7;
        byte[] labels = new byte[400];
        labels[0] = 1;
        assertThat(Darkness.of(ArrayImgs.floats(values, 20, 20, 1), labels).nearForeground()).isEqualTo(7);
        labels[0] = 0;
        labels[21] = 1;
        assertThat(Darkness.of(ArrayImgs.floats(values, 20, 20, 1), labels).nearForeground()).isEqualTo(100);
    }

    @Test
    void airLiesAQuarterOfTheWayBelowWhatIsNearForeground() {
        Darkness ct = Darkness.ofAll(List.of(new Darkness(100, -1000, 1, -2), new Darkness(-100, -1024, 0.5, -1),
                new Darkness(Double.NaN, -1020, Double.NaN, -3)));
        assertThat(ct.airBelow(HU)).isEqualTo((-100 - 0.25 * 924 - 50) / 10);
        assertThat(ct.airBelow(IntensityNormalization.perScan())).isEqualTo(0.5 - 0.25 * 1.5);
    }

    @Test
    void foregroundAsDarkAsAirLeavesNoRule() {
        assertThat(new Darkness(-1000, -1000, -2, -2).airBelow(HU)).isNaN();
        assertThat(Darkness.ofAll(List.of(new Darkness(Double.NaN, 0, Double.NaN, -1))).airBelow(HU)).isNaN();
    }
}
