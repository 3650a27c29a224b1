package org.septum.model.block;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Fully connected layer: (N, in) to (N, out), y = x · weightᵀ + bias. Weight (out, in), bias (out).
 *
 * @param in
 *            channels read
 * @param out
 *            channels made
 * @param biased
 *            whether it has a bias
 */
public record Linear(int in, int out, boolean biased) implements Widened {

    public Linear {
        if (in < 1 || out < 1)
            throw new IllegalArgumentException("linear layer " + in + " to " + out + "; each must be at least 1");
    }

    @Override
    public Linear withOut(int channels) {
        return new Linear(in, channels, biased);
    }

    @Override
    public List<WeightSpec> weights() {
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(new WeightSpec("weight", List.of((long) out, (long) in), WeightSpec.Role.KERNEL));
        if (biased)
            weights.add(new WeightSpec("bias", List.of((long) out), WeightSpec.Role.BIAS));
        return weights;
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        TensorShape x = Shapes.single(this, inputs);
        Shapes.requireChannels(this, x, in);
        return x.withChannels(out);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.making(out, Coupling.dense(weights(), 0));
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        return x.getNDArrayInternal().linear(x, weights.get("weight"), weights.get("bias")).singletonOrThrow();
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        return (long) in * out;
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.linear(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
