package org.septum.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.model.NamedWeights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), PyTorch's form: w ← w - η λ w; m ← β₁ m + (1 -
 * β₁) g; v ← β₂ v + (1 - β₂) g²; w ← w - η / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε) at step t = 1, 2 …
 */
public final class AdamW implements Optimizer {

    /**
     * Its constants.
     *
     * @param beta1
     *            β₁
     * @param beta2
     *            β₂
     * @param epsilon
     *            ε
     * @param weightDecay
     *            λ
     */
    public record Rates(double beta1, double beta2, double epsilon, double weightDecay) {

        /** 0.9, 0.999, 1e-8. */
        public static Rates usual(double weightDecay) {
            return new Rates(0.9, 0.999, 1e-8, weightDecay);
        }
    }

    private static final String MEAN = "mean/";

    private static final String VARIANCE = "variance/";

    private static final String STEPS = "steps";

    private static final int HALF_BITS = 24;

    private final Rates rates;

    private final double largestNorm;

    private final OptimizerState moments;

    private long steps;

    /**
     * Starts at step 0.
     *
     * @param weights
     *            what will be updated; the moments are made on the same device
     * @param rates
     *            its constants
     * @param largestNorm
     *            to which longer gradients are scaled down
     * @param manager
     *            owns the moments
     */
    public AdamW(Map<String, NDArray> weights, Rates rates, double largestNorm, NDManager manager) {
        this.rates = rates;
        this.largestNorm = largestNorm;
        this.moments = new OptimizerState(manager);
        moments.add(MEAN, weights);
        moments.add(VARIANCE, weights);
    }

    @Override
    public double step(Map<String, NDArray> weights, double learningRate) {
        double norm = Gradients.norm(weights);
        if (!Double.isFinite(norm)) {
            Gradients.clear(weights);
            return Double.NaN;
        }
        double scale = Gradients.scale(norm, largestNorm);
        steps++;
        double first = 1 - Math.pow(rates.beta1(), steps);
        double second = Math.sqrt(1 - Math.pow(rates.beta2(), steps));
        weights.forEach((name, w) -> {
            try (NDArray g = w.getGradient();
                    NDArray plain = w.stopGradient()) {
                if (scale != 1)
                    g.muli(scale);
                accumulate(g, moments.get(MEAN + name), moments.get(VARIANCE + name));
                if (rates.weightDecay() != 0)
                    plain.muli(1 - learningRate * rates.weightDecay());
                move(plain, moments.get(MEAN + name), moments.get(VARIANCE + name), learningRate / first, second);
            }
        });
        return norm;
    }

    /** Computes in the gradient's own memory, which is cleared in the end. */
    private void accumulate(NDArray g, NDArray mean, NDArray variance) {
        try (NDArray square = g.square()) {
            square.muli(1 - rates.beta2());
            variance.muli(rates.beta2());
            variance.addi(square);
        }
        g.muli(1 - rates.beta1());
        mean.muli(rates.beta1());
        mean.addi(g);
        g.subi(g);
    }

    private void move(NDArray w, NDArray mean, NDArray variance, double rate, double second) {
        try (NDArray root = variance.sqrt();
                NDArray change = mean.mul(rate)) {
            root.divi(second);
            root.addi(rates.epsilon());
            change.divi(root);
            w.subi(change);
        }
    }

    @Override
    public NamedWeights state() {
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>(moments.copy());
        // two floats, each exact, for up to 2^48 steps
        tensors.put(STEPS,
                NamedWeights.Tensor.of(List.of(2L), new float[] { steps >> HALF_BITS, steps % (1 << HALF_BITS) }));
        return new NamedWeights(tensors);
    }

    @Override
    public void restore(NamedWeights state) {
        Map<String, NamedWeights.Tensor> saved = new LinkedHashMap<>(state.tensors());
        NamedWeights.Tensor count = saved.remove(STEPS);
        moments.restore(saved);
        float[] halves = count == null ? new float[2] : count.values();
        steps = ((long) halves[0] << HALF_BITS) + (long) halves[1];
    }
}
