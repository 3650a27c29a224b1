package org.septum.model.block;

import java.util.List;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * A primitive operation of a network. Immutable; holds hyper-parameters, never weights. Tensors are N,C,Y,X or
 * N,C,Z,Y,X float32, or N,C where the spatial axes have been averaged away.
 */
public sealed interface Layer permits Widened, BatchNormalization, GroupNormalization, Pointwise, MaxPooling,
        OverlappingMaxPooling, Concatenation, Addition, GlobalPooling, ChannelConvolution, Gating, ChannelGroupMean,
        ChannelDropout, LinearResize, DotProductAttention {

    /** The weights it needs, in a fixed order; most layers have none. */
    default List<WeightSpec> weights() {
        return List.of();
    }

    /**
     * Shape of the output, without executing.
     *
     * @throws org.septum.core.SeptumException
     *             if the inputs do not fit
     */
    TensorShape output(List<TensorShape> inputs);

    /** Channels of the output for inputs of so many channels; unlike {@link #output} it checks nothing. */
    default int channels(List<Integer> inputs) {
        Coupling coupling = coupling(inputs);
        return coupling.made() > 0 ? coupling.made() : coupling.carried().stream().mapToInt(inputs::get).sum();
    }

    /** What it does with the channels of inputs that have so many. */
    Coupling coupling(List<Integer> channels);

    /**
     * Computes the output.
     *
     * @param inputs
     *            one tensor per input
     * @param weights
     *            by {@link WeightSpec#name()}
     * @param training
     *            whether normalisation uses and updates batch statistics
     */
    NDArray forward(NDList inputs, Map<String, NDArray> weights, boolean training);

    /** Multiply-adds of convolutions and products for one sample; element-wise work does not count. */
    default long macs(List<TensorShape> inputs) {
        return 0;
    }

    /** True if it passes its input on unchanged when the network does not train. */
    default boolean isForTrainingOnly() {
        return false;
    }

    /** Double dispatch, for those that translate a graph into something else. */
    <R> R accept(LayerVisitor<R> visitor);

    /**
     * Which positions of one of its inputs an output position depends on when the network is used.
     *
     * @param input
     *            index of that input
     * @param inputs
     *            shapes of all inputs
     */
    Reach reach(int input, List<TensorShape> inputs);
}
