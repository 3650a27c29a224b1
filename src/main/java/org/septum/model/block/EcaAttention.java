package org.septum.model.block;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Efficient channel attention (Wang et al., ECA-Net, CVPR 2020): each channel is scaled by a gate in (0, 1) that a
 * small convolution across neighbouring channels computes from the channels' means. Adds k parameters.
 *
 * @param kernel
 *            size of that convolution, odd; 0 for the adaptive rule
 * @param kernels
 *            instead, one for each stage of the encoder; the last also for stages beyond; empty for none
 */
public record EcaAttention(int kernel, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> kernels)
        implements AttentionSpec {

    public EcaAttention {
        requireKernel(kernel);
        kernels = kernels == null ? List.of() : List.copyOf(kernels);
        kernels.forEach(EcaAttention::requireKernel);
    }

    /** The same everywhere. */
    public EcaAttention(int kernel) {
        this(kernel, List.of());
    }

    private static void requireKernel(int kernel) {
        if (kernel != 0 && (kernel < 1 || kernel % 2 == 0)) {
            throw new IllegalArgumentException("ECA kernel " + kernel + "; it must be odd, or 0 for the adaptive rule");
        }
    }

    @Override
    public AttentionSpec ofStage(int stage) {
        return kernels.isEmpty() ? this : new EcaAttention(kernels.get(Math.min(stage, kernels.size() - 1)));
    }

    @Override
    public String word() {
        return "eca";
    }

    @Override
    public GraphAssembler.Feature attach(GraphAssembler graph, String name, GraphAssembler.Feature x) {
        int k = kernel == 0 ? adaptiveKernel(x.planned()) : kernel;
        GraphAssembler.Feature mean = graph.add(name + ".mean", new GlobalAverage(), x);
        GraphAssembler.Feature z = graph.add(name + ".conv", new ChannelConvolution(k), mean);
        GraphAssembler.Feature gate = graph.add(name + ".gate", new Sigmoid(), z);
        return graph.add(name + ".scale", new Gating(), x, gate);
    }

    /**
     * The paper's rule with gamma = 2, b = 1: t = integer part of |log2(C)/2 + 1/2|, k = t if odd, else t + 1.
     *
     * @param channels
     *            C, at least 1
     */
    public static int adaptiveKernel(int channels) {
        int t = (int) Math.abs(Math.log(channels) / Math.log(2) / 2 + 0.5);
        return t % 2 == 1 ? t : t + 1;
    }
}
