package org.septum.compress;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.SeptumException;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelGraph.TensorSlice;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NetworkGraph;

/**
 * The widths of a network that may be others: one for each group of channels, which all layers that make the group then
 * have. A layer whose channels lie in several groups is as wide as these together.
 */
final class AdjustableWidths {

    private final NetworkSpec network;

    private final ChannelGraph graph;

    private final List<Group> groups;

    private AdjustableWidths(NetworkSpec network, ChannelGraph graph) {
        this.network = network;
        this.graph = graph;
        // a single channel is a map that gates all others: it has no width
        this.groups = ChannelCuts.groups(graph).stream().filter(g -> g.size() > 1).toList();
    }

    /**
     * Those of a network.
     *
     * @throws SeptumException
     *             of kind INPUT if it has none
     */
    static AdjustableWidths of(NetworkSpec network) {
        AdjustableWidths widths = new AdjustableWidths(network, ChannelGraph.of(network.graph()));
        if (widths.groups.isEmpty()) {
            throw SeptumException.input("no layer of " + network.describe() + " can have another width;"
                    + " use a network of more than one channel a level");
        }
        return widths;
    }

    ChannelGraph graph() {
        return graph;
    }

    /** In the order in which they are made, which is the same whatever the widths. */
    List<Group> groups() {
        return groups;
    }

    /** Width of each group. */
    List<Integer> sizes() {
        return groups.stream().map(Group::size).toList();
    }

    /**
     * The network with other widths.
     *
     * @param sizes
     *            of the groups, in order, each at least 1
     */
    NetworkSpec network(List<Integer> sizes) {
        if (sizes.size() != groups.size() || sizes.stream().anyMatch(s -> s < 1)) {
            throw new IllegalArgumentException(
                    "widths " + sizes + " for " + groups.size() + " groups; each needs at least 1");
        }
        Map<Integer, Integer> changes = new HashMap<>();
        Map<Integer, Integer> before = new HashMap<>();
        for (Group group : graph.groups()) {
            int at = groups.indexOf(group);
            for (TensorSlice producer : group.producers()) {
                before.merge(producer.node(), group.size(), Integer::sum);
                changes.merge(producer.node(), at < 0 ? 0 : sizes.get(at) - group.size(), Integer::sum);
            }
        }
        Map<String, Integer> widths = new TreeMap<>(network.widths());
        changes.forEach((node, change) -> {
            NetworkGraph.Node at = graph.network().nodes().get(node);
            if (change != 0)
                widths.put(at.weights(), before.get(node) + change);
        });
        return network.withWidths(widths);
    }
}
