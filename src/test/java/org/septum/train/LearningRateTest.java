package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.septum.data.LearningPlan.Schedule;

class LearningRateTest {

    @Test
    void polyFallsFromTheFirstRateToZero() {
        LearningRate rate = new LearningRate(Schedule.POLY, 0.02, 0);
        assertThat(rate.at(0, 0)).isEqualTo(0.02);
        assertThat(rate.at(0.5, 5)).isCloseTo(0.02 * Math.pow(0.5, 0.9), within(1e-12));
        assertThat(rate.at(1, 10)).isZero();
        assertThat(rate.at(1.2, 12)).isZero();
    }

    @Test
    void cosineFallsAsHalfACosine() {
        LearningRate rate = new LearningRate(Schedule.COSINE, 0.02, 0);
        assertThat(rate.at(0, 0)).isEqualTo(0.02);
        assertThat(rate.at(1 / 3.0, 5)).isCloseTo(0.015, within(1e-12));
        assertThat(rate.at(0.5, 5)).isCloseTo(0.01, within(1e-12));
        assertThat(rate.at(1, 10)).isCloseTo(0, within(1e-12));
        assertThat(rate.at(-0.1, 0)).isEqualTo(0.02);
    }

    @Test
    void aWarmUpRisesLinearlyWhileTheScheduleFalls() {
        LearningRate rate = new LearningRate(Schedule.COSINE, 0.02, 4);
        LearningRate plain = new LearningRate(Schedule.COSINE, 0.02, 0);
        for (int step = 0; step < 6; step++) {
            assertThat(rate.at(step / 10.0, step)).as("step %d", step)
                    .isCloseTo(plain.at(step / 10.0, step) * Math.min(1, (step + 1) / 4.0), within(1e-12));
        }
    }
}
