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
 */
public record NetworkGraph(int inputs, List<Node> nodes) {

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
     */
    public record Node(String name, Layer layer, List<Integer> sources) {

        public Node {
            sources = List.copyOf(sources);
        }
    }

    public NetworkGraph {
        nodes = List.copyOf(nodes);
    }

    /** Every weight of the network by its full name, "node.weight", in computing order. */
    public Map<String, WeightSpec> weights() {
        Map<String, WeightSpec> all = new LinkedHashMap<>();
        for (Node node : nodes) {
            for (WeightSpec w : node.layer().weights())
                all.put(node.name() + "." + w.name(), w);
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
