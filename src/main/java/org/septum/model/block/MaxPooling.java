package org.septum.model.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Largest value of windows that do not overlap; a rest at the end of an axis is dropped.
 *
 * @param stride
 *            window size along each spatial axis, in tensor order
 */
public record MaxPooling(List<Integer> stride) implements Layer {

    public MaxPooling {
        stride = List.copyOf(stride);
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        TensorShape x = Shapes.single(this, inputs);
        List<Integer> spatial = new ArrayList<>();
        for (int d = 0; d < stride.size(); d++)
            spatial.add(x.spatial().get(d) / stride.get(d));
        return new TensorShape(x.channels(), spatial);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.passing();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        Shape window = new Shape(stride.stream().mapToLong(s -> s).toArray());
        return inputs.get(0).getNDArrayInternal().maxPool(window, window, new Shape(new long[stride.size()]), false);
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.maxPooling(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.of(stride.stream().map(s -> new Reach.Window(s, 1, 0, s - 1)).toList());
    }
}
