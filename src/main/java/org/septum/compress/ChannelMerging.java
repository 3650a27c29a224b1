package org.septum.compress;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.septum.compress.SimilarityModel.Consumer;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.WeightSpec;

/**
 * Lets representatives do the work of channels that will go: x_j ≈ m_j + a (x_i - m_i) with a = r s_j / s_i, the
 * regression on the representative i, so that in every kernel that reads them the entries of j, times a, are added to
 * those of i, and the difference m_j - a m_i goes into the bias, or into the running mean of the normalisation behind a
 * kernel without one. For equal channels a is 1 and nothing is lost.
 * <p>
 * Means m and standard deviations s are those that the kernel reads, estimated behind activations and gates; r is the
 * correlation behind a ReLU where there is an activation between.
 */
final class ChannelMerging {

    private final NetworkGraph network;

    private final SimilarityModel model;

    private final Map<String, float[]> values = new LinkedHashMap<>();

    private final NamedWeights weights;

    ChannelMerging(NetworkGraph network, SimilarityModel model, NamedWeights weights) {
        this.network = network;
        this.model = model;
        this.weights = weights;
    }

    /**
     * Merges the channels of a group.
     *
     * @param representatives
     *            by channel the one that stays for it
     */
    void merge(Group group, ChannelSimilarity similarity, int[] representatives) {
        for (int j = 0; j < representatives.length; j++) {
            int i = representatives[j];
            if (i == j)
                continue;
            double before = similarity.correlation(i, j);
            double behind = similarity.rectifiedCorrelation(i, j);
            for (Consumer consumer : model.consumers(group))
                merge(consumer, i, j, consumer.source().rectified() ? behind : before);
        }
    }

    /** All weights, merged; those of channels that will go are still there. */
    NamedWeights weights() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        values.forEach((name, v) -> tensors.put(name, Tensor.of(weights.get(name).shape(), v)));
        return new NamedWeights(tensors);
    }

    private float[] values(String name) {
        return values.computeIfAbsent(name, n -> weights.get(n).values());
    }

    private void merge(Consumer consumer, int i, int j, double correlation) {
        int to = consumer.kernel().offset() + i;
        int from = consumer.kernel().offset() + j;
        double[] variance = consumer.source().variance();
        double[] mean = consumer.source().mean();
        double slope = variance[to] == 0 ? 0 : correlation * Math.sqrt(variance[from] / variance[to]);
        if (correlation == 1 && variance[to] == 0)
            slope = 1;
        double[] sums = add(consumer, from, to, slope);
        shift(consumer.node(), sums, mean[from] - slope * mean[to]);
    }

    /** Adds entries to others; gives by output channel what the entries added up to. */
    private double[] add(Consumer consumer, int from, int to, double slope) {
        Tensor kernel = weights.get(consumer.kernel().weight());
        int axis = consumer.kernel().axis();
        int ins = Math.toIntExact(kernel.shape().get(axis));
        int outs = Math.toIntExact(kernel.shape().get(1 - axis));
        float[] w = values(consumer.kernel().weight());
        int area = w.length / ins / outs;
        double[] sums = new double[outs];
        for (int o = 0; o < outs; o++) {
            int a = (axis == 1 ? o * ins + from : from * outs + o) * area;
            int b = (axis == 1 ? o * ins + to : to * outs + o) * area;
            for (int k = 0; k < area; k++) {
                // an output position of a window reads one of its values, otherwise all of them
                sums[o] += axis == 1 ? w[a + k] : w[a + k] / (double) area;
                w[b + k] += (float) (slope * w[a + k]);
            }
        }
        return sums;
    }

    /** Makes up for a constant that a layer no longer reads. */
    private void shift(NetworkGraph.Node node, double[] sums, double constant) {
        Optional<String> bias = weight(node, WeightSpec.Role.BIAS);
        Optional<String> mean = model.normalizationBehind(network.nodes().indexOf(node))
                .flatMap(n -> weight(n, WeightSpec.Role.RUNNING_MEAN));
        double sign = bias.isPresent() ? 1 : -1;
        bias.or(() -> mean).ifPresent(name -> {
            float[] v = values(name);
            for (int o = 0; o < v.length; o++)
                v[o] += (float) (sign * sums[o] * constant);
        });
    }

    private static Optional<String> weight(NetworkGraph.Node node, WeightSpec.Role role) {
        return node.layer().weights().stream().filter(w -> w.role() == role).findFirst().map(node::weight);
    }
}
