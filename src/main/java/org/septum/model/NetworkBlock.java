package org.septum.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.model.block.NetworkGraph;
import org.septum.model.block.ScopedWeight;
import org.septum.model.block.TensorShape;
import org.septum.model.block.WeightSpec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A network as a DJL block: (N, inputs, S) to logits (N, classes, S), float32; in training followed by the auxiliary
 * logits of lower resolution, finest first, if it has any. Its parameters carry the names of {@link NamedWeights}.
 */
public final class NetworkBlock extends AbstractBlock {

    private final NetworkGraph graph;

    private final NetworkGraph used;

    private final Map<String, Parameter> byName = new LinkedHashMap<>();

    /** Number of the last node that reads each node's output; after it the output is freed when not training. */
    private final int[] lastUse;

    NetworkBlock(NetworkGraph graph) {
        this.graph = graph;
        this.used = graph.inUse();
        graph.weights().forEach((name, spec) -> byName.put(name, addParameter(parameter(name, spec))));
        this.lastUse = new int[used.nodes().size()];
        for (int i = 0; i < lastUse.length; i++) {
            for (int s : used.nodes().get(i).sources())
                if (s != NetworkGraph.INPUT)
                    lastUse[s] = i;
        }
    }

    private static Parameter parameter(String name, WeightSpec spec) {
        Parameter.Type type = switch (spec.role()) {
            case KERNEL -> Parameter.Type.WEIGHT;
            case BIAS -> Parameter.Type.BIAS;
            case SCALE -> Parameter.Type.GAMMA;
            case RUNNING_MEAN -> Parameter.Type.RUNNING_MEAN;
            case RUNNING_VARIANCE -> Parameter.Type.RUNNING_VAR;
        };
        return Parameter.builder().setName(name).setType(type).optRequiresGrad(spec.role().isTrained()).build();
    }

    private static Shape shape(List<Long> sizes) {
        return new Shape(sizes.stream().mapToLong(Long::longValue).toArray());
    }

    /** Puts weights in place. The arrays belong to {@code manager}. */
    void load(NamedWeights weights, NDManager manager) {
        byName.forEach((name, parameter) -> {
            NamedWeights.Tensor tensor = weights.get(name);
            parameter.setArray(manager.create(tensor.values(), shape(tensor.shape())));
        });
    }

    /** A copy of the current weights. */
    public NamedWeights weights() {
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        Map<String, WeightSpec> specs = graph.weights();
        byName.forEach((name, parameter) -> tensors.put(name,
                NamedWeights.Tensor.of(specs.get(name).shape(), parameter.getArray().toFloatArray())));
        return new NamedWeights(tensors);
    }

    /** The arrays of all parameters by name, running statistics among them. */
    public Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        byName.forEach((name, p) -> arrays.put(name, p.getArray()));
        return arrays;
    }

    /** The arrays of the trained parameters by name, for an optimiser. */
    public Map<String, NDArray> trained() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        Map<String, WeightSpec> specs = graph.weights();
        byName.forEach((name, p) -> {
            if (specs.get(name).role().isTrained())
                arrays.put(name, p.getArray());
        });
        return arrays;
    }

    @Override
    protected NDList forwardInternal(ParameterStore store, NDList inputs, boolean training,
            PairList<String, Object> params) {
        NDArray input = inputs.singletonOrThrow();
        List<NetworkGraph.Node> nodes = (training ? graph : used).nodes();
        NDArray[] outputs = new NDArray[nodes.size()];
        for (int i = 0; i < outputs.length; i++) {
            NetworkGraph.Node node = nodes.get(i);
            NDList sources = new NDList();
            for (int s : node.sources())
                sources.add(s == NetworkGraph.INPUT ? input : outputs[s]);
            Map<String, NDArray> weights = new HashMap<>();
            for (WeightSpec w : node.layer().weights()) {
                Parameter parameter = byName.get(node.weight(w));
                NDArray weight = store.getValue(parameter, input.getDevice(), training);
                weights.put(w.name(), training ? weight : unrecorded(weight, input));
            }
            outputs[i] = node.layer().forward(sources, weights, training);
            if (!training)
                freeUsed(outputs, i);
        }
        NDList result = new NDList(outputs[outputs.length - 1]);
        if (training)
            graph.auxiliary().forEach(i -> result.add(outputs[i]));
        return result;
    }

    /**
     * A weight that no gradient follows; freed with the input. <b>Why:</b> the engine records in every thread but the
     * one that loaded it, and what is recorded cannot be freed layer by layer.
     */
    private static NDArray unrecorded(NDArray weight, NDArray input) {
        if (!weight.hasGradient())
            return weight;
        try (NDArray copy = ScopedWeight.of(weight, input)) {
            return copy.stopGradient();
        }
    }

    private void freeUsed(NDArray[] outputs, int node) {
        for (int s : used.nodes().get(node).sources()) {
            if (s != NetworkGraph.INPUT && lastUse[s] == node && outputs[s] != null) {
                outputs[s].close();
                outputs[s] = null;
            }
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        Shape input = inputShapes[0];
        List<Integer> spatial = new ArrayList<>();
        for (int d = 2; d < input.dimension(); d++)
            spatial.add((int) input.get(d));
        List<TensorShape> shapes = used.shapes(spatial);
        TensorShape last = shapes.get(shapes.size() - 1);
        Shape output = new Shape(input.get(0), last.channels());
        for (int s : last.spatial())
            output = output.add(s);
        return new Shape[] { output };
    }
}
