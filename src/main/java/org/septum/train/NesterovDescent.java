package org.septum.train;

import java.util.Map;

import org.septum.model.NamedWeights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Stochastic gradient descent with Nesterov momentum and weight decay, PyTorch's form: g ← g + λ w; v ← μ v + g; w ← w
 * - η (g + μ v).
 */
public final class NesterovDescent implements Optimizer {

    private final double momentum;

    private final double weightDecay;

    private final double largestNorm;

    private final OptimizerState velocity;

    /**
     * Starts at rest.
     *
     * @param weights
     *            what will be updated; the velocities are made on the same device
     * @param momentum
     *            μ
     * @param weightDecay
     *            λ
     * @param largestNorm
     *            to which longer gradients are scaled down
     * @param manager
     *            owns the velocities
     */
    public NesterovDescent(Map<String, NDArray> weights, double momentum, double weightDecay, double largestNorm,
            NDManager manager) {
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        this.largestNorm = largestNorm;
        this.velocity = new OptimizerState(manager);
        velocity.add("", weights);
    }

    @Override
    public double step(Map<String, NDArray> weights, double learningRate) {
        double norm = Gradients.norm(weights);
        if (!Double.isFinite(norm)) {
            Gradients.clear(weights);
            return Double.NaN;
        }
        double scale = Gradients.scale(norm, largestNorm);
        weights.forEach((name, w) -> {
            try (NDArray g = w.getGradient();
                    NDArray plain = w.stopGradient()) {
                update(plain, g, velocity.get(name), scale, learningRate);
            }
        });
        return norm;
    }

    /** Computes in the gradient's own memory, which is cleared in the end. */
    private void update(NDArray w, NDArray g, NDArray v, double scale, double learningRate) {
        if (scale != 1)
            g.muli(scale);
        if (weightDecay != 0) {
            try (NDArray decay = w.mul(weightDecay)) {
                g.addi(decay);
            }
        }
        v.muli(momentum);
        v.addi(g);
        try (NDArray look = v.mul(momentum)) {
            look.addi(g);
            look.muli(learningRate);
            w.subi(look);
        }
        g.subi(g);
    }

    @Override
    public NamedWeights state() {
        return new NamedWeights(velocity.copy());
    }

    @Override
    public void restore(NamedWeights state) {
        velocity.restore(state.tensors());
    }
}
