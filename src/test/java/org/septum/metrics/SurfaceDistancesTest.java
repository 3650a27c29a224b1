package org.septum.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import net.imglib2.RandomAccess;
import net.imglib2.img.Img;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.view.Views;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class SurfaceDistancesTest {

    private static final Vector3 SPACING = new Vector3(0.7, 0.9, 2.5);

    @Test
    void honoursTheSpacingOfEachAxis() {
        Img<UnsignedByteType> point = Masks.volume(1, Masks.box(4, 6, 8, 4, 6, 8), 37, 52, 30);
        Img<UnsignedByteType> other = Masks.volume(1, Masks.box(7, 10, 9, 7, 10, 9), 37, 52, 30);
        double distance = Math.sqrt(2.1 * 2.1 + 3.6 * 3.6 + 2.5 * 2.5);
        SurfaceDistances surface = SurfaceDistances.of(point, other, 1, SPACING);
        assertThat(surface.hd()).isCloseTo(distance, within(1e-12));
        assertThat(surface.assd()).isCloseTo(distance, within(1e-12));
    }

    @Test
    void aBoxGrownAlongOneAxisIsOffByThatManySpacings() {
        Img<UnsignedByteType> small = Masks.volume(1, Masks.box(5, 10, 8, 14, 29, 12), 37, 52, 30);
        Img<UnsignedByteType> grownX = Masks.volume(1, Masks.box(5, 10, 8, 17, 29, 12), 37, 52, 30);
        Img<UnsignedByteType> grownZ = Masks.volume(1, Masks.box(5, 10, 6, 14, 29, 12), 37, 52, 30);
        assertThat(SurfaceDistances.of(small, grownX, 1, SPACING).hd()).isCloseTo(2.1, within(1e-12));
        assertThat(SurfaceDistances.of(small, grownZ, 1, SPACING).hd()).isCloseTo(5, within(1e-12));
    }

    @Test
    void toleratesDistancesUpToTheTolerance() {
        Img<UnsignedByteType> slab = Masks.volume(1, Masks.box(5, 0, 0, 5, 51, 29), 37, 52, 30);
        Img<UnsignedByteType> moved = Masks.volume(1, Masks.box(8, 0, 0, 8, 51, 29), 37, 52, 30);
        SurfaceDistances surface = SurfaceDistances.of(slab, moved, 1, SPACING);
        assertThat(surface.nsd(2.1)).isEqualTo(1);
        assertThat(surface.nsd(2.09)).isZero();
    }

    @Test
    void theInsideOfABoxIsNotSurface() {
        Img<UnsignedByteType> box = Masks.volume(1, Masks.box(5, 10, 8, 14, 29, 12), 37, 52, 30);
        SurfaceDistances surface = SurfaceDistances.of(box, box, 1, SPACING);
        assertThat(surface.referenceSurfaceVoxels()).isEqualTo(10 * 20 * 5 - 8 * 18 * 3);
    }

    @Test
    void anImageOfOneSliceHasNoSurfaceAboveAndBelow() {
        Img<UnsignedByteType> disc = Masks.volume(1, Masks.box(5, 10, 0, 14, 29, 0), 37, 52, 1);
        Vector3 planar = new Vector3(0.7, 0.9, Double.NaN);
        SurfaceDistances surface = SurfaceDistances.of(disc, disc, 1, planar);
        assertThat(surface.referenceSurfaceVoxels()).isEqualTo(10 * 20 - 8 * 18);
        SurfaceDistances twoAxes = SurfaceDistances.of(Views.hyperSlice(disc, 2, 0), Views.hyperSlice(disc, 2, 0), 1,
                planar);
        assertThat(twoAxes.referenceSurfaceVoxels()).isEqualTo(10 * 20 - 8 * 18);
    }

    @Test
    void oneSliceOfAVolumeIsSurfaceAllOver() {
        Img<UnsignedByteType> plate = Masks.volume(1, Masks.box(5, 10, 4, 14, 29, 4), 37, 52, 30);
        assertThat(SurfaceDistances.of(plate, plate, 1, SPACING).referenceSurfaceVoxels()).isEqualTo(200);
    }

    @Test
    void whatIsInOneMaskOnlyIsInfinitelyFar() {
        Img<UnsignedByteType> box = Masks.volume(1, Masks.box(5, 10, 8, 14, 29, 12), 37, 52, 30);
        Img<UnsignedByteType> empty = Masks.volume(1, (x, y, z) -> false, 37, 52, 30);
        for (SurfaceDistances surface : List.of(SurfaceDistances.of(box, empty, 1, SPACING),
                SurfaceDistances.of(empty, box, 1, SPACING))) {
            assertThat(surface.hd()).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(surface.hd95()).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(surface.assd()).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(surface.nsd(1)).isZero();
        }
        SurfaceDistances nothing = SurfaceDistances.of(empty, empty, 1, SPACING);
        assertThat(nothing.hd()).isNaN();
        assertThat(nothing.hd95()).isNaN();
        assertThat(nothing.assd()).isNaN();
        assertThat(nothing.nsd(1)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5, 6 })
    void agreesWithComparingEveryPair(long seed) {
        Random random = new Random(seed);
        double density = seed % 2 == 0 ? 0.02 : 0.5;
        long[] size = { 13, 9, seed > 4 ? 1 : 7 };
        Img<UnsignedByteType> a = Masks.volume(1, (x, y, z) -> random.nextDouble() < density, size);
        Img<UnsignedByteType> b = Masks.volume(1, (x, y, z) -> random.nextDouble() < density && x > 2, size);
        double[] fromA = nearest(surface(a), surface(b));
        double[] fromB = nearest(surface(b), surface(a));
        SurfaceDistances surface = SurfaceDistances.of(a, b, 1, SPACING);
        assertThat(surface.referenceSurfaceVoxels()).isEqualTo(fromA.length).isPositive();
        assertThat(surface.predictionSurfaceVoxels()).isEqualTo(fromB.length).isPositive();
        double largest = 0;
        double sum = 0;
        for (double[] distances : List.of(fromA, fromB)) {
            for (double d : distances) {
                largest = Math.max(largest, d);
                sum += d;
            }
        }
        assertThat(surface.hd()).isCloseTo(largest, within(1e-9));
        assertThat(surface.assd()).isCloseTo(sum / (fromA.length + fromB.length), within(1e-9));
    }

    @Test
    void refusesAnUnknownSpacing() {
        Img<UnsignedByteType> box = Masks.volume(1, Masks.box(5, 10, 8, 14, 29, 12), 37, 52, 30);
        assertThatThrownBy(() -> SurfaceDistances.of(box, box, 1, new Vector3(0.7, 0.9, Double.NaN)))
                .isInstanceOf(SeptumException.class).hasMessageContaining("spacing");
    }

    private static List<int[]> surface(Img<UnsignedByteType> mask) {
        List<int[]> voxels = new ArrayList<>();
        int[][] steps = { { 1, 0, 0 }, { -1, 0, 0 }, { 0, 1, 0 }, { 0, -1, 0 }, { 0, 0, 1 }, { 0, 0, -1 } };
        int neighbours = mask.dimension(2) == 1 ? 4 : 6;
        RandomAccess<UnsignedByteType> padded = Views.extendZero(mask).randomAccess();
        for (int z = 0; z < mask.dimension(2); z++) {
            for (int y = 0; y < mask.dimension(1); y++) {
                for (int x = 0; x < mask.dimension(0); x++) {
                    boolean outside = false;
                    for (int n = 0; n < neighbours; n++)
                        outside |= padded.setPositionAndGet(x + steps[n][0], y + steps[n][1], z + steps[n][2])
                                .get() == 0;
                    if (padded.setPositionAndGet(x, y, z).get() == 1 && outside)
                        voxels.add(new int[] { x, y, z });
                }
            }
        }
        return voxels;
    }

    private static double[] nearest(List<int[]> from, List<int[]> to) {
        double[] distances = new double[from.size()];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = Double.POSITIVE_INFINITY;
            for (int[] q : to) {
                double sum = 0;
                for (int d = 0; d < 3; d++)
                    sum += Math.pow((from.get(i)[d] - q[d]) * SPACING.get(d), 2);
                distances[i] = Math.min(distances[i], Math.sqrt(sum));
            }
        }
        return distances;
    }
}
