package org.septum.model.block;

import java.util.HashSet;
import java.util.List;

/**
 * Bytes of the tensors between the layers of a network, float32, for one patch in a batch of 1. Weights, their
 * gradients, and what an engine or a layer needs for itself while it computes are not counted.
 *
 * @param inUse
 *            the most that lives at a time, without what only a training looks at, if each tensor is freed once the
 *            last layer that reads it has run; the input lives throughout, and a layer's output lives beside what the
 *            layer reads
 * @param training
 *            the input and the outputs of all layers, which the gradients are computed from; no layer is taken to
 *            overwrite its input
 */
public record ActivationMemory(long inUse, long training) {

    private static final long BYTES = Float.BYTES;

    static ActivationMemory of(NetworkGraph graph, List<Integer> spatial) {
        long training = bytes(new TensorShape(graph.inputs(), spatial));
        for (TensorShape shape : graph.shapes(spatial))
            training += bytes(shape);
        return new ActivationMemory(most(graph.inUse(), spatial), training);
    }

    private static long most(NetworkGraph graph, List<Integer> spatial) {
        List<TensorShape> shapes = graph.shapes(spatial);
        int[] lastReader = lastReaders(graph);
        long held = bytes(new TensorShape(graph.inputs(), spatial));
        long most = held;
        for (int i = 0; i < shapes.size(); i++) {
            held += bytes(shapes.get(i));
            most = Math.max(most, held);
            for (int s : new HashSet<>(graph.nodes().get(i).sources())) {
                if (s != NetworkGraph.INPUT && lastReader[s] == i)
                    held -= bytes(shapes.get(s));
            }
        }
        return most;
    }

    private static int[] lastReaders(NetworkGraph graph) {
        int[] last = new int[graph.nodes().size()];
        for (int i = 0; i < last.length; i++) {
            for (int s : graph.nodes().get(i).sources())
                if (s != NetworkGraph.INPUT)
                    last[s] = i;
        }
        return last;
    }

    private static long bytes(TensorShape shape) {
        return BYTES * shape.channels() * shape.positions();
    }
}
