package org.septum.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelGraph.WeightSlice;
import org.septum.model.block.BatchNormalization;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;

/**
 * A kernel that reads channels of groups, and where it stands.
 *
 * @param matrix
 *            what it does at one place
 * @param nodes
 *            where it is used, in computing order; mostly one
 * @param read
 *            the groups that it reads, in order
 * @param made
 *            the groups that it makes, in order
 * @param shift
 *            full name of the mean that is subtracted from its outputs, where a bias can go that the layer lacks
 */
record ReadingKernel(KernelMatrix matrix, List<Integer> nodes, List<Part> read, List<Part> made,
        Optional<String> shift) {

    /**
     * Channels of a group along an axis of the kernel.
     *
     * @param group
     *            its name
     * @param size
     *            number of channels
     * @param offset
     *            of the first along the axis
     */
    record Part(String group, int size, int offset) {
    }

    ReadingKernel {
        nodes = List.copyOf(nodes);
        read = List.copyOf(read);
        made = List.copyOf(made);
    }

    /**
     * The kernels of a network that read a group which may lose channels, in computing order.
     *
     * @param used
     *            the network without what only a training looks at
     * @param channels
     *            of the network
     */
    static List<ReadingKernel> of(NetworkGraph used, ChannelGraph channels) {
        Map<String, List<Integer>> byKernel = new LinkedHashMap<>();
        for (int i = 0; i < used.nodes().size(); i++) {
            KernelMatrix matrix = KernelMatrix.of(used.nodes().get(i));
            if (matrix != null)
                byKernel.computeIfAbsent(matrix.kernel(), k -> new ArrayList<>()).add(i);
        }
        List<ReadingKernel> kernels = new ArrayList<>();
        byKernel.values().forEach(nodes -> {
            KernelMatrix matrix = KernelMatrix.of(used.nodes().get(nodes.get(0)));
            List<Part> read = parts(channels, matrix.kernel(), matrix.inputAxis());
            if (read.stream().anyMatch(p -> channels.group(p.group()).cuttable())) {
                kernels.add(new ReadingKernel(matrix, nodes, read,
                        parts(channels, matrix.kernel(), 1 - matrix.inputAxis()), shift(used, nodes)));
            }
        });
        return kernels;
    }

    private static List<Part> parts(ChannelGraph channels, String weight, int axis) {
        List<Part> parts = new ArrayList<>();
        for (Group group : channels.groups()) {
            for (WeightSlice w : group.weights()) {
                if (w.weight().equals(weight) && w.axis() == axis)
                    parts.add(new Part(group.name(), group.size(), w.offset()));
            }
        }
        parts.sort(Comparator.comparingInt(Part::offset));
        return parts;
    }

    private static Optional<String> shift(NetworkGraph used, List<Integer> nodes) {
        List<Node> readers = used.nodes().stream().filter(n -> n.sources().contains(nodes.get(0))).toList();
        boolean normalized = nodes.size() == 1 && readers.size() == 1
                && readers.get(0).layer() instanceof BatchNormalization;
        return normalized ? Optional.of(readers.get(0).weights() + ".running_mean") : Optional.empty();
    }

    /** The first node where it is used. */
    int node() {
        return nodes.get(0);
    }

    boolean mayGainBias() {
        return shift.isPresent();
    }

    boolean reads(String group) {
        return read.stream().anyMatch(p -> p.group().equals(group));
    }

    /**
     * Channels that it still reads.
     *
     * @param kept
     *            by names of groups the channels that stay; groups that are not named stay whole
     */
    int[] readOf(Map<String, List<Integer>> kept) {
        return left(read, kept);
    }

    /** Channels that it still makes. */
    int[] madeOf(Map<String, List<Integer>> kept) {
        return left(made, kept);
    }

    private static int[] left(List<Part> parts, Map<String, List<Integer>> kept) {
        return parts.stream().flatMapToInt(p -> {
            List<Integer> stay = kept.get(p.group());
            IntStream channels = stay == null ? IntStream.range(0, p.size()) : stay.stream().mapToInt(c -> c);
            return channels.map(c -> p.offset() + c);
        }).toArray();
    }
}
