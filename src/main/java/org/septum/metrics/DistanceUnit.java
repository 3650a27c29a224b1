package org.septum.metrics;

import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/** What distances are counted in. */
public enum DistanceUnit {

    /** The spacing is known. */
    MILLIMETRES("mm"),
    /** The spacing along at least one axis is not known; every voxel counts as a cube with edge 1. */
    VOXELS("voxels");

    private static final Vector3 ONE = new Vector3(1, 1, 1);

    private final String symbol;

    DistanceUnit(String symbol) {
        this.symbol = symbol;
    }

    /** Millimetres if the spacing of all axes is known; the third does not matter in an image of one slice. */
    public static DistanceUnit of(ScanGeometry geometry, boolean planar) {
        Vector3 s = geometry.spacing();
        boolean known = !Double.isNaN(s.x()) && !Double.isNaN(s.y()) && (planar || !Double.isNaN(s.z()));
        return known ? MILLIMETRES : VOXELS;
    }

    /** The spacing to measure with. */
    public Vector3 spacing(ScanGeometry geometry) {
        return this == MILLIMETRES ? geometry.spacing() : ONE;
    }

    /** "mm" or "voxels". */
    public String symbol() {
        return symbol;
    }
}
