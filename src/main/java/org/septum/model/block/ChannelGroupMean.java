package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Mean of each group of neighbouring channels: (N, C) to (N, groups).
 *
 * @param groups
 *            number of groups; divides the channels
 */
public record ChannelGroupMean(int groups) implements Layer {

    @Override
    public TensorShape output(List<TensorShape> inputs) {
        TensorShape x = Shapes.single(this, inputs);
        if (x.channels() % groups != 0)
            throw Shapes.wrong(this, x.channels() + " channels", "a multiple of " + groups);
        return x.withChannels(groups);
    }

    @Override
    public Coupling coupling(List<Integer> channels) {
        return Coupling.making(groups, List.of()).unchangeable();
    }

    @Override
    public NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training) {
        NDArray x = inputs.get(0);
        try (NDArray grouped = x.reshape(x.getShape().get(0), groups, -1)) {
            return grouped.mean(new int[] { 2 });
        }
    }

    @Override
    public <R> R accept(LayerVisitor<R> visitor) {
        return visitor.channelGroupMean(this);
    }

    @Override
    public Reach reach(int input, List<TensorShape> inputs) {
        return Reach.POSITION;
    }
}
