package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** Mean over all positions: (N, C, S) to (N, C). */
public record GlobalAverage() implements Layer {

    @Override
    public List<WeightSpec> weights() {
        return List.of();
    }

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        return new TensorShape(Shapes.single(this, inputs).channels(), List.of());
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.passing();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        try (NDArray flat = x.reshape(x.getShape().get(0), x.getShape().get(1), -1)) {
            return flat.mean(new int[] { 2 });
        }
    }

    @Override
    public long macs(List<TensorShape> inputs) {
        return 0;
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.globalAverage(this);
    }
}
