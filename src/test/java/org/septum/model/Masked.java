package org.septum.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import org.septum.model.ChannelGraph.Group;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.WeightSpec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Networks run node by node in double precision, some channels masked. */
final class Masked {

    private Masked() {
    }

    /** Output of the last node when outputs of nodes are multiplied by masks, channel by channel. */
    static double[] run(NetworkGraph network, NamedWeights weights, Map<Integer, float[]> masks, Tensor input) {
        try (NDManager manager = ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu())) {
            NDArray x = array(input, manager);
            List<NDArray> outputs = new ArrayList<>();
            for (NetworkGraph.Node node : network.nodes()) {
                NDList sources = new NDList();
                node.sources().forEach(s -> sources.add(s == NetworkGraph.INPUT ? x : outputs.get(s)));
                Map<String, NDArray> own = new HashMap<>();
                for (WeightSpec w : node.layer().weights())
                    own.put(w.name(), array(weights.get(node.weight(w)), manager));
                NDArray y = node.layer().forward(sources, own, false);
                float[] mask = masks.get(outputs.size());
                outputs.add(mask == null ? y : y.mul(perChannel(mask, y, manager)));
            }
            return outputs.get(outputs.size() - 1).toDoubleArray();
        }
    }

    private static NDArray perChannel(float[] mask, NDArray y, NDManager manager) {
        long[] shape = new long[y.getShape().dimension()];
        Arrays.fill(shape, 1);
        shape[1] = mask.length;
        return manager.create(mask, new Shape(shape)).toType(DataType.FLOAT64, false);
    }

    private static NDArray array(Tensor tensor, NDManager manager) {
        return manager.create(tensor.values(), new Shape(tensor.shape().stream().mapToLong(Long::longValue).toArray()))
                .toType(DataType.FLOAT64, false);
    }

    static Tensor noise(Random random, Long... shape) {
        int size = 1;
        for (long s : shape)
            size *= (int) s;
        float[] values = new float[size];
        for (int i = 0; i < size; i++)
            values[i] = (float) random.nextGaussian();
        return Tensor.of(List.of(shape), values);
    }

    /**
     * Random weights of every kind, also those that start as zeros or ones. Scales are around a half, so that a block
     * adds less to its shortcut than the shortcut has and rounding does not grow from block to block.
     */
    static NamedWeights weights(NetworkGraph network, Random random) {
        Map<String, WeightSpec> specs = network.weights();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        NamedWeights.initial(network, random.nextLong()).tensors().forEach((name, tensor) -> {
            float[] values = tensor.values();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) switch (specs.get(name).role()) {
                    case KERNEL -> 0;
                    case SCALE -> 0.15 * random.nextGaussian() - 0.5;
                    case RUNNING_VARIANCE -> 2 * random.nextDouble() - 0.5;
                    default -> 0.25 * random.nextGaussian();
                };
            }
            tensors.put(name, Tensor.of(tensor.shape(), values));
        });
        return new NamedWeights(tensors);
    }

    /** Of each group that may be cut and is wanted some channels, at least one, and not all if there are several. */
    static Map<String, List<Integer>> someOf(ChannelGraph graph, Predicate<Group> wanted, Random random) {
        Map<String, List<Integer>> kept = new TreeMap<>();
        for (Group g : graph.groups()) {
            if (!g.cuttable() || g.size() == 1 || !wanted.test(g))
                continue;
            int stays = random.nextInt(g.size());
            int goes = (stays + 1 + random.nextInt(g.size() - 1)) % g.size();
            kept.put(g.name(), IntStream.range(0, g.size())
                    .filter(c -> c == stays || c != goes && random.nextInt(3) > 0).boxed().toList());
        }
        return kept;
    }
}
