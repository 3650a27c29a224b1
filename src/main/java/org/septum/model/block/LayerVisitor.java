package org.septum.model.block;

/**
 * One method for each kind of layer.
 *
 * @param <R>
 *            what visiting a layer yields
 */
public interface LayerVisitor<R> {

    R convolution(Convolution layer);

    R upConvolution(UpConvolution layer);

    R batchNormalization(BatchNormalization layer);

    R relu(Relu layer);

    R groupNormalization(GroupNormalization layer);

    R relu6(Relu6 layer);

    R leakyRelu(LeakyRelu layer);

    R silu(Silu layer);

    R sigmoid(Sigmoid layer);

    R maxPooling(MaxPooling layer);

    R overlappingMaxPooling(OverlappingMaxPooling layer);

    R addition(Addition layer);

    R concatenation(Concatenation layer);

    R globalAverage(GlobalAverage layer);

    R linear(Linear layer);

    R channelConvolution(ChannelConvolution layer);

    R gating(Gating layer);

    R globalMaximum(GlobalMaximum layer);

    R channelGroupMean(ChannelGroupMean layer);

    R channelDropout(ChannelDropout layer);

    R linearResize(LinearResize layer);

    R dotProductAttention(DotProductAttention layer);
}
