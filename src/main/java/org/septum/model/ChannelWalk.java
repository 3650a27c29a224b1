package org.septum.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelGraph.TensorSlice;
import org.septum.model.ChannelGraph.WeightSlice;
import org.septum.model.block.Coupling;
import org.septum.model.block.NetworkGraph;

/**
 * Walks a network once and finds which channels are the same. Every channel that some node makes gets a number; numbers
 * that turn out to be the same channel are united. Neighbouring channels with the same makers become a group.
 */
final class ChannelWalk {

    /** Where a number was given: which channel of which node. */
    private record Made(int node, int channel) {
    }

    /** An axis of a weight by full name. */
    private record WeightAxis(String weight, int axis) {
    }

    private final NetworkGraph network;

    private final List<Made> made = new ArrayList<>();

    /** By number: a smaller or equal number of the same channel. */
    private final List<Integer> smaller = new ArrayList<>();

    private final BitSet held = new BitSet();

    private final BitSet approximate = new BitSet();

    private final int[] input;

    /** By node: the numbers of the channels of its output. */
    private final List<int[]> outputs = new ArrayList<>();

    private final Map<WeightAxis, int[]> axes = new LinkedHashMap<>();

    ChannelWalk(NetworkGraph network) {
        this.network = network;
        this.input = fresh(NetworkGraph.INPUT, network.inputs());
        mark(held, input);
        for (int i = 0; i < network.nodes().size(); i++)
            outputs.add(visit(i, network.nodes().get(i)));
        network.fixed().forEach(i -> mark(held, outputs.get(i)));
        network.auxiliary().forEach(i -> mark(held, outputs.get(i)));
        mark(held, outputs.get(outputs.size() - 1));
    }

    private int[] fresh(int node, int channels) {
        int[] numbers = new int[channels];
        for (int c = 0; c < channels; c++) {
            numbers[c] = made.size();
            smaller.add(made.size());
            made.add(new Made(node, c));
        }
        return numbers;
    }

    private static void mark(BitSet marks, int[] numbers) {
        for (int n : numbers)
            marks.set(n);
    }

    private int[] visit(int index, NetworkGraph.Node node) {
        List<int[]> inputs = node.sources().stream().map(s -> s == NetworkGraph.INPUT ? input : outputs.get(s))
                .toList();
        Coupling coupling = node.layer().coupling(inputs.stream().map(numbers -> numbers.length).toList());
        int[] output = coupling.made() > 0 ? fresh(index, coupling.made())
                : coupling.carried().stream().flatMapToInt(i -> Arrays.stream(inputs.get(i))).toArray();
        for (int tied : coupling.tied())
            unite(inputs.get(coupling.tied().get(0)), inputs.get(tied));
        for (Coupling.Axis axis : coupling.axes()) {
            int[] numbers = axis.input() == Coupling.OUTPUT ? output : inputs.get(axis.input());
            // a weight that several nodes share is cut for all of them alike
            unite(numbers, axes.computeIfAbsent(new WeightAxis(node.weights() + "." + axis.weight(), axis.axis()),
                    a -> numbers));
        }
        List<int[]> all = new ArrayList<>(inputs);
        all.add(output);
        for (int[] numbers : all) {
            if (coupling.fixed())
                mark(held, numbers);
            if (!coupling.exact())
                mark(approximate, numbers);
        }
        return output;
    }

    private void unite(int[] a, int[] b) {
        for (int c = 0; c < a.length; c++) {
            int x = first(a[c]);
            int y = first(b[c]);
            smaller.set(Math.max(x, y), Math.min(x, y));
        }
    }

    /** The smallest number of the same channel. */
    private int first(int number) {
        int n = number;
        while (smaller.get(n) != n) {
            smaller.set(n, smaller.get(smaller.get(n)));
            n = smaller.get(n);
        }
        return n;
    }

    /** Number of channels of every node. */
    List<Integer> channels() {
        return outputs.stream().map(numbers -> numbers.length).toList();
    }

    List<Group> groups() {
        List<List<Integer>> same = new ArrayList<>(Collections.nCopies(made.size(), null));
        for (int n = 0; n < made.size(); n++) {
            int f = first(n);
            if (same.get(f) == null)
                same.set(f, new ArrayList<>());
            same.get(f).add(n);
        }
        List<Run> runs = new ArrayList<>();
        for (List<Integer> numbers : same) {
            if (numbers == null)
                continue;
            Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last == null || !follows(last, numbers)) {
                last = new Run(numbers, runs.size());
                runs.add(last);
            }
            last.size++;
        }
        return new Groups(runs).all();
    }

    /** Channels with the same makers, one behind the other in each. */
    private static final class Run {

        /** All numbers of its first channel. */
        final List<Integer> start;

        final int index;

        int size;

        Run(List<Integer> start, int index) {
            this.start = start;
            this.index = index;
        }
    }

    private boolean follows(Run run, List<Integer> numbers) {
        return numbers.size() == run.start.size() && IntStream.range(0, numbers.size()).allMatch(i -> {
            Made a = made.get(run.start.get(i));
            Made b = made.get(numbers.get(i));
            return a.node() == b.node() && b.channel() == a.channel() + run.size;
        });
    }

    /** Collects where runs appear. */
    private final class Groups {

        private final List<Run> runs;

        private final Map<Integer, Run> byFirst = new LinkedHashMap<>();

        private final List<List<TensorSlice>> tensors = new ArrayList<>();

        private final List<List<WeightSlice>> weights = new ArrayList<>();

        Groups(List<Run> runs) {
            this.runs = runs;
            for (Run run : runs) {
                byFirst.put(run.start.get(0), run);
                tensors.add(new ArrayList<>());
                weights.add(new ArrayList<>());
            }
            for (int node = 0; node < outputs.size(); node++) {
                int n = node;
                starts(outputs.get(n)).forEach((at, run) -> tensors.get(run.index).add(new TensorSlice(n, at)));
            }
            axes.forEach((axis, numbers) -> starts(numbers)
                    .forEach((at, run) -> weights.get(run.index).add(new WeightSlice(axis.weight(), axis.axis(), at))));
        }

        /** Where runs start in a list of channels. */
        private Map<Integer, Run> starts(int[] numbers) {
            Map<Integer, Run> starts = new LinkedHashMap<>();
            for (int c = 0; c < numbers.length; c++) {
                Run run = byFirst.get(first(numbers[c]));
                if (run != null)
                    starts.put(c, run);
            }
            return starts;
        }

        List<Group> all() {
            Set<Integer> heldFirst = firsts(held);
            Set<Integer> approximateFirst = firsts(approximate);
            return runs.stream().map(run -> {
                List<Made> makers = run.start.stream().map(made::get).toList();
                int first = run.start.get(0);
                List<TensorSlice> producers = makers.stream().filter(m -> m.node() != NetworkGraph.INPUT)
                        .map(m -> new TensorSlice(m.node(), m.channel())).toList();
                return new Group(name(makers.get(0)), run.size, producers, weights.get(run.index),
                        tensors.get(run.index), !heldFirst.contains(first), !approximateFirst.contains(first));
            }).toList();
        }

        private Set<Integer> firsts(BitSet marks) {
            Set<Integer> firsts = new HashSet<>();
            marks.stream().forEach(n -> firsts.add(first(n)));
            return firsts;
        }

        private String name(Made maker) {
            String node = maker.node() == NetworkGraph.INPUT ? "input" : network.nodes().get(maker.node()).name();
            return maker.channel() == 0 ? node : node + ":" + maker.channel();
        }
    }
}
