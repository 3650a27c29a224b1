package org.septum.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;

import org.junit.jupiter.api.Test;

class MeanIntervalTest {

    @Test
    void equalValuesLeaveNoDoubt() {
        assertThat(MeanInterval.of(List.of(0.5, 0.5, 0.5))).isEqualTo(new MeanInterval(3, 0.5, 0.5, 0.5));
    }

    @Test
    void whatIsNotFiniteIsLeftOutAndOneValueHasNoInterval() {
        MeanInterval one = MeanInterval.of(List.of(0.25, Double.NaN, Double.POSITIVE_INFINITY));
        assertThat(one).isEqualTo(new MeanInterval(1, 0.25, Double.NaN, Double.NaN));
        assertThat(MeanInterval.of(List.of()).n()).isZero();
    }

    @Test
    void followsTheNormalDistributionForManyValues() {
        Random random = new Random(3);
        double[] values = DoubleStream.generate(random::nextGaussian).limit(400).toArray();
        MeanInterval interval = MeanInterval.of(DoubleStream.of(values));
        double sd = Summary.of(DoubleStream.of(values)).sd();
        assertThat(interval.high() - interval.mean()).isCloseTo(1.96 * sd / 20, within(0.006));
        assertThat(interval.mean() - interval.low()).isCloseTo(1.96 * sd / 20, within(0.006));
    }

    @Test
    void isThatOfADifferenceToZero() {
        List<Double> values = List.of(0.1, 0.4, 0.35, 0.8);
        PairedDifference difference = PairedDifference.of(values, Collections.nCopies(4, 0.0));
        MeanInterval interval = MeanInterval.of(values);
        assertThat(interval.low()).isEqualTo(difference.low());
        assertThat(interval.high()).isEqualTo(difference.high());
    }
}
