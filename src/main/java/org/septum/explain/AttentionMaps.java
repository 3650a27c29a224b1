package org.septum.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.NodeRun;
import org.septum.model.block.Gating;
import org.septum.model.block.LinearResize;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NetworkGraph.Node;
import org.septum.model.block.TensorShape;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * The gates of a network's attention: what steers its {@link Gating} layers. Gates for every position (CA-Net's spatial
 * attention of a level, the maps of its scale attention) become maps, one for each gate, brought linearly to the size
 * of the tile. Gates for whole channels or scales (ECA, SE, CA-Net) are a vector for each tile; their means over the
 * tiles are the {@link #weights() weights} of a case.
 */
public final class AttentionMaps implements TileMaps {

    /**
     * A gate for every position.
     *
     * @param name
     *            of the layer that it steers, with the number of the gate if there are several
     * @param node
     *            that makes it
     * @param channel
     *            which of its channels
     */
    private record Place(String name, int node, int channel) {
    }

    private final NDManager manager;

    private final NodeRun network;

    private final List<Place> places = new ArrayList<>();

    /** By the layer that they steer, the node that makes gates of whole channels. */
    private final Map<String, Integer> vectors = new LinkedHashMap<>();

    private final Map<String, double[]> sums = new LinkedHashMap<>();

    private long tiles;

    /** {@code manager} is closed with this. */
    AttentionMaps(NetworkSpec spec, NamedWeights weights, List<Integer> patch, NDManager manager) {
        this.manager = manager;
        this.network = new NodeRun(spec.graph().inUse(), weights, manager);
        NetworkGraph graph = network.graph();
        List<TensorShape> shapes = graph.shapes(patch);
        for (Node node : graph.nodes()) {
            if (!(node.layer() instanceof Gating))
                continue;
            int source = node.sources().get(1);
            TensorShape gate = shapes.get(source);
            if (gate.spatial().isEmpty())
                vectors.put(node.name(), source);
            for (int c = 0; !gate.spatial().isEmpty() && c < gate.channels(); c++)
                places.add(new Place(gate.channels() == 1 ? node.name() : node.name() + "." + (c + 1), source, c));
        }
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
     *
     * @throws SeptumException
     *             of kind USAGE if the network has no gates
     */
    public static AttentionMaps open(Plan plan, NamedWeights weights, String device) {
        NDManager manager = GradCam.manager(device);
        AttentionMaps maps = new AttentionMaps(plan.network(), weights, plan.patchInTensorOrder(), manager);
        if (maps.places.isEmpty() && maps.vectors.isEmpty()) {
            manager.close();
            throw SeptumException.usage("attention maps of a " + plan.network().describe()
                    + ", which has no attention; use --map gradcam, which any network has");
        }
        return maps;
    }

    /** An engine that gives the maps; it closes this. A network with gates of channels only has one map of zeros. */
    public MapEngine engine(Plan plan) {
        return new MapEngine(plan, manager, List.of(this));
    }

    /** True if some gates are maps and not only weights of channels. */
    public boolean hasMaps() {
        return !places.isEmpty();
    }

    @Override
    public List<String> names() {
        return hasMaps() ? places.stream().map(Place::name).toList() : List.of("none");
    }

    @Override
    public float[] map(float[] tile, Shape shape) {
        int voxels = (int) (shape.size() / shape.get(1));
        float[] maps = new float[names().size() * voxels];
        try (NDManager scope = network.scope()) {
            NDArray input = scope.create(tile, shape);
            NodeRun.Tile run = network.start(input);
            for (int node = 0; node < network.graph().nodes().size(); node++) {
                NDArray output = run.output(node);
                add(node, output);
                for (int m = 0; m < places.size(); m++) {
                    if (places.get(m).node() == node)
                        System.arraycopy(resized(output, places.get(m).channel(), input), 0, maps, m * voxels, voxels);
                }
            }
        }
        tiles++;
        return maps;
    }

    private static float[] resized(NDArray gates, int channel, NDArray input) {
        NDArray one = gates.get(new NDIndex(":,{}:{}", channel, channel + 1));
        return new LinearResize().forward(new NDList(one, input), Map.of(), false).get(new NDIndex(":,0"))
                .toFloatArray();
    }

    private void add(int node, NDArray output) {
        vectors.forEach((name, source) -> {
            if (source != node)
                return;
            float[] gates = output.toFloatArray();
            double[] sum = sums.computeIfAbsent(name, n -> new double[gates.length]);
            for (int i = 0; i < sum.length; i++)
                sum[i] += gates[i];
        });
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
        network.close();
        manager.close();
    }
}
