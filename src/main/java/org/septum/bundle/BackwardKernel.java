package org.septum.bundle;

import java.util.ArrayList;
import java.util.List;

import org.septum.model.NamedWeights.Tensor;

/** The kernel of the convolution that brings a gradient back through a convolution of stride 1. */
final class BackwardKernel {

    private BackwardKernel() {
    }

    /**
     * Inputs and outputs of each group swapped, and turned round along every axis.
     *
     * @param kernel
     *            (out, in / groups, k…)
     * @param groups
     *            of the convolution
     * @param from
     *            first input channel that is wanted; 0 with several groups
     * @param count
     *            how many are wanted; all with several groups
     * @param only
     *            the output channel that alone has a gradient, or -1 for all; -1 with several groups
     *
     * @return (count, out / groups, k…), or (count, 1, k…) for one output channel
     */
    static Tensor of(Tensor kernel, int groups, int from, int count, int only) {
        float[] values = kernel.values();
        int out = Math.toIntExact(kernel.shape().get(0));
        int in = Math.toIntExact(kernel.shape().get(1));
        int taps = values.length / out / in;
        int outs = only < 0 ? out / groups : 1;
        float[] turned = new float[count * outs * taps];
        for (int i = 0; i < count; i++) {
            int group = groups == 1 ? 0 : i / in;
            int input = groups == 1 ? from + i : i % in;
            for (int o = 0; o < outs; o++) {
                int output = only < 0 ? group * outs + o : only;
                for (int t = 0; t < taps; t++)
                    turned[(i * outs + o) * taps + taps - 1 - t] = values[(output * in + input) * taps + t];
            }
        }
        List<Long> shape = new ArrayList<>(kernel.shape());
        shape.set(0, (long) count);
        shape.set(1, (long) outs);
        return Tensor.of(shape, turned);
    }
}
