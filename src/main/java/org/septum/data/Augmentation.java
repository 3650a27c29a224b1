package org.septum.data;

import java.util.Random;
import java.util.SplittableRandom;

import org.septum.data.TrainingPlan.AugmentationPlan.Intensity;

/**
 * Random changes of the values of a patch, in nnU-Net's order: noise, blur, brightness, contrast, simulated low
 * resolution, colour, gamma of inverted values, gamma (Isensee et al. 2021, doi 10.1038/s41592-020-01008-z, supplement
 * 4). Differs from the paper: brightness is shifted as well as multiplied, and gamma keeps the range of the values, not
 * their mean and deviation.
 */
final class Augmentation {

    private final Intensity plan;

    private final boolean isColour;

    /**
     * @param isColour
     *            whether three channels are red, green and blue
     */
    Augmentation(Intensity plan, boolean isColour) {
        this.plan = plan;
        this.isColour = isColour;
    }

    /**
     * Changes a patch in place.
     *
     * @param input
     *            normalised values, (channels, z, y, x)
     * @param size
     *            of the patch along x, y, z
     */
    void apply(float[] input, int[] size, Random random) {
        int n = size[0] * size[1] * size[2];
        int channels = input.length / n;
        for (int k = 0; k < channels; k++) {
            int from = k * n;
            if (plan.noise().happens(random))
                noise(input, from, n, random);
            if (plan.blur().happens(random))
                GaussianBlur.apply(input, from, size, plan.blur().strength() * (1 + random.nextDouble()) / 2);
            if (plan.brightness().happens(random))
                brightness(input, from, n, random);
            if (plan.contrast().happens(random))
                contrast(input, from, n, random);
            if (plan.lowResolution().happens(random))
                lowResolution(input, from, size, random);
        }
        if (isColour && channels == 3 && plan.colour().happens(random))
            colour(input, n, random);
        for (int k = 0; k < channels; k++) {
            if (plan.invertedGamma().happens(random))
                gamma(input, k * n, n, exponent(plan.invertedGamma().strength(), random), true);
            if (plan.gamma().happens(random))
                gamma(input, k * n, n, exponent(plan.gamma().strength(), random), false);
        }
    }

    private void noise(float[] input, int from, int n, Random random) {
        double sd = random.nextDouble() * plan.noise().strength();
        // java.util.Random is several times slower where a patch has hundreds of thousands of voxels
        SplittableRandom fast = new SplittableRandom(random.nextLong());
        for (int i = from; i < from + n; i++)
            input[i] += (float) (fast.nextGaussian() * sd);
    }

    private void brightness(float[] input, int from, int n, Random random) {
        float factor = (float) (1 + symmetric(random) * plan.brightness().strength());
        float shift = (float) (symmetric(random) * plan.brightness().strength());
        for (int i = from; i < from + n; i++)
            input[i] = input[i] * factor + shift;
    }

    private void contrast(float[] input, int from, int n, Random random) {
        float factor = (float) (1 + symmetric(random) * plan.contrast().strength());
        double sum = 0;
        for (int i = from; i < from + n; i++)
            sum += input[i];
        float mean = (float) (sum / n);
        Range range = Range.of(input, from, n);
        for (int i = from; i < from + n; i++)
            input[i] = Math.min(range.high, Math.max(range.low, mean + (input[i] - mean) * factor));
    }

    /** Takes the nearest of fewer voxels along each axis, and interpolates linearly between them. */
    private void lowResolution(float[] input, int from, int[] size, Random random) {
        double factor = 1 - random.nextDouble() * plan.lowResolution().strength();
        int[] few = new int[3];
        for (int d = 0; d < 3; d++)
            few[d] = (int) Math.max(1, Math.round(size[d] * factor));
        float[] coarse = new float[few[0] * few[1] * few[2]];
        int i = 0;
        for (int z = 0; z < few[2]; z++) {
            for (int y = 0; y < few[1]; y++) {
                int row = from + (nearest(z, few[2], size[2]) * size[1] + nearest(y, few[1], size[1])) * size[0];
                for (int x = 0; x < few[0]; x++)
                    coarse[i++] = input[row + nearest(x, few[0], size[0])];
            }
        }
        System.arraycopy(Resampling.linear(coarse, few, size), 0, input, from, size[0] * size[1] * size[2]);
    }

    private static int nearest(int i, int few, int many) {
        return (int) ((i + 0.5) * many / few);
    }

    /** Saturation about the grey of each pixel, then the strength of each colour. */
    private void colour(float[] input, int n, Random random) {
        float saturation = (float) (1 + symmetric(random) * plan.colour().strength());
        float[] gain = new float[3];
        for (int k = 0; k < 3; k++)
            gain[k] = (float) (1 + symmetric(random) * plan.colour().strength());
        for (int i = 0; i < n; i++) {
            float grey = (input[i] + input[n + i] + input[2 * n + i]) / 3;
            for (int k = 0; k < 3; k++)
                input[k * n + i] = (grey + (input[k * n + i] - grey) * saturation) * gain[k];
        }
    }

    private static double exponent(double strength, Random random) {
        return Math.pow(1 + strength, symmetric(random));
    }

    private static void gamma(float[] input, int from, int n, double exponent, boolean inverted) {
        Range range = Range.of(input, from, n);
        float width = range.high - range.low;
        if (!(width > 0))
            return;
        float origin = inverted ? range.high : range.low;
        float direction = inverted ? -width : width;
        for (int i = from; i < from + n; i++)
            input[i] = (float) (origin + direction * Math.pow((input[i] - origin) / direction, exponent));
    }

    private static double symmetric(Random random) {
        return 2 * random.nextDouble() - 1;
    }

    /** The least and the greatest value. */
    private record Range(float low, float high) {

        static Range of(float[] input, int from, int n) {
            float low = Float.POSITIVE_INFINITY;
            float high = Float.NEGATIVE_INFINITY;
            for (int i = from; i < from + n; i++) {
                low = Math.min(low, input[i]);
                high = Math.max(high, input[i]);
            }
            return new Range(low, high);
        }
    }
}
