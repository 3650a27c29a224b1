package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PolyLearningRateTest {

    private final PolyLearningRate schedule = new PolyLearningRate(0.02);

    @Test
    void itFallsFromTheFirstRateToZeroWithTheExponentOfNnUNet() {
        assertThat(schedule.at(0)).isEqualTo(0.02);
        assertThat(schedule.at(0.25)).isCloseTo(0.02 * Math.exp(0.9 * Math.log(0.75)), within(1e-15));
        assertThat(schedule.at(1)).isZero();
    }

    @Test
    void outsideTheTrainingItStaysAtItsEnds() {
        assertThat(schedule.at(-0.1)).isEqualTo(0.02);
        assertThat(schedule.at(1.5)).isZero();
    }
}
