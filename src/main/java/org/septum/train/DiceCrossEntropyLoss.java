package org.septum.train;

import java.util.List;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Cross-entropy plus soft Dice loss, equally weighted (Isensee et al., nnU-Net, Nature Methods 2021). Dice is taken for
 * each foreground class over the whole batch: 1 - mean of (2 Σ p g + 1) / (Σ p + Σ g + 1). Classes may weigh
 * differently in the cross-entropy, which is then Σ w g (-ln p) / Σ w g, as in PyTorch.
 */
public final class DiceCrossEntropyLoss implements Loss {

    private static final float SMOOTH = 1f;

    private final List<Double> classWeights;

    /** All classes weigh alike. */
    public DiceCrossEntropyLoss() {
        this(List.of());
    }

    /**
     * With weights of the cross-entropy.
     *
     * @param classWeights
     *            one for each class; empty for equal ones
     */
    public DiceCrossEntropyLoss(List<Double> classWeights) {
        this.classWeights = List.copyOf(classWeights);
    }

    /**
     * The loss as a scalar tensor.
     *
     * @param logits
     *            (N, classes, S)
     * @param target
     *            one-hot, same shape
     */
    @Override
    public NDArray evaluate(NDArray logits, NDArray target) {
        long n = logits.getShape().get(0);
        long classes = logits.getShape().get(1);
        int[] batchAndSpace = { 0, 2 };
        NDArray logProbability = logits.reshape(n, classes, -1).logSoftmax(1);
        NDArray truth = target.reshape(n, classes, -1);
        NDArray voxels = truth.sum(batchAndSpace);
        NDArray surprise = logProbability.mul(truth).sum(batchAndSpace);
        NDArray p = logProbability.exp();
        NDArray overlap = p.mul(truth).sum(batchAndSpace);
        // not times 2: the engine would keep the number for the gradient in a buffer that may be collected before
        NDArray twice = overlap.add(overlap);
        NDArray total = p.sum(batchAndSpace).add(voxels);
        NDArray dice = twice.add(SMOOTH).div(total.add(SMOOTH)).get(new NDIndex("1:"));
        return crossEntropy(surprise, voxels).add(dice.mean().neg().add(1));
    }

    /** From Σ g ln p and Σ g of each class. */
    private NDArray crossEntropy(NDArray surprise, NDArray voxels) {
        if (classWeights.isEmpty())
            return surprise.sum().div(voxels.sum()).neg();
        float[] values = new float[classWeights.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = classWeights.get(i).floatValue();
        NDArray weights = voxels.getManager().create(values, new Shape(values.length));
        return surprise.mul(weights).sum().div(voxels.mul(weights).sum()).neg();
    }
}
