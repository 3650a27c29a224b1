package org.septum.explain;

import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.NodeRun;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/** How likely a network finds a class in a region of a tile, however the tile is changed. */
final class ObjectProbability implements AutoCloseable {

    private final NodeRun network;

    private final int label;

    ObjectProbability(NetworkSpec spec, NamedWeights weights, int label, NDManager parent) {
        this.network = new NodeRun(spec.graph().inUse(), weights, parent);
        this.label = label;
    }

    /** The voxels that the network calls the class, [Z,] Y, X. */
    boolean[] object(float[] tile, Shape shape) {
        try (NDManager scope = network.scope()) {
            return logits(scope, tile, shape).argMax(1).eq(label).toBooleanArray();
        }
    }

    /** Mean probability of the class over a region; NaN if that is empty. */
    double mean(float[] tile, Shape shape, boolean[] region) {
        try (NDManager scope = network.scope()) {
            float[] p = logits(scope, tile, shape).softmax(1).get(new NDIndex(":,{}", label)).toFloatArray();
            double sum = 0;
            long count = 0;
            for (int i = 0; i < p.length; i++) {
                if (region[i]) {
                    sum += p[i];
                    count++;
                }
            }
            return sum / count;
        }
    }

    private NDArray logits(NDManager scope, float[] tile, Shape shape) {
        return network.start(scope.create(tile, shape)).output(network.graph().nodes().size() - 1);
    }

    @Override
    public void close() {
        network.close();
    }
}
