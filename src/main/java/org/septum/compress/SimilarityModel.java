package org.septum.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.septum.compress.ChannelSimilarity.Dense;
import org.septum.compress.ChannelSimilarity.Depthwise;
import org.septum.compress.ChannelSimilarity.Part;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelGraph.TensorSlice;
import org.septum.model.ChannelGraph.WeightSlice;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.BatchNormalization;
import org.septum.model.block.Coupling;
import org.septum.model.block.Linear;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.WeightSpec;
import org.septum.model.block.WeightSpec.Role;

/**
 * What a network's weights say about its channels: how similar those of a group are, and which kernels read them.
 * <p>
 * Where no normalisation follows a layer, such as an up-convolution, its kernel is taken as it is, and the mean follows
 * from its bias and what it reads; where one without running statistics follows, the kernel is scaled so that its
 * variance is the normalisation's squared scale.
 */
final class SimilarityModel {

    /**
     * A kernel that reads the channels of a group.
     *
     * @param node
     *            that it belongs to
     * @param kernel
     *            where along which axis it has an entry for each channel
     * @param source
     *            what it reads; channel i of the group is at the kernel's offset plus i
     */
    record Consumer(Node node, WeightSlice kernel, ChannelSignal source) {
    }

    private final NetworkGraph network;

    private final NamedWeights weights;

    private final ChannelMoments moments;

    private final List<Group> groups;

    private final Map<WeightSlice, Consumer> consumers = new LinkedHashMap<>();

    SimilarityModel(ChannelGraph graph, NamedWeights weights) {
        this.network = graph.network();
        this.weights = weights;
        this.moments = ChannelMoments.of(network, weights);
        Map<String, Consumer> readers = readers();
        for (Group group : graph.groups()) {
            for (WeightSlice w : group.weights()) {
                Consumer reader = readers.get(w.weight() + "/" + w.axis());
                if (reader != null)
                    consumers.put(w, new Consumer(reader.node(), w, reader.source()));
            }
        }
        this.groups = ChannelCuts.groups(graph).stream().filter(g -> g.size() > 1 && !consumers(g).isEmpty()).toList();
    }

    /** By weight and axis: who reads channels along it; of several with the same weight, the first. */
    private Map<String, Consumer> readers() {
        Map<String, Consumer> readers = new LinkedHashMap<>();
        for (Node node : network.nodes()) {
            for (Coupling.Axis axis : coupling(node).axes()) {
                if (axis.input() != Coupling.OUTPUT) {
                    String name = node.weights() + "." + axis.weight();
                    readers.putIfAbsent(name + "/" + axis.axis(), new Consumer(node,
                            new WeightSlice(name, axis.axis(), 0), moments.output(node.sources().get(axis.input()))));
                }
            }
        }
        return readers;
    }

    private Coupling coupling(Node node) {
        return node.layer().coupling(node.sources().stream().map(s -> moments.output(s).channels()).toList());
    }

    /**
     * Groups of channels of which some may go: those that can be cut and are read by kernels, which can take over what
     * those did that are gone.
     */
    List<Group> groups() {
        return groups;
    }

    /** The kernels that read a group. */
    List<Consumer> consumers(Group group) {
        return group.weights().stream().filter(consumers::containsKey).map(consumers::get).toList();
    }

    /** How similar the channels of a group are. */
    ChannelSimilarity similarity(Group group) {
        List<Part> parts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<Integer> makers = new HashSet<>();
        for (TensorSlice p : group.producers()) {
            makers.add(p.node());
            if (seen.add(network.nodes().get(p.node()).weights()))
                parts.add(dense(p, group.size()));
        }
        for (TensorSlice t : group.tensors()) {
            Node node = network.nodes().get(t.node());
            Optional<WeightSpec> kernel = weight(node, Role.KERNEL);
            boolean filters = kernel.isPresent() && kernel.get().shape().get(0) == channels(t.node());
            if (filters && !makers.contains(t.node()) && seen.add(node.weights()))
                parts.add(depthwise(parts.get(0), t, group.size()));
        }
        return new ChannelSimilarity(parts);
    }

    private int channels(int node) {
        return moments.output(node).channels();
    }

    private static Optional<WeightSpec> weight(Node node, Role role) {
        return node.layer().weights().stream().filter(w -> w.role() == role).findFirst();
    }

    private Part dense(TensorSlice made, int size) {
        Node node = network.nodes().get(made.node());
        WeightSpec spec = weight(node, Role.KERNEL).orElseThrow();
        Tensor kernel = weights.get(node.weight(spec));
        int outAxis = coupling(node).axes().stream()
                .filter(a -> a.weight().equals(spec.name()) && a.input() == Coupling.OUTPUT).findFirst().orElseThrow()
                .axis();
        double[] variance = moments.output(node.sources().get(0)).variance();
        double[][] rows = rows(kernel, outAxis, made, size, variance);
        double[] means = scaled(rows, made);
        return new Dense(rows, means, !(node.layer() instanceof Linear));
    }

    private Part depthwise(Part before, TensorSlice made, int size) {
        Node node = network.nodes().get(made.node());
        float[] kernel = weights.get(node.weight(weight(node, Role.KERNEL).orElseThrow())).values();
        double[] variance = moments.output(node.sources().get(0)).variance();
        int area = kernel.length / channels(made.node());
        double[][] filters = new double[size][area];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < area; k++)
                filters[i][k] = kernel[(made.offset() + i) * area + k] * Math.sqrt(variance[made.offset() + i]);
        }
        return new Depthwise(before, filters, scaled(filters, made));
    }

    /** Multiplies rows by what the normalisation behind their layer does to them, and gives the means behind it. */
    private double[] scaled(double[][] rows, TensorSlice made) {
        double[] means = Arrays.copyOfRange(moments.output(made.node()).mean(), made.offset(),
                made.offset() + rows.length);
        Optional<Node> normal = normalizationBehind(made.node());
        if (normal.isEmpty())
            return means;
        double[] gamma = values(normal.get(), Role.SCALE);
        double[] beta = values(normal.get(), Role.BIAS);
        double[] running = weight(normal.get(), Role.RUNNING_VARIANCE).isPresent()
                ? values(normal.get(), Role.RUNNING_VARIANCE)
                : null;
        for (int i = 0; i < rows.length; i++) {
            int c = made.offset() + i;
            means[i] = beta[c];
            double variance = running == null ? ChannelSimilarity.squared(rows[i])
                    : running[c] + BatchNormalization.EPSILON;
            double scale = variance == 0 ? 0 : gamma[c] / Math.sqrt(variance);
            for (int d = 0; d < rows[i].length; d++)
                rows[i][d] *= scale;
        }
        return means;
    }

    /** The normalisation that reads a node and nothing else. */
    Optional<Node> normalizationBehind(int index) {
        return network.nodes().stream()
                .filter(n -> n.sources().equals(List.of(index)) && weight(n, Role.SCALE).isPresent()).findFirst();
    }

    private double[] values(Node node, Role role) {
        float[] values = weights.get(node.weight(weight(node, role).orElseThrow())).values();
        double[] result = new double[values.length];
        for (int c = 0; c < result.length; c++)
            result[c] = values[c];
        return result;
    }

    /**
     * Kernels of single output channels, input by input, each times the standard deviation of its input.
     *
     * @param made
     *            the first output channel
     * @param variance
     *            of each input channel
     */
    private static double[][] rows(Tensor kernel, int outAxis, TensorSlice made, int size, double[] variance) {
        float[] w = kernel.values();
        int outs = Math.toIntExact(kernel.shape().get(outAxis));
        int ins = Math.toIntExact(kernel.shape().get(1 - outAxis));
        int area = w.length / outs / ins;
        double[][] rows = new double[size][ins * area];
        for (int i = 0; i < size; i++) {
            int o = made.offset() + i;
            for (int c = 0; c < ins; c++) {
                // where outputs come second they are spread over windows, and each position reads one value of a window
                double sd = Math.sqrt(outAxis == 0 ? variance[c] : variance[c] / area);
                for (int k = 0; k < area; k++)
                    rows[i][c * area + k] = w[(outAxis == 0 ? o * ins + c : c * outs + o) * area + k] * sd;
            }
        }
        return rows;
    }
}
