package org.septum.compress;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.Progress;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.NodeRun;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.PruningGate;
import org.septum.train.TrainingRun;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/** Runs a network with gates for pruning in evaluation mode and reads what its gates say. */
final class GateReader implements AutoCloseable {

    private final NDManager manager;

    private final NodeRun network;

    GateReader(NetworkSpec network, NamedWeights weights, Device device) {
        this.manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(device);
        this.network = new NodeRun(network.graph().inUse(), weights, manager);
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
        List<NetworkGraph.Node> nodes = network.graph().nodes();
        Map<String, String> convolutions = new HashMap<>();
        nodes.forEach(node -> convolutions.put(PruningGate.nodeOf(node.name()), node.name()));
        Map<String, float[]> gates = new LinkedHashMap<>();
        try (NodeRun.Tile tile = network.start(input, size)) {
            for (int i = 0; i < nodes.size(); i++) {
                String convolution = convolutions.get(nodes.get(i).name());
                if (convolution != null)
                    gates.put(convolution, tile.output(i).toFloatArray());
            }
        }
        return gates;
    }

    @Override
    public void close() {
        manager.close();
    }
}
