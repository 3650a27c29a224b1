package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.ProbabilityMap;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.infer.ChangedEngine.Change;

class CaseFeaturesTest {

    private static final ClassLabels LABELS = ClassLabels.of("background", "blob");

    private static final ScanGeometry GEOMETRY = ScanGeometry.ofSpacing(1, 2, 3);

    private static final int[] SIZE = { 7, 6, 5 };

    /** A box of 3 × 2 × 2 voxels from (2, 2, 1) on. */
    private static boolean isInside(int i) {
        int x = i % 7;
        int y = i / 7 % 6;
        int z = i / 42;
        return x >= 2 && x < 5 && y >= 2 && y < 4 && z >= 1 && z < 3;
    }

    private static LabelMask mask(boolean isEmpty) {
        byte[] values = new byte[210];
        for (int i = 0; i < 210; i++)
            values[i] = (byte) (!isEmpty && isInside(i) ? 1 : 0);
        return new LabelMask(ArrayImgs.unsignedBytes(values, SIZE[0], SIZE[1], SIZE[2]), GEOMETRY, LABELS);
    }

    private static Scan scan() {
        float[] values = new float[210];
        for (int i = 0; i < 210; i++)
            values[i] = isInside(i) ? 8 : 0;
        return new Scan("box", ArrayImgs.floats(values, 7, 6, 5, 1), GEOMETRY, Modality.MR, List.of());
    }

    /** Of the blob with p inside and 0 outside. */
    private static ProbabilityMap map(float p) {
        float[] values = new float[420];
        for (int i = 0; i < 210; i++) {
            values[i] = 1 - (isInside(i) ? p : 0);
            values[210 + i] = isInside(i) ? p : 0;
        }
        return new ProbabilityMap(ArrayImgs.floats(values, 7, 6, 5, 2), GEOMETRY, LABELS);
    }

    @Test
    void aBoxIsMeasuredByHand() {
        Map<String, Double> features = CaseFeatures.of(scan(), map(0.75f), mask(false),
                Map.of(Change.COARSER, mask(true), Change.DARKER, mask(false)));
        double entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)) / Math.log(2);
        assertThat(features.get("doubt")).isCloseTo(entropy, within(1e-6));
        assertThat(features.get("promised Dice")).isCloseTo(2 * 9.0 / (9 + 12), within(1e-6));
        assertThat(features.get("agreement at half the resolution")).isZero();
        assertThat(features.get("agreement with another gamma")).isEqualTo(1);
        assertThat(features.get("size")).isCloseTo(Math.log(12 * 6), within(1e-9));
        assertThat(features.get("texture")).isCloseTo(0, within(1e-5));
        // 3 × 4 × 6 mm: faces of 24, 18 and 12 mm², twice each
        assertThat(features.get("surface of blob")).isCloseTo(2 * (24 + 18 + 12) / (6 * Math.pow(72, 2 / 3.0)),
                within(1e-9));
        assertThat(features.get("strays of blob")).isZero();
        double share = 12 / 210.0;
        assertThat(features.get("contrast of blob")).isCloseTo(1 / Math.sqrt(share * (1 - share)), within(1e-6));
    }

    @Test
    void anEmptyMaskHasFiniteFeaturesThatSpeakAgainstIt() {
        Map<String, Double> empty = CaseFeatures.of(scan(), map(0.25f), mask(true), Map.of(Change.DARKER, mask(true)));
        assertThat(empty.values()).allMatch(Double::isFinite);
        assertThat(empty.get("promised Dice")).isZero();
        assertThat(empty.get("doubt")).isGreaterThan(9);
        assertThat(empty.get("agreement with another gamma")).isEqualTo(1);
    }
}
