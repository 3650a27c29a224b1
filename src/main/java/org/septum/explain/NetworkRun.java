package org.septum.explain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.WeightSpec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A network as it is used, run node by node, which can stop at a node and go on from it. No gradient follows its
 * weights.
 */
final class NetworkRun implements AutoCloseable {

    private final NetworkGraph graph;

    private final NDManager manager;

    private final Map<String, NDArray> weights = new HashMap<>();

    /** The last node that reads each node's output. */
    private final int[] lastUse;

    NetworkRun(NetworkSpec spec, NamedWeights named, NDManager parent) {
        this.graph = spec.graph().inUse();
        this.manager = parent.newSubManager();
        graph.weights().keySet().forEach(name -> {
            Tensor tensor = named.get(name);
            Shape shape = new Shape(tensor.shape().stream().mapToLong(s -> s).toArray());
            weights.put(name, manager.create(tensor.values(), shape));
        });
        lastUse = new int[graph.nodes().size()];
        for (int i = 0; i < lastUse.length; i++)
            for (int s : graph.nodes().get(i).sources())
                if (s != NetworkGraph.INPUT)
                    lastUse[s] = i;
        lastUse[lastUse.length - 1] = lastUse.length;
    }

    /** Its layers without what only a training looks at. */
    NetworkGraph graph() {
        return graph;
    }

    /** A scope for the tensors of one tile. */
    NDManager scope() {
        return manager.newSubManager();
    }

    /** A tile before the first node; what it computes belongs to the input's manager. */
    Tile start(NDArray input) {
        return new Tile(input);
    }

    @Override
    public void close() {
        manager.close();
    }

    /** A tile on its way through the network. */
    final class Tile {

        private final NDArray input;

        private final NDArray[] outputs = new NDArray[lastUse.length];

        private int next;

        private Tile(NDArray input) {
            this.input = input;
        }

        /** Runs up to a node and gives its output; outputs that no later node reads are freed on the way. */
        NDArray until(int node) {
            for (; next <= node; next++) {
                step();
                free();
            }
            return outputs[node];
        }

        /** Runs the rest with what was not freed, all of it kept for a gradient to flow back; the logits. */
        NDArray rest() {
            for (; next < outputs.length; next++)
                step();
            return outputs[outputs.length - 1];
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

        private void free() {
            List<Integer> sources = graph.nodes().get(next).sources();
            for (int s : sources) {
                if (s != NetworkGraph.INPUT && lastUse[s] == next && outputs[s] != null) {
                    outputs[s].close();
                    outputs[s] = null;
                }
            }
        }
    }
}
