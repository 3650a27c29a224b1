package org.septum.compress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelGraph.WeightSlice;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.Convolution;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.UpConvolution;
import org.septum.model.block.WeightSpec;

/**
 * The rank of each group of channels: the mean over the kernels that make or read them, each unfolded along the axis of
 * these channels, and of a kernel that reads others too only the part that reads these. Depthwise kernels have a single
 * row for each channel as well; gates' linear layers are not measured.
 * <p>
 * Left out are, as in the authors' code, the 1×1 convolutions of shortcuts, and the first convolution of a network
 * where residual blocks share its channels; and kernels that make a given number of channels, such as the classes,
 * whose rank says nothing of what they read. A kernel counts in the group that it reads: that of the first convolution
 * of a residual stage counts in the stage before, whereas the authors count it in its own.
 */
final class GroupRanks {

    private static final String SHORTCUT = ".shortcut.";

    /** Channels of a kernel, along an axis. */
    record Place(String weight, int axis, int first, int count) {
    }

    /**
     * Means over the kernels of a group.
     *
     * @param rank
     *            share of the rank, 0 to 1
     * @param mappingCondition
     *            0 for kernels of noise
     */
    record Mean(double rank, double mappingCondition) {
    }

    private final List<List<Place>> places = new ArrayList<>();

    GroupRanks(AdjustableWidths widths) {
        NetworkGraph graph = widths.graph().network();
        Map<String, Integer> kernels = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            NetworkGraph.Node node = graph.nodes().get(i);
            boolean measured = node.layer() instanceof Convolution || node.layer() instanceof UpConvolution;
            for (WeightSpec w : node.layer().weights()) {
                if (measured && w.role() == WeightSpec.Role.KERNEL)
                    kernels.put(node.weight(w), i);
            }
        }
        Set<Integer> adjustable = new HashSet<>();
        widths.groups().forEach(g -> g.producers().forEach(p -> adjustable.add(p.node())));
        for (Group group : widths.groups()) {
            List<WeightSlice> all = group.weights().stream().filter(w -> kernels.containsKey(w.weight())).toList();
            List<WeightSlice> counted = all.stream()
                    .filter(w -> isCounted(group, kernels.get(w.weight()), graph, adjustable)).toList();
            places.add((counted.isEmpty() ? all : counted).stream()
                    .map(w -> new Place(w.weight(), w.axis(), w.offset(), group.size())).toList());
        }
    }

    private static boolean isCounted(Group group, int index, NetworkGraph graph, Set<Integer> adjustable) {
        NetworkGraph.Node node = graph.nodes().get(index);
        boolean shared = group.producers().stream()
                .filter(p -> graph.nodes().get(p.node()).layer() instanceof Convolution).count() > 1;
        boolean stem = shared && node.sources().contains(NetworkGraph.INPUT);
        boolean free = !(node.layer() instanceof Convolution c) || c.isFree();
        boolean given = free && !adjustable.contains(index);
        return !stem && !given && !node.name().contains(SHORTCUT);
    }

    /** Which kernels count, by group. */
    List<List<Place>> places() {
        return places;
    }

    /** The mean of each group, in order. */
    List<Mean> measure(NamedWeights weights) {
        return places.stream().map(list -> mean(list.stream().map(p -> {
            Tensor kernel = weights.get(p.weight());
            return VariationalRank.of(Unfolding.of(kernel, p.axis(), p.first(), p.count()));
        }).toList())).toList();
    }

    private static Mean mean(List<VariationalRank> ranks) {
        return new Mean(ranks.stream().mapToDouble(VariationalRank::share).average().orElse(0),
                ranks.stream().mapToDouble(VariationalRank::mappingCondition).average().orElse(0));
    }
}
