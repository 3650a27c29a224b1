package org.septum.model.block;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Puts a {@link NetworkGraph} together, node by node. */
public final class GraphAssembler {

    /**
     * A tensor inside the network under construction.
     *
     * @param node
     *            the node that makes it, or {@link NetworkGraph#INPUT}
     * @param channels
     *            its channels
     */
    public record Feature(int node, int channels) {
    }

    private final int dims;

    private final int inputs;

    private final Normalization normalization;

    private final Activation activation;

    private final List<NetworkGraph.Node> nodes = new ArrayList<>();

    private final Set<String> names = new HashSet<>();

    /**
     * Starts an empty network.
     *
     * @param dims
     *            2 or 3
     * @param inputs
     *            channels of its input
     */
    public GraphAssembler(int dims, int inputs) {
        this(dims, inputs, Normalization.BATCH, Activation.RELU);
    }

    /**
     * Starts an empty network.
     *
     * @param dims
     *            2 or 3
     * @param inputs
     *            channels of its input
     * @param normalization
     *            what follows its convolutions
     * @param activation
     *            what follows its normalisations
     */
    public GraphAssembler(int dims, int inputs, Normalization normalization, Activation activation) {
        this.dims = dims;
        this.inputs = inputs;
        this.normalization = normalization;
        this.activation = activation;
    }

    /** Number of spatial axes, 2 or 3. */
    public int dims() {
        return dims;
    }

    /** The network's input. */
    public Feature input() {
        return new Feature(NetworkGraph.INPUT, inputs);
    }

    /** Adds a layer that reads the given features. */
    public Feature add(String name, Layer layer, Feature... sources) {
        if (!names.add(name))
            throw new IllegalArgumentException("two nodes are named " + name);
        List<TensorShape> shapes = new ArrayList<>();
        List<Integer> indices = new ArrayList<>();
        // the sizes do not matter here, only that they divide
        for (Feature f : sources) {
            shapes.add(new TensorShape(f.channels(), java.util.Collections.nCopies(dims, 64)));
            indices.add(f.node());
        }
        int channels = layer.output(shapes).channels();
        nodes.add(new NetworkGraph.Node(name, layer, indices));
        return new Feature(nodes.size() - 1, channels);
    }

    /** A layer, then the network's normalisation: nodes {@code name.conv}, {@code name.norm}. */
    public Feature convNorm(String name, Feature x, Layer convolution) {
        Feature conv = add(name + ".conv", convolution, x);
        return add(name + ".norm", normalization.layer(conv.channels()), conv);
    }

    /** {@link #convNorm}, then the network's activation. */
    public Feature convNormRelu(String name, Feature x, Layer convolution) {
        return activated(name, convNorm(name, x, convolution));
    }

    /** Convolution with a bias that keeps the size, normalisation, activation. */
    public Feature convNormRelu(String name, Feature x, int out, int kernel) {
        return convNormRelu(name, x, Convolution.of(dims, x.channels(), out, kernel));
    }

    /** The network's activation: node {@code name.relu}, or what its word is. */
    public Feature activated(String name, Feature x) {
        return add(name + "." + activation.word(), activation.layer(), x);
    }

    /** The finished network. */
    public NetworkGraph graph() {
        return new NetworkGraph(inputs, nodes);
    }
}
