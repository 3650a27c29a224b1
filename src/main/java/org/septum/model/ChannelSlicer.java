package org.septum.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.model.ChannelGraph.WeightSlice;
import org.septum.model.NamedWeights.Tensor;

/** Takes channels out of a network: a smaller description and smaller weights, nothing else. */
public final class ChannelSlicer {

    /**
     * A network and its weights.
     *
     * @param spec
     *            what it is
     * @param weights
     *            exactly the weights it needs
     */
    public record Sliced(NetworkSpec spec, NamedWeights weights) {
    }

    private ChannelSlicer() {
    }

    /**
     * The network without some channels. What follows from the channels that its description plans, such as the kernel
     * of an attention, stays. Nothing is computed with the weights: those left are the same numbers, and if all
     * channels are kept so is the network.
     *
     * @param spec
     *            the network; may have been sliced before
     * @param weights
     *            its weights
     * @param kept
     *            by names of groups of {@code ChannelGraph.of(spec.graph())} the channels that stay, ascending; groups
     *            that are not named stay whole
     *
     * @throws org.septum.core.SeptumException
     *             of kind INPUT if the weights do not fit or a group cannot be cut like this
     */
    public static Sliced slice(NetworkSpec spec, NamedWeights weights, Map<String, List<Integer>> kept) {
        ChannelGraph graph = ChannelGraph.of(spec.graph());
        Map<String, Integer> widths = new TreeMap<>(spec.widths());
        widths.putAll(graph.widths(kept));
        NetworkSpec small = spec.withWidths(widths);
        NamedWeights left = slice(graph, weights, kept);
        left.requireFit(small.graph());
        return new Sliced(small, left);
    }

    /**
     * The weights without those of some channels.
     *
     * @param graph
     *            the channels of the whole network
     * @param weights
     *            its weights
     * @param kept
     *            as in {@link #slice(NetworkSpec, NamedWeights, Map)}
     *
     * @throws org.septum.core.SeptumException
     *             of kind INPUT if the weights do not fit or a group cannot be cut like this
     */
    public static NamedWeights slice(ChannelGraph graph, NamedWeights weights, Map<String, List<Integer>> kept) {
        weights.requireFit(graph.network());
        Map<String, Map<Integer, BitSet>> cuts = new LinkedHashMap<>();
        graph.removed(kept).forEach((group, gone) -> {
            for (WeightSlice w : group.weights()) {
                BitSet cut = cuts.computeIfAbsent(w.weight(), n -> new TreeMap<>()).computeIfAbsent(w.axis(),
                        a -> new BitSet());
                gone.forEach(c -> cut.set(w.offset() + c));
            }
        });
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        weights.tensors().forEach((name, tensor) -> {
            Tensor left = tensor;
            for (Map.Entry<Integer, BitSet> cut : cuts.getOrDefault(name, Map.of()).entrySet())
                left = without(left, cut.getKey(), cut.getValue());
            tensors.put(name, left);
        });
        return new NamedWeights(tensors);
    }

    /** A tensor without some entries along an axis. */
    private static Tensor without(Tensor tensor, int axis, BitSet cut) {
        int entries = Math.toIntExact(tensor.shape().get(axis));
        int block = 1;
        for (int i = axis + 1; i < tensor.shape().size(); i++)
            block *= Math.toIntExact(tensor.shape().get(i));
        List<Long> shape = new ArrayList<>(tensor.shape());
        shape.set(axis, (long) entries - cut.cardinality());
        float[] values = tensor.values();
        float[] left = new float[values.length / entries * (entries - cut.cardinality())];
        int to = 0;
        for (int from = 0; from < values.length; from += block) {
            if (!cut.get(from / block % entries)) {
                System.arraycopy(values, from, left, to, block);
                to += block;
            }
        }
        return Tensor.of(shape, left);
    }
}
