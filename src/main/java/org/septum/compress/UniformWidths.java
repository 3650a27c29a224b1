package org.septum.compress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import org.septum.core.Progress;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NetworkSpec;

/**
 * All widths smaller by the same factor, as a network would be planned anew: the baseline that a method has to beat. It
 * looks at no data and keeps no weights.
 */
public final class UniformWidths implements PruningMethod {

    @Override
    public Pruned prune(PruningTask task, Progress progress) {
        NetworkSpec network = task.network();
        ChannelGraph graph = ChannelGraph.of(network.graph());
        List<Group> groups = ChannelCuts.groups(graph);
        ChannelCuts cuts = ChannelCuts.of(network, order(groups));
        Map<String, List<Integer>> kept = cuts.kept(task.cost(), task.allowed());
        int whole = groups.stream().mapToInt(Group::size).sum();
        int left = groups.stream().mapToInt(g -> kept.containsKey(g.name()) ? kept.get(g.name()).size() : g.size())
                .sum();
        Map<String, String> facts = Map.of("groups", String.valueOf(groups.size()), "kept fraction of channels",
                String.format(Locale.ROOT, "%.3f", (double) left / whole));
        return FreshNetwork.of(task, kept, 0, facts);
    }

    /** The channels of all groups, the last of each first, so that all have always lost the same share. */
    static List<ChannelCuts.Cut> order(List<Group> groups) {
        Map<String, List<Integer>> lastFirst = new LinkedHashMap<>();
        for (Group group : groups) {
            lastFirst.put(group.name(),
                    new ArrayList<>(IntStream.range(0, group.size()).map(c -> group.size() - 1 - c).boxed().toList()));
        }
        return EvenCuts.order(lastFirst, (group, share) -> share);
    }
}
