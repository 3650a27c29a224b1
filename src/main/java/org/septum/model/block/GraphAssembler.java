package org.septum.model.block;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Puts a {@link NetworkGraph} together, node by node. */
public final class GraphAssembler {

    /**
     * A tensor inside the network under construction.
     *
     * @param node
     *            the node that makes it, or {@link NetworkGraph#INPUT}
     * @param channels
     *            its channels
     * @param planned
     *            the channels that it would have if no width had been set: what follows from the channels, such as the
     *            kernel of an attention, follows from these and stays when channels are taken away
     */
    public record Feature(int node, int channels, int planned) {
    }

    /**
     * What holds for all of a network.
     *
     * @param normalization
     *            what follows its convolutions
     * @param activation
     *            what follows its normalisations
     * @param dropout
     *            share of channels dropped at the deepest levels in training
     * @param widths
     *            channels that layers put out instead of those they were planned with, by the names of their nodes
     * @param gated
     *            names of the nodes that have a {@link PruningGate}
     */
    public record Style(Normalization normalization, Activation activation, double dropout, Map<String, Integer> widths,
            Set<String> gated) {

        public Style {
            widths = Map.copyOf(widths);
            gated = Set.copyOf(gated);
        }

        /** Without gates for pruning. */
        public Style(Normalization normalization, Activation activation, double dropout, Map<String, Integer> widths) {
            this(normalization, activation, dropout, widths, Set.of());
        }

        /** Batch normalisation, ReLU, no dropout, widths as planned. */
        public static final Style PLAIN = new Style(Normalization.BATCH, Activation.RELU, 0, Map.of());
    }

    private final int dims;

    private final int inputs;

    private final Style style;

    private final List<NetworkGraph.Node> nodes = new ArrayList<>();

    private final Set<String> names = new HashSet<>();

    private final List<Integer> auxiliary = new ArrayList<>();

    private final List<Integer> fixed = new ArrayList<>();

    private boolean gating = true;

    /**
     * Starts an empty network.
     *
     * @param dims
     *            2 or 3
     * @param inputs
     *            channels of its input
     */
    public GraphAssembler(int dims, int inputs) {
        this(dims, inputs, Style.PLAIN);
    }

    /**
     * Starts an empty network.
     *
     * @param dims
     *            2 or 3
     * @param inputs
     *            channels of its input
     * @param style
     *            what holds for all of it
     */
    public GraphAssembler(int dims, int inputs, Style style) {
        this.dims = dims;
        this.inputs = inputs;
        this.style = style;
    }

    /** Number of spatial axes, 2 or 3. */
    public int dims() {
        return dims;
    }

    /** The network's input. */
    public Feature input() {
        return new Feature(NetworkGraph.INPUT, inputs, inputs);
    }

    /** Adds a layer that reads the given features. */
    public Feature add(String name, Layer layer, Feature... sources) {
        return shared(name, name, layer, sources);
    }

    /** Adds a layer with the weights of another node. */
    public Feature shared(String name, String weights, Layer layer, Feature... sources) {
        Feature x = node(name, weights, layer, sources);
        return isGated(name) ? PruningGate.attach(this, name, x, x) : x;
    }

    private boolean isGated(String name) {
        return gating && style.gated().contains(name);
    }

    private Feature node(String name, String weights, Layer layer, Feature... sources) {
        if (!names.add(name))
            throw new IllegalArgumentException("two nodes are named " + name);
        List<Feature> features = List.of(sources);
        Integer width = style.widths().get(weights);
        Layer actual = width != null && layer instanceof Widened w && w.isFree() ? w.withOut(width) : layer;
        nodes.add(new NetworkGraph.Node(name, actual, features.stream().map(Feature::node).toList(), weights));
        // the sizes do not matter here, only that they divide
        List<Integer> sizes = java.util.Collections.nCopies(dims, 64);
        int channels = actual.output(features.stream().map(f -> new TensorShape(f.channels(), sizes)).toList())
                .channels();
        return new Feature(nodes.size() - 1, channels,
                layer.channels(features.stream().map(Feature::planned).toList()));
    }

    /** A layer, then the network's normalisation: nodes {@code name.conv}, {@code name.norm}. */
    public Feature convNorm(String name, Feature x, Layer convolution) {
        String convName = name + ".conv";
        Feature conv = node(convName, convName, convolution, x);
        Feature norm = add(name + ".norm", style.normalization().layer(conv.channels()), conv);
        return isGated(convName) ? PruningGate.attach(this, convName, conv, norm) : norm;
    }

    /** {@link #convNorm}, then the network's activation. */
    public Feature convNormRelu(String name, Feature x, Layer convolution) {
        return activated(name, convNorm(name, x, convolution));
    }

    /** Convolution with a bias that keeps the size, normalisation, activation. */
    public Feature convNormRelu(String name, Feature x, int out, List<Integer> kernel) {
        return convNormRelu(name, x, new Convolution(x.channels(), out, kernel));
    }

    /** The network's activation: node {@code name.relu}, or what its word is. */
    public Feature activated(String name, Feature x) {
        return add(name + "." + style.activation().word(), style.activation().layer(), x);
    }

    /** The network's normalisation: node {@code name}; see {@link Normalization#layer(int, float)}. */
    public Feature normalized(String name, Feature x, float momentum) {
        return add(name, style.normalization().layer(x.channels(), momentum), x);
    }

    /** The network's dropout, if it has any: node {@code name.dropout}. */
    public Feature dropped(String name, Feature x) {
        return style.dropout() == 0 ? x : add(name + ".dropout", new ChannelDropout(style.dropout()), x);
    }

    /** Marks logits of lower resolution that a training looks at; finest first. */
    public void auxiliary(Feature logits) {
        auxiliary.add(logits.node());
    }

    /**
     * Adds what {@code part} adds, as a part in which no channel may be taken away from what any of its nodes makes.
     */
    public Feature fixed(Supplier<Feature> part) {
        int first = nodes.size();
        Feature x = part.get();
        for (int i = first; i < nodes.size(); i++)
            fixed.add(i);
        return x;
    }

    /** Adds what {@code part} adds, as a part without gates for pruning: its channels are judged elsewhere. */
    public Feature ungated(Supplier<Feature> part) {
        boolean before = gating;
        gating = false;
        Feature x = part.get();
        gating = before;
        return x;
    }

    /** The finished network. */
    public NetworkGraph graph() {
        return new NetworkGraph(inputs, nodes, auxiliary, fixed);
    }
}
