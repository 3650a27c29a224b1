package org.septum.data;

import java.util.Random;

/** Random changes of intensity: gamma, contrast, brightness, noise. Each happens to a part of the patches. */
final class Augmentation {

    private static final double CHANCE = 0.3;

    private final TrainingPlan.AugmentationPlan plan;

    Augmentation(TrainingPlan.AugmentationPlan plan) {
        this.plan = plan;
    }

    /** Changes a patch in place; values are normalised, (channels, S). */
    void apply(float[] input, int channels, Random random) {
        int n = input.length / channels;
        for (int k = 0; k < channels; k++) {
            if (plan.gamma() > 0 && random.nextDouble() < CHANCE)
                gamma(input, k * n, n, random);
            if (plan.brightness() > 0 && random.nextDouble() < CHANCE)
                brightness(input, k * n, n, random);
            if (plan.noise() > 0 && random.nextDouble() < CHANCE)
                noise(input, k * n, n, random);
        }
    }

    private void gamma(float[] input, int from, int n, Random random) {
        double exponent = Math.pow(1 + plan.gamma(), 2 * random.nextDouble() - 1);
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + n; i++) {
            low = Math.min(low, input[i]);
            high = Math.max(high, input[i]);
        }
        float range = high - low;
        if (!(range > 0))
            return;
        for (int i = from; i < from + n; i++) {
            input[i] = (float) (low + range * Math.pow((input[i] - low) / range, exponent));
        }
    }

    private void brightness(float[] input, int from, int n, Random random) {
        float factor = (float) (1 + (2 * random.nextDouble() - 1) * plan.brightness());
        float shift = (float) ((2 * random.nextDouble() - 1) * plan.brightness());
        for (int i = from; i < from + n; i++)
            input[i] = input[i] * factor + shift;
    }

    private void noise(float[] input, int from, int n, Random random) {
        double sd = random.nextDouble() * plan.noise();
        for (int i = from; i < from + n; i++)
            input[i] += (float) (random.nextGaussian() * sd);
    }
}
