package org.septum.train;

import ai.djl.ndarray.NDArray;

/**
 * CA-Net's soft Dice loss (Gu et al., CA-Net, IEEE TMI 2021; the code they published). D_c = (2 Σ g p + 1e-5) / (Σ g +
 * Σ p + 1 + 1e-5) over the whole batch, for all classes, the background among them; the loss is 1 - mean D or the mean
 * of -ln D.
 *
 * @param logarithmic
 *            whether it is the mean of -ln D
 */
record SoftDiceLoss(boolean logarithmic) implements Loss {

    private static final float SMOOTH = 1e-5f;

    @Override
    public NDArray evaluate(NDArray logits, NDArray target) {
        return ofProbabilities(logits.softmax(1), target);
    }

    /** The loss of probabilities (N, classes, S). */
    NDArray ofProbabilities(NDArray probabilities, NDArray target) {
        long n = probabilities.getShape().get(0);
        long classes = probabilities.getShape().get(1);
        int[] batchAndSpace = { 0, 2 };
        NDArray p = probabilities.reshape(n, classes, -1);
        NDArray truth = target.reshape(n, classes, -1);
        NDArray overlap = p.mul(truth).sum(batchAndSpace);
        // not times 2: the engine would keep the number for the gradient in a buffer that may be collected before
        NDArray twice = overlap.add(overlap);
        NDArray total = p.sum(batchAndSpace).add(truth.sum(batchAndSpace));
        NDArray dice = twice.add(SMOOTH).div(total.add(1 + SMOOTH));
        return logarithmic ? dice.log().mean().neg() : dice.mean().neg().add(1);
    }
}
