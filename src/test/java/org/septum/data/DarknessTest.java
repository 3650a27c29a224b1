package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.septum.core.ScanGeometry;

class DarknessTest {

    private static final ScanGeometry GEOMETRY = ScanGeometry.ofSpacing(1, 1, 1);

    private static Darkness measure(List<Long> size, float[] values, byte[] labels, List<Integer> tile) {
        Samples.Field at = (x, y, z) -> values[(int) ((z * size.get(1) + y) * size.get(0) + x)];
        Samples.Field label = (x, y, z) -> labels[(int) ((z * size.get(1) + y) * size.get(0) + x)];
        Plan plan = Samples.plan(2, 1, List.of(tile.get(0), tile.get(1), 1), Samples.training(0, Samples.OFF));
        PreparedCase c = PreparedCase.of(Samples.scan("case", GEOMETRY, size, at),
                Samples.mask(GEOMETRY, size, Samples.LABELS, label), plan);
        return Darkness.of(c, tile);
    }

    /** Any tile of at least 15 × 15 voxels with a labelled voxel in it has a voxel as bright as the measure. */
    @Test
    void noTileWithForegroundInItIsDarkerThroughout() {
        Random random = new Random(2);
        for (int round = 0; round < 20; round++) {
            int nx = 23 + random.nextInt(9);
            int ny = 19 + random.nextInt(9);
            float[] values = new float[nx * ny];
            byte[] labels = new byte[values.length];
            for (int i = 0; i < values.length; i++)
                values[i] = random.nextInt(10) == 0 ? random.nextInt(1000) : random.nextInt(50);
            for (int k = 0; k < 3; k++)
                labels[random.nextInt(labels.length)] = 1;
            float bound = measure(List.of((long) nx, (long) ny, 1L), values, labels, List.of(16, 16, 1))
                    .nearForeground();
            for (int y = 0; y + 15 <= ny; y++)
                for (int x = 0; x + 15 <= nx; x++)
                    assertThat(brightestOrNoForeground(values, labels, nx, y * nx + x)).isGreaterThanOrEqualTo(bound);
        }
    }

    private static float brightestOrNoForeground(float[] values, byte[] labels, int nx, int start) {
        float most = 0;
        boolean labelled = false;
        for (int j = 0; j < 15; j++) {
            for (int i = 0; i < 15; i++) {
                most = Math.max(most, values[start + j * nx + i]);
                labelled |= labels[start + j * nx + i] != 0;
            }
        }
        return labelled ? most : Float.POSITIVE_INFINITY;
    }

    /** A voxel in the corner of the picture has its own value in the square that ends there. */
    @Test
    void squaresEndWhereTheSliceDoes() {
        float[] values = new float[20 * 20];
        Arrays.fill(values, 100);
        values[0] = 7;
        byte[] labels = new byte[400];
        labels[0] = 1;
        List<Long> size = List.of(20L, 20L, 1L);
        assertThat(measure(size, values, labels, List.of(16, 16, 1)).nearForeground()).isEqualTo(7);
        labels[0] = 0;
        labels[21] = 1;
        assertThat(measure(size, values, labels, List.of(16, 16, 1)).nearForeground()).isEqualTo(100);
        labels[21] = 0;
        assertThat(measure(size, values, labels, List.of(16, 16, 1)).nearForeground()).isInfinite();
    }

    /** 40 wide, tiles of 16: they start at 0, 8, 16 and 24, in both slices. Bright from x = 30, foreground at 31. */
    @Test
    void tilesAreThoseOfAPassWithHalfATileOfOverlap() {
        float[] values = new float[40 * 16 * 2];
        byte[] labels = new byte[values.length];
        for (int i = 0; i < values.length; i++)
            values[i] = i % 40 < 30 ? -2 : i % 40;
        labels[31] = 2;
        Darkness found = measure(List.of(40L, 16L, 2L), values, labels, List.of(16, 16, 1));
        assertThat(found.tiles()).containsExactly(-2f, -2f, 31f, 39f, -2f, -2f, 31f, 39f);
        assertThat(found.foreground()).containsExactly(false, false, true, true, false, false, false, false);
        assertThat(found.darkest()).isEqualTo(-2);
        assertThat(found.nearForeground()).as("the square to the left and down").isEqualTo(31);
    }
}
