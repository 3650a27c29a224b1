package org.septum.bundle;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.septum.core.SeptumException;

import ai.onnx.proto.OnnxMl;

/** Looks through an ONNX graph and the graphs in it for what a network never has and an attack might. */
final class OnnxInspection {

    /** Graphs in nodes of graphs; loops in conditions in loops are rare, and deeper ones unknown. */
    private static final int DEEPEST = 8;

    private static final int MOST_NODES = 100_000;

    private static final long LARGEST_AXIS = 1L << 24;

    /** Values that a node may make out of nothing. */
    private static final long LARGEST_MADE = 1L << 28;

    /** Which of their inputs says how large they make a tensor. */
    private static final Map<String, Integer> MAKERS = Map.of("ConstantOfShape", 0, "Expand", 1, "Tile", 1);

    private int nodes;

    private OnnxInspection() {
    }

    /**
     * Checks a model.
     *
     * @throws SeptumException
     *             of kind INPUT with the reason, without the name of the file
     */
    static void check(OnnxMl.ModelProto model) {
        if (model.getGraph().getNodeCount() == 0)
            throw SeptumException.input("it holds no network");
        requireNoRecursion(model.getFunctionsList());
        OnnxInspection inspection = new OnnxInspection();
        inspection.checkGraph(model.getGraph(), Set.of(), 0);
        for (OnnxMl.FunctionProto function : model.getFunctionsList())
            inspection.checkNodes(function.getNodeList(), new HashSet<>(function.getInputList()), Map.of(), 1);
    }

    private void checkGraph(OnnxMl.GraphProto graph, Set<String> outer, int depth) {
        if (depth > DEEPEST)
            throw SeptumException.input("it has graphs in graphs, more than " + DEEPEST + " deep");
        Set<String> known = new HashSet<>(outer);
        Set<String> own = new HashSet<>();
        Map<String, OnnxMl.TensorProto> constants = new HashMap<>();
        for (OnnxMl.ValueInfoProto input : graph.getInputList())
            requireNew(own, input.getName(), "input");
        Set<String> weights = new HashSet<>();
        for (OnnxMl.TensorProto tensor : graph.getInitializerList()) {
            requireNew(weights, tensor.getName(), "weight");
            OnnxTensors.check(tensor);
            constants.put(tensor.getName(), tensor);
        }
        graph.getSparseInitializerList().forEach(s -> requireNew(weights, s.getValues().getName(), "weight"));
        own.addAll(weights);
        known.addAll(own);
        for (List<OnnxMl.ValueInfoProto> values : List.of(graph.getInputList(), graph.getOutputList(),
                graph.getValueInfoList()))
            values.forEach(OnnxInspection::checkShape);
        checkNodes(graph.getNodeList(), known, constants, depth);
        for (OnnxMl.ValueInfoProto output : graph.getOutputList()) {
            if (!known.contains(output.getName()))
                throw SeptumException.input("no node makes its output \"" + output.getName() + "\"");
        }
    }

    private static void requireNew(Set<String> names, String name, String kind) {
        if (!names.add(name))
            throw SeptumException.input("it has two " + kind + "s named \"" + name + "\"; names must be distinct");
    }

    private static void checkShape(OnnxMl.ValueInfoProto value) {
        for (OnnxMl.TensorShapeProto.Dimension d : value.getType().getTensorType().getShape().getDimList()) {
            if (d.getDimValue() > LARGEST_AXIS)
                throw SeptumException.input("tensor \"" + value.getName() + "\" has an axis of " + d.getDimValue()
                        + "; allowed: " + LARGEST_AXIS);
        }
    }

    private void checkNodes(List<OnnxMl.NodeProto> list, Set<String> known, Map<String, OnnxMl.TensorProto> constants,
            int depth) {
        nodes += list.size();
        if (nodes > MOST_NODES)
            throw SeptumException.input("it has more than " + MOST_NODES + " nodes");
        Set<String> made = new HashSet<>();
        for (OnnxMl.NodeProto node : list) {
            String name = node.getOpType() + " node \"" + node.getName() + "\"";
            for (String input : node.getInputList()) {
                if (!input.isEmpty() && !known.contains(input)) {
                    throw SeptumException.input(name + " reads \"" + input
                            + "\", which nothing before it makes: the graph feeds itself or is damaged");
                }
            }
            requireModest(node, constants);
            for (OnnxMl.AttributeProto attribute : node.getAttributeList())
                checkAttribute(attribute, known, depth);
            for (String output : node.getOutputList()) {
                if (!output.isEmpty() && !made.add(output))
                    throw SeptumException.input("two nodes make \"" + output + "\"; names must be distinct");
            }
            known.addAll(node.getOutputList());
        }
    }

    private void checkAttribute(OnnxMl.AttributeProto attribute, Set<String> known, int depth) {
        if (attribute.hasT())
            OnnxTensors.check(attribute.getT());
        attribute.getTensorsList().forEach(OnnxTensors::check);
        if (attribute.hasG())
            checkGraph(attribute.getG(), known, depth + 1);
        attribute.getGraphsList().forEach(g -> checkGraph(g, known, depth + 1));
    }

    private static void requireModest(OnnxMl.NodeProto node, Map<String, OnnxMl.TensorProto> constants) {
        Integer at = MAKERS.get(node.getOpType());
        if (at == null || at >= node.getInputCount() || !constants.containsKey(node.getInput(at)))
            return;
        List<Long> sizes = OnnxTensors.longs(constants.get(node.getInput(at)));
        long elements = Safetensors.elements(sizes.stream().map(s -> Math.max(1, s)).toList());
        if (elements < 0 || elements > LARGEST_MADE) {
            throw SeptumException.input(node.getOpType() + " node \"" + node.getName() + "\" makes a tensor of " + sizes
                    + "; allowed: up to " + LARGEST_MADE + " values");
        }
    }

    private static void requireNoRecursion(List<OnnxMl.FunctionProto> functions) {
        Map<String, OnnxMl.FunctionProto> byName = new HashMap<>();
        for (OnnxMl.FunctionProto f : functions) {
            if (byName.put(f.getDomain() + ":" + f.getName(), f) != null)
                throw SeptumException
                        .input("it has two functions named \"" + f.getName() + "\"; names must be distinct");
        }
        Set<String> finished = new HashSet<>();
        byName.keySet().forEach(name -> follow(name, byName, new HashSet<>(), finished));
    }

    private static void follow(String name, Map<String, OnnxMl.FunctionProto> all, Set<String> path,
            Set<String> finished) {
        if (finished.contains(name) || !all.containsKey(name))
            return;
        if (!path.add(name) || path.size() > DEEPEST) {
            throw SeptumException.input("its function \"" + all.get(name).getName()
                    + "\" calls itself, or functions call one another more than " + DEEPEST + " deep");
        }
        for (OnnxMl.NodeProto node : all.get(name).getNodeList())
            follow(node.getDomain() + ":" + node.getOpType(), all, path, finished);
        path.remove(name);
        finished.add(name);
    }
}
