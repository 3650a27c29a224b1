package org.septum.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

import org.septum.model.NamedWeights;
import org.septum.model.block.Addition;
import org.septum.model.block.BatchNormalization;
import org.septum.model.block.ChannelConvolution;
import org.septum.model.block.ChannelDropout;
import org.septum.model.block.ChannelGroupMean;
import org.septum.model.block.Concatenation;
import org.septum.model.block.Convolution;
import org.septum.model.block.DotProductAttention;
import org.septum.model.block.Gating;
import org.septum.model.block.GlobalAverage;
import org.septum.model.block.GlobalMaximum;
import org.septum.model.block.GroupNormalization;
import org.septum.model.block.LayerVisitor;
import org.septum.model.block.LeakyRelu;
import org.septum.model.block.Linear;
import org.septum.model.block.LinearResize;
import org.septum.model.block.MaxPooling;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.OverlappingMaxPooling;
import org.septum.model.block.Relu;
import org.septum.model.block.Relu6;
import org.septum.model.block.Sigmoid;
import org.septum.model.block.Silu;
import org.septum.model.block.UpConvolution;

/**
 * Mean and variance of every channel in a network, estimated from its weights alone: a normalisation's output has its
 * shift as mean and its squared scale as variance; everything else follows layer by layer as if positions and channels
 * were independent and sums normal. The input has mean 0 and variance 1, as normalised scans have. Pooling and resizing
 * are taken not to change a channel, and a global maximum to lie three standard deviations above the mean.
 */
final class ChannelMoments implements LayerVisitor<ChannelMoments.Signal> {

    private static final double MAXIMUM = 3;

    /**
     * Channels of a tensor.
     *
     * @param mean
     *            of each channel
     * @param variance
     *            of each channel
     * @param rectified
     *            whether an activation made them, and nothing but gates, poolings and the like came after it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Signal(double[] mean, double[] variance, boolean rectified) {

        static Signal of(int channels, double mean, double variance) {
            double[] means = new double[channels];
            double[] variances = new double[channels];
            Arrays.fill(means, mean);
            Arrays.fill(variances, variance);
            return new Signal(means, variances, false);
        }

        int channels() {
            return mean.length;
        }
    }

    private final NamedWeights weights;

    private final Signal input;

    private final List<Signal> outputs = new ArrayList<>();

    private NetworkGraph.Node node;

    private ChannelMoments(NetworkGraph network, NamedWeights weights) {
        this.weights = weights;
        this.input = Signal.of(network.inputs(), 0, 1);
        for (NetworkGraph.Node n : network.nodes()) {
            node = n;
            outputs.add(n.layer().accept(this));
        }
    }

    /** Of all nodes of a network. */
    static ChannelMoments of(NetworkGraph network, NamedWeights weights) {
        return new ChannelMoments(network, weights);
    }

    /** Output of a node, or the network's input. */
    Signal output(int index) {
        return index == NetworkGraph.INPUT ? input : outputs.get(index);
    }

    private Signal source(int i) {
        return output(node.sources().get(i));
    }

    private float[] weight(String name) {
        return weights.get(node.weights() + "." + name).values();
    }

    /** Sums over inputs; the weight of output o, input c, position k is at {@code (o · ins + c) · area + k}. */
    private Signal sums(float[] w, float[] bias, int outs, int ins) {
        Signal x = source(0);
        int area = w.length / outs / ins;
        int perGroup = outs * ins / x.channels();
        Signal y = Signal.of(outs, 0, 0);
        for (int o = 0; o < outs; o++) {
            int first = o / perGroup * ins;
            y.mean()[o] = bias == null ? 0 : bias[o];
            for (int c = 0; c < ins; c++) {
                for (int k = 0; k < area; k++) {
                    double v = w[(o * ins + c) * area + k];
                    y.mean()[o] += v * x.mean()[first + c];
                    y.variance()[o] += v * v * x.variance()[first + c];
                }
            }
        }
        return y;
    }

    @Override
    public Signal convolution(Convolution layer) {
        return sums(weight("weight"), layer.biased() ? weight("bias") : null, layer.out(), layer.in() / layer.groups());
    }

    @Override
    public Signal linear(Linear layer) {
        return sums(weight("weight"), layer.biased() ? weight("bias") : null, layer.out(), layer.in());
    }

    /** Every position of the output reads one position of the kernel; the mean over them. */
    @Override
    public Signal upConvolution(UpConvolution layer) {
        float[] w = weight("weight");
        float[] bias = weight("bias");
        Signal x = source(0);
        Signal y = Signal.of(layer.out(), 0, 0);
        int area = w.length / layer.in() / layer.out();
        for (int i = 0; i < w.length; i++) {
            int o = i / area % layer.out();
            int c = i / area / layer.out();
            y.mean()[o] += w[i] * x.mean()[c] / area;
            y.variance()[o] += (double) w[i] * w[i] * x.variance()[c] / area;
        }
        for (int o = 0; o < layer.out(); o++)
            y.mean()[o] += bias[o];
        return y;
    }

    private Signal normalized() {
        float[] scale = weight("weight");
        float[] shift = weight("bias");
        Signal y = Signal.of(scale.length, 0, 0);
        for (int c = 0; c < scale.length; c++) {
            y.mean()[c] = shift[c];
            y.variance()[c] = (double) scale[c] * scale[c];
        }
        return y;
    }

    @Override
    public Signal batchNormalization(BatchNormalization layer) {
        return normalized();
    }

    @Override
    public Signal groupNormalization(GroupNormalization layer) {
        return normalized();
    }

    private Signal activated(DoubleUnaryOperator f) {
        Signal x = source(0);
        Signal y = new Signal(new double[x.channels()], new double[x.channels()], true);
        for (int c = 0; c < x.channels(); c++) {
            Gaussian g = new Gaussian(x.mean()[c], Math.sqrt(x.variance()[c]));
            double mean = g.meanOf(f);
            y.mean()[c] = mean;
            y.variance()[c] = Math.max(0, g.meanOf(v -> Math.pow(f.applyAsDouble(v), 2)) - mean * mean);
        }
        return y;
    }

    @Override
    public Signal relu(Relu layer) {
        Signal x = source(0);
        Signal y = new Signal(new double[x.channels()], new double[x.channels()], true);
        for (int c = 0; c < x.channels(); c++) {
            Gaussian g = new Gaussian(x.mean()[c], Math.sqrt(x.variance()[c]));
            y.mean()[c] = g.rectifiedMean();
            y.variance()[c] = g.rectifiedVariance();
        }
        return y;
    }

    @Override
    public Signal relu6(Relu6 layer) {
        return activated(v -> Math.min(6, Math.max(0, v)));
    }

    @Override
    public Signal leakyRelu(LeakyRelu layer) {
        return activated(v -> Math.max(0.01 * v, v));
    }

    @Override
    public Signal silu(Silu layer) {
        return activated(v -> v / (1 + Math.exp(-v)));
    }

    @Override
    public Signal sigmoid(Sigmoid layer) {
        return activated(v -> 1 / (1 + Math.exp(-v)));
    }

    @Override
    public Signal maxPooling(MaxPooling layer) {
        return source(0);
    }

    @Override
    public Signal overlappingMaxPooling(OverlappingMaxPooling layer) {
        return source(0);
    }

    @Override
    public Signal channelDropout(ChannelDropout layer) {
        return source(0);
    }

    @Override
    public Signal linearResize(LinearResize layer) {
        return source(0);
    }

    @Override
    public Signal dotProductAttention(DotProductAttention layer) {
        return source(2);
    }

    @Override
    public Signal addition(Addition layer) {
        Signal y = Signal.of(source(0).channels(), 0, 0);
        for (int s = 0; s < node.sources().size(); s++) {
            for (int c = 0; c < y.channels(); c++) {
                y.mean()[c] += source(s).mean()[c];
                y.variance()[c] += source(s).variance()[c];
            }
        }
        return y;
    }

    @Override
    public Signal concatenation(Concatenation layer) {
        List<Signal> parts = node.sources().stream().map(this::output).toList();
        return new Signal(parts.stream().flatMapToDouble(p -> Arrays.stream(p.mean())).toArray(),
                parts.stream().flatMapToDouble(p -> Arrays.stream(p.variance())).toArray(),
                parts.stream().anyMatch(Signal::rectified));
    }

    @Override
    public Signal globalAverage(GlobalAverage layer) {
        return new Signal(source(0).mean(), new double[source(0).channels()], false);
    }

    @Override
    public Signal globalMaximum(GlobalMaximum layer) {
        Signal y = Signal.of(source(0).channels(), 0, 0);
        for (int c = 0; c < y.channels(); c++)
            y.mean()[c] = source(0).mean()[c] + MAXIMUM * Math.sqrt(source(0).variance()[c]);
        return y;
    }

    @Override
    public Signal channelConvolution(ChannelConvolution layer) {
        float[] w = weight("weight");
        Signal x = source(0);
        Signal y = Signal.of(x.channels(), 0, 0);
        for (int c = 0; c < x.channels(); c++) {
            for (int j = 0; j < w.length; j++) {
                int from = c + j - w.length / 2;
                if (from >= 0 && from < x.channels()) {
                    y.mean()[c] += w[j] * x.mean()[from];
                    y.variance()[c] += (double) w[j] * w[j] * x.variance()[from];
                }
            }
        }
        return y;
    }

    /** As products of independent numbers. */
    @Override
    public Signal gating(Gating layer) {
        Signal x = source(0);
        Signal gate = source(1);
        Signal y = new Signal(new double[x.channels()], new double[x.channels()], x.rectified());
        for (int c = 0; c < x.channels(); c++) {
            int g = c / (x.channels() / gate.channels());
            double mean = gate.mean()[g];
            double second = gate.variance()[g] + mean * mean;
            y.mean()[c] = mean * x.mean()[c];
            y.variance()[c] = x.variance()[c] * second + gate.variance()[g] * Math.pow(x.mean()[c], 2);
        }
        return y;
    }

    @Override
    public Signal channelGroupMean(ChannelGroupMean layer) {
        Signal x = source(0);
        int each = x.channels() / layer.groups();
        Signal y = Signal.of(layer.groups(), 0, 0);
        for (int c = 0; c < x.channels(); c++) {
            y.mean()[c / each] += x.mean()[c] / each;
            y.variance()[c / each] += x.variance()[c] / each / each;
        }
        return y;
    }
}
