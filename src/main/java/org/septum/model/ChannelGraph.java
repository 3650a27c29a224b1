package org.septum.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.SeptumException;
import org.septum.model.block.NetworkGraph;

/**
 * Which tensors and weights of a network share channels, assembled from what each layer declares with
 * {@link org.septum.model.block.Coupling}.
 * <p>
 * <b>Masking equals removal.</b> A channel that is cut does not exist: nobody reads it. In the whole network it is as
 * if it did not exist if the output of <em>every</em> node that carries it is multiplied by 0, as {@link #masks} says.
 * One place behind the last normalisation and activation is not enough in general: a shortcut, a gate and the mean that
 * a gate is computed from each read it at another place, and a normalisation's shift or a sigmoid would make something
 * of nothing. For groups that are {@link Group#exact} the rest of the network then cannot tell the difference.
 */
public final class ChannelGraph {

    /**
     * A run of channels inside a tensor or along an axis of a weight.
     *
     * @param node
     *            index of the node whose output it is
     * @param offset
     *            index of the run's first channel
     */
    public record TensorSlice(int node, int offset) {
    }

    /**
     * A run of entries along an axis of a weight.
     *
     * @param weight
     *            full name of the weight
     * @param axis
     *            counted from 0
     * @param offset
     *            index of the run's first entry
     */
    public record WeightSlice(String weight, int axis, int offset) {
    }

    /**
     * Channels that are the same ones wherever they appear: channel i of the group is channel {@code offset + i} of
     * each slice. Hidden units of gates are groups of their own.
     *
     * @param name
     *            unique and stable: the first node that makes them, followed by ":7" if they start at its channel 7;
     *            {@code input} for the network's input
     * @param size
     *            number of channels
     * @param producers
     *            the nodes that make them, so that all of these get fewer channels
     * @param weights
     *            what has to be cut with them
     * @param tensors
     *            where they appear, the producers included
     * @param cuttable
     *            false for the network's input, its classes and what layers or blocks need whole
     * @param exact
     *            whether cutting channels that are 0 leaves the others as they are
     */
    public record Group(String name, int size, List<TensorSlice> producers, List<WeightSlice> weights,
            List<TensorSlice> tensors, boolean cuttable, boolean exact) {

        public Group {
            producers = List.copyOf(producers);
            weights = List.copyOf(weights);
            tensors = List.copyOf(tensors);
        }
    }

    private final NetworkGraph network;

    private final Map<String, Group> groups;

    private final List<Integer> channels;

    private ChannelGraph(NetworkGraph network, List<Integer> channels, List<Group> groups) {
        this.network = network;
        this.channels = List.copyOf(channels);
        this.groups = new LinkedHashMap<>();
        groups.forEach(g -> this.groups.put(g.name(), g));
    }

    /** The channels of a network; node indices are those of the graph given. */
    public static ChannelGraph of(NetworkGraph network) {
        ChannelWalk walk = new ChannelWalk(network);
        return new ChannelGraph(network, walk.channels(), walk.groups());
    }

    /** All groups, each channel of the network in one of them, in the order in which they are made. */
    public Collection<Group> groups() {
        return java.util.Collections.unmodifiableCollection(groups.values());
    }

    /** The network. */
    public NetworkGraph network() {
        return network;
    }

    /**
     * A group by its name.
     *
     * @throws SeptumException
     *             of kind INPUT if there is none
     */
    public Group group(String name) {
        Group group = groups.get(name);
        if (group == null) {
            throw SeptumException.input("the network has no group of channels named " + name + "; it has "
                    + String.join(", ", groups.keySet()));
        }
        return group;
    }

    /**
     * What the outputs of nodes have to be multiplied by, channel by channel, for the network to compute what it
     * computes without the channels that are not kept; only nodes that lose some.
     *
     * @param kept
     *            by names of groups the channels that stay, ascending; groups that are not named stay whole
     *
     * @return by node index 0 or 1 for each channel
     *
     * @throws SeptumException
     *             of kind INPUT if a group cannot be cut like this
     */
    public Map<Integer, float[]> masks(Map<String, List<Integer>> kept) {
        Map<Integer, float[]> masks = new TreeMap<>();
        removed(kept).forEach((group, gone) -> {
            for (TensorSlice t : group.tensors()) {
                float[] mask = masks.computeIfAbsent(t.node(), n -> ones(channels.get(n)));
                gone.forEach(c -> mask[t.offset() + c] = 0);
            }
        });
        return masks;
    }

    private static float[] ones(int n) {
        float[] values = new float[n];
        Arrays.fill(values, 1);
        return values;
    }

    /**
     * Channels that nodes make when only some are kept, by the names that {@link NetworkSpec#widths} goes by; only
     * nodes that lose some.
     *
     * @param kept
     *            as in {@link #masks}
     *
     * @throws SeptumException
     *             of kind INPUT if a group cannot be cut like this
     */
    public Map<String, Integer> widths(Map<String, List<Integer>> kept) {
        Map<Integer, Integer> left = new TreeMap<>();
        removed(kept).forEach((group, gone) -> group.producers()
                .forEach(p -> left.merge(p.node(), channels.get(p.node()) - gone.size(), (a, b) -> a - gone.size())));
        Map<String, Integer> widths = new TreeMap<>();
        left.forEach((node, width) -> widths.put(network.nodes().get(node).weights(), width));
        return widths;
    }

    /** The channels that go, by group; groups that lose none are left out. */
    Map<Group, List<Integer>> removed(Map<String, List<Integer>> kept) {
        Map<Group, List<Integer>> removed = new LinkedHashMap<>();
        kept.forEach((name, channels) -> {
            Group group = group(name);
            requireUsable(group, channels);
            List<Integer> gone = new ArrayList<>();
            for (int c = 0; c < group.size(); c++) {
                if (!channels.contains(c))
                    gone.add(c);
            }
            if (!gone.isEmpty())
                removed.put(group, gone);
        });
        return removed;
    }

    private static void requireUsable(Group group, List<Integer> kept) {
        int last = -1;
        for (int c : kept) {
            if (c <= last || c >= group.size()) {
                throw SeptumException.input("channels " + kept + " of " + group.name()
                        + "; they must be ascending and below " + group.size());
            }
            last = c;
        }
        if (kept.isEmpty())
            throw SeptumException.input("no channel of " + group.name() + " is kept; at least 1 has to stay");
        if (kept.size() < group.size() && !group.cuttable()) {
            throw SeptumException.input("the channels of " + group.name() + " cannot be cut; keep all " + group.size());
        }
    }
}
