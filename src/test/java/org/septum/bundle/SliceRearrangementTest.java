package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.model.NamedWeights.Tensor;

class SliceRearrangementTest {

    /** Slices side by side until their channels fill a pack of 4; deep features need none but the kernel's own. */
    @ParameterizedTest
    @CsvSource({ "3, 1, 4", "3, 2, 4", "3, 3, 4", "3, 16, 3", "1, 1, 4", "1, 8, 1", "5, 5, 5" })
    void putsAsManySlicesSideBySideAsTheKernelAndFastKernelsNeed(int depth, int channels, int pieces) {
        assertThat(new SliceRearrangement(depth, 1, channels).pieces()).isEqualTo(pieces);
    }

    @Test
    void theKernelsDepthBecomesChannels() {
        float[] values = new float[2 * 3 * 5];
        for (int i = 0; i < values.length; i++)
            values[i] = i;
        // (out 1, channels 2, depth 3, 1, 5)
        Tensor kernel = Tensor.of(List.of(1L, 2L, 3L, 1L, 5L), values);

        Tensor flat = new SliceRearrangement(3, 1, 2).kernel(kernel);

        assertThat(flat.shape()).containsExactly(1L, 8L, 1L, 5L);
        for (int z = 0; z < 3; z++)
            for (int c = 0; c < 2; c++)
                for (int x = 0; x < 5; x++)
                    assertThat(flat.values()[(z * 2 + c) * 5 + x]).as("z %s, c %s, x %s", z, c, x)
                            .isEqualTo((c * 3 + z) * 5 + x);
        for (int i = 6 * 5; i < 8 * 5; i++)
            assertThat(flat.values()[i]).as("of the slice that only fills up").isZero();
    }
}
