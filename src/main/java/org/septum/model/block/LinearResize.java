package org.septum.model.block;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Resizes the first input (N, C, S) to the size of the second (N, any, S'), which is not smaller along any axis, by
 * linear interpolation along every axis. Sample i of m lies at p = max((i + 0.5) n / m - 0.5, 0) among the n samples of
 * the input, and past the last sample its value is kept.
 * <p>
 * <b>Why</b> not smaller: there the engine takes means over wider windows instead.
 */
public record LinearResize() implements Layer {

    /** The engine's number for bilinear interpolation. */
    private static final int BILINEAR = 1;

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        if (inputs.size() != 2 || inputs.get(0).spatial().size() != inputs.get(1).spatial().size()
                || inputs.get(0).spatial().isEmpty())
            throw Shapes.wrong(this, "inputs " + inputs, "features and a feature of the size to reach");
        for (int d = 0; d < inputs.get(0).spatial().size(); d++) {
            if (inputs.get(1).spatial().get(d) < inputs.get(0).spatial().get(d))
                throw Shapes.wrong(this, "sizes " + inputs, "a size to reach that is not smaller");
        }
        return inputs.get(1).withChannels(inputs.get(0).channels());
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.passing();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        Shape target = inputs.get(1).getShape();
        return target.dimension() == 4 ? resized(x, target.get(2), target.get(3)) : inTwoPasses(x, target);
    }

    private static NDArray resized(NDArray x, long height, long width) {
        return x.getNDArrayInternal().interpolation(new long[] { height, width }, BILINEAR, false);
    }

    /** The engine cannot do three axes at once: y and x first, then z. */
    private static NDArray inTwoPasses(NDArray x, Shape target) {
        Shape s = x.getShape();
        long plane = target.get(3) * target.get(4);
        try (NDArray slices = x.reshape(new Shape(s.get(0), s.get(1) * s.get(2), s.get(3), s.get(4)));
                NDArray wide = resized(slices, target.get(3), target.get(4));
                NDArray columns = wide.reshape(new Shape(s.get(0), s.get(1), s.get(2), plane));
                NDArray deep = resized(columns, target.get(2), plane)) {
            return deep.reshape(new Shape(s.get(0), s.get(1), target.get(2), target.get(3), target.get(4)));
        }
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.linearResize(this);
    }

    /** With p as above, on the samples at ⌊p⌋ and ⌈p⌉. */
    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        if (input != 0)
            return Reach.NOTHING;
        List<Integer> from = inputs.get(0).spatial();
        List<Integer> to = inputs.get(1).spatial();
        return Reach.of(IntStream.range(0, from.size()).mapToObj(d -> window(from.get(d), to.get(d))).toList());
    }

    private static Reach.Window window(int n, int m) {
        return new Reach.Window(2 * n, 2 * m, m - n, n + m - 1);
    }
}
