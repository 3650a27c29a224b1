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
    }

    /** Weights of a convolution: kernel with any number of axes, and one bias for each output channel. */
    record Kernel(Tensor weight, Tensor bias) {
    }

    /**
     * Folds.
     *
     * @param kernel
     *            the convolution
     * @param outAxis
     *            axis of the kernel that counts output channels: 0, or 1 for a transposed convolution
     * @param norm
     *            the normalisation behind it
     */
    static Kernel fold(Kernel kernel, int outAxis, Statistics norm) {
        float[] gamma = norm.gamma().values();
        float[] beta = norm.beta().values();
        float[] mean = norm.mean().values();
        float[] variance = norm.variance().values();
        float[] bias = kernel.bias().values();
        double[] scale = new double[gamma.length];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = gamma[c] / Math.sqrt(variance[c] + norm.epsilon());
            bias[c] = (float) (beta[c] + scale[c] * (bias[c] - mean[c]));
        }
        float[] weight = kernel.weight().values();
        long inner = inner(kernel.weight().shape(), outAxis);
        for (int i = 0; i < weight.length; i++)
            weight[i] = (float) (weight[i] * scale[(int) (i / inner % scale.length)]);
        return new Kernel(Tensor.of(kernel.weight().shape(), weight), Tensor.of(kernel.bias().shape(), bias));
    }

    /** Number of values between two neighbours along an axis. */
    private static long inner(List<Long> shape, int axis) {
        return Safetensors.elements(shape.subList(axis + 1, shape.size()));
    }
}
