package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTicksTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "0 | 1 | 0, 0.2, 0.4, 0.6, 0.8, 1.0",
            "0.713 | 0.904 | 0.75, 0.80, 0.85, 0.90", "0 | 7.3 | 0, 2, 4, 6",
            "0 | 0.0021 | 0, 0.0005, 0.0010, 0.0015, 0.0020", "0 | 0.000021 | 0, 5e-6, 1e-5, 1.5e-5, 2e-5",
            "-1 | 1 | -1.0, -0.5, 0, 0.5, 1.0", "0 | 260000 | 0, 1e5, 2e5",
            "0.99512 | 0.99518 | 0.99512, 0.99514, 0.99516, 0.99518", "98 | 103 | 98, 99, 100, 101, 102, 103" })
    void areRoundNumbersWithinTheRange(double low, double high, String expected) {
        AxisTicks ticks = AxisTicks.of(low, high, 6, 0);
        assertThat(ticks.values().stream().map(ticks::label)).containsExactly(expected.split(", "));
    }

    @Test
    void countsHaveWholeSteps() {
        assertThat(AxisTicks.of(1, 3, 11, 1).values()).isEqualTo(List.of(1.0, 2.0, 3.0));
        assertThat(AxisTicks.of(1, 87, 11, 1).values())
                .isEqualTo(List.of(10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0));
    }

    @Test
    void thereAreNeverTooManyOrTooFew() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            double low = random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4);
            double high = low + random.nextDouble() * Math.pow(10, random.nextInt(9) - 4) + 1e-6;
            AxisTicks ticks = AxisTicks.of(low, high, 6, 0);
            assertThat(ticks.values()).as(low + " to " + high).hasSizeBetween(2, 6);
            assertThat(ticks.values())
                    .allMatch(v -> v >= low - 1e-6 * Math.abs(low) && v <= high + 1e-6 * Math.abs(high));
        }
    }
}
