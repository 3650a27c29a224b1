package org.septum.model.block;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Convolution with zero padding of half a kernel. Input (N, in, S), weight (out, in/groups, k…), bias (out), output (N,
 * out, S/stride rounded up). With as many groups as channels it is a depthwise convolution.
 *
 * @param in
 *            channels read
 * @param out
 *            channels made
 * @param kernel
 *            size along each spatial axis, odd, in tensor order
 * @param stride
 *            step along each spatial axis, in tensor order
 * @param groups
 *            each of so many equal parts of the output reads only its part of the input
 * @param biased
 *            whether it has a bias
 */
public record Convolution(int in, int out, List<Integer> kernel, List<Integer> stride, int groups, boolean biased)
        implements Widened {

    public Convolution {
        kernel = List.copyOf(kernel);
        stride = List.copyOf(stride);
        for (int k : kernel) {
            if (k < 1 || k % 2 == 0) {
                throw new IllegalArgumentException("kernel " + kernel + "; each size must be odd and at least 1");
            }
        }
        if (stride.size() != kernel.size() || stride.stream().anyMatch(s -> s < 1)) {
            throw new IllegalArgumentException("stride " + stride + " with kernel " + kernel
                    + "; it needs one factor of at least 1 for each axis");
        }
        if (groups < 1 || in % groups != 0 || out % groups != 0) {
            throw new IllegalArgumentException(
                    groups + " groups for " + in + " to " + out + " channels; both must be multiples of the groups");
        }
    }

    /** A convolution that keeps the size and has a bias. */
    public Convolution(int in, int out, List<Integer> kernel) {
        this(in, out, kernel, Collections.nCopies(kernel.size(), 1), 1, true);
    }

    /** A convolution with the same kernel size along all of {@code dims} axes, that keeps the size, with a bias. */
    public static Convolution of(int dims, int in, int out, int kernel) {
        return new Convolution(in, out, Collections.nCopies(dims, kernel));
    }

    /** A convolution with the same kernel size along all axes and no bias. */
    public static Convolution strided(int in, int out, int kernel, List<Integer> stride) {
        return new Convolution(in, out, Collections.nCopies(stride.size(), kernel), stride, 1, false);
    }

    /** A convolution without a bias. */
    public static Convolution strided(int in, int out, List<Integer> kernel, List<Integer> stride) {
        return new Convolution(in, out, kernel, stride, 1, false);
    }

    /** One filter for each channel, no bias. */
    public static Convolution depthwise(int channels, int kernel, List<Integer> stride) {
        return new Convolution(channels, channels, Collections.nCopies(stride.size(), kernel), stride, channels, false);
    }

    @Override
    public Convolution withOut(int channels) {
        return new Convolution(in, channels, kernel, stride, groups, biased);
    }

    @Override
    public boolean isFree() {
        return groups == 1;
    }

    @Override
    public List<WeightSpec> weights() {
        List<Long> shape = new ArrayList<>(List.of((long) out, (long) in / groups));
        for (int k : kernel)
            shape.add((long) k);
        WeightSpec weight = new WeightSpec("weight", shape, WeightSpec.Role.KERNEL);
        return biased ? List.of(weight, new WeightSpec("bias", List.of((long) out), WeightSpec.Role.BIAS))
                : List.of(weight);
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        TensorShape x = Shapes.single(this, inputs);
        Shapes.requireChannels(this, x, in);
        return Shapes.reduced(x, stride).withChannels(out);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        if (groups == 1)
            return Coupling.making(out, Coupling.dense(weights(), 0));
        boolean depthwise = groups == in && groups == out;
        return depthwise ? Coupling.passing(weights()) : Coupling.making(out, List.of()).unchangeable();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        long[] padding = kernel.stream().mapToLong(k -> k / 2).toArray();
        long[] ones = kernel.stream().mapToLong(k -> 1).toArray();
        long[] steps = stride.stream().mapToLong(s -> s).toArray();
        return inputs.get(0).getNDArrayInternal().convolution(inputs.get(0), weights.get("weight"), weights.get("bias"),
                new Shape(steps), new Shape(padding), new Shape(ones), groups).singletonOrThrow();
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        long k = 1;
        for (int size : kernel)
            k *= size;
        return k * (in / groups) * out * output(inputs).positions();
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.convolution(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.centred(kernel, stride);
    }
}
