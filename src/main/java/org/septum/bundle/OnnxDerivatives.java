package org.septum.bundle;

import static org.septum.bundle.OnnxAttributes.numbers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.septum.model.block.GroupNormalization;

/** What the gradients of several classes share in an ONNX graph: slopes of activations, kernels, statistics. */
final class OnnxDerivatives {

    /**
     * What a group normalisation has measured.
     *
     * @param shape
     *            constant that brings features into (N, groups, values)
     * @param normal
     *            (x − mean) / σ in that shape
     * @param inverse
     *            1 / σ, (N, groups, 1)
     */
    record Group(String shape, String normal, String inverse) {
    }

    private final OnnxNodes nodes;

    private final int dims;

    private final Map<String, String> made = new HashMap<>();

    OnnxDerivatives(OnnxNodes nodes, int dims) {
        this.nodes = nodes;
        this.dims = dims;
    }

    /** A value that is made when it is first asked for. */
    String once(String key, Supplier<String> maker) {
        String value = made.get(key);
        if (value == null) {
            value = maker.get();
            made.put(key, value);
        }
        return value;
    }

    String number(float value) {
        return once("number." + value, () -> nodes.floats(List.of(), value));
    }

    /** 1 where y lies between two numbers, else 0. */
    String between(String y, float low, float high) {
        String isAbove = nodes.add("Greater", List.of(y, number(low)));
        String isBelow = nodes.add("Less", List.of(y, number(high)));
        return nodes.toFloat(nodes.add("And", List.of(isAbove, isBelow)));
    }

    /** 1 where y is positive, else the slope. */
    String leaky(String y, float slope) {
        return nodes.add("Where", List.of(nodes.add("Greater", List.of(y, number(0))), number(1), number(slope)));
    }

    /** y (1 − y). */
    String sigmoid(String y) {
        return nodes.add("Mul", List.of(y, nodes.add("Sub", List.of(number(1), y))));
    }

    /** With s the sigmoid of x and y = x s: s + y (1 − s). */
    String silu(String x, String y) {
        String s = nodes.add("Sigmoid", List.of(x));
        String rest = nodes.add("Mul", List.of(y, nodes.add("Sub", List.of(number(1), s))));
        return nodes.add("Add", List.of(s, rest));
    }

    /** Constant that brings (N, C) into (N, C, 1 …). */
    String gateShape() {
        return once("shape.gate", () -> {
            List<Long> shape = new ArrayList<>(Collections.nCopies(2 + dims, 1L));
            shape.set(0, 0L);
            shape.set(1, 0L);
            return nodes.integers(shape);
        });
    }

    /**
     * How many positions features have.
     *
     * @param whole
     *            what they come of
     * @param share
     *            of its positions that they have
     */
    String positions(String whole, double share) {
        String all = once("positions", () -> {
            String sizes = nodes.add("Slice", List.of(nodes.add("Shape", List.of(whole)), nodes.integers(List.of(2L)),
                    nodes.integers(List.of(2L + dims))));
            return nodes.toFloat(nodes.add("ReduceProd", List.of(sizes), OnnxAttributes.number("keepdims", 0)));
        });
        return once("positions." + share, () -> nodes.add("Mul", List.of(all, number((float) share))));
    }

    /** Over the last of three axes. */
    String mean(String rows) {
        return nodes.add("ReduceMean", List.of(rows), numbers("axes", List.of(2L)));
    }

    /** Of the features that a node reads. */
    Group group(int node, String features, int groups) {
        String key = "group." + node + ".";
        String shape = once(key + "shape", () -> nodes.integers(List.of(0L, (long) groups, -1L)));
        String centred = once(key + "centred", () -> {
            String rows = nodes.add("Reshape", List.of(features, shape));
            return nodes.add("Sub", List.of(rows, mean(rows)));
        });
        String inverse = once(key + "inverse", () -> {
            String variance = mean(nodes.add("Mul", List.of(centred, centred)));
            String sum = nodes.add("Add", List.of(variance, number(GroupNormalization.EPSILON)));
            return nodes.add("Reciprocal", List.of(nodes.add("Sqrt", List.of(sum))));
        });
        return new Group(shape, once(key + "normal", () -> nodes.add("Mul", List.of(centred, inverse))), inverse);
    }
}
