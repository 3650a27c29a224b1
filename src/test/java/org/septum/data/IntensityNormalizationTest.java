package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;

class IntensityNormalizationTest {

    @Test
    void aScanGetsMeanZeroAndStandardDeviationOne() {
        float[] values = { 2, 4, 4, 4, 5, 5, 7, 9 };
        IntensityNormalization.Applied applied = IntensityNormalization.perScan().of(ArrayImgs.floats(values, 2, 4, 1));
        assertThat(applied.mean()).isCloseTo(5, within(1e-12));
        assertThat(applied.sd()).isCloseTo(2, within(1e-12));
        assertThat(applied.apply(9)).isEqualTo(2);
        assertThat(applied.apply(-1000)).as("nothing is clipped").isEqualTo(-502.5f);
    }

    @Test
    void largeValuesLoseNoDigits() {
        float[] values = { 1e7f + 1, 1e7f + 3 };
        IntensityNormalization.Applied applied = IntensityNormalization.perScan().of(ArrayImgs.floats(values, 2, 1, 1));
        assertThat(applied.sd()).isCloseTo(1, within(1e-9));
    }

    @Test
    void aConstantScanBecomesZeros() {
        IntensityNormalization.Applied applied = IntensityNormalization.perScan()
                .of(ArrayImgs.floats(new float[] { 7, 7, 7 }, 3, 1, 1));
        assertThat(applied.apply(7)).isZero();
    }

    @Test
    void aDatasetsNumbersAreUsedAndOutliersClipped() {
        IntensityNormalization ct = new IntensityNormalization(IntensityNormalization.Kind.DATASET, -200.0, 300.0, 50.0,
                25.0);
        IntensityNormalization.Applied applied = ct.of(ArrayImgs.floats(new float[] { 1, 2, 3 }, 3, 1, 1));
        assertThat(applied.apply(100)).isEqualTo(2);
        assertThat(applied.apply(3000)).isEqualTo(10);
        assertThat(applied.apply(-1024)).isEqualTo(-10);
    }

    @Test
    void aDatasetWithoutAPositiveStandardDeviationIsRefused() {
        for (Double sd : new Double[] { null, 0.0, -1.0, Double.NaN })
            assertThatThrownBy(
                    () -> new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0, sd))
                            .isInstanceOf(SeptumException.class).hasMessageContaining("sd must be positive");
    }
}
