package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;

import org.junit.jupiter.api.Test;

class AugmentationTest {

    private static final float[] VALUES = { -1.5f, -0.5f, 0, 0.25f, 1, 2.5f };

    private static TrainingPlan.AugmentationPlan only(double gamma, double noise, double brightness) {
        return new TrainingPlan.AugmentationPlan(false, false, false, 0, 0, gamma, noise, brightness);
    }

    @Test
    void switchedOffItChangesNothing() {
        Random random = new Random(1);
        for (int k = 0; k < 50; k++) {
            float[] v = VALUES.clone();
            new Augmentation(Samples.OFF).apply(v, 1, random);
            assertThat(v).isEqualTo(VALUES);
        }
    }

    @Test
    void gammaKeepsTheRangeAndTheOrderAndStaysWithinItsExponent() {
        Random random = new Random(2);
        int changed = 0;
        for (int k = 0; k < 200; k++) {
            float[] v = VALUES.clone();
            new Augmentation(only(0.5, 0, 0)).apply(v, 1, random);
            assertThat(v[0]).isEqualTo(-1.5f);
            assertThat(v[5]).isCloseTo(2.5f, within(1e-6f));
            // -0.5 lies at a quarter of the range
            double exponent = Math.log((v[1] + 1.5) / 4) / Math.log(0.25);
            assertThat(exponent).isBetween(1 / 1.5 - 1e-4, 1.5 + 1e-4);
            assertThat(v).isSorted();
            changed += v[1] == VALUES[1] ? 0 : 1;
        }
        assertThat(changed).as("30 % of 200").isBetween(40, 80);
    }

    @Test
    void brightnessIsALinearChangeWithinItsBounds() {
        Random random = new Random(3);
        for (int k = 0; k < 100; k++) {
            float[] v = VALUES.clone();
            new Augmentation(only(0, 0, 0.2)).apply(v, 1, random);
            float shift = v[2];
            float factor = v[4] - shift;
            assertThat(shift).isBetween(-0.2f, 0.2f);
            assertThat(factor).isBetween(0.8f - 1e-6f, 1.2f + 1e-6f);
            assertThat(v[5]).isCloseTo(2.5f * factor + shift, within(1e-5f));
        }
    }

    @Test
    void noiseHasMeanZeroAndAtMostItsStandardDeviation() {
        Random random = new Random(4);
        double largest = 0;
        for (int k = 0; k < 60; k++) {
            float[] v = new float[4000];
            new Augmentation(only(0, 0.5, 0)).apply(v, 1, random);
            double sum = 0;
            double square = 0;
            for (float x : v) {
                sum += x;
                square += x * x;
            }
            assertThat(sum / v.length).isCloseTo(0, within(0.04));
            largest = Math.max(largest, Math.sqrt(square / v.length));
        }
        assertThat(largest).isBetween(0.2, 0.53);
    }

    @Test
    void channelsVaryIndependentlyAndAConstantOneSurvivesGamma() {
        Random random = new Random(5);
        boolean differ = false;
        for (int k = 0; k < 50; k++) {
            float[] v = { 1, 1, 1, 0, 1, 2 };
            new Augmentation(only(0.5, 0, 0)).apply(v, 2, random);
            assertThat(v).startsWith(1, 1, 1);
            differ |= v[4] != 1;
        }
        assertThat(differ).isTrue();
    }
}
