package org.septum.compress;

import java.util.HashMap;
import java.util.Map;

import org.septum.compress.SimilarityModel.Consumer;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;

/** The channels of a group, clustered by similarity, and what is lost when one stands for others. */
final class GroupClusters {

    /** Below any share of the variance that a single channel has. */
    private static final double LEAST = 1e-12;

    private final Group group;

    private final ChannelSimilarity similarity;

    private final Dendrogram tree;

    private final double[] importance;

    private final int kernels;

    private final Map<Long, Double> unexplained = new HashMap<>();

    GroupClusters(SimilarityModel model, NamedWeights weights, Group group) {
        this.group = group;
        this.similarity = model.similarity(group);
        this.tree = new Dendrogram(similarity.distances());
        this.importance = new double[group.size()];
        this.kernels = model.consumers(group).size();
        model.consumers(group).forEach(c -> addShares(c, weights.get(c.kernel().weight())));
    }

    /** The part that each channel has in the variance of what a kernel puts out, if channels are independent. */
    private void addShares(Consumer consumer, Tensor kernel) {
        int axis = consumer.kernel().axis();
        int ins = Math.toIntExact(kernel.shape().get(axis));
        int outs = Math.toIntExact(kernel.shape().get(1 - axis));
        float[] w = kernel.values();
        int area = w.length / ins / outs;
        double[] energy = new double[ins];
        double all = 0;
        for (int i = 0; i < w.length; i++) {
            int channel = axis == 1 ? i / area % ins : i / area / outs;
            double e = (double) w[i] * w[i] * consumer.source().variance()[channel];
            energy[channel] += e;
            all += e;
        }
        for (int c = 0; c < importance.length && all > 0; c++)
            importance[c] += energy[consumer.kernel().offset() + c] / all;
    }

    Group group() {
        return group;
    }

    ChannelSimilarity similarity() {
        return similarity;
    }

    Dendrogram tree() {
        return tree;
    }

    /** By channel the one that stays for it after so many have gone. */
    int[] representatives(int gone) {
        return tree.representatives(gone, importance);
    }

    /**
     * What is lost when so many channels have gone: -log(1 - x) for every kernel that reads the group, where x is the
     * part of the variance that the group has in what its kernels put out that the representatives cannot explain. It
     * grows the faster the less is left.
     */
    double loss(int gone) {
        int[] representatives = representatives(gone);
        double lost = 0;
        double all = 0;
        for (int j = 0; j < representatives.length; j++) {
            all += importance[j];
            if (representatives[j] != j)
                lost += importance[j] * unexplained(representatives[j], j);
        }
        return all == 0 ? 0 : -kernels * Math.log(Math.max(LEAST, 1 - lost / all));
    }

    /** The part of the variance of a channel that another does not explain. */
    private double unexplained(int i, int j) {
        return unexplained.computeIfAbsent((long) i * importance.length + j,
                pair -> 1 - Math.pow(similarity.rectifiedCorrelation(i, j), 2));
    }
}
