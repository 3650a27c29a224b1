package org.septum.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScanGeometryTest {

    private static final double S = Math.sqrt(0.5);

    /** Turned by 45° about the third axis, which is flipped. */
    private static final Direction TURNED = new Direction(new Vector3(S, S, 0), new Vector3(-S, S, 0),
            new Vector3(0, 0, -1));

    private static final ScanGeometry GEOMETRY = new ScanGeometry(new Vector3(0.7, 0.9, 2.5), new Vector3(10, -20, 30),
            TURNED);

    @Test
    void aVoxelLiesWhereSpacingAndDirectionLead() {
        Vector3 p = GEOMETRY.position(10, 20, 3);
        assertThat(p.distanceTo(new Vector3(10 + S * 7 - S * 18, -20 + S * 7 + S * 18, 30 - 7.5))).isLessThan(1e-12);
        assertThat(GEOMETRY.position(0, 0, 0)).isEqualTo(GEOMETRY.origin());
    }

    @Test
    void aCropKeepsEveryVoxelWhereItIs() {
        ScanGeometry crop = GEOMETRY.croppedAt(3, 4, 5);
        assertThat(crop.position(1, 2, 3).distanceTo(GEOMETRY.position(4, 6, 8))).isLessThan(1e-12);
    }

    @Test
    void theVolumeOfAShearedVoxelIsThatOfItsCell() {
        assertThat(GEOMETRY.voxelVolume()).isCloseTo(0.7 * 0.9 * 2.5, within(1e-12));
        double tilt = Math.toRadians(20);
        Direction tilted = new Direction(new Vector3(1, 0, 0), new Vector3(0, 1, 0),
                new Vector3(0, Math.sin(tilt), Math.cos(tilt)));
        ScanGeometry gantry = new ScanGeometry(new Vector3(1, 2, 3), Vector3.ZERO, tilted);
        assertThat(gantry.voxelVolume()).isCloseTo(6 * Math.cos(tilt), within(1e-12));
    }

    @Test
    void unknownSpacingIsNaNAndCountsAsOneMillimetre() {
        assertThat(ScanGeometry.UNKNOWN.isCalibrated()).isFalse();
        assertThat(ScanGeometry.UNKNOWN.voxelVolume()).isNaN();
        assertThat(ScanGeometry.UNKNOWN.position(1, 2, 3)).isEqualTo(new Vector3(1, 2, 3));
        ScanGeometry part = ScanGeometry.ofSpacing(0.5, Double.NaN, 2);
        assertThat(part.isCalibrated()).isFalse();
        assertThat(part.orUnitSpacing().spacing()).isEqualTo(new Vector3(0.5, 1, 2));
        assertThat(GEOMETRY.isCalibrated()).isTrue();
    }

    @Test
    void closenessLooksAtSpacingOriginAndDirection() {
        assertThat(GEOMETRY.isCloseTo(GEOMETRY, 0)).isTrue();
        assertThat(ScanGeometry.UNKNOWN.isCloseTo(ScanGeometry.UNKNOWN, 0)).isTrue();
        assertThat(GEOMETRY.isCloseTo(ScanGeometry.UNKNOWN, 1000)).isFalse();
        ScanGeometry spaced = new ScanGeometry(new Vector3(0.7, 0.9, 2.52), GEOMETRY.origin(), TURNED);
        ScanGeometry moved = new ScanGeometry(GEOMETRY.spacing(), new Vector3(10, -20.02, 30), TURNED);
        ScanGeometry straight = new ScanGeometry(GEOMETRY.spacing(), GEOMETRY.origin(), Direction.IDENTITY);
        for (ScanGeometry other : new ScanGeometry[] { spaced, moved }) {
            assertThat(GEOMETRY.isCloseTo(other, 0.01)).isFalse();
            assertThat(GEOMETRY.isCloseTo(other, 0.03)).isTrue();
        }
        assertThat(GEOMETRY.isCloseTo(straight, 0.03)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = { 0, -1, Double.POSITIVE_INFINITY })
    void spacingMustBePositiveAndFinite(double spacing) {
        assertThatThrownBy(() -> ScanGeometry.ofSpacing(1, spacing, 1)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("must be positive and finite");
    }

    @Test
    void anOriginMustBeFinite() {
        assertThatThrownBy(
                () -> new ScanGeometry(new Vector3(1, 1, 1), new Vector3(0, Double.NaN, 0), Direction.IDENTITY))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("origin");
    }

    @Test
    void directionsMustBeUnitVectorsThatSpanSpace() {
        Vector3 x = new Vector3(1, 0, 0);
        Vector3 y = new Vector3(0, 1, 0);
        assertThatThrownBy(() -> new Direction(x, y, new Vector3(0, 0, 1.01))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("not a unit vector");
        assertThatThrownBy(() -> new Direction(x, y, new Vector3(S, S, 0))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("lie in one plane");
        assertThatThrownBy(() -> new Direction(x, y, new Vector3(Double.NaN, 0, 1)))
                .isInstanceOf(SeptumException.class);
        assertThat(TURNED.axis(2)).isEqualTo(new Vector3(0, 0, -1));
        assertThatThrownBy(() -> TURNED.axis(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
