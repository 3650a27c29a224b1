package org.septum.model.block;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as data: primitive layers in an order in which they can be computed. The last node makes the logits.
 *
 * @param inputs
 *            channels of the network's input
 * @param nodes
 *            in computing order
 * @param auxiliary
 *            indices of nodes that make logits of lower resolution, finest first, which only a training looks at
 * @param fixed
 *            indices of nodes whose channels have to stay as many as they are, although their layers could do with
 *            fewer
 */
public record NetworkGraph(int inputs, List<Node> nodes, List<Integer> auxiliary, List<Integer> fixed) {

    /** In a node's list of sources: the network's input. */
    public static final int INPUT = -1;

    /**
     * One layer at its place.
     *
     * @param name
     *            unique and stable: it names the weights in files
     * @param layer
     *            what it does
     * @param sources
     *            indices of the nodes it reads, or {@link NetworkGraph#INPUT}
     * @param weights
     *            name of the node whose weights it uses; usually its own
     */
    public record Node(String name, Layer layer, List<Integer> sources, String weights) {

        public Node {
            sources = List.copyOf(sources);
        }

        /** A node with weights of its own. */
        public Node(String name, Layer layer, List<Integer> sources) {
            this(name, layer, sources, name);
        }

        /** Full name of one of its weights. */
        public String weight(WeightSpec weight) {
            return weights + "." + weight.name();
        }
    }

    public NetworkGraph {
        nodes = List.copyOf(nodes);
        auxiliary = List.copyOf(auxiliary);
        fixed = List.copyOf(fixed);
    }

    /** A network without auxiliary logits, of channels that may be fewer. */
    public NetworkGraph(int inputs, List<Node> nodes) {
        this(inputs, nodes, List.of(), List.of());
    }

    /** This network as it is used: without auxiliary logits and layers that do nothing but in training. */
    public NetworkGraph inUse() {
        boolean[] needed = new boolean[nodes.size()];
        needed[needed.length - 1] = true;
        for (int i = needed.length - 1; i >= 0; i--) {
            for (int s : nodes.get(i).sources())
                if (needed[i] && s != INPUT)
                    needed[s] = true;
        }
        int[] place = new int[nodes.size()];
        List<Node> kept = new ArrayList<>();
        List<Integer> stillFixed = new ArrayList<>();
        for (int i = 0; i < place.length; i++) {
            Node node = nodes.get(i);
            List<Integer> sources = node.sources().stream().map(s -> s == INPUT ? INPUT : place[s]).toList();
            boolean passes = node.layer().isForTrainingOnly();
            if (needed[i] && !passes)
                kept.add(new Node(node.name(), node.layer(), sources, node.weights()));
            if (needed[i] && !passes && fixed.contains(i))
                stillFixed.add(kept.size() - 1);
            place[i] = passes ? sources.get(0) : kept.size() - 1;
        }
        return new NetworkGraph(inputs, kept, List.of(), stillFixed);
    }

    /** Every weight of the network by its full name, "node.weight", in computing order; shared ones once. */
    public Map<String, WeightSpec> weights() {
        Map<String, WeightSpec> all = new LinkedHashMap<>();
        for (Node node : nodes) {
            for (WeightSpec w : node.layer().weights())
                all.put(node.weight(w), w);
        }
        return all;
    }

    /** Output shape of every node for an input of the given size, without executing. */
    public List<TensorShape> shapes(List<Integer> spatial) {
        TensorShape input = new TensorShape(inputs, spatial);
        List<TensorShape> shapes = new ArrayList<>();
        for (Node node : nodes)
            shapes.add(node.layer().output(shapesOf(node, shapes, input)));
        return shapes;
    }

    /** Number of trained parameters. */
    public long parameters() {
        return weights().values().stream().filter(w -> w.role().isTrained()).mapToLong(WeightSpec::size).sum();
    }

    /** Multiply-adds of convolutions for one sample of the given size. */
    public long macs(List<Integer> spatial) {
        TensorShape input = new TensorShape(inputs, spatial);
        List<TensorShape> shapes = shapes(spatial);
        long sum = 0;
        for (Node node : nodes)
            sum += node.layer().macs(shapesOf(node, shapes, input));
        return sum;
    }

    private static List<TensorShape> shapesOf(Node node, List<TensorShape> shapes, TensorShape input) {
        return node.sources().stream().map(s -> s == INPUT ? input : shapes.get(s)).toList();
    }

    /**
     * How much of the input one output position depends on, without executing.
     *
     * @param spatial
     *            a size that the network takes, in tensor order; any gives the same
     */
    public ReceptiveField receptiveField(List<Integer> spatial) {
        return ReceptiveField.of(this, spatial);
    }

    /**
     * Bytes of its tensors for one sample of the given size, without executing.
     *
     * @param spatial
     *            in tensor order
     */
    public ActivationMemory memory(List<Integer> spatial) {
        return ActivationMemory.of(this, spatial);
    }
}
