package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.septum.data.TrainingPlan.AugmentationPlan.Intensity;
import org.septum.data.TrainingPlan.AugmentationPlan.Variation;

class AugmentationTest {

    private static final float[] VALUES = { -1.5f, -0.5f, 0, 0.25f, 1, 2.5f };

    private static Augmentation only(double gamma, double noise, double brightness) {
        return new Augmentation(
                new TrainingPlan.AugmentationPlan(false, false, false, 0, 0, gamma, noise, brightness).intensity(),
                false);
    }

    private static int[] line(float[] v) {
        return new int[] { v.length, 1, 1 };
    }

    @Test
    void switchedOffItChangesNothing() {
        Random random = new Random(1);
        for (int k = 0; k < 50; k++) {
            float[] v = VALUES.clone();
            new Augmentation(Samples.OFF.intensity(), true).apply(v, line(v), random);
            assertThat(v).isEqualTo(VALUES);
        }
    }

    @Test
    void gammaKeepsTheRangeAndTheOrderAndStaysWithinItsExponent() {
        Random random = new Random(2);
        int changed = 0;
        for (int k = 0; k < 200; k++) {
            float[] v = VALUES.clone();
            only(0.5, 0, 0).apply(v, line(v), random);
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
            only(0, 0, 0.2).apply(v, line(v), random);
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
            only(0, 0.5, 0).apply(v, line(v), random);
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
            only(0.5, 0, 0).apply(v, new int[] { 3, 1, 1 }, random);
            assertThat(v).startsWith(1, 1, 1);
            differ |= v[4] != 1;
        }
        assertThat(differ).isTrue();
    }

    private static Augmentation always(Kind kind, double strength) {
        Variation[] v = new Variation[Kind.values().length];
        v[kind.ordinal()] = new Variation(1, strength);
        return new Augmentation(new Intensity(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]), true);
    }

    /** In the order of the record. */
    private enum Kind {
        NOISE, BLUR, BRIGHTNESS, CONTRAST, LOW_RESOLUTION, COLOUR, INVERTED_GAMMA, GAMMA
    }

    @Test
    void contrastChangesDistancesToTheMeanAndKeepsTheRange() {
        Random random = new Random(6);
        double mean = (-1.5 - 0.5 + 0 + 0.25 + 1 + 2.5) / 6;
        boolean clipped = false;
        for (int k = 0; k < 50; k++) {
            float[] v = VALUES.clone();
            always(Kind.CONTRAST, 0.25).apply(v, line(v), random);
            double factor = (v[2] - mean) / (0 - mean);
            assertThat(factor).isBetween(0.75 - 1e-5, 1.25 + 1e-5);
            assertThat((double) v[4]).isCloseTo(mean + (1 - mean) * factor, within(1e-5));
            assertThat((double) v[5]).isCloseTo(Math.min(2.5, mean + (2.5 - mean) * factor), within(1e-5));
            clipped |= v[5] == 2.5f && v[0] == -1.5f;
        }
        assertThat(clipped).isTrue();
    }

    @Test
    void invertedGammaIsGammaOfInvertedValues() {
        for (int seed = 0; seed < 20; seed++) {
            float[] v = VALUES.clone();
            always(Kind.INVERTED_GAMMA, 0.5).apply(v, line(v), new Random(seed));
            float exponent = exponent(v[1]);
            assertThat(exponent).isBetween(1 / 1.5f - 1e-3f, 1.5f + 1e-3f);
            for (int i = 1; i < 5; i++)
                assertThat((double) v[i]).isCloseTo(2.5 - 4 * Math.pow((2.5 - VALUES[i]) / 4, exponent), within(1e-4));
        }
    }

    /** -0.5 lies three quarters below the highest. */
    private static float exponent(float v) {
        return (float) (Math.log((2.5 - v) / 4) / Math.log(0.75));
    }

    /** A Dirac becomes the product of three sampled Gaussians; a constant stays. */
    @Test
    void blurIsAGaussian() {
        int[] size = { 15, 13, 11 };
        float[] v = new float[15 * 13 * 11];
        v[(5 * 13 + 6) * 15 + 7] = 1;
        GaussianBlur.apply(v, 0, size, 1.25);
        double total = 0;
        for (int i = -3; i <= 3; i++)
            total += Math.exp(-i * i / 3.125);
        assertThat((double) v[(5 * 13 + 6) * 15 + 7]).isCloseTo(Math.pow(1 / total, 3), within(2e-3));
        assertThat(v[(5 * 13 + 7) * 15 + 9] / v[(5 * 13 + 6) * 15 + 7]).isCloseTo((float) Math.exp(-(1 + 4) / 3.125),
                within(1e-5f));
        float[] constant = new float[2 * 24];
        java.util.Arrays.fill(constant, 3);
        GaussianBlur.apply(constant, 24, new int[] { 4, 6, 1 }, 2);
        for (float x : constant)
            assertThat(x).isCloseTo(3, within(1e-5f));
    }

    @Test
    void lowResolutionOfALinearRampIsNearlyTheRamp() {
        Random random = new Random(7);
        int[] size = { 40, 30, 1 };
        for (int k = 0; k < 20; k++) {
            float[] v = new float[1200];
            for (int i = 0; i < v.length; i++)
                v[i] = i % 40 + 100 * (i / 40);
            always(Kind.LOW_RESOLUTION, 0.5).apply(v, size, random);
            for (int i = 0; i < v.length; i++)
                assertThat(v[i]).isCloseTo(i % 40 + 100 * (i / 40), within(1.1f + 110));
        }
        // every second voxel is lost, so a Dirac on a lost one is gone or spreads over its neighbours
        float[] checks = new float[1200];
        for (int i = 0; i < checks.length; i++)
            checks[i] = (i + i / 40) % 2;
        float[] before = checks.clone();
        always(Kind.LOW_RESOLUTION, 0.5).apply(checks, size, random);
        assertThat(checks).isNotEqualTo(before);
    }

    @Test
    void coloursChangeButGreyKeepsItsPattern() {
        Random random = new Random(8);
        for (int k = 0; k < 20; k++) {
            float[] v = { 1, 2, -1, 1, 2, -1, 1, 2, -1 };
            always(Kind.COLOUR, 0.1).apply(v, new int[] { 3, 1, 1 }, random);
            for (int c = 0; c < 3; c++) {
                assertThat(v[3 * c]).isBetween(0.9f, 1.1f);
                assertThat(v[3 * c + 1] / v[3 * c]).as("a gain, no saturation").isCloseTo(2, within(1e-5f));
            }
        }
        float[] grey = { 1, 2, -1 };
        always(Kind.COLOUR, 0.1).apply(grey, line(grey), random);
        assertThat(grey).as("one channel has no colours").containsExactly(1, 2, -1);
    }
}
