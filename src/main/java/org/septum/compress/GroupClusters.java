package org.septum.compress;

import org.septum.compress.SimilarityModel.Consumer;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;

/** The channels of a group, clustered by similarity. */
final class GroupClusters {

    private final Group group;

    private final ChannelSimilarity similarity;

    private final Dendrogram tree;

    private final double[] importance;

    GroupClusters(SimilarityModel model, NamedWeights weights, Group group) {
        this.group = group;
        this.similarity = model.similarity(group);
        this.tree = new Dendrogram(similarity.distances());
        this.importance = new double[group.size()];
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
}
