package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.data.Resampling;

class SliceResamplingTest {

    @ParameterizedTest
    @CsvSource({ "7,5,6, 11,9,13", "11,9,13, 7,5,6", "11,9,13, 4,3,2", "7,5,6, 7,5,6", "7,5,6, 7,5,17",
            "7,5,17, 9,5,17", "7,5,1, 3,8,1", "6,4,1, 6,4,5", "6,4,9, 6,4,1" })
    void sliceBySliceGivesTheBitsOfTheWholeVolume(int nx, int ny, int nz, int mx, int my, int mz) {
        float[][] volumes = new float[2][nx * ny * nz];
        Random random = new Random(3);
        for (float[] volume : volumes)
            for (int i = 0; i < volume.length; i++)
                volume[i] = random.nextFloat();
        float[][] got = new float[2][mx * my * mz];
        List<Integer> order = new ArrayList<>();
        SliceResampling resampling = new SliceResampling(List.of((long) nx, (long) ny, (long) nz),
                List.of((long) mx, (long) my, (long) mz), (z, p) -> {
                    order.add(z);
                    for (int c = 0; c < 2; c++)
                        System.arraycopy(p[c], 0, got[c], z * mx * my, mx * my);
                });
        float[][] slice = new float[2][];
        for (int z = 0; z < nz; z++) {
            for (int c = 0; c < 2; c++)
                slice[c] = Arrays.copyOfRange(volumes[c], z * nx * ny, (z + 1) * nx * ny);
            resampling.accept(z, slice);
            // what the caller does with its arrays afterwards must not matter
            for (float[] s : slice)
                Arrays.fill(s, Float.NaN);
        }
        assertThat(order).hasSize(mz).isSorted();
        for (int c = 0; c < 2; c++) {
            float[] whole = Resampling
                    .linear(ArrayImgs.floats(volumes[c], nx, ny, nz), List.of((long) mx, (long) my, (long) mz))
                    .update(null).getCurrentStorageArray();
            assertThat(got[c]).as("class %d", c).containsExactly(whole);
        }
    }
}
