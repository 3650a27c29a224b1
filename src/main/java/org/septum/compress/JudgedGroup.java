package org.septum.compress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelGraph.TensorSlice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Linear;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.UpConvolution;

/**
 * Channels that UCP may cut, and how much each matters.
 *
 * @param name
 *            of their group
 * @param level
 *            resolution level, from 1, the finest
 * @param scores
 *            of each channel: the mean gate, averaged over the convolutions that make it, or else, as in the paper's
 *            code, the L1 norm of its filter
 * @param gated
 *            whether the scores are gates
 */
record JudgedGroup(String name, int level, List<Double> scores, boolean gated) {

    JudgedGroup {
        scores = List.copyOf(scores);
    }

    /**
     * The groups of a network that may be cut: those whose channels have gates, and those that a single convolution
     * makes. What several convolutions without gates make, the outputs of bottlenecks, stays whole.
     *
     * @param network
     *            without gates
     * @param weights
     *            at least its weights
     * @param gates
     *            mean gates by names of convolutions
     * @param patch
     *            size of the input in tensor order
     */
    static List<JudgedGroup> of(NetworkSpec network, NamedWeights weights, Map<String, List<Double>> gates,
            List<Integer> patch) {
        NetworkGraph graph = network.graph();
        List<List<Integer>> sizes = graph.shapes(patch).stream().map(s -> s.spatial()).toList();
        List<List<Integer>> levels = sizes.stream().filter(s -> !s.isEmpty()).distinct()
                .sorted((a, b) -> Long.compare(positions(b), positions(a))).toList();
        List<JudgedGroup> judged = new ArrayList<>();
        for (Group group : ChannelCuts.groups(ChannelGraph.of(graph))) {
            List<TensorSlice> made = group.producers().stream()
                    .filter(p -> !(graph.nodes().get(p.node()).layer() instanceof Linear)).toList();
            int level = 1 + levels.indexOf(sizes.get(made.get(0).node()));
            if (made.stream().allMatch(p -> gates.containsKey(graph.nodes().get(p.node()).name())))
                judged.add(new JudgedGroup(group.name(), level, means(graph, group, made, gates), true));
            else if (made.size() == 1)
                judged.add(new JudgedGroup(group.name(), level, norms(graph, group, made.get(0), weights), false));
        }
        return judged;
    }

    private static long positions(List<Integer> size) {
        return size.stream().mapToLong(s -> s).reduce(1, (a, b) -> a * b);
    }

    private static List<Double> means(NetworkGraph graph, Group group, List<TensorSlice> made,
            Map<String, List<Double>> gates) {
        return IntStream.range(0, group.size())
                .mapToObj(c -> made.stream()
                        .mapToDouble(p -> gates.get(graph.nodes().get(p.node()).name()).get(p.offset() + c)).average()
                        .orElseThrow())
                .toList();
    }

    private static List<Double> norms(NetworkGraph graph, Group group, TensorSlice made, NamedWeights weights) {
        NetworkGraph.Node node = graph.nodes().get(made.node());
        int axis = node.layer() instanceof UpConvolution ? 1 : 0;
        return filterNorms(weights.get(node.weights() + ".weight"), axis).subList(made.offset(),
                made.offset() + group.size());
    }

    /** L1 norm of the weights of each entry along an axis. */
    static List<Double> filterNorms(NamedWeights.Tensor weight, int axis) {
        int entries = Math.toIntExact(weight.shape().get(axis));
        int block = 1;
        for (int i = axis + 1; i < weight.shape().size(); i++)
            block *= Math.toIntExact(weight.shape().get(i));
        double[] norms = new double[entries];
        float[] values = weight.values();
        for (int i = 0; i < values.length; i++)
            norms[i / block % entries] += Math.abs(values[i]);
        return java.util.Arrays.stream(norms).boxed().toList();
    }

    /** Scores divided by their mean: what thresholds are about. */
    List<Double> relative() {
        double mean = scores.stream().mapToDouble(s -> s).average().orElseThrow();
        return scores.stream().map(s -> s / mean).toList();
    }

    /** Channels of every group in the order in which they go. */
    static Map<String, List<Integer>> weakestFirst(List<JudgedGroup> groups) {
        Map<String, List<Integer>> order = new LinkedHashMap<>();
        groups.forEach(g -> order.put(g.name(), GateThreshold.weakestFirst(g.scores())));
        return order;
    }
}
