package org.septum.core;

/**
 * Where the voxels of a scan lie in the patient. Voxel (i, j, k) has its centre at
 * {@code origin + i * spacing.x * direction.x + j * spacing.y * direction.y + k * spacing.z * direction.z}, in mm, LPS.
 *
 * @param spacing
 *            distance between neighbouring voxel centres along each voxel axis in mm, each &gt; 0; NaN where it is not
 *            known (a PNG, say)
 * @param origin
 *            centre of voxel (0, 0, 0) in mm, LPS
 * @param direction
 *            unit vectors of the voxel axes in LPS
 */
public record ScanGeometry(Vector3 spacing, Vector3 origin, Direction direction) {

    /**
     * What is known of an image without calibration: nothing. Its spacing is NaN.
     */
    public static final ScanGeometry UNKNOWN = new ScanGeometry(new Vector3(Double.NaN, Double.NaN, Double.NaN),
            Vector3.ZERO, Direction.IDENTITY);

    public ScanGeometry {
        for (int d = 0; d < 3; d++) {
            double s = spacing.get(d);
            if (s <= 0 || Double.isInfinite(s)) {
                throw new SeptumException(SeptumException.Kind.INPUT, "spacing " + spacing
                        + " mm; each value must be positive and finite, or NaN if it is not known");
            }
        }
        if (!origin.isFinite()) {
            throw new SeptumException(SeptumException.Kind.INPUT,
                    "origin " + origin + " mm; each value must be a finite number");
        }
    }

    /** Axes along L, P, S and the origin at zero. */
    public static ScanGeometry ofSpacing(double x, double y, double z) {
        return new ScanGeometry(new Vector3(x, y, z), Vector3.ZERO, Direction.IDENTITY);
    }

    /** True if the spacing of every axis is known. */
    public boolean isCalibrated() {
        return spacing.isFinite();
    }

    /**
     * This geometry with 1 mm in place of every spacing that is not known, for arithmetic that needs numbers.
     */
    public ScanGeometry orUnitSpacing() {
        return new ScanGeometry(new Vector3(orOne(spacing.x()), orOne(spacing.y()), orOne(spacing.z())), origin,
                direction);
    }

    /**
     * Centre of the voxel with the given (fractional) index in mm, LPS. Unknown spacing counts as 1 mm.
     */
    public Vector3 position(double i, double j, double k) {
        return origin.plus(direction.x().times(i * orOne(spacing.x())))
                .plus(direction.y().times(j * orOne(spacing.y()))).plus(direction.z().times(k * orOne(spacing.z())));
    }

    /**
     * Volume of one voxel in mm³ (of the sheared cell if the axes are not orthogonal); NaN if not calibrated.
     */
    public double voxelVolume() {
        return spacing.x() * spacing.y() * spacing.z()
                * Math.abs(direction.x().cross(direction.y()).dot(direction.z()));
    }

    /** The geometry of the part of the scan that starts at voxel (i, j, k). */
    public ScanGeometry croppedAt(long i, long j, long k) {
        return new ScanGeometry(spacing, position(i, j, k), direction);
    }

    /**
     * True if both lie in the same place to a tolerance in mm for spacing and origin, and as plain numbers for the
     * direction. Two unknown spacings are equal.
     */
    public boolean isCloseTo(ScanGeometry other, double tolerance) {
        boolean close = origin.distanceTo(other.origin) <= tolerance;
        for (int d = 0; d < 3; d++) {
            double a = spacing.get(d);
            double b = other.spacing.get(d);
            close &= Double.isNaN(a) && Double.isNaN(b) || Math.abs(a - b) <= tolerance;
            close &= direction.axis(d).distanceTo(other.direction.axis(d)) <= tolerance;
        }
        return close;
    }

    private static double orOne(double spacing) {
        return Double.isNaN(spacing) ? 1 : spacing;
    }
}
