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
 * Takes away channels that resemble others, without a scan: the channels of every group are clustered by a distance
 * that follows from the weights, one of each cluster stays, and what reads the others reads it instead (after Zhang et
 * al., Exploiting Channel Similarity for Accelerating Deep Convolutional Neural Networks, 2019, arXiv 1908.02620).
 * Batch normalisations should get new statistics afterwards, {@link BatchStatistics}.
 * <p>
 * Differs from the paper: the distance is a reconstruction from the paper's summary, {@link ChannelSimilarity}; the
 * clusters are those of complete linkage; and the representative takes over the entries of those it stands for,
 * {@link ChannelMerging}.
 * <p>
 * For a target, channels nearer than {@link #THRESHOLD} go first, the nearest first. Where that is not enough, what a
 * single channel is too unlike is left to several: those channels go that all that stay can predict best, on pictures
 * that are no scans, {@link SyntheticCompensation}. <b>Why:</b> channels of U-Nets hardly resemble each other one by
 * one (distances of 1.3 to 1.4, where independent ones have 1.41), and clusters of so unlike channels lost 0.17 to 0.30
 * of Dice with half of the multiply-adds; this loses 0.01 to 0.02.
 */
public final class SimilarityPruning implements PruningMethod {

    /** Relative distance up to which channels are taken to be the same where nothing else is asked for. */
    public static final double THRESHOLD = 0.25;

    /** That a group has a channel less, and how far apart those then are that one stands for. */
    private record Step(ChannelCuts.Cut cut, double distance) {
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
        if (task.cost().of(task.network()) <= task.allowed())
            return new Pruned(task.network(), task.weights(), false, 0, Map.of());
        Clustered clustered = Clustered.of(task.network(), task.weights(), progress);
        Pruned near = pruned(clustered, near(clustered, task));
        if (task.cost().of(near.network()) <= task.allowed())
            return near;
        PruningTask rest = task.on(task.plan().withNetwork(near.network()), near.weights());
        ChannelSlicer.Sliced small = new SyntheticCompensation(rest, progress).run();
        Map<String, String> facts = new TreeMap<>();
        facts.put("channels that stay", String.format(Locale.ROOT,
                "%d of %d; %d went since others resemble them," + " the rest since others predict them",
                channels(small.spec()), channels(task.network()), channels(task.network()) - channels(near.network())));
        return new Pruned(small.spec(), small.weights(), false, 0, facts);
    }

    private static int channels(NetworkSpec network) {
        return ChannelCuts.groups(ChannelGraph.of(network.graph())).stream().mapToInt(Group::size).sum();
    }

    /** By group how many near channels go, none more than the target asks for. */
    private static Map<String, Integer> near(Clustered clustered, PruningTask task) {
        List<Step> steps = new ArrayList<>();
        for (GroupClusters group : clustered.groups().values()) {
            for (int i = 0; i < group.tree().stepsTo(THRESHOLD); i++)
                // which one it is follows from how many go: the representative depends on all members of a cluster
                steps.add(new Step(new ChannelCuts.Cut(group.group().name(), i), group.tree().heights().get(i)));
        }
        steps.sort(Comparator.comparingDouble(Step::distance));
        ChannelCuts cuts = ChannelCuts.of(clustered.network(), steps.stream().map(Step::cut).toList());
        boolean isEnough = task.cost().of(cuts.network(cuts.count())) <= task.allowed();
        Map<String, Integer> gone = new TreeMap<>();
        (isEnough ? cuts.kept(task.cost(), task.allowed()) : cuts.kept(cuts.count()))
                .forEach((name, kept) -> gone.put(name, clustered.graph().group(name).size() - kept.size()));
        return gone;
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
