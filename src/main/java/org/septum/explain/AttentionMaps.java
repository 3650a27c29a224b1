package org.septum.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.bundle.AttentionGraph;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.infer.DjlEngine;
import org.septum.infer.Engine;
import org.septum.model.NamedWeights;
import org.septum.model.block.Gating;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.TensorShape;

/**
 * The gates of a network's attention: what steers its {@link Gating} layers. Gates for every position (CA-Net's spatial
 * attention of a level, the maps of its scale attention) become maps, one for each gate, brought linearly to the size
 * of the tile. Gates for whole channels or scales (ECA, SE, CA-Net) are a vector for each tile; their means over the
 * tiles are the {@link #weights() weights} of a case. ONNX Runtime makes them ({@link AttentionGraph}).
 */
public final class AttentionMaps implements AutoCloseable {

    private final List<String> names = new ArrayList<>();

    /** Nodes that make gates for every position. */
    private final List<Integer> maps = new ArrayList<>();

    /** By the layer that they steer, the node that makes gates of whole channels. */
    private final Map<String, Integer> vectors = new LinkedHashMap<>();

    /** How many gates each of these makes, in the same order. */
    private final List<Integer> sizes = new ArrayList<>();

    private final Map<String, double[]> sums = new LinkedHashMap<>();

    private final Engine engine;

    private long tiles;

    private AttentionMaps(Plan plan, NamedWeights weights, String device, Progress progress) {
        NetworkGraph graph = plan.network().graph().inUse();
        List<TensorShape> shapes = graph.shapes(plan.patchInTensorOrder());
        for (Node node : graph.nodes()) {
            if (!(node.layer() instanceof Gating))
                continue;
            int source = node.sources().get(1);
            TensorShape gate = shapes.get(source);
            if (gate.spatial().isEmpty()) {
                vectors.put(node.name(), source);
                sizes.add(gate.channels());
            } else {
                maps.add(source);
                for (int c = 0; c < gate.channels(); c++)
                    names.add(gate.channels() == 1 ? node.name() : node.name() + "." + (c + 1));
            }
        }
        if (maps.isEmpty() && vectors.isEmpty()) {
            throw SeptumException.usage("attention maps of a " + plan.network().describe()
                    + ", which has no attention; use --map gradcam, which any network has");
        }
        this.engine = DjlEngine.open(AttentionGraph.of(plan.network(), weights, maps, List.copyOf(vectors.values())),
                plan, names().size(), vectors.isEmpty() ? null : this::add, device, progress);
    }

    /**
     * Opens the attention of a model's first network.
     *
     * @param plan
     *            of the model
     * @param weights
     *            of the network
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     * @param progress
     *            hears if {@code auto} falls back to the CPU
     *
     * @throws SeptumException
     *             of kind USAGE if the network has no gates
     */
    public static AttentionMaps open(Plan plan, NamedWeights weights, String device, Progress progress) {
        return new AttentionMaps(plan, weights, device, progress);
    }

    /** What gives the maps; it belongs to this. A network with gates of channels only has one map of zeros. */
    public Engine engine() {
        return engine;
    }

    /** True if some gates are maps and not only weights of channels. */
    public boolean hasMaps() {
        return !maps.isEmpty();
    }

    /** Names of the maps, in their order. */
    public List<String> names() {
        return hasMaps() ? List.copyOf(names) : List.of("none");
    }

    /** Takes the gates of whole channels of some tiles. */
    private synchronized void add(float[] gates) {
        for (int at = 0; at < gates.length; tiles++) {
            int layer = 0;
            for (String name : vectors.keySet()) {
                int size = sizes.get(layer++);
                double[] sum = sums.computeIfAbsent(name, n -> new double[size]);
                for (int i = 0; i < size; i++)
                    sum[i] += gates[at++];
            }
        }
    }

    /**
     * Mean over the tiles so far of the gates of whole channels or scales, in the order of these, by the name of the
     * layer that they steer; empty before the first tile.
     */
    public Map<String, List<Double>> weights() {
        Map<String, List<Double>> means = new LinkedHashMap<>();
        sums.forEach((name, sum) -> means.put(name, Arrays.stream(sum).map(s -> s / tiles).boxed().toList()));
        return means;
    }

    /** Begins a new case: forgets the tiles so far. */
    public void reset() {
        sums.clear();
        tiles = 0;
    }

    @Override
    public void close() {
        engine.close();
    }
}
