package org.septum.metrics;

import java.util.List;
import java.util.Optional;

import org.septum.core.LabelMask;
import org.septum.core.Vector3;

/**
 * The ellipse that fits the outline of a region best: direct least squares of the algebraic distance under the
 * condition that the conic is an ellipse (Fitzgibbon, Pilu and Fisher, Direct least square fitting of ellipses, IEEE
 * TPAMI 21:476, 1999), in the numerically stable form of Halíř and Flusser (WSCG 1998), on points that were shifted and
 * scaled to mean 0 and distance 1.
 *
 * @param centreX
 *            in mm, or in pixels where the pixel size is not known, from the centre of the first pixel
 * @param centreY
 *            likewise
 * @param semiMajor
 *            half of the longest diameter, in the same unit
 * @param semiMinor
 *            half of the shortest diameter
 * @param angle
 *            from the x axis of the picture to the longest diameter, towards the y axis, in radians, above -π/2 and up
 *            to π/2
 */
public record EllipseFit(double centreX, double centreY, double semiMajor, double semiMinor, double angle) {

    /** A conic has 5 degrees of freedom; one point more is the least that says something of the fit. */
    private static final int FEWEST_POINTS = 6;

    private static final int MOST_ROUNDS = 200;

    /**
     * Fits the largest region of a class of a mask of one slice. Pixels may be oblong; the plane may lie obliquely in
     * space.
     *
     * @param value
     *            of the class
     *
     * @return nothing if the class is not there or too small for an ellipse (a pixel or a line of pixels)
     *
     * @throws org.septum.core.SeptumException
     *             of kind INPUT for a volume
     */
    public static Optional<EllipseFit> of(LabelMask mask, int value) {
        Vector3 spacing = DistanceUnit.of(mask.geometry(), true).spacing(mask.geometry());
        return LargestRegion.of(mask.pixels(), value).flatMap(region -> through(
                region.outline().stream().map(p -> new double[] { p[0] * spacing.x(), p[1] * spacing.y() }).toList()));
    }

    /**
     * Fits points.
     *
     * @param points
     *            each (x, y), in mm
     *
     * @return nothing for fewer than six points, and for points that no ellipse passes near
     */
    public static Optional<EllipseFit> through(List<double[]> points) {
        if (points.size() < FEWEST_POINTS)
            return Optional.empty();
        double mx = points.stream().mapToDouble(p -> p[0]).average().orElseThrow();
        double my = points.stream().mapToDouble(p -> p[1]).average().orElseThrow();
        double scale = Math
                .sqrt(points.stream().mapToDouble(p -> square(p[0] - mx) + square(p[1] - my)).average().orElseThrow());
        return conic(points.stream().map(p -> new double[] { (p[0] - mx) / scale, (p[1] - my) / scale }).toList())
                .flatMap(EllipseFit::ofConic).map(e -> new EllipseFit(mx + scale * e.centreX, my + scale * e.centreY,
                        scale * e.semiMajor, scale * e.semiMinor, e.angle));
    }

    private static double square(double v) {
        return v * v;
    }

    /** The coefficients of x², xy, y², x, y, 1. */
    private static Optional<double[]> conic(List<double[]> points) {
        double[][] s1 = new double[3][3];
        double[][] s2 = new double[3][3];
        double[][] s3 = new double[3][3];
        for (double[] p : points) {
            double[] quadratic = { p[0] * p[0], p[0] * p[1], p[1] * p[1] };
            double[] linear = { p[0], p[1], 1 };
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    s1[i][j] += quadratic[i] * quadratic[j];
                    s2[i][j] += quadratic[i] * linear[j];
                    s3[i][j] += linear[i] * linear[j];
                }
            }
        }
        Optional<double[][]> inverse = inverse(s3);
        if (inverse.isEmpty())
            return Optional.empty();
        double[][] t = new double[3][3];
        double[][] m = new double[3][3];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                for (int k = 0; k < 3; k++)
                    t[i][j] -= inverse.get()[i][k] * s2[j][k];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                m[i][j] = s1[i][j] + s2[i][0] * t[0][j] + s2[i][1] * t[1][j] + s2[i][2] * t[2][j];
        Vector3 a = ellipseVector(m);
        double[] rest = new double[3];
        for (int i = 0; i < 3; i++)
            rest[i] = t[i][0] * a.x() + t[i][1] * a.y() + t[i][2] * a.z();
        return Optional.of(new double[] { a.x(), a.y(), a.z(), rest[0], rest[1], rest[2] });
    }

    /**
     * The eigenvector of the reduced scatter matrix that is an ellipse. Of its three eigenvalues one is not negative,
     * the other two are, and that one belongs to the ellipse.
     */
    private static Vector3 ellipseVector(double[][] m) {
        Vector3 r0 = row(m[2]).times(0.5);
        Vector3 r1 = row(m[1]).times(-1);
        Vector3 r2 = row(m[0]).times(0.5);
        double largest = largestRoot(r0.x() + r1.y() + r2.z(), r0.x() * r1.y() - r0.y() * r1.x() + r0.x() * r2.z()
                - r0.z() * r2.x() + r1.y() * r2.z() - r1.z() * r2.y(), r0.dot(r1.cross(r2)));
        r0 = r0.minus(new Vector3(largest, 0, 0));
        r1 = r1.minus(new Vector3(0, largest, 0));
        r2 = r2.minus(new Vector3(0, 0, largest));
        Vector3 best = r0.cross(r1);
        for (Vector3 other : List.of(r0.cross(r2), r1.cross(r2)))
            if (other.length() > best.length())
                best = other;
        return best.times(1 / best.length());
    }

    private static Vector3 row(double[] v) {
        return new Vector3(v[0], v[1], v[2]);
    }

    /** Of λ³ - trace λ² + minors λ - determinant, all of whose roots are real: Newton from above comes down to it. */
    private static double largestRoot(double trace, double minors, double determinant) {
        double root = 1 + Math.max(Math.abs(trace), Math.max(Math.abs(minors), Math.abs(determinant)));
        for (int i = 0; i < MOST_ROUNDS; i++) {
            double slope = (3 * root - 2 * trace) * root + minors;
            double next = root - (((root - trace) * root + minors) * root - determinant) / slope;
            // rounding ends the descent
            if (!(next < root))
                break;
            root = next;
        }
        return root;
    }

    /** Nothing for a singular matrix: all points on a line, say. */
    private static Optional<double[][]> inverse(double[][] m) {
        Vector3 x = row(m[1]).cross(row(m[2]));
        Vector3 y = row(m[2]).cross(row(m[0]));
        Vector3 z = row(m[0]).cross(row(m[1]));
        double determinant = row(m[0]).dot(x);
        double size = row(m[0]).length() * row(m[1]).length() * row(m[2]).length();
        if (!(Math.abs(determinant) > 1e-12 * size))
            return Optional.empty();
        double[][] inverse = new double[3][];
        for (int i = 0; i < 3; i++)
            inverse[i] = new double[] { x.get(i) / determinant, y.get(i) / determinant, z.get(i) / determinant };
        return Optional.of(inverse);
    }

    private static Optional<EllipseFit> ofConic(double[] k) {
        double discriminant = 4 * k[0] * k[2] - k[1] * k[1];
        double x = (k[1] * k[4] - 2 * k[2] * k[3]) / discriminant;
        double y = (k[1] * k[3] - 2 * k[0] * k[4]) / discriminant;
        double level = -(k[5] + (k[3] * x + k[4] * y) / 2);
        double middle = (k[0] + k[2]) / 2;
        double half = Math.hypot(k[0] - k[2], k[1]) / 2;
        double sign = Math.signum(middle);
        double major = Math.sqrt(level / (middle - sign * half));
        double minor = Math.sqrt(level / (middle + sign * half));
        if (!(discriminant > 0) || !Double.isFinite(major) || !(minor > 0))
            return Optional.empty();
        double angle = Math.atan2(-sign * k[1], sign * (k[2] - k[0])) / 2;
        return Optional.of(new EllipseFit(x, y, major, minor, angle));
    }

    /**
     * Its circumference, exact to rounding: 4 a E(e), the complete elliptic integral of the second kind by the
     * arithmetic-geometric mean (Abramowitz and Stegun, Handbook of Mathematical Functions, 17.6).
     */
    public double circumference() {
        double a = semiMajor;
        double b = semiMinor;
        double power = 0.5;
        double sum = a * a - power * (a * a - b * b);
        while (a - b > 1e-15 * a) {
            double c = (a - b) / 2;
            double mean = (a + b) / 2;
            b = Math.sqrt(a * b);
            a = mean;
            power *= 2;
            sum -= power * c * c;
        }
        return 2 * Math.PI / a * sum;
    }

    /** Its area, in the square of the unit. */
    public double area() {
        return Math.PI * semiMajor * semiMinor;
    }

    /** The longest diameter: of a head in its standard plane, the occipitofrontal diameter. */
    public double length() {
        return 2 * semiMajor;
    }

    /** The shortest diameter: of a head in its standard plane, the biparietal diameter. */
    public double width() {
        return 2 * semiMinor;
    }
}
