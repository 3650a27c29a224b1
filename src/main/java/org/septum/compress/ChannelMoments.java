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
final class ChannelMoments implements LayerVisitor<ChannelSignal> {

    private static final double MAXIMUM = 3;

    private final NamedWeights weights;

    private final ChannelSignal input;

    private final List<ChannelSignal> outputs = new ArrayList<>();

    private NetworkGraph.Node node;

    private ChannelMoments(NetworkGraph network, NamedWeights weights) {
        this.weights = weights;
        this.input = ChannelSignal.of(network.inputs(), 0, 1);
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
    ChannelSignal output(int index) {
        return index == NetworkGraph.INPUT ? input : outputs.get(index);
    }

    private ChannelSignal source(int i) {
        return output(node.sources().get(i));
    }

    private float[] weight(String name) {
        return weights.get(node.weights() + "." + name).values();
    }

    /** Sums over inputs; the weight of output o, input c, position k is at {@code (o · ins + c) · area + k}. */
    private ChannelSignal sums(float[] w, float[] bias, int outs, int ins) {
        ChannelSignal x = source(0);
        int area = w.length / outs / ins;
        int perGroup = outs * ins / x.channels();
        ChannelSignal y = ChannelSignal.of(outs, 0, 0);
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
    public ChannelSignal convolution(Convolution layer) {
        return sums(weight("weight"), layer.biased() ? weight("bias") : null, layer.out(), layer.in() / layer.groups());
    }

    @Override
    public ChannelSignal linear(Linear layer) {
        return sums(weight("weight"), layer.biased() ? weight("bias") : null, layer.out(), layer.in());
    }

    /** Every position of the output reads one position of the kernel; the mean over them. */
    @Override
    public ChannelSignal upConvolution(UpConvolution layer) {
        float[] w = weight("weight");
        float[] bias = weight("bias");
        ChannelSignal x = source(0);
        ChannelSignal y = ChannelSignal.of(layer.out(), 0, 0);
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

    private ChannelSignal normalized() {
        float[] scale = weight("weight");
        float[] shift = weight("bias");
        ChannelSignal y = ChannelSignal.of(scale.length, 0, 0);
        for (int c = 0; c < scale.length; c++) {
            y.mean()[c] = shift[c];
            y.variance()[c] = (double) scale[c] * scale[c];
        }
        return y;
    }

    @Override
    public ChannelSignal batchNormalization(BatchNormalization layer) {
        return normalized();
    }

    @Override
    public ChannelSignal groupNormalization(GroupNormalization layer) {
        return normalized();
    }

    private ChannelSignal activated(DoubleUnaryOperator f) {
        ChannelSignal x = source(0);
        ChannelSignal y = new ChannelSignal(new double[x.channels()], new double[x.channels()], true);
        for (int c = 0; c < x.channels(); c++) {
            Gaussian g = new Gaussian(x.mean()[c], Math.sqrt(x.variance()[c]));
            double mean = g.meanOf(f);
            y.mean()[c] = mean;
            y.variance()[c] = Math.max(0, g.meanOf(v -> Math.pow(f.applyAsDouble(v), 2)) - mean * mean);
        }
        return y;
    }

    @Override
    public ChannelSignal relu(Relu layer) {
        ChannelSignal x = source(0);
        ChannelSignal y = new ChannelSignal(new double[x.channels()], new double[x.channels()], true);
        for (int c = 0; c < x.channels(); c++) {
            Gaussian g = new Gaussian(x.mean()[c], Math.sqrt(x.variance()[c]));
            y.mean()[c] = g.rectifiedMean();
            y.variance()[c] = g.rectifiedVariance();
        }
        return y;
    }

    @Override
    public ChannelSignal relu6(Relu6 layer) {
        return activated(v -> Math.min(6, Math.max(0, v)));
    }

    @Override
    public ChannelSignal leakyRelu(LeakyRelu layer) {
        return activated(v -> Math.max(0.01 * v, v));
    }

    @Override
    public ChannelSignal silu(Silu layer) {
        return activated(v -> v / (1 + Math.exp(-v)));
    }

    @Override
    public ChannelSignal sigmoid(Sigmoid layer) {
        return activated(v -> 1 / (1 + Math.exp(-v)));
    }

    @Override
    public ChannelSignal maxPooling(MaxPooling layer) {
        return source(0);
    }

    @Override
    public ChannelSignal overlappingMaxPooling(OverlappingMaxPooling layer) {
        return source(0);
    }

    @Override
    public ChannelSignal channelDropout(ChannelDropout layer) {
        return source(0);
    }

    @Override
    public ChannelSignal linearResize(LinearResize layer) {
        return source(0);
    }

    @Override
    public ChannelSignal dotProductAttention(DotProductAttention layer) {
        return source(2);
    }

    @Override
    public ChannelSignal addition(Addition layer) {
        ChannelSignal y = ChannelSignal.of(source(0).channels(), 0, 0);
        for (int s = 0; s < node.sources().size(); s++) {
            for (int c = 0; c < y.channels(); c++) {
                y.mean()[c] += source(s).mean()[c];
                y.variance()[c] += source(s).variance()[c];
            }
        }
        return y;
    }

    @Override
    public ChannelSignal concatenation(Concatenation layer) {
        List<ChannelSignal> parts = node.sources().stream().map(this::output).toList();
        return new ChannelSignal(parts.stream().flatMapToDouble(p -> Arrays.stream(p.mean())).toArray(),
                parts.stream().flatMapToDouble(p -> Arrays.stream(p.variance())).toArray(),
                parts.stream().anyMatch(ChannelSignal::rectified));
    }

    @Override
    public ChannelSignal globalAverage(GlobalAverage layer) {
        return new ChannelSignal(source(0).mean(), new double[source(0).channels()], false);
    }

    @Override
    public ChannelSignal globalMaximum(GlobalMaximum layer) {
        ChannelSignal y = ChannelSignal.of(source(0).channels(), 0, 0);
        for (int c = 0; c < y.channels(); c++)
            y.mean()[c] = source(0).mean()[c] + MAXIMUM * Math.sqrt(source(0).variance()[c]);
        return y;
    }

    @Override
    public ChannelSignal channelConvolution(ChannelConvolution layer) {
        float[] w = weight("weight");
        ChannelSignal x = source(0);
        ChannelSignal y = ChannelSignal.of(x.channels(), 0, 0);
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
    public ChannelSignal gating(Gating layer) {
        ChannelSignal x = source(0);
        ChannelSignal gate = source(1);
        ChannelSignal y = new ChannelSignal(new double[x.channels()], new double[x.channels()], x.rectified());
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
    public ChannelSignal channelGroupMean(ChannelGroupMean layer) {
        ChannelSignal x = source(0);
        int each = x.channels() / layer.groups();
        ChannelSignal y = ChannelSignal.of(layer.groups(), 0, 0);
        for (int c = 0; c < x.channels(); c++) {
            y.mean()[c / each] += x.mean()[c] / each;
            y.variance()[c / each] += x.variance()[c] / each / each;
        }
        return y;
    }
}
