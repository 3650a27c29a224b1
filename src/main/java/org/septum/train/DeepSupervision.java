package org.septum.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * The loss of a network that puts out classes at several resolutions (Lee et al., Deeply-Supervised Nets, AISTATS 2015,
 * with nnU-Net's weights): each level weighs half of the finer one, and the weights add up to 1. Of a single output it
 * is the plain loss.
 * <p>
 * Differs from nnU-Net: a coarse voxel is taught the shares of the classes inside it, not the class at its corner.
 */
final class DeepSupervision {

    private final Loss loss;

    DeepSupervision(Loss loss) {
        this.loss = loss;
    }

    /**
     * The loss as a scalar tensor.
     *
     * @param outputs
     *            logits (N, classes, S), finest first; every size a divisor of the finest
     * @param target
     *            one-hot, of the finest shape
     */
    NDArray evaluate(NDList outputs, NDArray target) {
        if (outputs.size() == 1)
            return loss.evaluate(outputs.head(), target);
        double sum = 2 - Math.pow(0.5, outputs.size() - 1);
        NDArray total = null;
        for (int i = 0; i < outputs.size(); i++) {
            NDArray shares = reduced(target, outputs.get(i).getShape());
            // a tensor, not a number: the engine would keep a number for the gradient in a buffer that may be collected
            NDArray weight = target.getManager().create((float) (Math.pow(0.5, i) / sum));
            NDArray part = loss.evaluate(outputs.get(i), shares).mul(weight);
            total = total == null ? part : total.add(part);
        }
        return total;
    }

    /** Means of the windows that belong to one coarse voxel. */
    static NDArray reduced(NDArray target, Shape shape) {
        if (target.getShape().equals(shape))
            return target;
        int dims = shape.dimension() - 2;
        long[] window = new long[dims];
        for (int d = 0; d < dims; d++)
            window[d] = target.getShape().get(2 + d) / shape.get(2 + d);
        Shape size = new Shape(window);
        return target.getNDArrayInternal().avgPool(size, size, new Shape(new long[dims]), false, false);
    }
}
