package org.septum.model.block;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Walks a network from its output back to its input, along what each layer declares of its {@link Reach}. */
final class DependencyWalk {

    /** Positions along one axis, both ends included. */
    record Interval(long first, long last) {

        long size() {
            return last - first + 1;
        }

        Interval union(Interval other) {
            return other == null ? this : new Interval(Math.min(first, other.first), Math.max(last, other.last));
        }

        Interval before(Reach.Window window) {
            return new Interval(window.first(first), window.last(last));
        }
    }

    private final NetworkGraph graph;

    /** For each node, for each of its sources. */
    private final List<List<Reach>> reaches = new ArrayList<>();

    DependencyWalk(NetworkGraph graph, List<Integer> spatial) {
        this.graph = graph;
        TensorShape input = new TensorShape(graph.inputs(), spatial);
        List<TensorShape> shapes = graph.shapes(spatial);
        for (NetworkGraph.Node node : graph.nodes()) {
            List<TensorShape> sources = node.sources().stream()
                    .map(s -> s == NetworkGraph.INPUT ? input : shapes.get(s)).toList();
            reaches.add(IntStream.range(0, sources.size()).mapToObj(k -> node.layer().reach(k, sources)).toList());
        }
    }

    /**
     * The positions of the input, as if it had no border, that a position of the output depends on along local paths;
     * the smallest interval that holds them. Empty if no local path leads from the output to the input.
     */
    Optional<Interval> seen(int axis, long position) {
        int nodes = graph.nodes().size();
        // one place more, the last, for the input
        Interval[] seen = new Interval[nodes + 1];
        seen[nodes - 1] = new Interval(position, position);
        for (int i = nodes - 1; i >= 0; i--) {
            List<Integer> sources = graph.nodes().get(i).sources();
            for (int k = 0; k < sources.size() && seen[i] != null; k++) {
                int s = sources.get(k) == NetworkGraph.INPUT ? nodes : sources.get(k);
                Reach reach = reaches.get(i).get(k);
                if (reach.local())
                    seen[s] = seen[i].before(reach.window(axis)).union(seen[s]);
            }
        }
        return Optional.ofNullable(seen[nodes]);
    }

    /** Output positions so far apart see windows of equal size. */
    long period(int axis) {
        BigInteger numerators = BigInteger.ONE;
        BigInteger denominators = BigInteger.ONE;
        // input positions from one position of a node to the next
        List<BigInteger[]> steps = new ArrayList<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            BigInteger[] step = step(i, axis, steps);
            steps.add(step);
            numerators = commonMultiple(numerators, step[0]);
            denominators = commonMultiple(denominators, step[1]);
        }
        return numerators.multiply(denominators).longValueExact();
    }

    private BigInteger[] step(int node, int axis, List<BigInteger[]> steps) {
        for (int k = 0; k < reaches.get(node).size(); k++) {
            Reach reach = reaches.get(node).get(k);
            int source = graph.nodes().get(node).sources().get(k);
            if (reach.local()) {
                BigInteger numerator = BigInteger.valueOf(reach.window(axis).step());
                BigInteger denominator = BigInteger.valueOf(reach.window(axis).factor());
                if (source != NetworkGraph.INPUT) {
                    numerator = numerator.multiply(steps.get(source)[0]);
                    denominator = denominator.multiply(steps.get(source)[1]);
                }
                BigInteger common = numerator.gcd(denominator);
                return new BigInteger[] { numerator.divide(common), denominator.divide(common) };
            }
        }
        return new BigInteger[] { BigInteger.ONE, BigInteger.ONE };
    }

    private static BigInteger commonMultiple(BigInteger a, BigInteger b) {
        return a.divide(a.gcd(b)).multiply(b);
    }

    /** Whether a value that the output depends on is computed from every position. */
    boolean seesEverything() {
        boolean[] needed = new boolean[graph.nodes().size()];
        needed[needed.length - 1] = true;
        for (int i = needed.length - 1; i >= 0; i--) {
            List<Integer> sources = graph.nodes().get(i).sources();
            for (int k = 0; k < sources.size() && needed[i]; k++) {
                Reach reach = reaches.get(i).get(k);
                if (reach.global())
                    return true;
                if (reach.local() && sources.get(k) != NetworkGraph.INPUT)
                    needed[sources.get(k)] = true;
            }
        }
        return false;
    }
}
