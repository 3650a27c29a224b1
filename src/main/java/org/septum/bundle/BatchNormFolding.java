package org.septum.bundle;

import java.util.List;

import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;

/**
 * A batch normalisation folded into the convolution before it: scale = gamma / sqrt(var + eps), W' = scale · W along
 * the output axis, b' = beta + scale · (b - mean). Exact for running statistics; computed in double.
 */
final class BatchNormFolding {

    private BatchNormFolding() {
    }

    /** What a normalisation holds, one value for each channel, and the constant added to the variance. */
    record Statistics(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon) {

        /** Those of the layer with this name. */
        static Statistics of(NamedWeights weights, String layer, double epsilon) {
            return new Statistics(weights.get(layer + ".weight"), weights.get(layer + ".bias"),
                    weights.get(layer + ".running_mean"), weights.get(layer + ".running_var"), epsilon);
        }

        /** What each output channel of the kernel is multiplied by. */
        double[] scale() {
            float[] factor = gamma.values();
            float[] spread = variance.values();
            double[] scale = new double[factor.length];
            for (int c = 0; c < scale.length; c++)
                scale[c] = factor[c] / Math.sqrt(spread[c] + epsilon);
            return scale;
        }

        /** What becomes of the convolution's bias. */
        Tensor shifted(Tensor bias) {
            double[] scale = scale();
            float[] shift = beta.values();
            float[] centre = mean.values();
            float[] values = bias.values();
            for (int c = 0; c < values.length; c++)
                values[c] = (float) (shift[c] + scale[c] * (values[c] - centre[c]));
            return Tensor.of(bias.shape(), values);
        }
    }

    /** A kernel times one factor for each output channel; {@code outAxis} counts these. */
    static Tensor scaled(Tensor kernel, int outAxis, double[] scale) {
        float[] weight = kernel.values();
        long inner = inner(kernel.shape(), outAxis);
        for (int i = 0; i < weight.length; i++)
            weight[i] = (float) (weight[i] * scale[(int) (i / inner % scale.length)]);
        return Tensor.of(kernel.shape(), weight);
    }

    /** Number of values between two neighbours along an axis. */
    private static long inner(List<Long> shape, int axis) {
        return Safetensors.elements(shape.subList(axis + 1, shape.size()));
    }
}
