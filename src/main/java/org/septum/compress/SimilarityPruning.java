package org.septum.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelSlicer;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;

/**
 * Takes away channels that resemble others, judged from the weights alone: the channels of every group are clustered,
 * one of each cluster stays, and what reads the others reads it instead (after Zhang et al., Exploiting Channel
 * Similarity for Accelerating Deep Convolutional Neural Networks, 2019, arXiv 1908.02620). No data is looked at; batch
 * normalisations should get new statistics afterwards, {@link BatchStatistics}.
 * <p>
 * Differs from the paper: the distance is a reconstruction from the paper's summary, {@link ChannelSimilarity}; the
 * clusters are those of complete linkage; and the representative takes over the entries of those it stands for,
 * {@link ChannelMerging}.
 * <p>
 * For a target, groups compete: next goes the channel that loses least of what its group contributes to the kernels
 * that read it, per root of the multiply-adds that it saves. Within a group the order is that of the clustering. In
 * groups that are not exact, those with ECA or group normalisation, even equal channels change the others when they go;
 * these groups are cut last.
 */
public final class SimilarityPruning implements PruningMethod {

    /** Relative distance up to which channels are taken to be the same where nothing else is asked for. */
    public static final double THRESHOLD = 0.25;

    /**
     * How much dearer a channel is whose going changes others, as it does beside an ECA gate: a U-Net with ECA at half
     * of its multiply-adds kept a mean Dice of 0.63 without cutting such groups, of 0.34 with them counted like others.
     */
    private static final double INEXACT = 10;

    /** A channel of a group that goes, and what it costs. */
    private record Step(ChannelCuts.Cut cut, double price) {
    }

    /** A network whose channels are clustered. */
    private record Clustered(NetworkSpec network, NamedWeights weights, ChannelGraph graph, SimilarityModel model,
            Map<String, GroupClusters> groups) {

        static Clustered of(NetworkSpec network, NamedWeights weights, Progress progress) {
            weights.requireFit(network.graph());
            ChannelGraph graph = ChannelGraph.of(network.graph());
            SimilarityModel model = new SimilarityModel(graph, weights);
            Map<String, GroupClusters> groups = new LinkedHashMap<>();
            for (Group group : model.groups()) {
                progress.throwIfCancelled();
                progress.report("comparing channels", groups.size(), model.groups().size());
                groups.put(group.name(), new GroupClusters(model, weights, group));
            }
            progress.report("comparing channels", groups.size(), groups.size());
            return new Clustered(network, weights, graph, model, groups);
        }
    }

    @Override
    public Pruned prune(PruningTask task, Progress progress) {
        Clustered clustered = Clustered.of(task.network(), task.weights(), progress);
        NetworkCost flops = NetworkCost.flops(task.plan().patchInTensorOrder());
        List<Step> steps = new ArrayList<>();
        for (GroupClusters group : clustered.groups().values()) {
            progress.throwIfCancelled();
            steps.addAll(steps(group, saved(clustered, group.group(), flops)));
        }
        steps.sort(Comparator.comparingDouble(Step::price));
        Map<String, Integer> gone = new TreeMap<>();
        ChannelCuts.of(task.network(), steps.stream().map(Step::cut).toList()).kept(task.cost(), task.allowed())
                .forEach((name, kept) -> gone.put(name, clustered.graph().group(name).size() - kept.size()));
        return pruned(clustered, gone);
    }

    /**
     * The network without the channels that resemble others up to a threshold, whatever it then costs.
     *
     * @param threshold
     *            relative distance of the farthest members of a cluster, 0 to 2; 0 takes away equal channels only, and
     *            {@link #THRESHOLD} is usual
     *
     * @throws SeptumException
     *             of kind USAGE for another threshold; of kind INPUT if the weights do not fit; CANCELLED if the user
     *             stops it
     */
    public static Pruned prune(NetworkSpec network, NamedWeights weights, double threshold, Progress progress) {
        if (!(threshold >= 0 && threshold <= 2))
            throw SeptumException.usage("similarity threshold " + threshold + "; give 0 to 2, such as " + THRESHOLD);
        Clustered clustered = Clustered.of(network, weights, progress);
        Map<String, Integer> gone = new TreeMap<>();
        clustered.groups().forEach((name, group) -> {
            int size = group.group().size();
            gone.put(name, Math.min(group.tree().stepsTo(threshold), size - ChannelCuts.floor(size)));
        });
        return pruned(clustered, gone);
    }

    /** Share of the multiply-adds that one channel of a group saves, a mean over half of them. */
    private static double saved(Clustered clustered, Group group, NetworkCost flops) {
        NetworkSpec network = clustered.network();
        int half = group.size() / 2;
        Map<String, Integer> widths = new TreeMap<>(network.widths());
        widths.putAll(clustered.graph()
                .widths(Map.of(group.name(), IntStream.range(0, group.size() - half).boxed().toList())));
        return (1 - flops.of(network.withWidths(widths)) / flops.of(network)) / half;
    }

    /** The channels of a group, one after the other; none before one that goes before it in the clustering. */
    private static List<Step> steps(GroupClusters group, double saved) {
        List<Step> steps = new ArrayList<>();
        double factor = (group.group().exact() ? 1 : INEXACT) / Math.sqrt(saved);
        double before = 0;
        double price = 0;
        for (int i = 0; i < group.group().size() - ChannelCuts.floor(group.group().size()); i++) {
            double after = group.loss(i + 1);
            price = Math.max(price, (after - before) * factor);
            before = after;
            // which one it is follows from how many go: the representative of a cluster depends on all its members
            steps.add(new Step(new ChannelCuts.Cut(group.group().name(), i), price));
        }
        return steps;
    }

    private static Pruned pruned(Clustered clustered, Map<String, Integer> gone) {
        ChannelMerging merging = new ChannelMerging(clustered.graph().network(), clustered.model(),
                clustered.weights());
        Map<String, List<Integer>> kept = new TreeMap<>();
        double farthest = 0;
        for (Map.Entry<String, Integer> entry : gone.entrySet()) {
            GroupClusters group = clustered.groups().get(entry.getKey());
            int[] representatives = group.representatives(entry.getValue());
            merging.merge(group.group(), group.similarity(), representatives);
            kept.put(entry.getKey(),
                    IntStream.range(0, representatives.length).filter(c -> representatives[c] == c).boxed().toList());
            if (entry.getValue() > 0)
                farthest = Math.max(farthest, group.tree().heights().get(entry.getValue() - 1));
        }
        ChannelSlicer.Sliced sliced = ChannelSlicer.slice(clustered.network(), merging.weights(), kept);
        int all = clustered.groups().values().stream().mapToInt(g -> g.group().size()).sum();
        int removed = gone.values().stream().mapToInt(Integer::intValue).sum();
        return new Pruned(sliced.spec(), sliced.weights(), false, 0,
                Map.of("channels", all - removed + " of " + all + " stay", "largest relative distance",
                        String.format(Locale.ROOT, "%.3f of at most 2", farthest)));
    }
}
