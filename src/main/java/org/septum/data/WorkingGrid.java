package org.septum.data;

import java.util.ArrayList;
import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.view.Views;

import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/**
 * The grid on which a network sees a scan: the scan's axes swapped and flipped so that they run as nearly as possible
 * along L, P, S (or left as they are), then resampled to the plan's spacing or size. Its first and last voxel edges are
 * those of the scan.
 *
 * @param permutation
 *            scan axis that working axis x, y, z comes from
 * @param flipped
 *            for each working axis, whether it runs against the scan's axis
 * @param orientedSize
 *            size along the working axes before resampling
 * @param size
 *            size of the working grid along x, y, z
 */
public record WorkingGrid(List<Integer> permutation, List<Boolean> flipped, List<Long> orientedSize, List<Long> size) {

    public WorkingGrid {
        permutation = List.copyOf(permutation);
        flipped = List.copyOf(flipped);
        orientedSize = List.copyOf(orientedSize);
        size = List.copyOf(size);
    }

    /**
     * The working grid of a scan under a plan.
     *
     * @param geometry
     *            of the scan
     * @param sizes
     *            voxels of the scan along x, y, z
     * @param axes
     *            whether axes are swapped and flipped
     * @param spacing
     *            wanted along the working axes in mm; NaN leaves an axis as it is
     */
    public static WorkingGrid of(ScanGeometry geometry, List<Long> sizes, Plan.GridAxes axes, List<Double> spacing) {
        List<Integer> permutation = axes == Plan.GridAxes.LPS ? closestAxes(geometry) : List.of(0, 1, 2);
        List<Boolean> flipped = new ArrayList<>();
        List<Long> oriented = new ArrayList<>();
        List<Long> size = new ArrayList<>();
        for (int d = 0; d < 3; d++) {
            int from = permutation.get(d);
            flipped.add(axes == Plan.GridAxes.LPS && geometry.direction().axis(from).get(d) < 0);
            oriented.add(sizes.get(from));
            double factor = geometry.spacing().get(from) / spacing.get(d);
            boolean keep = Double.isNaN(factor) || sizes.get(from) == 1 || Math.abs(factor - 1) < 1e-3;
            size.add(keep ? sizes.get(from) : Math.max(1, Math.round(sizes.get(from) * factor)));
        }
        return new WorkingGrid(permutation, flipped, oriented, size);
    }

    /**
     * The working grid of a scan under a plan.
     *
     * @param geometry
     *            of the scan
     * @param sizes
     *            voxels of the scan along x, y, z
     * @param plan
     *            whose axes, spacing and size are wanted
     */
    public static WorkingGrid of(ScanGeometry geometry, List<Long> sizes, Plan plan) {
        WorkingGrid grid = of(geometry, sizes, plan.grid(), plan.spacing());
        if (plan.size().isEmpty())
            return grid;
        List<Long> size = List.of((long) plan.size().get(0), (long) plan.size().get(1), grid.size.get(2));
        return new WorkingGrid(grid.permutation, grid.flipped, grid.orientedSize, size);
    }

    /** For each of L, P, S the scan axis that lies closest to it; each axis once, the best total over all orders. */
    private static List<Integer> closestAxes(ScanGeometry geometry) {
        int[][] orders = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
        int[] best = orders[0];
        double bestSum = -1;
        for (int[] order : orders) {
            double sum = 0;
            for (int d = 0; d < 3; d++) {
                Vector3 axis = geometry.direction().axis(order[d]);
                sum += Math.abs(axis.get(d));
            }
            if (sum > bestSum + 1e-9) {
                bestSum = sum;
                best = order;
            }
        }
        return List.of(best[0], best[1], best[2]);
    }

    /** True if the working grid has the same voxels as the scan, whatever their order. */
    public boolean keepsVoxels() {
        return size.equals(orientedSize);
    }

    /** A view of data on the scan's grid (axes x, y, z and perhaps more) with the axes of this grid, not resampled. */
    public <T> RandomAccessibleInterval<T> orient(RandomAccessibleInterval<T> onScan) {
        RandomAccessibleInterval<T> view = permute(onScan, permutation);
        for (int d = 0; d < 3; d++)
            if (flipped.get(d))
                view = Views.zeroMin(Views.invertAxis(view, d));
        return view;
    }

    /** The inverse of {@link #orient}: a view with the scan's axes. */
    public <T> RandomAccessibleInterval<T> restore(RandomAccessibleInterval<T> oriented) {
        RandomAccessibleInterval<T> view = oriented;
        for (int d = 0; d < 3; d++)
            if (flipped.get(d))
                view = Views.zeroMin(Views.invertAxis(view, d));
        List<Integer> inverse = new ArrayList<>(List.of(0, 0, 0));
        for (int d = 0; d < 3; d++)
            inverse.set(permutation.get(d), d);
        return permute(view, inverse);
    }

    /** A view whose axis d is axis {@code order[d]} of the given data. */
    private static <T> RandomAccessibleInterval<T> permute(RandomAccessibleInterval<T> data, List<Integer> order) {
        RandomAccessibleInterval<T> view = data;
        List<Integer> current = new ArrayList<>(List.of(0, 1, 2));
        for (int d = 0; d < 3; d++) {
            int at = current.indexOf(order.get(d));
            if (at != d) {
                view = Views.permute(view, d, at);
                java.util.Collections.swap(current, d, at);
            }
        }
        return view;
    }
}
