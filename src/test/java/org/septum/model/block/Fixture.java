package org.septum.model.block;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.septum.model.ComputeDevice;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Numbers computed elsewhere, and a graph run on them node by node. */
final class Fixture {

    private Fixture() {
    }

    static NDManager manager() {
        return ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu());
    }

    static JsonNode read(String name) throws IOException {
        try (InputStream in = Fixture.class.getResourceAsStream("/fixtures/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    static float[] values(JsonNode tensor) {
        float[] values = new float[tensor.get("data").size()];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) tensor.get("data").get(i).asDouble();
        return values;
    }

    static NDArray array(JsonNode tensor, NDManager manager) {
        long[] shape = new long[tensor.get("shape").size()];
        for (int i = 0; i < shape.length; i++)
            shape[i] = tensor.get("shape").get(i).asLong();
        return manager.create(values(tensor), new Shape(shape));
    }

    /** Output of the last node. Weights by their full names. */
    static NDArray run(NetworkGraph graph, NDArray input, Map<String, NDArray> weights, boolean training) {
        NDArray[] outputs = outputs(graph, List.of(input), weights, training);
        return outputs[outputs.length - 1];
    }

    /** Output of every node; {@code given} are the network's input and, instead of them, outputs of the first nodes. */
    static NDArray[] outputs(NetworkGraph graph, List<NDArray> given, Map<String, NDArray> weights, boolean training) {
        NDArray[] outputs = new NDArray[graph.nodes().size()];
        for (int i = 0; i < outputs.length; i++) {
            if (i + 1 < given.size()) {
                outputs[i] = given.get(i + 1);
                continue;
            }
            NetworkGraph.Node node = graph.nodes().get(i);
            NDList sources = new NDList();
            node.sources().forEach(s -> sources.add(s == NetworkGraph.INPUT ? given.get(0) : outputs[s]));
            Map<String, NDArray> own = new HashMap<>();
            node.layer().weights().forEach(w -> own.put(w.name(), weights.get(node.weight(w))));
            outputs[i] = node.layer().forward(sources, own, training);
        }
        return outputs;
    }

    /** Number of the node with a name. */
    static int index(NetworkGraph graph, String name) {
        return graph.nodes().stream().map(NetworkGraph.Node::name).toList().indexOf(name);
    }
}
