package org.septum.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.ClassLabels;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class EllipseFitTest {

    private static final ClassLabels LABELS = ClassLabels.of("background", "head");

    /** An ellipse with its centre at (131.3, 97.8) pixels; the angle is meant in mm. */
    private static LabelMask ellipse(double major, double minor, double degrees, ScanGeometry geometry) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        Vector3 s = geometry.spacing();
        return new LabelMask(Masks.volume(1, (x, y, z) -> {
            double dx = (x - 131.3) * s.x();
            double dy = (y - 97.8) * s.y();
            double u = (dx * cos + dy * sin) / major;
            double v = (dy * cos - dx * sin) / minor;
            return u * u + v * v <= 1;
        }, 280, 210, 1), geometry, LABELS);
    }

    @ParameterizedTest
    @CsvSource({ "80,60,0", "80,60,37", "80,60,-61", "80,60,90", "90,30,20", "60,60,0" })
    void findsTheEllipseThatWasDrawn(double major, double minor, double degrees) {
        EllipseFit fit = EllipseFit.of(ellipse(major, minor, degrees, ScanGeometry.ofSpacing(1, 1, 1)), 1)
                .orElseThrow();
        assertThat(fit.centreX()).isCloseTo(131.3, within(0.15));
        assertThat(fit.centreY()).isCloseTo(97.8, within(0.15));
        assertThat(fit.semiMajor()).isCloseTo(major, within(0.1));
        assertThat(fit.semiMinor()).isCloseTo(minor, within(0.1));
        assertThat(fit.length()).isEqualTo(2 * fit.semiMajor());
        assertThat(fit.width()).isEqualTo(2 * fit.semiMinor());
        assertThat(fit.area()).isCloseTo(Math.PI * major * minor, within(0.002 * Math.PI * major * minor));
        if (major > minor)
            assertThat(Math.sin(fit.angle() - Math.toRadians(degrees))).isCloseTo(0, within(0.005));
    }

    @Test
    void measuresOblongPixelsInMillimetres() {
        ScanGeometry oblong = ScanGeometry.ofSpacing(0.15, 0.25, 1);
        EllipseFit fit = EllipseFit.of(ellipse(15, 11, 30, oblong), 1).orElseThrow();
        assertThat(fit.centreX()).isCloseTo(131.3 * 0.15, within(0.02));
        assertThat(fit.centreY()).isCloseTo(97.8 * 0.25, within(0.02));
        assertThat(fit.semiMajor()).isCloseTo(15, within(0.03));
        assertThat(fit.semiMinor()).isCloseTo(11, within(0.03));
        assertThat(Math.toDegrees(fit.angle())).isCloseTo(30, within(0.3));
        // Ramanujan's second formula
        double h = (15.0 - 11) * (15 - 11) / ((15 + 11) * (15 + 11));
        double expected = Math.PI * 26 * (1 + 3 * h / (10 + Math.sqrt(4 - 3 * h)));
        assertThat(fit.circumference()).isCloseTo(expected, within(0.1));
    }

    @Test
    void anObliquePlaneAndAnUnknownThicknessChangeNothing() {
        double half = Math.sqrt(0.5);
        ScanGeometry oblique = new ScanGeometry(new Vector3(0.15, 0.25, Double.NaN), new Vector3(7, -3, 11),
                new Direction(new Vector3(half, half, 0), new Vector3(0, 0, 1), new Vector3(half, -half, 0)));
        assertThat(EllipseFit.of(ellipse(15, 11, 30, oblique), 1))
                .isEqualTo(EllipseFit.of(ellipse(15, 11, 30, ScanGeometry.ofSpacing(0.15, 0.25, 1)), 1));
    }

    @Test
    void countsInPixelsWhereTheirSizeIsNotKnown() {
        LabelMask known = ellipse(80, 60, 37, ScanGeometry.ofSpacing(1, 1, 1));
        LabelMask unknown = new LabelMask(known.pixels(), ScanGeometry.UNKNOWN, LABELS);
        assertThat(EllipseFit.of(unknown, 1)).isEqualTo(EllipseFit.of(known, 1));
    }

    @Test
    void goesExactlyThroughPointsOfAnEllipse() {
        List<double[]> arc = new ArrayList<>();
        for (double t = 0.1; t < 3; t += 0.2)
            arc.add(point(t));
        EllipseFit fit = EllipseFit.through(arc).orElseThrow();
        assertThat(fit.centreX()).isCloseTo(1000, within(1e-6));
        assertThat(fit.centreY()).isCloseTo(-2000, within(1e-6));
        assertThat(fit.semiMajor()).isCloseTo(50, within(1e-6));
        assertThat(fit.semiMinor()).isCloseTo(20, within(1e-6));
        assertThat(fit.angle()).isCloseTo(0.7, within(1e-6));
    }

    private static double[] point(double t) {
        double x = 50 * Math.cos(t);
        double y = 20 * Math.sin(t);
        return new double[] { 1000 + x * Math.cos(0.7) - y * Math.sin(0.7),
                -2000 + x * Math.sin(0.7) + y * Math.cos(0.7) };
    }

    @Test
    void isTheBestOfItsNeighboursUnderNoise() {
        Random random = new Random(4);
        List<double[]> points = new ArrayList<>();
        for (double t = 0; t < 2 * Math.PI; t += 0.01) {
            double[] p = point(t);
            points.add(new double[] { p[0] + random.nextGaussian() / 2, p[1] + random.nextGaussian() / 2 });
        }
        EllipseFit fit = EllipseFit.through(points).orElseThrow();
        assertThat(fit.semiMajor()).isCloseTo(50, within(0.2));
        assertThat(fit.semiMinor()).isCloseTo(20, within(0.2));
    }

    /** E(e) by the trapezium rule, which converges faster than any power for a periodic integrand. */
    @ParameterizedTest
    @CsvSource({ "1,1", "2,1", "3,2.9", "10,1", "1.3,0.9", "100,1" })
    void circumferenceIsTheIntegralAlongTheEllipse(double a, double b) {
        int n = 4096;
        double sum = 0;
        for (int i = 0; i < n; i++)
            sum += Math.hypot(a * Math.sin(2 * Math.PI * i / n), b * Math.cos(2 * Math.PI * i / n));
        double expected = sum * 2 * Math.PI / n;
        assertThat(new EllipseFit(0, 0, a, b, 0).circumference()).isCloseTo(expected, within(1e-9 * expected));
    }

    @Test
    void aHoleAndASpeckDoNotMatter() {
        LabelMask whole = ellipse(80, 60, 37, ScanGeometry.ofSpacing(1, 1, 1));
        LabelMask spoilt = new LabelMask(Masks.volume(1, (x, y, z) -> {
            boolean hole = x > 120 && x < 150 && y > 90 && y < 110;
            boolean speck = x < 12 && y < 9;
            return speck || !hole && whole.pixels().getAt(x, y, z).get() == 1;
        }, 280, 210, 1), whole.geometry(), LABELS);
        assertThat(EllipseFit.of(spoilt, 1)).isEqualTo(EllipseFit.of(whole, 1));
        assertThat(LargestRegion.of(spoilt.pixels(), 1).orElseThrow().size()).isEqualTo(whole.count(1) - 29 * 19);
    }

    @Test
    void whatThePictureCutsOffIsCompletedByTheEllipse() {
        LabelMask cut = new LabelMask(Masks.volume(1, (x, y, z) -> {
            double u = (x - 60) / 80.0;
            double v = (y - 97.8) / 60;
            return u * u + v * v <= 1;
        }, 280, 210, 1), ScanGeometry.ofSpacing(1, 1, 1), LABELS);
        EllipseFit fit = EllipseFit.of(cut, 1).orElseThrow();
        assertThat(fit.centreX()).isCloseTo(60, within(0.2));
        assertThat(fit.semiMajor()).isCloseTo(80, within(0.2));
    }

    @Test
    void noEllipseForAPixelALineOrNothing() {
        ScanGeometry geometry = ScanGeometry.ofSpacing(1, 1, 1);
        assertThat(EllipseFit
                .of(new LabelMask(Masks.volume(1, Masks.box(4, 4, 0, 4, 4, 0), 20, 20, 1), geometry, LABELS), 1))
                        .isEmpty();
        assertThat(EllipseFit
                .of(new LabelMask(Masks.volume(2, Masks.box(4, 4, 0, 9, 9, 0), 20, 20, 1), geometry, LABELS), 1))
                        .isEmpty();
        List<double[]> line = new ArrayList<>();
        for (int i = 0; i < 9; i++)
            line.add(new double[] { i, 2 * i });
        assertThat(EllipseFit.through(line)).isEmpty();
    }

    @Test
    void aVolumeIsRefused() {
        LabelMask volume = new LabelMask(Masks.volume(1, Masks.box(1, 1, 1, 5, 5, 5), 9, 9, 9),
                ScanGeometry.ofSpacing(1, 1, 1), LABELS);
        assertThatThrownBy(() -> EllipseFit.of(volume, 1)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("one slice");
    }
}
