package org.septum.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.Convolution;
import org.septum.model.block.Linear;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.UpConvolution;
import org.septum.model.block.WeightSpec;

/**
 * A layer with a dense kernel as a {@link LinearMap} of what it reads at one place. Features are channel-major, index =
 * channel · width + tap with the taps of a convolution in row-major order; the outputs of an up-convolution are
 * channel-major, index = channel · window + place, and those of one channel share its bias.
 *
 * @param node
 *            the layer and the name of its weights
 * @param in
 *            channels read
 * @param out
 *            channels made
 * @param width
 *            features of a channel read: taps of the kernel
 * @param window
 *            outputs of a channel made: places of an up-convolution
 * @param inputAxis
 *            of the weight
 */
record KernelMatrix(Node node, int in, int out, int width, int window, int inputAxis) {

    /** The layer of a node, or null if it has no kernel between all channels read and all made. */
    static KernelMatrix of(Node node) {
        if (node.layer() instanceof Convolution c && c.groups() == 1)
            return new KernelMatrix(node, c.in(), c.out(), product(c.kernel()), 1, 1);
        if (node.layer() instanceof UpConvolution u)
            return new KernelMatrix(node, u.in(), u.out(), 1, product(u.stride()), 0);
        if (node.layer() instanceof Linear l)
            return new KernelMatrix(node, l.in(), l.out(), 1, 1, 1);
        return null;
    }

    private static int product(List<Integer> sizes) {
        return sizes.stream().reduce(1, (a, b) -> a * b);
    }

    /** Full name of the kernel. */
    String kernel() {
        return node.weights() + ".weight";
    }

    /** Full name of the bias. */
    String bias() {
        return node.weights() + ".bias";
    }

    boolean isBiased() {
        return node.layer().weights().stream().anyMatch(w -> w.role() == WeightSpec.Role.BIAS);
    }

    int features() {
        return in * width;
    }

    int outputs() {
        return out * window;
    }

    /**
     * The layer's weights as a matrix.
     *
     * @param mayGainBias
     *            whether a bias that the layer lacks can be put elsewhere
     */
    LinearMap map(NamedWeights weights, boolean mayGainBias) {
        float[] values = weights.get(kernel()).values();
        double[][] matrix = new double[outputs()][features()];
        for (int o = 0; o < matrix.length; o++) {
            for (int f = 0; f < matrix[o].length; f++)
                matrix[o][f] = values[index(o, f)];
        }
        double[] biases = new double[out];
        if (isBiased()) {
            float[] given = weights.get(bias()).values();
            for (int o = 0; o < out; o++)
                biases[o] = given[o];
        }
        return new LinearMap(matrix, biases, window, isBiased() || mayGainBias);
    }

    /** Where the weight between an output and a feature lies in the tensor. */
    private int index(int output, int feature) {
        return inputAxis == 0 ? feature * outputs() + output : output * features() + feature;
    }

    /**
     * The map that has one output for each tap: y = Σ over taps of W_tap x + b_tap, as if the kernel were as many 1×1
     * kernels. Its features are the channels at one position.
     */
    LinearMap tapByTap(LinearMap map) {
        double[][] matrix = new double[out * width][in];
        double[] biases = new double[out * width];
        for (int o = 0; o < out; o++) {
            for (int t = 0; t < width; t++) {
                for (int c = 0; c < in; c++)
                    matrix[o * width + t][c] = map.weights()[o][c * width + t];
                biases[o * width + t] = map.bias(o) / width;
            }
        }
        return new LinearMap(matrix, biases, 1, map.isBiased());
    }

    /** The other way round, for any number of channels. */
    LinearMap joined(LinearMap taps) {
        int channels = taps.weights()[0].length;
        double[][] matrix = new double[out][channels * width];
        double[] biases = new double[out];
        for (int o = 0; o < out; o++) {
            for (int t = 0; t < width; t++) {
                for (int c = 0; c < channels; c++)
                    matrix[o][c * width + t] = taps.weights()[o * width + t][c];
                biases[o] += taps.bias(o * width + t);
            }
        }
        return new LinearMap(matrix, biases, 1, taps.isBiased());
    }

    /**
     * The weights of a map, by their full names; a bias that the layer lacks is left out.
     *
     * @throws SeptumException
     *             of kind INPUT if the map is not finite
     */
    Map<String, Tensor> tensors(LinearMap map) {
        float[] values = new float[outputs() * features()];
        for (int o = 0; o < outputs(); o++) {
            for (int f = 0; f < features(); f++)
                values[index(o, f)] = finite(map.weights()[o][f]);
        }
        List<Long> shape = new ArrayList<>();
        for (WeightSpec w : node.layer().weights()) {
            if (w.role() == WeightSpec.Role.KERNEL)
                shape.addAll(w.shape());
        }
        Map<String, Tensor> tensors = new TreeMap<>(Map.of(kernel(), Tensor.of(shape, values)));
        if (isBiased()) {
            float[] biases = new float[out];
            for (int o = 0; o < out; o++)
                biases[o] = finite(map.biases()[o]);
            tensors.put(bias(), Tensor.of(List.of((long) out), biases));
        }
        return tensors;
    }

    private float finite(double value) {
        if (!Double.isFinite(value)) {
            throw SeptumException.input("the weights of " + node.name() + " or what they are multiplied by are not"
                    + " finite; use a model whose outputs are finite");
        }
        return (float) value;
    }

    /** Channels as features: all taps of each, in their order. */
    int[] features(int[] channels) {
        int[] features = new int[channels.length * width];
        for (int i = 0; i < features.length; i++)
            features[i] = channels[i / width] * width + i % width;
        return features;
    }
}
