package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Largest value of windows that overlap, as behind the first convolution of ResNet: along an axis with stride s windows
 * of 2·⌊s/2⌋ + 1, so 3 for a stride of 2 and none for a stride of 1. Sizes are divided by the stride and rounded up.
 *
 * @param stride
 *            step along each spatial axis, in tensor order
 */
public record OverlappingMaxPooling(List<Integer> stride) implements Layer {

    public OverlappingMaxPooling {
        stride = List.copyOf(stride);
    }

    /** Size of the window along each axis. */
    public List<Integer> window() {
        return stride.stream().map(s -> 2 * (s / 2) + 1).toList();
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        return Shapes.reduced(Shapes.single(this, inputs), stride);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.passing();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        Shape window = new Shape(window().stream().mapToLong(w -> w).toArray());
        Shape step = new Shape(stride.stream().mapToLong(s -> s).toArray());
        Shape padding = new Shape(window().stream().mapToLong(w -> w / 2).toArray());
        return inputs.get(0).getNDArrayInternal().maxPool(window, step, padding, false);
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.overlappingMaxPooling(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.centred(window(), stride);
    }
}
