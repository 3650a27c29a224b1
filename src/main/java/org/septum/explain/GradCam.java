package org.septum.explain;

import java.util.List;
import java.util.Map;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.NodeRun;
import org.septum.model.block.LinearResize;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.UpConvolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;

/**
 * Seg-Grad-CAM (Vinogradova, Dibrov, Myers, AAAI 2020, doi 10.1609/aaai.v34i10.7244): with the outputs A_k of a node
 * and a target y, the sum of a class's logits over a region, the weights are α_k = mean over space of ∂y/∂A_k and the
 * map is ReLU(Σ_k α_k A_k), brought linearly to the size of the tile. The region is what the network calls the class,
 * or any set of voxels, a single one too. A region without voxels has a map of zeros.
 * <p>
 * Differs from the paper: a scan is explained tile by tile, each by the part of the object in it.
 */
public final class GradCam implements TileMaps {

    /** Where the paper and we look. */
    public enum Place {
        /** The last node before the first up-convolution: coarse, what the paper found to say most. */
        BOTTLENECK {
            @Override
            int node(NetworkGraph graph) {
                for (int i = 1; i < graph.nodes().size(); i++)
                    if (graph.nodes().get(i).layer() instanceof UpConvolution)
                        return i - 1;
                return graph.nodes().size() - 2;
            }
        },
        /** The last node of the decoder level at half the finest resolution; the bottleneck if there is no such. */
        HALF {
            @Override
            int node(NetworkGraph graph) {
                for (int i = graph.nodes().size() - 2; i >= 0; i--)
                    if (graph.nodes().get(i).name().startsWith("decoder.2."))
                        return i;
                return BOTTLENECK.node(graph);
            }
        };

        /** Index of the node, of a network as it is used. */
        abstract int node(NetworkGraph graph);
    }

    /** Where it looks unless told otherwise: fine enough to show parts of a small object. */
    public static final Place DEFAULT = Place.HALF;

    private final NodeRun network;

    private final int label;

    private final int node;

    /**
     * Explains a class of a network at a node.
     *
     * @param spec
     *            the network
     * @param weights
     *            exactly its own
     * @param label
     *            index of the class
     * @param node
     *            index among the nodes of the network as it is used; it must have spatial axes
     * @param parent
     *            on the device that computes
     */
    GradCam(NetworkSpec spec, NamedWeights weights, int label, int node, NDManager parent) {
        this.network = new NodeRun(spec.graph().inUse(), weights, parent);
        this.label = label;
        this.node = node;
    }

    /**
     * Opens what maps why a class was found, as an engine whose one map is the class's.
     *
     * @param plan
     *            of the model
     * @param members
     *            weights of its networks
     * @param label
     *            index of the class
     * @param place
     *            where to look
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     *
     * @throws SeptumException
     *             of kind USAGE if there is no such class, INPUT if the weights do not fit, DEVICE if the device is not
     *             there
     */
    public static MapEngine open(Plan plan, List<NamedWeights> members, int label, Place place, String device) {
        requireClass(plan, label);
        NDManager manager = manager(device);
        int node = place.node(plan.network().graph().inUse());
        return new MapEngine(plan, manager,
                members.stream().map(w -> new GradCam(plan.network(), w, label, node, manager)).toList());
    }

    static void requireClass(Plan plan, int label) {
        if (label < 0 || label >= plan.labels().count()) {
            throw SeptumException.usage("class number " + label + "; allowed: 0 to " + (plan.labels().count() - 1)
                    + ", as the model has " + plan.labels().count() + " classes");
        }
    }

    /** PyTorch's arrays on a device. */
    static NDManager manager(String device) {
        return ComputeDevice.engine("PyTorch").newBaseManager(ComputeDevice.of(device, "PyTorch", Progress.SILENT));
    }

    @Override
    public List<String> names() {
        return List.of("gradcam");
    }

    /** Of all voxels that the network calls the class. */
    @Override
    public float[] map(float[] tile, Shape shape) {
        return map(tile, shape, null);
    }

    /**
     * Of a region.
     *
     * @param tile
     *            (1, inputs, [Z,] Y, X)
     * @param shape
     *            of it
     * @param region
     *            weight of each voxel in the target, [Z,] Y, X: 1 in the region and 0 outside; null for what the
     *            network calls the class
     *
     * @return [Z,] Y, X; 0 and more
     */
    float[] map(float[] tile, Shape shape, float[] region) {
        try (NDManager scope = network.scope()) {
            NDArray input = scope.create(tile, shape);
            NodeRun.Tile run = network.start(input);
            NDArray features = run.output(node);
            NDArray gradient = gradient(run, features, region);
            long channels = features.getShape().get(1);
            Shape each = new Shape(1, channels, 1, 1);
            NDArray weights = gradient.reshape(channels, -1).mean(new int[] { 1 })
                    .reshape(shape.dimension() == 5 ? each.add(1) : each);
            NDArray map = features.mul(weights).sum(new int[] { 1 }, true).maximum(0f);
            return new LinearResize().forward(new NDList(map, input), Map.of(), false).get(new NDIndex(":,0"))
                    .toFloatArray();
        }
    }

    /** Of the target with respect to the features. */
    NDArray gradient(NodeRun.Tile run, NDArray features, float[] region) {
        try (GradientCollector gradients = ComputeDevice.engine("PyTorch").newGradientCollector()) {
            features.setRequiresGradient(true);
            NDArray logits = run.rest();
            NDArray own = logits.get(new NDIndex(":,{}", label));
            NDArray inside = region == null ? logits.argMax(1).eq(label).toType(DataType.FLOAT32, false)
                    : logits.getManager().create(region, own.getShape());
            gradients.backward(own.mul(inside).sum());
            return features.getGradient();
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
