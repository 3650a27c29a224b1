package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianTest {

    @ParameterizedTest
    @CsvSource({ "0, 0.5", "1, 0.8413447460685429", "-2, 0.0227501319481792", "-6, 9.865876450376946e-10", "9, 1" })
    void theDistributionIsThatOfTables(double x, double expected) {
        assertThat(Gaussian.distribution(x)).isCloseTo(expected, within(1e-14));
        assertThat(Gaussian.distribution(-x)).isCloseTo(1 - expected, within(1e-14));
    }

    @Test
    void halfOfACentredOneIsLeftByAReLU() {
        Gaussian g = new Gaussian(0, 3);
        assertThat(g.rectifiedMean()).isCloseTo(3 / Math.sqrt(2 * Math.PI), within(1e-14));
        assertThat(g.rectifiedSecond()).isCloseTo(9 / 2.0, within(1e-14));
    }

    @ParameterizedTest
    @CsvSource({ "2, 2, 4", "-2, 0, 0" })
    void aConstantPassesAReLUOrNot(double mean, double first, double second) {
        Gaussian g = new Gaussian(mean, 0);
        assertThat(g.rectifiedMean()).isEqualTo(first);
        assertThat(g.rectifiedSecond()).isEqualTo(second);
        assertThat(g.rectifiedVariance()).isZero();
    }

    @Test
    void averagesOfFunctionsAreMoments() {
        Gaussian g = new Gaussian(0.7, 1.3);
        assertThat(g.meanOf(x -> x * x)).isCloseTo(0.49 + 1.69, within(1e-9));
        assertThat(g.meanOf(x -> Math.max(x, 0))).isCloseTo(g.rectifiedMean(), within(1e-3));
    }

    /** E[relu X relu Y] = (sin t + (pi - t) cos t) / (2 pi) for t = arc cos of the correlation (Cho and Saul 2009). */
    @ParameterizedTest
    @ValueSource(doubles = { -1, -0.999, -0.7, 0, 0.3, 0.95, 0.9999, 1 })
    void productsOfCentredOnesAreTheArcCosineKernel(double correlation) {
        double angle = Math.acos(correlation);
        double expected = 2 * 5 * (Math.sin(angle) + (Math.PI - angle) * correlation) / (2 * Math.PI);
        assertThat(new Gaussian(0, 2).rectifiedProduct(new Gaussian(0, 5), correlation)).isCloseTo(expected,
                within(2e-5));
    }

    @Test
    void independentProductsAreProductsOfMeans() {
        Gaussian a = new Gaussian(-0.4, 1.1);
        Gaussian b = new Gaussian(0.9, 0.3);
        assertThat(a.rectifiedProduct(b, 0)).isCloseTo(a.rectifiedMean() * b.rectifiedMean(), within(1e-6));
        assertThat(a.rectifiedProduct(new Gaussian(2, 0), 0)).isCloseTo(a.rectifiedMean() * 2, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(doubles = { -6, -1, 0.3, 4 })
    void aProductWithItselfIsTheSecondMoment(double mean) {
        Gaussian g = new Gaussian(mean, 0.8);
        assertThat(g.rectifiedProduct(g, 1)).isCloseTo(g.rectifiedSecond(), within(1e-5));
    }
}
