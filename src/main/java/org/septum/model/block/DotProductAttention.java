package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Every position of the queries gathers values from all positions: inputs q (N, m, S), k (N, m, S'), v (N, c, S'),
 * output (N, c, S), y = v · softmax(qᵀ k)ᵀ with the soft-max over S' (Wang et al., Non-local Neural Networks, CVPR
 * 2018, embedded Gaussian). Needs room for S × S' numbers.
 * <p>
 * Differs from scaled dot-product attention: qᵀ k is not divided by sqrt(m), as CA-Net has it.
 */
public record DotProductAttention() implements Layer {

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        if (inputs.size() != 3 || inputs.get(0).channels() != inputs.get(1).channels()
                || !inputs.get(1).spatial().equals(inputs.get(2).spatial()))
            throw Shapes.wrong(this, "inputs " + inputs,
                    "queries and keys of equal channels, keys and values of equal sizes");
        return inputs.get(0).withChannels(inputs.get(2).channels());
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.tying(2, List.of(0, 1));
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray q = inputs.get(0);
        try (NDArray rows = GlobalPooling.flat(q);
                NDArray queries = rows.transpose(0, 2, 1);
                NDArray keys = GlobalPooling.flat(inputs.get(1));
                NDArray similarity = queries.batchMatMul(keys);
                NDArray attention = similarity.softmax(2);
                NDArray turned = attention.transpose(0, 2, 1);
                NDArray values = GlobalPooling.flat(inputs.get(2));
                NDArray gathered = values.batchMatMul(turned)) {
            return gathered
                    .reshape(new Shape(q.getShape().get(0), values.getShape().get(1)).addAll(q.getShape().slice(2)));
        }
    }

    /** Both products. */
    @Override
    public long macs(List<TensorShape> inputs) {
        long pairs = inputs.get(0).positions() * inputs.get(1).positions();
        return pairs * (inputs.get(0).channels() + inputs.get(2).channels());
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.dotProductAttention(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return input == 0 ? Reach.POSITION : Reach.EVERYTHING;
    }
}
