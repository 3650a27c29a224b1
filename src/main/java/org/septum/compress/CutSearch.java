package org.septum.compress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import org.septum.compress.ChannelCuts.Cut;
import org.septum.model.NetworkSpec;

/**
 * The order of channels that {@link StructuralSearch} gives for a network that shall cost so much: the lowest
 * acceptable score is found by bisection. Channels that go at a higher score come first, then those that go as well at
 * the one just below, then all others as given.
 */
final class CutSearch {

    private static final int BISECTIONS = 6;

    private final NetworkSpec network;

    private final List<String> groups;

    private final Map<String, CompensationRanking> rankings;

    private final Map<List<Integer>, Double> known = new HashMap<>();

    /**
     * Prepares a search.
     *
     * @param rankings
     *            by group, in network order
     */
    CutSearch(NetworkSpec network, Map<String, CompensationRanking> rankings) {
        this.network = network;
        this.rankings = rankings;
        this.groups = List.copyOf(rankings.keySet());
    }

    /**
     * Searches.
     *
     * @param score
     *            of the network with the channels that are kept, by group; 1 for the whole network's outputs, less for
     *            others
     * @param allowed
     *            what it may cost
     * @param rest
     *            channels in the order in which they go when no score is low enough
     */
    ChannelCuts run(ToDoubleFunction<Map<String, List<Integer>>> score, NetworkCost cost, double allowed,
            List<Cut> rest) {
        List<Integer> sizes = groups.stream().map(g -> rankings.get(g).order().size()).toList();
        List<Integer> few = sizes.stream().map(s -> 0).toList();
        List<Integer> many = few;
        double low = 0;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double end = (low + high) / 2;
            List<Integer> cuts = new StructuralSearch(1, end, StructuralSearch.HALVINGS, StructuralSearch.MOST)
                    .run(sizes, c -> known.computeIfAbsent(c, k -> score.applyAsDouble(cuts(k).kept(cuts(k).count()))))
                    .cuts();
            boolean enough = cost.of(cuts(cuts).network(cuts(cuts).count())) <= allowed;
            low = enough ? end : low;
            high = enough ? high : end;
            many = enough ? cuts : many;
            few = enough ? few : cuts;
        }
        Set<Cut> order = new LinkedHashSet<>(first(least(few, many)));
        order.addAll(first(many));
        order.addAll(rest);
        return ChannelCuts.of(network, List.copyOf(order));
    }

    private ChannelCuts cuts(List<Integer> cuts) {
        return ChannelCuts.of(network, first(cuts));
    }

    private static List<Integer> least(List<Integer> a, List<Integer> b) {
        return IntStream.range(0, a.size()).mapToObj(i -> Math.min(a.get(i), b.get(i))).toList();
    }

    /** The last ranked channels, so many of every group. */
    private List<Cut> first(List<Integer> cuts) {
        List<Cut> gone = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            List<Integer> order = rankings.get(groups.get(g)).order();
            for (int i = 0; i < cuts.get(g); i++)
                gone.add(new Cut(groups.get(g), order.get(order.size() - 1 - i)));
        }
        return gone;
    }
}
