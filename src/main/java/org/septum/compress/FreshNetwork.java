package org.septum.compress;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.model.ChannelGraph;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;

/** What is left of a network, to be trained anew. */
final class FreshNetwork {

    private FreshNetwork() {
    }

    /**
     * The network with some channels only and random weights by the seed of its plan.
     *
     * @param kept
     *            by groups that lose some, those that stay
     * @param data
     *            how many cases were looked at
     */
    static PruningMethod.Pruned of(PruningTask task, Map<String, List<Integer>> kept, int data,
            Map<String, String> facts) {
        NetworkSpec small = narrowed(task.network(), kept);
        NamedWeights random = NamedWeights.initial(small.graph(), task.plan().training().seed());
        return new PruningMethod.Pruned(small, random, true, data, facts);
    }

    /** The description of a network with some channels only. */
    static NetworkSpec narrowed(NetworkSpec network, Map<String, List<Integer>> kept) {
        Map<String, Integer> widths = new TreeMap<>(network.widths());
        widths.putAll(ChannelGraph.of(network.graph()).widths(kept));
        return network.withWidths(widths);
    }
}
