package org.septum.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.septum.core.SeptumException;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.WeightSpec;

/** The weights of a network by stable names of our own ("encoder.1.a.conv.weight"), in PyTorch layouts. Immutable. */
public final class NamedWeights {

    /** One weight tensor, row-major float32. Immutable. */
    public static final class Tensor {

        private final List<Long> shape;

        private final float[] values;

        private Tensor(List<Long> shape, float[] values) {
            this.shape = List.copyOf(shape);
            this.values = values;
            long size = 1;
            for (long s : shape)
                size *= s;
            if (size != values.length) {
                throw SeptumException.input(
                        "a tensor of shape " + shape + " has " + values.length + " values; " + size + " are needed");
            }
        }

        /** A tensor with a copy of the values. */
        public static Tensor of(List<Long> shape, float[] values) {
            return new Tensor(shape, values.clone());
        }

        public List<Long> shape() {
            return shape;
        }

        /** A copy of the values, row-major. */
        public float[] values() {
            return values.clone();
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Tensor t && t.shape.equals(shape) && Arrays.equals(t.values, values);
        }

        @Override
        public int hashCode() {
            return 31 * shape.hashCode() + Arrays.hashCode(values);
        }
    }

    private final Map<String, Tensor> tensors;

    public NamedWeights(Map<String, Tensor> tensors) {
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /**
     * Random weights to start a training from: kernels from a normal distribution with variance 2 / fan-in (He et al.,
     * ICCV 2015), biases 0, scales 1.
     */
    public static NamedWeights initial(NetworkGraph graph, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        graph.weights().forEach((name, spec) -> tensors.put(name, initial(spec, random)));
        return new NamedWeights(tensors);
    }

    private static Tensor initial(WeightSpec spec, Random random) {
        float[] values = new float[Math.toIntExact(spec.size())];
        switch (spec.role()) {
            case KERNEL -> {
                double fanIn = (double) spec.size() / spec.shape().get(0);
                double sigma = Math.sqrt(2 / fanIn);
                for (int i = 0; i < values.length; i++)
                    values[i] = (float) (random.nextGaussian() * sigma);
            }
            case SCALE, RUNNING_VARIANCE -> Arrays.fill(values, 1f);
            default -> Arrays.fill(values, 0f);
        }
        return new Tensor(spec.shape(), values);
    }

    /** All tensors in their order. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /** One tensor. */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null)
            throw SeptumException.input("the model has no weight named " + name);
        return tensor;
    }

    /**
     * Throws a {@link SeptumException} that names the first difference if these are not exactly the weights that a
     * network needs.
     */
    public void requireFit(NetworkGraph graph) {
        Map<String, WeightSpec> needed = graph.weights();
        needed.forEach((name, spec) -> {
            Tensor tensor = get(name);
            if (!tensor.shape().equals(spec.shape())) {
                throw SeptumException.input(
                        "weight " + name + " has shape " + tensor.shape() + "; the network needs " + spec.shape());
            }
        });
        for (String name : tensors.keySet()) {
            if (!needed.containsKey(name))
                throw SeptumException.input("weight " + name + " belongs to no layer");
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof NamedWeights w && w.tensors.equals(tensors);
    }

    @Override
    public int hashCode() {
        return tensors.hashCode();
    }
}
