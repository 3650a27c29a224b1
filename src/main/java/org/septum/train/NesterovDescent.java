package org.septum.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Stochastic gradient descent with Nesterov momentum and weight decay, PyTorch's form: g ← g + λ w; v ← μ v + g; w ← w
 * - η (g + μ v). Gradients are first scaled down to a largest global norm.
 * <p>
 * <b>Why</b> not DJL's: its optimisers do not let their state be saved, and a resumed run must go on as if it had never
 * been interrupted.
 */
public final class NesterovDescent {

    private static final double LARGEST_NORM = 12;

    private final double momentum;

    private final double weightDecay;

    private final Map<String, NDArray> velocity = new LinkedHashMap<>();

    /**
     * Starts at rest.
     *
     * @param weights
     *            what will be updated; the velocities are made on the same device
     * @param momentum
     *            μ
     * @param weightDecay
     *            λ
     * @param manager
     *            owns the velocities
     */
    public NesterovDescent(Map<String, NDArray> weights, double momentum, double weightDecay, NDManager manager) {
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        weights.forEach((name, w) -> {
            NDArray v = manager.zeros(w.getShape());
            v.setName(name);
            velocity.put(name, v);
        });
    }

    /**
     * Updates the weights from their gradients and clears the gradients.
     *
     * @return the global norm of the gradient before scaling; NaN if it is broken, and then nothing was changed
     */
    public double step(Map<String, NDArray> weights, double learningRate) {
        double square = 0;
        for (NDArray w : weights.values()) {
            try (NDArray g = w.getGradient();
                    NDArray s = g.square();
                    NDArray sum = s.sum()) {
                square += sum.getFloat();
            }
        }
        double norm = Math.sqrt(square);
        boolean sound = !Double.isNaN(norm) && !Double.isInfinite(norm);
        float scale = norm > LARGEST_NORM ? (float) (LARGEST_NORM / norm) : 1f;
        weights.forEach((name, w) -> {
            try (NDArray g = w.getGradient()) {
                if (sound)
                    update(w, g, velocity.get(name), scale, learningRate);
                g.subi(g);
            }
        });
        return sound ? norm : Double.NaN;
    }

    /**
     * Only the detached weight takes part: arithmetic with the weight itself would be recorded for a later gradient,
     * and the velocity would drag that record along, longer with every step.
     */
    private void update(NDArray w, NDArray g, NDArray v, float scale, double learningRate) {
        try (NDArray plain = w.stopGradient();
                NDArray decay = plain.mul(weightDecay);
                NDArray sum = g.mul(scale)) {
            sum.addi(decay);
            v.muli(momentum);
            v.addi(sum);
            try (NDArray look = v.mul(momentum)) {
                look.addi(sum);
                look.muli(learningRate);
                plain.subi(look);
            }
        }
    }

    /** A copy of the velocities, for a checkpoint. */
    public NamedWeights state() {
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        velocity.forEach((name, v) -> tensors.put(name, NamedWeights.Tensor.of(shape(v), v.toFloatArray())));
        return new NamedWeights(tensors);
    }

    private static List<Long> shape(NDArray array) {
        return Arrays.stream(array.getShape().getShape()).boxed().toList();
    }

    /** Goes on from a saved state. */
    public void restore(NamedWeights state) {
        boolean fits = state.tensors().keySet().equals(velocity.keySet());
        for (Map.Entry<String, NDArray> entry : velocity.entrySet())
            fits = fits && state.get(entry.getKey()).shape().equals(shape(entry.getValue()));
        if (!fits) {
            throw SeptumException
                    .input("the checkpoint's optimiser state belongs to another network; start anew without --resume");
        }
        velocity.forEach((name, v) -> v.set(state.get(name).values()));
    }
}
