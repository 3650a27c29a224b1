package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Multiplies features (N, C, S) by gates: (N, G) to scale whole channels, or (N, G, S) to scale every position. With
 * fewer gates than channels each gate scales C / G neighbouring channels.
 */
public record Gating() implements Layer {

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        if (inputs.size() != 2)
            throw Shapes.wrong(this, inputs.size() + " inputs", "features and gates");
        TensorShape x = inputs.get(0);
        TensorShape gate = inputs.get(1);
        if (x.channels() % gate.channels() != 0) {
            throw Shapes.wrong(this, gate.channels() + " gates for " + x.channels() + " channels",
                    "a number of gates that divides the channels");
        }
        if (!gate.spatial().isEmpty() && !gate.spatial().equals(x.spatial()))
            throw Shapes.wrong(this, "sizes " + inputs, "equal sizes, or gates without any");
        return x;
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        int gates = channels.get(1);
        if (gates == channels.get(0))
            return Coupling.tying(0, List.of(0, 1));
        return gates == 1 ? Coupling.passing() : Coupling.passing().unchangeable();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        long n = x.getShape().get(0);
        long gates = inputs.get(1).getShape().get(1);
        long each = x.getShape().get(1) / gates;
        try (NDArray features = x.reshape(new Shape(n, gates, each, -1));
                NDArray gate = inputs.get(1).reshape(new Shape(n, gates, 1, -1));
                NDArray scaled = features.mul(gate)) {
            return scaled.reshape(x.getShape());
        }
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.gating(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
