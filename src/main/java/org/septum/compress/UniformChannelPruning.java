package org.septum.compress;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.septum.core.Progress;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.PruningGate;
import org.septum.model.block.Widened;

/**
 * Uniform channel pruning (J. Chang, Y. Lu, P. Xue, X. Wei, Z. Wei, UCP, arXiv 2010.01251, 2020): gates behind the
 * convolutions are trained with the network; the mean gate of a channel over images is how much the channel matters; a
 * slim network without gates and with random weights is trained like a new one.
 * <p>
 * All groups of channels of a resolution level, encoder and decoder, keep the same share of their channels, those with
 * the highest gates. How much a level keeps follows from the paper's threshold: the share of all its channels whose
 * gate is above (1 + lambda) times the mean of their group, with the one lambda for all levels with which the network
 * costs what it may.
 * <p>
 * Differs from the paper: widths of a level are chosen by hand there; the gates are trained for a shorter time, see
 * {@link GatedTraining}.
 */
public final class UniformChannelPruning implements PruningMethod {

    /** Tiles that gates are averaged over. */
    private static final int TILES = 64;

    private final Optional<GateThreshold> threshold;

    /** The uniform variant, which meets the task's target. */
    public UniformChannelPruning() {
        this.threshold = Optional.empty();
    }

    /**
     * The variant with a threshold for each group by itself, which looks at no target.
     *
     * @param threshold
     *            that channels have to be above
     */
    public UniformChannelPruning(GateThreshold threshold) {
        this.threshold = Optional.of(threshold);
    }

    /** The same task without a time limit gives the same network; with one it depends on the machine. */
    @Override
    public Pruned prune(PruningTask task, Progress progress) {
        NetworkSpec network = task.network();
        if (threshold.isEmpty())
            requireReachable(task);
        GatedTraining.Trained trained = GatedTraining.train(task, progress);
        List<JudgedGroup> groups = judged(task, trained, progress);
        Map<String, List<Integer>> kept = threshold.map(t -> above(t, groups))
                .orElseGet(() -> ChannelCuts.of(network, order(groups)).kept(task.cost(), task.allowed()));
        return FreshNetwork.of(task, kept, task.cases().size(), facts(groups, kept, trained));
    }

    /** Before a long training, which decides which channels stay but not how few they can be. */
    private static void requireReachable(PruningTask task) {
        List<JudgedGroup> alike = JudgedGroup.of(task.network(), task.weights(), halfOpen(task.network()),
                task.plan().patchInTensorOrder());
        ChannelCuts.of(task.network(), order(alike)).kept(task.cost(), task.allowed());
    }

    /** Gates of 0.5 wherever a network would have some. */
    static Map<String, List<Double>> halfOpen(NetworkSpec network) {
        List<NetworkGraph.Node> nodes = network.withPruningGates(true).graph().nodes();
        Set<String> names = nodes.stream().map(NetworkGraph.Node::name).collect(Collectors.toSet());
        Map<String, List<Double>> gates = new LinkedHashMap<>();
        for (NetworkGraph.Node node : nodes) {
            if (names.contains(PruningGate.nodeOf(node.name())))
                gates.put(node.name(), Collections.nCopies(((Widened) node.layer()).out(), 0.5));
        }
        return gates;
    }

    private static List<JudgedGroup> judged(PruningTask task, GatedTraining.Trained trained, Progress progress) {
        CalibrationTiles tiles = CalibrationTiles.of(task.cases(), task.plan(), TILES, progress);
        try (GateReader reader = new GateReader(trained.network(), trained.weights(), task.device())) {
            return JudgedGroup.of(task.network(), trained.weights(), reader.means(tiles, progress),
                    task.plan().patchInTensorOrder());
        }
    }

    /** Channels in the order in which they go when lambda rises. */
    static List<ChannelCuts.Cut> order(List<JudgedGroup> groups) {
        Map<Integer, List<Double>> gates = relativeGates(groups);
        Map<String, Integer> level = groups.stream().collect(Collectors.toMap(JudgedGroup::name, JudgedGroup::level));
        List<JudgedGroup> cut = groups.stream().filter(g -> gates.containsKey(g.level())).toList();
        return EvenCuts.order(JudgedGroup.weakestFirst(cut),
                (group, share) -> quantile(gates.get(level.get(group)), share));
    }

    /** Gates relative to the mean of their group, ascending, of all channels of each level that has some. */
    private static Map<Integer, List<Double>> relativeGates(List<JudgedGroup> groups) {
        return groups.stream().filter(JudgedGroup::gated)
                .collect(Collectors.groupingBy(JudgedGroup::level, TreeMap::new, Collectors.flatMapping(
                        g -> g.relative().stream(),
                        Collectors.collectingAndThen(Collectors.toList(), all -> all.stream().sorted().toList()))));
    }

    private static double quantile(List<Double> ascending, double share) {
        return ascending.get((int) (share * ascending.size()));
    }

    /** Groups without gates keep the share that the others of their level keep. */
    static Map<String, List<Integer>> above(GateThreshold threshold, List<JudgedGroup> groups) {
        Map<String, List<Integer>> kept = new LinkedHashMap<>();
        groups.stream().filter(JudgedGroup::gated).forEach(g -> kept.put(g.name(), threshold.kept(g.scores())));
        Map<Integer, Double> shares = shares(groups.stream().filter(JudgedGroup::gated).toList(), kept);
        for (JudgedGroup g : groups) {
            if (!g.gated() && shares.containsKey(g.level())) {
                int size = g.scores().size();
                int count = Math.max(ChannelCuts.floor(size), (int) Math.round(shares.get(g.level()) * size));
                kept.put(g.name(), GateThreshold.strongest(g.scores(), count));
            }
        }
        return kept;
    }

    /** Share of the channels of each level that stay. */
    private static Map<Integer, Double> shares(List<JudgedGroup> groups, Map<String, List<Integer>> kept) {
        Map<Integer, Double> shares = new TreeMap<>();
        groups.stream().collect(Collectors.groupingBy(JudgedGroup::level))
                .forEach((level, all) -> shares.put(level, all.stream().mapToInt(g -> left(g, kept)).sum()
                        / (double) all.stream().mapToInt(g -> g.scores().size()).sum()));
        return shares;
    }

    private static int left(JudgedGroup group, Map<String, List<Integer>> kept) {
        return kept.containsKey(group.name()) ? kept.get(group.name()).size() : group.scores().size();
    }

    private Map<String, String> facts(List<JudgedGroup> groups, Map<String, List<Integer>> kept,
            GatedTraining.Trained trained) {
        Map<String, String> facts = new TreeMap<>();
        facts.put("groups", groups.size() + ", " + groups.stream().filter(JudgedGroup::gated).count() + " with gates");
        facts.put("steps with gates", String.valueOf(trained.steps()));
        facts.put("lambda", number(threshold.map(GateThreshold::lambda).orElseGet(() -> lambda(groups, kept))));
        facts.put("widths", threshold.isPresent() ? "by the threshold in each group" : "even in each level");
        shares(groups, kept).forEach((level, share) -> facts.put("kept fraction at level " + level, number(share)));
        return facts;
    }

    /** The highest threshold that some channel had to be above; -1 if all stay. */
    private static double lambda(List<JudgedGroup> groups, Map<String, List<Integer>> kept) {
        Map<Integer, List<Double>> gates = relativeGates(groups);
        return groups.stream().filter(g -> gates.containsKey(g.level()) && left(g, kept) < g.scores().size())
                .mapToDouble(g -> {
                    int size = g.scores().size();
                    return quantile(gates.get(g.level()), EvenCuts.share(size - left(g, kept), size)) - 1;
                }).max().orElse(-1);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
