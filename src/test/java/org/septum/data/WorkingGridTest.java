package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.Direction;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

class WorkingGridTest {

    private static final List<Double> AS_IT_IS = List.of(Double.NaN, Double.NaN, Double.NaN);

    private static final List<Long> SIZES = List.of(3L, 4L, 5L);

    /** All ways in which three voxel axes can run along L, P, S and against them: six orders, eight signs. */
    static Stream<Direction> orientations() {
        List<Direction> all = new ArrayList<>();
        int[][] orders = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
        for (int[] order : orders) {
            for (int signs = 0; signs < 8; signs++) {
                Vector3[] axes = new Vector3[3];
                for (int d = 0; d < 3; d++) {
                    double[] v = new double[3];
                    v[order[d]] = (signs >> d & 1) == 0 ? 1 : -1;
                    axes[d] = new Vector3(v[0], v[1], v[2]);
                }
                all.add(new Direction(axes[0], axes[1], axes[2]));
            }
        }
        return all.stream();
    }

    private static ScanGeometry geometry(Direction direction) {
        return new ScanGeometry(new Vector3(0.7, 0.9, 2.5), new Vector3(5, -6, 7), direction);
    }

    /** Every voxel holds its index, x + 10 y + 100 z. */
    private static RandomAccessibleInterval<FloatType> places(ScanGeometry geometry) {
        Scan scan = Samples.scan("s", geometry, SIZES, (x, y, z) -> x + 10.0 * y + 100.0 * z);
        return Views.hyperSlice(scan.pixels(), 3, 0);
    }

    @ParameterizedTest
    @MethodSource("orientations")
    void restoringUndoesOrienting(Direction direction) {
        ScanGeometry geometry = geometry(direction);
        WorkingGrid grid = WorkingGrid.of(geometry, SIZES, Plan.GridAxes.LPS, AS_IT_IS);
        RandomAccessibleInterval<FloatType> scan = places(geometry);
        RandomAccessibleInterval<FloatType> oriented = grid.orient(scan);
        assertThat(oriented.dimensionsAsLongArray())
                .containsExactly(grid.size().stream().mapToLong(Long::longValue).toArray());
        RandomAccessibleInterval<FloatType> back = grid.restore(oriented);
        assertThat(back.dimensionsAsLongArray()).containsExactly(3, 4, 5);
        Cursor<FloatType> at = scan.localizingCursor();
        while (at.hasNext())
            assertThat(at.next().get()).isEqualTo(back.getAt(at).get());
    }

    @ParameterizedTest
    @MethodSource("orientations")
    void orientedAxesRunToLeftPosteriorAndSuperior(Direction direction) {
        ScanGeometry geometry = geometry(direction);
        WorkingGrid grid = WorkingGrid.of(geometry, SIZES, Plan.GridAxes.LPS, AS_IT_IS);
        RandomAccessibleInterval<FloatType> oriented = grid.orient(places(geometry));
        for (int d = 0; d < 3; d++) {
            Vector3 first = position(geometry, oriented.getAt(0, 0, 0).get());
            Vector3 next = position(geometry, oriented.getAt(d == 0 ? 1 : 0, d == 1 ? 1 : 0, d == 2 ? 1 : 0).get());
            Vector3 step = next.minus(first);
            for (int e = 0; e < 3; e++) {
                if (e == d)
                    assertThat(step.get(e)).isPositive();
                else
                    assertThat(step.get(e)).isZero();
            }
        }
    }

    /** Where the scan's voxel lies whose number is stored in it. */
    private static Vector3 position(ScanGeometry geometry, float value) {
        int v = Math.round(value);
        return geometry.position(v % 10, v / 10 % 10, v / 100);
    }

    @Test
    void sizesFollowTheSpacingOfTheWorkingAxes() {
        // scan axes run along S, L, P; spacing 0.7, 0.9, 2.5
        Direction turned = new Direction(new Vector3(0, 0, -1), new Vector3(1, 0, 0), new Vector3(0, 1, 0));
        WorkingGrid grid = WorkingGrid.of(geometry(turned), List.of(30L, 40L, 50L), Plan.GridAxes.LPS,
                List.of(1.8, 1.25, Double.NaN));
        assertThat(grid.permutation()).containsExactly(1, 2, 0);
        assertThat(grid.flipped()).containsExactly(false, false, true);
        assertThat(grid.orientedSize()).containsExactly(40L, 50L, 30L);
        assertThat(grid.size()).containsExactly(20L, 100L, 30L);
        assertThat(grid.keepsVoxels()).isFalse();
    }

    @Test
    void axesStayForNetworksThatSeeSlicesAsTheyAre() {
        Direction turned = new Direction(new Vector3(0, 0, -1), new Vector3(1, 0, 0), new Vector3(0, 1, 0));
        WorkingGrid grid = WorkingGrid.of(geometry(turned), SIZES, Plan.GridAxes.SCAN, AS_IT_IS);
        assertThat(grid.permutation()).containsExactly(0, 1, 2);
        assertThat(grid.flipped()).containsExactly(false, false, false);
        assertThat(grid.keepsVoxels()).isTrue();
    }

    @Test
    void aSingleSliceAndUnknownSpacingAreNeverResampled() {
        WorkingGrid slice = WorkingGrid.of(ScanGeometry.ofSpacing(1, 1, 8), List.of(10L, 10L, 1L), Plan.GridAxes.LPS,
                List.of(1.0, 2.0, 1.0));
        assertThat(slice.size()).containsExactly(10L, 5L, 1L);
        WorkingGrid unknown = WorkingGrid.of(ScanGeometry.UNKNOWN, SIZES, Plan.GridAxes.LPS, List.of(1.0, 2.0, 3.0));
        assertThat(unknown.keepsVoxels()).isTrue();
    }
}
