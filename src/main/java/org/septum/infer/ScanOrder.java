package org.septum.infer;

import java.util.List;

import org.septum.data.WorkingGrid;

/**
 * Where the voxels of the slices along the working axes lie among the planes of the scan as it is stored: what
 * {@link WorkingGrid#orient} says for whole images, for one slice and one plane at a time.
 *
 * @param grid
 *            the working axes and the size along them before resampling
 */
record ScanOrder(WorkingGrid grid) {

    /**
     * The voxels that a plane and a slice have in common, as two nested loops: number (i, j) is value
     * {@code inSlice + i * slice1 + j * slice2} of the slice and value {@code inPlane + i * plane1 + j * plane2} of the
     * plane.
     */
    record Shared(int n1, int n2, int inSlice, int slice1, int slice2, int inPlane, int plane1, int plane2) {

        /** Copies from the plane to the slice. */
        void gather(float[] plane, float[] slice) {
            for (int j = 0; j < n2; j++) {
                int p = inPlane + j * plane2;
                int s = inSlice + j * slice2;
                for (int i = 0; i < n1; i++, p += plane1, s += slice1)
                    slice[s] = plane[p];
            }
        }

        /** Copies from the slice to the plane, both of values of so many bytes. */
        void scatter(byte[] slice, byte[] plane, int bytes) {
            for (int j = 0; j < n2; j++) {
                int p = inPlane + j * plane2;
                int s = inSlice + j * slice2;
                for (int i = 0; i < n1; i++, p += plane1, s += slice1)
                    for (int b = 0; b < bytes; b++)
                        plane[p * bytes + b] = slice[s * bytes + b];
            }
        }
    }

    /** Size of the scan along its axis {@code axis}. */
    int scanSize(int axis) {
        return Math.toIntExact(grid.orientedSize().get(grid.permutation().indexOf(axis)));
    }

    /** Values of one plane of the scan. */
    int planeValues() {
        return Math.multiplyExact(scanSize(0), scanSize(1));
    }

    /** Number of slices along the working z axis. */
    int slices() {
        return Math.toIntExact(grid.orientedSize().get(2));
    }

    /** Values of one slice along the working axes. */
    int sliceValues() {
        return Math.toIntExact(grid.orientedSize().get(0) * grid.orientedSize().get(1));
    }

    /** True if each slice is a plane of the scan, turned in itself at most. */
    boolean keepsPlanes() {
        return grid.permutation().get(2) == 2;
    }

    /** The plane that a slice is, if {@link #keepsPlanes}. */
    int planeOf(int slice) {
        return at(2, slice);
    }

    /** What a plane and a slice have in common; if {@link #keepsPlanes}, the plane must be that of the slice. */
    Shared shared(int plane, int slice) {
        List<Long> size = grid.orientedSize();
        int nx = size.get(0).intValue();
        if (keepsPlanes()) {
            return new Shared(nx, size.get(1).intValue(), 0, 1, nx, start(0) + start(1), step(0), step(1));
        }
        int across = grid.permutation().indexOf(2);
        int along = 1 - across;
        int inSlice = at(across, plane) * (across == 0 ? 1 : nx);
        return new Shared(size.get(along).intValue(), 1, inSlice, along == 0 ? 1 : nx, 0,
                start(along) + start(2) + slice * step(2), step(along), 0);
    }

    /** Index along the scan's axis for one along a working axis, and the other way round. */
    private int at(int axis, int index) {
        return grid.flipped().get(axis) ? Math.toIntExact(grid.orientedSize().get(axis)) - 1 - index : index;
    }

    /** How far the first voxel along a working axis lies from the first of a plane. */
    private int start(int axis) {
        return at(axis, 0) * scanStep(axis);
    }

    /** How far a step along a working axis leads in a plane. */
    private int step(int axis) {
        return grid.flipped().get(axis) ? -scanStep(axis) : scanStep(axis);
    }

    private int scanStep(int axis) {
        return grid.permutation().get(axis) == 0 ? 1 : scanSize(0);
    }
}
