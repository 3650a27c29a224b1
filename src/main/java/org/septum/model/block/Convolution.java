package org.septum.model.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Convolution with stride 1, zero padding that keeps the size, and a bias. Input (N, in, S), weight (out, in, k…), bias
 * (out), output (N, out, S).
 *
 * @param in
 *            channels read
 * @param out
 *            channels made
 * @param kernel
 *            size along each spatial axis, odd, in tensor order
 */
public record Convolution(int in, int out, List<Integer> kernel) implements Layer {

    public Convolution {
        kernel = List.copyOf(kernel);
        for (int k : kernel) {
            if (k < 1 || k % 2 == 0) {
                throw new IllegalArgumentException("kernel " + kernel + "; each size must be odd and at least 1");
            }
        }
    }

    /** A convolution with the same kernel size along all of {@code dims} axes. */
    public static Convolution of(int dims, int in, int out, int kernel) {
        return new Convolution(in, out, java.util.Collections.nCopies(dims, kernel));
    }

    @Override
    public List<WeightSpec> weights() {
        List<Long> shape = new ArrayList<>(List.of((long) out, (long) in));
        for (int k : kernel)
            shape.add((long) k);
        return List.of(new WeightSpec("weight", shape, WeightSpec.Role.KERNEL),
                new WeightSpec("bias", List.of((long) out), WeightSpec.Role.BIAS));
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        TensorShape x = Shapes.single(this, inputs);
        Shapes.requireChannels(this, x, in);
        return x.withChannels(out);
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        long[] padding = kernel.stream().mapToLong(k -> k / 2).toArray();
        long[] ones = kernel.stream().mapToLong(k -> 1).toArray();
        return inputs.get(0).getNDArrayInternal().convolution(inputs.get(0), weights.get("weight"), weights.get("bias"),
                new Shape(ones), new Shape(padding), new Shape(ones), 1).singletonOrThrow();
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        long k = 1;
        for (int size : kernel)
            k *= size;
        return k * in * out * inputs.get(0).positions();
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.convolution(this);
    }
}
