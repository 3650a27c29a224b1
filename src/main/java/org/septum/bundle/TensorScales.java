package org.septum.bundle;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ai.onnx.proto.OnnxMl.NodeProto;

/**
 * The scale of every tensor of a quantised graph. Tensors that are joined share one, and so do what a maximum is taken
 * of and the maximum: these are then copied and compared as integers.
 */
final class TensorScales {

    private final Map<String, String> leaders = new HashMap<>();

    private final Map<String, Quantization.Range> ranges = new HashMap<>();

    private final Quantization quantization;

    TensorScales(GraphFeatures features, Quantization quantization) {
        this.quantization = quantization;
        for (NodeProto node : features.graph().getNodeList()) {
            String output = node.getOutput(0);
            if (features.isFeature(output) && List.of("Concat", "MaxPool").contains(node.getOpType()))
                node.getInputList().forEach(input -> share(input, output));
        }
        for (String member : leaders.keySet().toArray(String[]::new))
            ranges.merge(leader(member), quantization.range(member), Quantization.Range::with);
    }

    private void share(String a, String b) {
        leaders.putIfAbsent(a, a);
        leaders.putIfAbsent(b, b);
        leaders.put(leader(a), leader(b));
    }

    private String leader(String tensor) {
        String at = tensor;
        while (!leaders.getOrDefault(at, at).equals(at))
            at = leaders.get(at);
        return at;
    }

    LinearScale of(String tensor) {
        Quantization.Range shared = ranges.get(leader(tensor));
        return LinearScale.of(shared == null ? quantization.range(tensor) : shared);
    }
}
