package org.septum.model.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Transposed convolution whose kernel equals its stride, with a bias. Input (N, in, S), weight (in, out, stride…), bias
 * (out), output (N, out, S * stride).
 * <p>
 * <b>Why</b> not the engine's own: DJL's PyTorch engine has no transposed convolution. With kernel = stride the output
 * windows do not overlap, so a 1×1 convolution to out·prod(stride) channels followed by a rearrangement of channels
 * into space is exactly the same.
 *
 * @param in
 *            channels read
 * @param out
 *            channels made
 * @param stride
 *            factor along each spatial axis, in tensor order
 */
public record UpConvolution(int in, int out, List<Integer> stride) implements Widened {

    public UpConvolution {
        stride = List.copyOf(stride);
    }

    private long window() {
        long n = 1;
        for (int s : stride)
            n *= s;
        return n;
    }

    @Override
    public UpConvolution withOut(int channels) {
        return new UpConvolution(in, channels, stride);
    }

    @Override
    public List<WeightSpec> weights() {
        List<Long> shape = new ArrayList<>(List.of((long) in, (long) out));
        for (int s : stride)
            shape.add((long) s);
        return List.of(new WeightSpec("weight", shape, WeightSpec.Role.KERNEL),
                new WeightSpec("bias", List.of((long) out), WeightSpec.Role.BIAS));
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        TensorShape x = Shapes.single(this, inputs);
        Shapes.requireChannels(this, x, in);
        List<Integer> spatial = new ArrayList<>();
        for (int d = 0; d < stride.size(); d++)
            spatial.add(x.spatial().get(d) * stride.get(d));
        return new TensorShape(out, spatial);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.making(out, Coupling.dense(weights(), 1));
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        int dims = stride.size();
        long[] ones = new long[dims];
        java.util.Arrays.fill(ones, 1);
        try (NDArray kernel = kernel(weights.get("weight"), x, ones);
                NDArray y = x.getNDArrayInternal()
                        .convolution(x, kernel, null, new Shape(ones), new Shape(new long[dims]), new Shape(ones), 1)
                        .singletonOrThrow();
                NDArray spread = depthToSpace(y, x.getShape());
                NDArray bias = ScopedWeight.of(weights.get("bias"), x, new Shape(1, out).addAll(new Shape(ones)))) {
            return spread.add(bias);
        }
    }

    /** The weight (in, out, stride…) as that of a 1×1 convolution, (out·window, in, 1…). */
    private NDArray kernel(NDArray weight, NDArray features, long[] ones) {
        try (NDArray flat = ScopedWeight.of(weight, features, new Shape(in, out * window()));
                NDArray turned = flat.transpose()) {
            return turned.reshape(new Shape(out * window(), in).addAll(new Shape(ones)));
        }
    }

    /** (N, out·window, S) to (N, out, S·stride): channel c·window + p goes to position p of every window. */
    private NDArray depthToSpace(NDArray y, Shape input) {
        int dims = stride.size();
        long[] split = new long[2 + 2 * dims];
        int[] order = new int[2 + 2 * dims];
        long[] joined = new long[2 + dims];
        split[0] = joined[0] = input.get(0);
        split[1] = joined[1] = out;
        order[1] = 1;
        for (int d = 0; d < dims; d++) {
            split[2 + d] = stride.get(d);
            split[2 + dims + d] = input.get(2 + d);
            order[2 + 2 * d] = 2 + dims + d;
            order[3 + 2 * d] = 2 + d;
            joined[2 + d] = input.get(2 + d) * stride.get(d);
        }
        try (NDArray windows = y.reshape(split);
                NDArray turned = windows.transpose(order)) {
            return turned.reshape(joined);
        }
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        return window() * in * out * inputs.get(0).positions();
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.upConvolution(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.of(stride.stream().map(s -> new Reach.Window(1, s, 0, 0)).toList());
    }
}
