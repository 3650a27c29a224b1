package org.septum.model.block;

/** A layer whose number of output channels is free: it does not follow from what the layer reads. */
public sealed interface Widened extends Layer permits Convolution, UpConvolution, Linear {

    /** Channels it makes. */
    int out();

    /** The same layer with other output channels. */
    Layer withOut(int channels);

    /** False if the output channels are bound to the input's after all, as those of a depthwise convolution are. */
    default boolean isFree() {
        return true;
    }
}
