package org.septum.compress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

import org.septum.core.SeptumException;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Linear;

/**
 * Channels in the order in which they go, the most dispensable first, and how many of them have to go for a network to
 * cost what it may. No group of channels becomes narrower than {@link #floor}.
 */
public final class ChannelCuts {

    private static final int WIDE = 8;

    /**
     * A channel.
     *
     * @param group
     *            name of its group
     * @param channel
     *            counted from 0
     */
    public record Cut(String group, int channel) {
    }

    private final NetworkSpec network;

    private final ChannelGraph graph;

    private final List<Cut> order;

    /** Of which the widths are multiples. */
    private final int multiple;

    private ChannelCuts(NetworkSpec network, ChannelGraph graph, List<Cut> order, int multiple) {
        this.network = network;
        this.graph = graph;
        this.order = List.copyOf(order);
        this.multiple = multiple;
    }

    /**
     * The same order, with channels that go only when so many of their group do that its width is a multiple of a
     * number. Groups of fewer than twice as many have any width.
     *
     * @param number
     *            at least 1
     */
    public ChannelCuts inMultiplesOf(int number) {
        return new ChannelCuts(network, graph, order, number);
    }

    /**
     * Takes the order of channels; those that would make a group narrower than its floor are left out.
     *
     * @throws SeptumException
     *             of kind INPUT if there is no such group, or it cannot be cut
     */
    public static ChannelCuts of(NetworkSpec network, List<Cut> order) {
        ChannelGraph graph = ChannelGraph.of(network.graph());
        Map<String, Integer> left = new HashMap<>();
        List<Cut> allowed = new ArrayList<>();
        for (Cut cut : order) {
            Group group = graph.group(cut.group());
            if (!group.cuttable())
                throw SeptumException.input("the channels of " + group.name() + " cannot be cut");
            int now = left.getOrDefault(group.name(), group.size());
            if (now > floor(group.size())) {
                left.put(group.name(), now - 1);
                allowed.add(cut);
            }
        }
        return new ChannelCuts(network, graph, allowed, 1);
    }

    /**
     * Channels that a group of so many keeps in any case: 8; a quarter, at least one, of a group of no more than 16.
     */
    public static int floor(int size) {
        return size > 2 * WIDE ? WIDE : Math.max(1, size / 4);
    }

    /** The groups of a network that can be cut, without those of hidden units of gates, which cost next to nothing. */
    public static List<Group> groups(ChannelGraph graph) {
        // channels that a gate scales are made twice: by a convolution, and by the gate's last layer
        return graph.groups().stream().filter(Group::cuttable).filter(g -> !g.producers().stream()
                .allMatch(p -> graph.network().nodes().get(p.node()).layer() instanceof Linear)).toList();
    }

    /** How many channels may go at most. */
    public int count() {
        return order.size();
    }

    /**
     * Channels that stay after the first cuts.
     *
     * @param cuts
     *            how many, 0 to {@link #count()}
     *
     * @return by group that loses some, ascending
     */
    public Map<String, List<Integer>> kept(int cuts) {
        Map<String, List<Integer>> gone = new LinkedHashMap<>();
        order.subList(0, cuts).forEach(c -> gone.computeIfAbsent(c.group(), g -> new ArrayList<>()).add(c.channel()));
        gone.replaceAll((name, channels) -> {
            int size = graph.group(name).size();
            int width = (size - channels.size() + multiple(size) - 1) / multiple(size) * multiple(size);
            return channels.subList(0, size - Math.min(size, width));
        });
        return stayingWithout(gone);
    }

    /** Of a group of so many channels; one that is not twice as wide would lose half of them or none. */
    private int multiple(int size) {
        return size < 2 * multiple ? 1 : multiple;
    }

    private Map<String, List<Integer>> stayingWithout(Map<String, List<Integer>> gone) {
        Map<String, List<Integer>> kept = new LinkedHashMap<>();
        gone.forEach((name, channels) -> {
            if (!channels.isEmpty())
                kept.put(name, IntStream.range(0, graph.group(name).size()).filter(c -> !channels.contains(c)).boxed()
                        .toList());
        });
        return kept;
    }

    /** The network after the first cuts. */
    public NetworkSpec network(int cuts) {
        return network(kept(cuts));
    }

    private NetworkSpec network(Map<String, List<Integer>> kept) {
        Map<String, Integer> widths = new TreeMap<>(network.widths());
        widths.putAll(graph.widths(kept));
        return network.withWidths(widths);
    }

    /**
     * Channels that stay when as few go as it takes for the network to cost no more than it may.
     *
     * @throws SeptumException
     *             of kind USAGE if it costs more even when all have gone; the message says how little is possible
     */
    public Map<String, List<Integer>> kept(NetworkCost cost, double allowed) {
        int low = 0;
        int high = order.size();
        double least = cost.of(network(high));
        if (least > allowed) {
            double whole = cost.of(network);
            throw SeptumException.usage(String.format(Locale.ROOT,
                    "the target %.3f cannot be reached: with the fewest channels %.3f are left; give that or more",
                    allowed / whole, least / whole));
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cost.of(network(middle)) <= allowed)
                high = middle;
            else
                low = middle + 1;
        }
        return multiple == 1 ? kept(low) : filled(kept(low), low, cost, allowed);
    }

    /** With channels that went last back, so many at a time, where the network still costs no more than it may. */
    private Map<String, List<Integer>> filled(Map<String, List<Integer>> kept, int cuts, NetworkCost cost,
            double allowed) {
        Map<String, List<Integer>> best = new LinkedHashMap<>(kept);
        Set<String> full = new HashSet<>();
        for (int i = cuts - 1; i >= 0; i--) {
            Cut cut = order.get(i);
            List<Integer> now = best.get(cut.group());
            if (now == null || now.contains(cut.channel()) || full.contains(cut.group()))
                continue;
            List<Integer> more = new ArrayList<>(now);
            for (int k = i; k >= 0 && more.size() < now.size() + multiple(graph.group(cut.group()).size()); k--)
                if (order.get(k).group().equals(cut.group()) && !more.contains(order.get(k).channel()))
                    more.add(order.get(k).channel());
            more.sort(null);
            Map<String, List<Integer>> next = new LinkedHashMap<>(best);
            next.put(cut.group(), more);
            if (cost.of(network(next)) <= allowed)
                best = next;
            else
                full.add(cut.group());
        }
        best.entrySet().removeIf(e -> e.getValue().size() == graph.group(e.getKey()).size());
        return best;
    }
}
