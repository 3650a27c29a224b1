package org.septum.core;

/**
 * Three numbers along x, y and z. For positions and directions in the patient the axes are LPS in mm (+x Left, +y
 * Posterior, +z Superior), as in DICOM and ITK.
 *
 * @param x
 *            along the first axis
 * @param y
 *            along the second axis
 * @param z
 *            along the third axis
 */
public record Vector3(double x, double y, double z) {

    /** The origin. */
    public static final Vector3 ZERO = new Vector3(0, 0, 0);

    /** The component along axis 0, 1 or 2. */
    public double get(int axis) {
        return switch (axis) {
            case 0 -> x;
            case 1 -> y;
            case 2 -> z;
            default -> throw new IndexOutOfBoundsException("axis " + axis + " of a Vector3; allowed: 0, 1, 2");
        };
    }

    public Vector3 plus(Vector3 other) {
        return new Vector3(x + other.x, y + other.y, z + other.z);
    }

    public Vector3 minus(Vector3 other) {
        return new Vector3(x - other.x, y - other.y, z - other.z);
    }

    public Vector3 times(double factor) {
        return new Vector3(x * factor, y * factor, z * factor);
    }

    public double dot(Vector3 other) {
        return x * other.x + y * other.y + z * other.z;
    }

    public Vector3 cross(Vector3 other) {
        return new Vector3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x);
    }

    public double length() {
        return Math.sqrt(dot(this));
    }

    /** True if every component is a finite number. */
    public boolean isFinite() {
        return Double.isFinite(x) && Double.isFinite(y) && Double.isFinite(z);
    }

    /** Largest absolute difference over the three components. */
    public double distanceTo(Vector3 other) {
        return Math.max(Math.abs(x - other.x), Math.max(Math.abs(y - other.y), Math.abs(z - other.z)));
    }
}
