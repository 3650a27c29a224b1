package org.septum.compress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.Progress;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.PruningGate;
import org.septum.train.TrainingRun;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Runs a network with gates for pruning in evaluation mode and reads what its gates say. */
final class GateReader implements AutoCloseable {

    private final NetworkGraph graph;

    private final NDManager manager;

    private final Map<String, NDArray> weights = new HashMap<>();

    GateReader(NetworkSpec network, NamedWeights weights, Device device) {
        this.graph = network.graph().inUse();
        this.manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(device);
        graph.weights().forEach((name, spec) -> this.weights.put(name, manager.create(weights.get(name).values(),
                new Shape(spec.shape().stream().mapToLong(s -> s).toArray()))));
    }

    /**
     * Mean gate of each channel over tiles.
     *
     * @return by the name of the convolution whose channels they are
     */
    Map<String, List<Double>> means(CalibrationTiles tiles, Progress progress) {
        Map<String, GateMeans> means = new LinkedHashMap<>();
        int done = 0;
        for (float[] tile : tiles.tiles()) {
            progress.throwIfCancelled();
            progress.report("reading gates", done++, tiles.tiles().size());
            gates(tile, tiles.shape()).forEach((conv, gates) -> means.computeIfAbsent(conv, c -> new GateMeans())
                    .add(gates, gates.length / (int) tiles.shape()[0]));
        }
        Map<String, List<Double>> result = new LinkedHashMap<>();
        means.forEach((conv, m) -> result.put(conv, m.means()));
        return result;
    }

    /**
     * Gates for a batch.
     *
     * @param input
     *            row-major
     * @param size
     *            its shape, (N, inputs, S)
     *
     * @return (N, C) row-major, by the name of the convolution whose channels they are
     */
    Map<String, float[]> gates(float[] input, long... size) {
        Map<String, float[]> gates = new LinkedHashMap<>();
        try (NDManager scope = manager.newSubManager()) {
            NDArray x = scope.create(input, new Shape(size));
            Map<String, NDArray> byName = new HashMap<>();
            List<NDArray> outputs = new ArrayList<>();
            for (NetworkGraph.Node node : graph.nodes()) {
                NDList sources = new NDList();
                node.sources().forEach(s -> sources.add(s == NetworkGraph.INPUT ? x : outputs.get(s)));
                Map<String, NDArray> own = new HashMap<>();
                node.layer().weights().forEach(w -> own.put(w.name(), weights.get(node.weight(w))));
                NDArray y = node.layer().forward(sources, own, false);
                outputs.add(y);
                byName.put(node.name(), y);
            }
            for (NetworkGraph.Node node : graph.nodes()) {
                NDArray gate = byName.get(PruningGate.nodeOf(node.name()));
                if (gate != null)
                    gates.put(node.name(), gate.toFloatArray());
            }
        }
        return gates;
    }

    @Override
    public void close() {
        manager.close();
    }
}
