package org.septum.train;

import ai.djl.ndarray.NDArray;

/**
 * Cross-entropy plus soft Dice loss, equally weighted (Isensee et al., nnU-Net, Nature Methods 2021). Dice is taken for
 * each foreground class over the whole batch: 1 - mean of (2 Σ p g + 1) / (Σ p + Σ g + 1).
 */
public final class DiceCrossEntropyLoss {

    private static final float SMOOTH = 1f;

    /**
     * The loss as a scalar tensor.
     *
     * @param logits
     *            (N, classes, S)
     * @param target
     *            one-hot, same shape
     */
    public NDArray evaluate(NDArray logits, NDArray target) {
        long n = logits.getShape().get(0);
        long classes = logits.getShape().get(1);
        NDArray logProbability = logits.reshape(n, classes, -1).logSoftmax(1);
        NDArray truth = target.reshape(n, classes, -1);
        NDArray crossEntropy = logProbability.mul(truth).sum(new int[] { 1 }).mean().neg();
        NDArray p = logProbability.exp();
        int[] batchAndSpace = { 0, 2 };
        NDArray overlap = p.mul(truth).sum(batchAndSpace);
        // not times 2: the engine would keep the number for the gradient in a buffer that may be collected before
        NDArray twice = overlap.add(overlap);
        NDArray total = p.sum(batchAndSpace).add(truth.sum(batchAndSpace));
        NDArray dice = twice.add(SMOOTH).div(total.add(SMOOTH)).get(new ai.djl.ndarray.index.NDIndex("1:"));
        return crossEntropy.add(dice.mean().neg().add(1));
    }
}
