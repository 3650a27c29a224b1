package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;

class UncertaintyTest {

    private static final ClassLabels LABELS = ClassLabels.of("background", "a", "b");

    private static final ScanGeometry GEOMETRY = ScanGeometry.ofSpacing(1, 2, 3);

    /** A row of voxels along x; {@code p} by class and voxel. */
    private static ProbabilityMap row(float[]... p) {
        float[] all = new float[3 * p[0].length];
        for (int c = 0; c < 3; c++)
            System.arraycopy(p[c], 0, all, c * p[0].length, p[0].length);
        return new ProbabilityMap(ArrayImgs.floats(all, p[0].length, 1, 1, 3), GEOMETRY, LABELS);
    }

    private static LabelMask mask(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++)
            bytes[i] = (byte) values[i];
        return new LabelMask(ArrayImgs.unsignedBytes(bytes, bytes.length, 1, 1), GEOMETRY, LABELS);
    }

    private static final ProbabilityMap MAP = row(new float[] { 1, 0.5f, 1 / 3f, 0, 0 },
            new float[] { 0, 0.5f, 1 / 3f, 0.75f, 0 }, new float[] { 0, 0, 1 / 3f, 0.25f, 1 });

    @Test
    void entropyIsZeroWhereOneClassIsCertainAndOneWhereAllAreEqual() {
        var entropy = Uncertainty.entropy(MAP);
        double quarters = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)) / Math.log(3);
        assertThat(entropy.getAt(0, 0, 0).get()).isZero();
        assertThat(entropy.getAt(1, 0, 0).get()).isCloseTo((float) (Math.log(2) / Math.log(3)), within(1e-6f));
        assertThat(entropy.getAt(2, 0, 0).get()).isCloseTo(1, within(1e-6f));
        assertThat(entropy.getAt(3, 0, 0).get()).isCloseTo((float) quarters, within(1e-6f));
        assertThat(entropy.getAt(4, 0, 0).get()).isZero();
    }

    @Test
    void theBandIsTheVoxelsOnBothSidesOfABorder() {
        var entropy = ArrayImgs.floats(new float[] { 16, 8, 4, 2, 1 }, 5, 1, 1);
        assertThat(Uncertainty.bandEntropy(entropy, mask(0, 0, 1, 1, 1))).isEqualTo((8 + 4) / 2.0);
        assertThat(Uncertainty.bandEntropy(entropy, mask(0, 1, 1, 1, 2))).isEqualTo((16 + 8 + 2 + 1) / 4.0);
        assertThat(Uncertainty.bandEntropy(entropy, mask(0, 0, 0, 0, 0))).isNaN();
    }

    @Test
    void expectedDiceIsTheMeanOverTheClassesThatAreThere() {
        double a = 2 * (1 / 3.0 + 0.75) / (0.5 + 1 / 3.0 + 0.75 + 2);
        double b = 2 * 1 / (1 / 3.0 + 0.25 + 1 + 1);
        assertThat(Uncertainty.expectedDice(MAP, mask(0, 0, 1, 1, 2))).isCloseTo((a + b) / 2, within(1e-6));
        assertThat(Uncertainty.expectedDice(MAP, mask(0, 0, 1, 1, 0))).isCloseTo(a, within(1e-6));
        assertThat(Uncertainty.expectedDice(MAP, mask(0, 0, 0, 0, 0))).isNaN();
    }

    @Test
    void agreementIsDiceOverAllPairsAndTheClassesOfEither() {
        LabelMask one = mask(0, 1, 1, 0, 0);
        assertThat(Uncertainty.agreement(List.of(one, one), one)).isEqualTo(1);
        assertThat(Uncertainty.agreement(List.of(one, mask(0, 0, 1, 0, 0)), one)).isCloseTo(2 / 3.0, within(1e-9));
        // class a: 1, class b: found by one only
        assertThat(Uncertainty.agreement(List.of(one, mask(0, 1, 1, 2, 0)), one)).isEqualTo(0.5);
        assertThat(Uncertainty.agreement(List.of(one), one)).isNaN();
        assertThatThrownBy(() -> Uncertainty.agreement(List.of(one, mask(1)), one)).isInstanceOf(SeptumException.class);
    }
}
