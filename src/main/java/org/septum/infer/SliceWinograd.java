package org.septum.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;

/**
 * A convolution that reaches over three slices, with fewer multiplications: two slices come of four convolutions within
 * a slice instead of six, four slices of six instead of twelve.
 * <p>
 * Winograd's minimal filtering along one axis (Lavin and Gray, CVPR 2016, F(2, 3) and F(4, 3)): slices, and the slices
 * of the kernel, are taken as polynomials, their values at the points 0, ±1, ±2 and infinity are multiplied, and the
 * product is interpolated. What is a number there is a slice with all its channels here, and a product a convolution
 * within the slice, which ONNX Runtime does at the speed of the processor. Results differ in the last bits from those
 * of the plain convolution.
 */
final class SliceWinograd {

    /** The points of four slices at once beside 0, ±1 and infinity are ± this. */
    private static final double POINT = 2;

    private static final double SQUARE = POINT * POINT;

    private final SliceNodes nodes;

    private final SliceKernels kernels;

    private final NodeProto node;

    private final AttributeProto[] inPlane;

    private final List<String> bias;

    private final int inputs;

    private final int outputs;

    /**
     * @param node
     *            convolution of stride 1 that reaches one slice before and one behind
     * @param inPlane
     *            its attributes within a slice
     */
    SliceWinograd(SliceNodes nodes, SliceKernels kernels, NodeProto node, AttributeProto[] inPlane) {
        this.nodes = nodes;
        this.kernels = kernels;
        this.node = node;
        this.inPlane = inPlane.clone();
        this.bias = node.getInputList().subList(2, node.getInputCount());
        this.outputs = Math.toIntExact(kernels.tensor(node.getInput(1)).getDims(0));
        this.inputs = Math.toIntExact(kernels.tensor(node.getInput(1)).getDims(1));
    }

    /**
     * Two slices.
     *
     * @param d
     *            the slices that they see: the one before, their own two, the one behind; what is not there is zero
     */
    List<String> two(List<Optional<String>> d) {
        String d1 = d.get(1).orElseThrow();
        String d2 = d.get(2).orElseThrow();
        String plus = product(nodes.sum(name("i"), d1, d2), List.of(), 0.5, 0.5, 0.5);
        String minus = product(input(-1, d1, d2), List.of(), 0.5, -0.5, 0.5);
        String first = product(input(-1, d2, d.get(0)), bias, 1, 0, 0);
        String last = product(input(-1, d1, d.get(3)), bias, 0, 0, 1);
        return List.of(nodes.sum(name("o"), first, nodes.sum(name("o"), plus, minus)),
                nodes.sum(name("o"), last, output(-1, minus, plus, List.of())));
    }

    /**
     * Four slices.
     *
     * @param d
     *            the slices that they see: the one before, their own four, the one behind; what is not there is zero
     */
    List<String> four(List<Optional<String>> d) {
        String d1 = d.get(1).orElseThrow();
        String d2 = d.get(2).orElseThrow();
        String d3 = d.get(3).orElseThrow();
        String d4 = d.get(4).orElseThrow();
        String even = input(-SQUARE, d2, d4);
        String odd = input(-SQUARE, d1, d3);
        String plus1 = product(nodes.sum(name("i"), even, odd), List.of(), at(1, POINT));
        String minus1 = product(input(-1, odd, even), List.of(), at(-1, POINT));
        even = input(-1, d2, d4);
        odd = input(-1, d1, d3);
        String plus2 = product(input(POINT, odd, even), List.of(), at(POINT, 1));
        String minus2 = product(input(-POINT, odd, even), List.of(), at(-POINT, 1));
        String first = product(input(SQUARE, d.get(0), input(-1 - SQUARE, d2, d4)), bias, 1 / SQUARE, 0, 0);
        String last = product(input(SQUARE, d1, input(-1 - SQUARE, d3, d.get(5))), bias, 0, 0, 1);
        String sum1 = nodes.sum(name("o"), plus1, minus1);
        String difference1 = output(-1, minus1, plus1, List.of());
        String sum2 = nodes.sum(name("o"), plus2, minus2);
        String difference2 = output(-1, minus2, plus2, List.of());
        return List.of(nodes.sum(name("o"), first, nodes.sum(name("o"), sum1, sum2)),
                output(POINT, difference2, difference1, bias), output(SQUARE, sum2, sum1, bias),
                nodes.sum(name("o"), last, output(SQUARE * POINT, difference2, difference1, List.of())));
    }

    /**
     * The factors of the three slices of the kernel for its value at a point other than 0 and infinity, divided by the
     * product of the differences to the points beside.
     *
     * @param other
     *            the point whose square the others have
     */
    private static double[] at(double point, double other) {
        double scale = 1 / (2 * point * point * (point * point - other * other));
        return new double[] { scale, scale * point, scale * point * point };
    }

    private String name(String part) {
        return node.getOutput(0) + "." + part;
    }

    private String product(String slice, List<String> bias, double... factors) {
        List<String> read = new ArrayList<>(List.of(slice, kernels.combined(node.getInput(1), factors)));
        read.addAll(bias);
        return nodes.next("Conv", read, name("p"), inPlane);
    }

    private String input(double factor, String x, String y) {
        return nodes.sum(name("i"), inputs, factor, x, y, List.of());
    }

    private String input(double factor, Optional<String> x, String y) {
        return x.map(present -> input(factor, present, y)).orElse(y);
    }

    private String input(double factor, String x, Optional<String> y) {
        return y.map(present -> input(factor, x, present))
                .orElseGet(() -> nodes.scaled(name("i"), inputs, factor, x, List.of()));
    }

    private String output(double factor, String x, String y, List<String> bias) {
        return nodes.sum(name("o"), outputs, factor, x, y, bias);
    }

    /** How many slices come at once when so many are still to come: 4, 2 or 1. */
    static int most(int left) {
        return left >= 4 ? 4 : Math.min(left, 2);
    }

    /** The slices from one before a place to one behind those that come at once. */
    static List<Integer> reach(int first, int count) {
        return IntStream.rangeClosed(first - 1, first + count).boxed().toList();
    }
}
