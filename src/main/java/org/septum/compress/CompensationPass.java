package org.septum.compress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.septum.compress.ChannelCuts.Cut;
import org.septum.compress.CompensationRanking.Reader;
import org.septum.core.Progress;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelSlicer;
import org.septum.model.ChannelSlicer.Sliced;
import org.septum.model.NodeRun;
import org.septum.model.block.Addition;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.TensorShape;

import ai.djl.ndarray.NDManager;

/** One network on its way to a smaller one: looked at, its channels ranked, cut and compensated. */
final class CompensationPass {

    /** Tiles that tell how much the outputs change. */
    private static final int JUDGED = 4;

    /** Memory for what tiles hold on their way through the smaller network. */
    private static final long FITTING_BYTES = 1L << 30;

    /** Instead of 0 where it is divided by. */
    private static final double TINY = 1e-100;

    private final PruningTask task;

    private final CalibrationTiles tiles;

    private final NDManager manager;

    private final Progress progress;

    private final ChannelGraph channels;

    private final List<Observation> observations = new ArrayList<>();

    private final OutputChange change;

    /**
     * Looks at what every kernel reads.
     *
     * @param manager
     *            on the device that computes
     */
    CompensationPass(PruningTask task, CalibrationTiles tiles, NDManager manager, Progress progress) {
        this.task = task;
        this.tiles = tiles;
        this.manager = manager;
        this.progress = progress;
        this.channels = ChannelGraph.of(task.network().graph());
        NetworkGraph used = task.network().graph().inUse();
        observe(used);
        this.change = new OutputChange(tiles.first(JUDGED), used, task.weights(), manager);
    }

    private void observe(NetworkGraph used) {
        List<TensorShape> shapes = used.shapes(task.plan().patchInTensorOrder());
        int count = tiles.tiles().size();
        Map<Integer, Observation> byNode = new TreeMap<>();
        for (ReadingKernel kernel : ReadingKernel.of(used, channels)) {
            Observation o = new Observation(kernel, task.weights(), shapes.get(kernel.node()), count);
            observations.add(o);
            kernel.nodes().forEach(node -> byNode.put(node, o));
        }
        try (NodeRun outputs = new NodeRun(used, task.weights(), manager)) {
            for (int t = 0; t < count; t++) {
                step("looking at what layers read", t, count);
                try (NodeRun.Tile tile = outputs.start(tiles.tiles().get(t), tiles.shape())) {
                    byNode.forEach((node, o) -> o.look(tile, node, manager));
                }
            }
        }
        progress.report("looking at what layers read", count, count);
    }

    private void step(String what, int done, int all) {
        progress.throwIfCancelled();
        progress.report(what, done, all);
    }

    /** Channels of every group that may lose some, ranked; in network order. */
    Map<String, CompensationRanking> rank() {
        Map<String, CompensationRanking> rankings = new LinkedHashMap<>();
        List<Group> groups = ChannelCuts.groups(channels).stream().filter(g -> !isResidual(g)).toList();
        for (int g = 0; g < groups.size(); g++) {
            step("ranking channels", g, groups.size());
            Group group = groups.get(g);
            List<Reader> readers = observations.stream().flatMap(o -> o.readers(group.name()).stream()).toList();
            // a channel that no kernel reads steers something else, and nobody could do its work
            if (!readers.isEmpty())
                rankings.put(group.name(), CompensationRanking.of(group.size(), readers));
        }
        progress.report("ranking channels", groups.size(), groups.size());
        return rankings;
    }

    /** Whether its channels pass an addition as they are: someone else reads what is added. */
    private boolean isResidual(Group group) {
        List<NetworkGraph.Node> nodes = channels.network().nodes();
        return group.tensors().stream().map(t -> nodes.get(t.node())).filter(n -> n.layer() instanceof Addition)
                .flatMap(n -> n.sources().stream())
                .anyMatch(s -> nodes.stream().filter(r -> r.sources().contains(s)).count() > 1);
    }

    /**
     * Channels that stay for the network to cost what it may.
     *
     * @param searching
     *            whether they are searched for with a score, which takes much longer
     *
     * @throws org.septum.core.SeptumException
     *             of kind USAGE if that cannot be reached
     */
    Map<String, List<Integer>> choose(Map<String, CompensationRanking> rankings, boolean searching) {
        List<Cut> order = CutAllocation.order(rankings, prices(rankings));
        ChannelCuts cuts = searching
                ? new CutSearch(task.network(), rankings).run(kept -> 1 - change(rewritten(kept)), task.cost(),
                        task.allowed(), order)
                : ChannelCuts.of(task.network(), order);
        return cuts.inMultiplesOf(task.multiple()).kept(task.cost(), task.allowed());
    }

    /**
     * By group: how much the outputs change for what its readers lack, measured with half of the channels gone and
     * compensated, for what a channel less saves, the mean over those that may go.
     */
    private Map<String, Double> prices(Map<String, CompensationRanking> rankings) {
        double whole = task.cost().of(task.network());
        Map<String, Double> prices = new LinkedHashMap<>();
        rankings.forEach((name, ranking) -> {
            step("measuring which layers matter", prices.size(), rankings.size());
            int size = ranking.order().size();
            int half = Math.max(1, size / 2);
            double lacking = ranking.residuals().get(half);
            double effect = lacking > 0
                    ? change(rewritten(Map.of(name, ranking.order().stream().limit(half).sorted().toList())))
                    : 0;
            int floor = ChannelCuts.floor(size);
            Map<String, Integer> widths = new TreeMap<>(task.network().widths());
            widths.putAll(channels.widths(Map.of(name, IntStream.range(0, floor).boxed().toList())));
            double saved = (whole - task.cost().of(task.network().withWidths(widths))) / Math.max(1, size - floor);
            prices.put(name, Math.min(1, effect) / Math.max(lacking, TINY) / Math.max(saved, TINY));
        });
        return prices;
    }

    /** The network without some channels, not compensated. */
    Sliced sliced(Map<String, List<Integer>> kept) {
        return ChannelSlicer.slice(task.network(), task.weights(), kept);
    }

    /** The network without some channels, the kernels that read them rewritten. */
    Sliced rewritten(Map<String, List<Integer>> kept) {
        progress.throwIfCancelled();
        Sliced small = sliced(kept);
        CompensationFit fit = new CompensationFit(small.spec().graph().inUse(), small.weights(), kept);
        fit.rewrite(observations, false);
        return new Sliced(small.spec(), fit.weights());
    }

    /**
     * {@link #rewritten}, then fitted to what the kernels made in the whole network.
     *
     * @param ridge
     *            of a feature's variance, at least: what keeps kernels close to where they start
     */
    Sliced fitted(Map<String, List<Integer>> kept, double ridge) {
        Sliced small = sliced(kept);
        NetworkGraph graph = small.spec().graph().inUse();
        CompensationFit fit = new CompensationFit(graph, small.weights(), kept);
        fit.rewrite(observations, false);
        long held = graph.memory(task.plan().patchInTensorOrder()).inUse();
        int fewer = (int) Math.max(1, Math.min(tiles.tiles().size(), FITTING_BYTES / held));
        fit.fit(observations, tiles.first(fewer), ridge, manager, progress);
        return new Sliced(small.spec(), fit.weights());
    }

    /** How much its outputs differ from the whole network's, 0 to 1. */
    double change(Sliced small) {
        return change.of(small.spec().graph().inUse(), small.weights());
    }
}
