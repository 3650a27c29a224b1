package org.septum.bundle;

import java.util.ArrayList;
import java.util.List;

import ai.onnx.proto.OnnxMl;

/**
 * Several ONNX graphs of one shape as one that gives the mean of their probabilities.
 * <p>
 * <b>Why</b> one graph: the weights of a bioimage.io model are one ONNX file, and whoever runs it, be it Septum, Fiji
 * or plain ONNX Runtime, gets the average without knowing that there are several networks.
 */
final class EnsembleGraph {

    private EnsembleGraph() {
    }

    /** Graphs with one input {@link OnnxExport#INPUT} and one output {@link OnnxExport#OUTPUT} each. */
    static OnnxMl.GraphProto mean(List<OnnxMl.GraphProto> graphs) {
        OnnxMl.GraphProto.Builder all = OnnxMl.GraphProto.newBuilder().setName(graphs.get(0).getName())
                .addInput(graphs.get(0).getInput(0)).addOutput(graphs.get(0).getOutput(0));
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < graphs.size(); i++) {
            String prefix = MemberWeights.prefix(i);
            for (OnnxMl.TensorProto constant : graphs.get(i).getInitializerList())
                all.addInitializer(constant.toBuilder().setName(prefix + constant.getName()));
            for (OnnxMl.NodeProto node : graphs.get(i).getNodeList())
                all.addNode(renamed(node, prefix));
            outputs.add(prefix + OnnxExport.OUTPUT);
        }
        return all.addNode(OnnxMl.NodeProto.newBuilder().setOpType("Mean").setName("mean").addAllInput(outputs)
                .addOutput(OnnxExport.OUTPUT)).build();
    }

    private static OnnxMl.NodeProto renamed(OnnxMl.NodeProto node, String prefix) {
        OnnxMl.NodeProto.Builder renamed = node.toBuilder().setName(prefix + node.getName()).clearInput().clearOutput();
        // an input that is left out has the empty name
        for (String input : node.getInputList())
            renamed.addInput(input.isEmpty() || input.equals(OnnxExport.INPUT) ? input : prefix + input);
        for (String output : node.getOutputList())
            renamed.addOutput(prefix + output);
        return renamed.build();
    }
}
