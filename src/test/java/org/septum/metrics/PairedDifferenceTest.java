package org.septum.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.septum.core.SeptumException;

class PairedDifferenceTest {

    private static final double NAN = Double.NaN;

    @Test
    void equalDifferencesHaveAnIntervalOfNoWidth() {
        PairedDifference d = PairedDifference.of(List.of(0.75, 0.5, 1.0), List.of(0.5, 0.25, 0.75));
        assertThat(d).isEqualTo(new PairedDifference(3, 0.25, 0.25, 0.25));
        assertThat(d.excludesZero()).isTrue();
        assertThat(d.describe())
                .isEqualTo("0.2500 higher over 3 cases; the 95 % interval from 0.2500 to 0.2500 excludes 0");
    }

    /** Of two cases both, one twice, or the other twice are drawn: means of 0, 1/2, 1 with chances 1/4, 1/2, 1/4. */
    @Test
    void twoCasesGiveTheIntervalBetweenThem() {
        PairedDifference d = PairedDifference.of(List.of(1.0, 0.5), List.of(0.0, 0.5));
        assertThat(d).isEqualTo(new PairedDifference(2, 0.5, 0, 1));
        assertThat(d.excludesZero()).isFalse();
        assertThat(d.describe()).contains("includes 0");
    }

    /** Of 100 cases of which 20 differ by 1, resampled sums are binomial (100, 0.2): percentiles 12.4 ± 0.6 and 28. */
    @Test
    void theIntervalOfSharesIsThatOfTheBinomialDistribution() {
        List<Double> scores = IntStream.range(0, 100).mapToObj(i -> i % 5 == 0 ? 1.0 : 0).toList();
        PairedDifference d = PairedDifference.of(scores, Collections.nCopies(100, 0.0));
        assertThat(d.mean()).isCloseTo(0.2, within(1e-12));
        assertThat(d.low()).isCloseTo(0.125, within(0.0051));
        assertThat(d.high()).isCloseTo(0.28, within(0.0051));
    }

    @Test
    void theOtherWayRoundItIsTheOpposite() {
        List<Double> a = IntStream.range(0, 40).mapToObj(i -> Math.sin(i)).toList();
        List<Double> b = IntStream.range(0, 40).mapToObj(i -> Math.cos(3 * i)).toList();
        PairedDifference forth = PairedDifference.of(a, b);
        PairedDifference back = PairedDifference.of(b, a);
        assertThat(back.mean()).isCloseTo(-forth.mean(), within(1e-12));
        assertThat(back.low()).isCloseTo(-forth.high(), within(1e-12));
        assertThat(forth).isEqualTo(PairedDifference.of(a, b));
    }

    /** Cases do not differ at all; of two repeats with 0 and 1 the mean is 0, 1/2 or 1. */
    @Test
    void repeatsAreDrawnAsWellAsCases() {
        List<Double> zero = Collections.nCopies(50, 0.0);
        List<Double> one = Collections.nCopies(50, 1.0);
        PairedDifference d = PairedDifference.ofRepeated(List.of(one, zero), List.of(zero, zero));
        assertThat(d).isEqualTo(new PairedDifference(50, 0.5, 0, 1));
        assertThat(PairedDifference.ofRepeated(List.of(one, one), List.of(zero, zero)))
                .isEqualTo(new PairedDifference(50, 1, 1, 1));
    }

    @Test
    void casesThatOneLacksAreLeftOut() {
        PairedDifference d = PairedDifference.of(List.of(0.5, NAN, 0.5, 0.75), List.of(0.25, 0.1, NAN, 0.5));
        assertThat(d).isEqualTo(new PairedDifference(2, 0.25, 0.25, 0.25));
    }

    @Test
    void tooFewCasesHaveNoInterval() {
        PairedDifference one = PairedDifference.of(List.of(0.25), List.of(0.5));
        assertThat(one).isEqualTo(new PairedDifference(1, -0.25, NAN, NAN));
        assertThat(one.excludesZero()).isFalse();
        assertThat(one.describe()).isEqualTo("0.2500 lower in one case; one case has no interval");
        assertThat(PairedDifference.of(List.of(), List.of()).describe()).contains("not measurable");
        assertThatThrownBy(() -> PairedDifference.of(List.of(1.0), List.of())).isInstanceOf(SeptumException.class)
                .hasMessageContaining("1 scores paired with 0");
    }
}
