package org.septum.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.Progress;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NodeRun;
import org.septum.model.block.NetworkGraph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Puts compensation into the weights of a network that has lost channels, kernel by kernel from the input on.
 * <p>
 * Differs from the paper: a kernel rewritten with statistics of the whole network is then fitted, with a ridge that
 * keeps it close, from what it reads in the smaller network to what it made in the whole one. So it also makes up for
 * what kernels before it could not, and for gates that have changed.
 */
final class CompensationFit {

    private final NetworkGraph graph;

    private final NamedWeights sliced;

    private final Map<String, Tensor> weights;

    private final Map<String, List<Integer>> kept;

    /**
     * Starts with a network.
     *
     * @param graph
     *            the smaller network as it is used
     * @param sliced
     *            its weights without compensation
     * @param kept
     *            channels that stay, by groups
     */
    CompensationFit(NetworkGraph graph, NamedWeights sliced, Map<String, List<Integer>> kept) {
        this.graph = graph;
        this.sliced = sliced;
        this.weights = new LinkedHashMap<>(sliced.tensors());
        this.kept = kept;
    }

    /** The weights as they are now. */
    NamedWeights weights() {
        return new NamedWeights(weights);
    }

    /** Rewrites kernels with statistics of the whole network. */
    void rewrite(List<Observation> observations, boolean rescale) {
        for (Observation o : observations) {
            if (loses(o.kernel()))
                put(o.kernel(), small(o.kernel()), rewritten(o, rescale));
        }
    }

    private boolean loses(ReadingKernel kernel) {
        return kernel.readOf(kept).length < kernel.matrix().in();
    }

    private KernelMatrix small(ReadingKernel kernel) {
        return KernelMatrix.of(graph.nodes().get(kernel.node()));
    }

    private LinearMap rewritten(Observation o, boolean rescale) {
        return o.compensated(o.kernel().readOf(kept), rescale).making(o.kernel().madeOf(kept));
    }

    private Map<String, Tensor> put(ReadingKernel kernel, KernelMatrix small, LinearMap map) {
        Map<String, Tensor> changed = new TreeMap<>(small.tensors(map));
        kernel.shift().filter(name -> !small.isBiased()).ifPresent(name -> {
            float[] means = sliced.get(name).values();
            for (int o = 0; o < means.length; o++)
                means[o] -= (float) map.biases()[o];
            changed.put(name, Tensor.of(List.of((long) means.length), means));
        });
        weights.putAll(changed);
        return changed;
    }

    /**
     * Fits kernels to what they made in the whole network.
     *
     * @param tiles
     *            the first of those that were observed; what they hold between two layers is held for all of them
     * @param ridge
     *            of a feature's variance, at least: what keeps a fitted kernel close to where it started
     * @param manager
     *            on the device that computes
     */
    void fit(List<Observation> observations, CalibrationTiles tiles, double ridge, NDManager manager,
            Progress progress) {
        try (NodeRun outputs = new NodeRun(graph, weights(), manager)) {
            List<NodeRun.Tile> runs = new ArrayList<>();
            tiles.tiles().forEach(t -> runs.add(outputs.start(t, tiles.shape())));
            for (int k = 0; k < observations.size(); k++) {
                progress.throwIfCancelled();
                progress.report("fitting layers of the smaller network", k, observations.size());
                Observation o = observations.get(k);
                KernelMatrix small = small(o.kernel());
                boolean fits = small.features() + small.outputs() <= Observation.MOST_FEATURES;
                if (fits && o.kernel().nodes().size() == 1)
                    fit(o, small, runs, ridge, manager).forEach(outputs::set);
            }
            progress.report("fitting layers of the smaller network", observations.size(), observations.size());
        }
    }

    private Map<String, Tensor> fit(Observation o, KernelMatrix small, List<NodeRun.Tile> runs, double ridge,
            NDManager manager) {
        int features = small.features();
        int[] made = outputs(o.kernel().madeOf(kept), small.window());
        FeatureStatistics joint = new FeatureStatistics(features + made.length);
        for (int t = 0; t < runs.size(); t++) {
            NDArray input = runs.get(t).input(o.kernel().node());
            double[] rows = o.places(t).features(input.toFloatArray(), joint.features());
            float[] targets = o.targets(t);
            int all = o.kernel().matrix().outputs();
            for (int p = 0; p < o.places(t).count(); p++) {
                for (int i = 0; i < made.length; i++)
                    rows[p * joint.features() + features + i] = targets[p * all + made[i]];
            }
            joint.add(rows, manager);
        }
        LinearMap start = small.map(weights(), o.kernel().mayGainBias());
        LinearMap fitted = Regression.of(joint, made.length).solve(start,
                Math.max(ridge, Observation.ridge(features, joint.rows())));
        return put(o.kernel(), small, fitted);
    }

    private static int[] outputs(int[] channels, int window) {
        int[] outputs = new int[channels.length * window];
        Arrays.setAll(outputs, i -> channels[i / window] * window + i % window);
        return outputs;
    }
}
