package org.septum.core;

/**
 * Which way the three voxel axes of a scan run in the patient: one unit vector in LPS for each voxel axis (the columns
 * of ITK's direction matrix). The vectors need not be orthogonal: a tilted gantry makes a shear.
 *
 * @param x
 *            unit vector of the first voxel axis (along a row)
 * @param y
 *            unit vector of the second voxel axis (down a column)
 * @param z
 *            unit vector of the third voxel axis (from slice to slice)
 */
public record Direction(Vector3 x, Vector3 y, Vector3 z) {

    private static final double UNIT_TOLERANCE = 1e-3;

    /** Voxel axes along Left, Posterior, Superior. */
    public static final Direction IDENTITY = new Direction(new Vector3(1, 0, 0), new Vector3(0, 1, 0),
            new Vector3(0, 0, 1));

    public Direction {
        for (Vector3 axis : new Vector3[] { x, y, z }) {
            if (!axis.isFinite() || Math.abs(axis.length() - 1) > UNIT_TOLERANCE) {
                throw new SeptumException(SeptumException.Kind.INPUT,
                        "direction " + axis + " is not a unit vector; a scan's axes must have length 1 in LPS");
            }
        }
        if (Math.abs(x.cross(y).dot(z)) < UNIT_TOLERANCE) {
            throw new SeptumException(SeptumException.Kind.INPUT, "the directions " + x + ", " + y + ", " + z
                    + " lie in one plane; the three axes of a scan must span space");
        }
    }

    /** The unit vector of voxel axis 0, 1 or 2. */
    public Vector3 axis(int axis) {
        return switch (axis) {
            case 0 -> x;
            case 1 -> y;
            case 2 -> z;
            default -> throw new IndexOutOfBoundsException("axis " + axis + " of a Direction; allowed: 0, 1, 2");
        };
    }
}
