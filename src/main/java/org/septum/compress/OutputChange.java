package org.septum.compress;

import java.util.ArrayList;
import java.util.List;

import org.septum.model.NamedWeights;
import org.septum.model.NodeRun;
import org.septum.model.block.NetworkGraph;

import ai.djl.ndarray.NDManager;

/** How far the probabilities of smaller networks are from those of the whole one, on a few tiles. */
final class OutputChange {

    private final CalibrationTiles tiles;

    private final NDManager manager;

    private final List<float[]> expected = new ArrayList<>();

    /**
     * Runs the whole network.
     *
     * @param graph
     *            without what only a training looks at
     * @param manager
     *            on the device that computes
     */
    OutputChange(CalibrationTiles tiles, NetworkGraph graph, NamedWeights weights, NDManager manager) {
        this.tiles = tiles;
        this.manager = manager;
        expected.addAll(probabilities(graph, weights));
    }

    private List<float[]> probabilities(NetworkGraph graph, NamedWeights weights) {
        List<float[]> all = new ArrayList<>();
        int last = graph.nodes().size() - 1;
        try (NodeRun outputs = new NodeRun(graph, weights, manager)) {
            for (float[] values : tiles.tiles()) {
                try (NodeRun.Tile tile = outputs.start(values, tiles.shape())) {
                    all.add(tile.output(last).softmax(1).toFloatArray());
                }
            }
        }
        return all;
    }

    /** {@link ProbabilityChange#mean} of a network, 0 for none to 1; infinite where its outputs are not numbers. */
    double of(NetworkGraph graph, NamedWeights weights) {
        ProbabilityChange change = new ProbabilityChange(tiles.plan().labels().count());
        List<float[]> actual = probabilities(graph, weights);
        for (int i = 0; i < expected.size(); i++)
            change.add(expected.get(i), actual.get(i));
        return change.mean();
    }
}
