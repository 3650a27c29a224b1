package org.septum.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.WeightSpec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A network run node by node, as it is used and not trained, which hands out what nodes read and make. No gradient
 * follows its weights. Weights may be changed while tiles are on their way; nodes that a tile has passed are not
 * computed again.
 */
public final class NodeRun implements AutoCloseable {

    private final NetworkGraph graph;

    private final NDManager manager;

    private final Map<String, NDArray> weights = new HashMap<>();

    /** The last node that reads each node's output. */
    private final int[] lastUse;

    /**
     * Loads a network.
     *
     * @param graph
     *            without what only a training looks at, {@link NetworkGraph#inUse}
     * @param weights
     *            those it needs, and perhaps more
     * @param parent
     *            on the device that computes
     */
    public NodeRun(NetworkGraph graph, NamedWeights weights, NDManager parent) {
        this.graph = graph;
        this.manager = parent.newSubManager();
        graph.weights().keySet().forEach(name -> set(name, weights.get(name)));
        List<Node> nodes = graph.nodes();
        lastUse = new int[nodes.size()];
        for (int i = 0; i < nodes.size(); i++) {
            for (int s : nodes.get(i).sources())
                if (s != NetworkGraph.INPUT)
                    lastUse[s] = i;
        }
        lastUse[nodes.size() - 1] = nodes.size();
    }

    /** Changes a weight. */
    public void set(String name, Tensor tensor) {
        Shape shape = new Shape(tensor.shape().stream().mapToLong(s -> s).toArray());
        NDArray old = weights.put(name, manager.create(tensor.values(), shape));
        if (old != null)
            old.close();
    }

    /** Its nodes, by whose indices it is asked. */
    public NetworkGraph graph() {
        return graph;
    }

    /** A scope for the tensors of one tile. */
    public NDManager scope() {
        return manager.newSubManager();
    }

    /** A tile before the first node; what it computes belongs to the input's manager. */
    public Tile start(NDArray input) {
        return new Tile(input, null);
    }

    /**
     * A tile before the first node. Close it to free what it holds.
     *
     * @param values
     *            row-major
     * @param shape
     *            (N, inputs, S)
     */
    public Tile start(float[] values, long... shape) {
        NDManager scope = scope();
        return new Tile(scope.create(values, new Shape(shape)), scope);
    }

    @Override
    public void close() {
        manager.close();
    }

    /** A tile on its way through the network. */
    public final class Tile implements AutoCloseable {

        private final NDArray input;

        /** Of a tile that owns what it computes; else null. */
        private final NDManager scope;

        private final NDArray[] outputs = new NDArray[lastUse.length];

        private int next;

        private Tile(NDArray input, NDManager scope) {
            this.input = input;
            this.scope = scope;
        }

        /**
         * What a node reads, if it has one source.
         *
         * @param node
         *            not before one that was asked for earlier
         */
        public NDArray input(int node) {
            runTo(node);
            int source = graph.nodes().get(node).sources().get(0);
            return source == NetworkGraph.INPUT ? input : outputs[source];
        }

        /**
         * What a node makes; outputs that no later node reads are freed on the way.
         *
         * @param node
         *            not before one that was asked for earlier
         */
        public NDArray output(int node) {
            runTo(node + 1);
            return outputs[node];
        }

        /** Runs the rest with what was not freed, all of it kept for a gradient to flow back; the logits. */
        public NDArray rest() {
            for (; next < outputs.length; next++)
                step();
            return outputs[outputs.length - 1];
        }

        private void runTo(int end) {
            for (; next < end; next++) {
                free();
                step();
            }
        }

        private void step() {
            Node node = graph.nodes().get(next);
            NDList sources = new NDList();
            for (int s : node.sources())
                sources.add(s == NetworkGraph.INPUT ? input : outputs[s]);
            Map<String, NDArray> own = new HashMap<>();
            for (WeightSpec w : node.layer().weights())
                own.put(w.name(), weights.get(node.weight(w)));
            outputs[next] = node.layer().forward(sources, own, false);
        }

        /** Frees what no node from the next on reads. */
        private void free() {
            for (int i = 0; i < next; i++) {
                if (outputs[i] != null && lastUse[i] < next) {
                    outputs[i].close();
                    outputs[i] = null;
                }
            }
        }

        @Override
        public void close() {
            if (scope != null)
                scope.close();
        }
    }
}
