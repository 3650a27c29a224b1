package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.compress.PruningMethod.Pruned;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelGraph.WeightSlice;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkBuilder;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.EcaAttention;
import org.septum.model.block.NoAttention;
import org.septum.model.block.Normalization;
import org.septum.model.block.SqueezeExcitation;
import org.septum.model.block.WeightSpec;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

@Tag("engine")
class SimilarityPruningTest {

    private static final NetworkSpec PLAIN = NetworkSpec.unet(2, 1, 2, List.of(8, 16, 32), new NoAttention());

    private static NetworkSpec network(int dims, String encoder, String attention) {
        EncoderSpec e = EncoderSpec.of(encoder);
        List<StageSpec> stages = new ArrayList<>();
        for (StageSpec s : e.stages(1, StageSpec.halving(dims, 3), List.of(4, 6, 8))) {
            boolean deepest = s.up() == 0;
            boolean scan = e instanceof Backbone && stages.isEmpty();
            stages.add(new StageSpec(s.stride(), scan ? s.inner() : 6, scan ? s.width() : 6, deepest ? 0 : 4,
                    deepest ? 0 : 4, deepest ? 0 : 6));
        }
        AttentionSpec a = attention.equals("se") ? new SqueezeExcitation(2, true) : AttentionSpec.of(attention);
        return new NetworkSpec(dims, 1, 3, e, a, stages);
    }

    /** Random weights of every kind, small where they would add up from block to block. */
    private static NamedWeights weights(NetworkSpec network, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        NamedWeights initial = NamedWeights.initial(network.graph(), seed);
        network.graph().weights().forEach((name, spec) -> {
            float[] values = initial.get(name).values();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) switch (spec.role()) {
                    case KERNEL -> 0;
                    case SCALE, RUNNING_VARIANCE -> 0.4 * random.nextDouble() - 0.4;
                    default -> 0.25 * random.nextGaussian();
                };
            }
            tensors.put(name, Tensor.of(spec.shape(), values));
        });
        return new NamedWeights(tensors);
    }

    /** Makes the last channel of every group that is read by kernels the same as the first, in all that makes it. */
    private static NamedWeights duplicated(NetworkSpec network, NamedWeights weights) {
        ChannelGraph graph = ChannelGraph.of(network.graph());
        SimilarityModel model = new SimilarityModel(graph, weights);
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        for (Group group : model.groups()) {
            List<WeightSlice> read = model.consumers(group).stream().map(SimilarityModel.Consumer::kernel).toList();
            for (WeightSlice w : group.weights()) {
                if (!read.contains(w))
                    tensors.compute(w.weight(),
                            (name, t) -> copied(t, w.axis(), w.offset(), w.offset() + group.size() - 1));
            }
        }
        return new NamedWeights(tensors);
    }

    private static Tensor copied(Tensor tensor, int axis, int from, int to) {
        float[] values = tensor.values();
        int entries = Math.toIntExact(tensor.shape().get(axis));
        int block = 1;
        for (int i = axis + 1; i < tensor.shape().size(); i++)
            block *= Math.toIntExact(tensor.shape().get(i));
        for (int at = 0; at < values.length; at += entries * block)
            System.arraycopy(values, at + from * block, values, at + to * block, block);
        return Tensor.of(tensor.shape(), values);
    }

    private static float[] probabilities(NetworkSpec network, NamedWeights weights) {
        Random random = new Random(11);
        float[] input = new float[network.dims() == 2 ? 16 * 8 : 16 * 8 * 8];
        for (int i = 0; i < input.length; i++)
            input[i] = (float) random.nextGaussian();
        Shape shape = network.dims() == 2 ? new Shape(1, 1, 8, 16) : new Shape(1, 1, 8, 8, 16);
        try (NDManager manager = ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu())) {
            return NetworkBuilder.build(network, weights, manager)
                    .forward(new ParameterStore(manager, false), new NDList(manager.create(input, shape)), false)
                    .singletonOrThrow().softmax(1).toFloatArray();
        }
    }

    private static float farthest(float[] a, float[] b) {
        float most = 0;
        for (int i = 0; i < a.length; i++)
            most = Math.max(most, Math.abs(a[i] - b[i]));
        return most;
    }

    private static Pruned prune(NetworkSpec network, NamedWeights weights, double threshold) {
        return SimilarityPruning.prune(network, weights, threshold, Progress.SILENT);
    }

    @ParameterizedTest(name = "{0}D {1} {2}")
    @CsvSource({ "2,unet,none", "3,unet,none", "2,unet,se", "3,unet,se", "2,unet,canet", "3,unet,canet",
            "2,residual,none", "3,residual,se", "2,residual,canet", "2,resnet18,none", "3,resnet18,none",
            "2,resnet18,se", "2,mobilenetv2,none", "3,mobilenetv2,none", "2,mobilenetv2,se", "2,mobilenetv2,canet" })
    void nothingIsLostWithChannelsThatAreThereTwice(int dims, String encoder, String attention) {
        NetworkSpec network = network(dims, encoder, attention);
        NamedWeights weights = duplicated(network, weights(network, 5));
        ChannelGraph graph = ChannelGraph.of(network.graph());

        Pruned pruned = prune(network, weights, 1e-5);

        int groups = new SimilarityModel(graph, weights).groups().size();
        long before = graph.groups().stream().mapToLong(Group::size).sum();
        long after = ChannelGraph.of(pruned.network().graph()).groups().stream().mapToLong(Group::size).sum();
        assertThat(before - after).isEqualTo(groups).isGreaterThan(4);
        assertThat(farthest(probabilities(pruned.network(), pruned.weights()), probabilities(network, weights)))
                .isLessThan(1e-5f);
    }

    @Test
    void besideEcaEqualChannelsAreNotTheSameAndTheGroupSaysSo() {
        NetworkSpec network = network(2, "unet", "none").withAttention(new EcaAttention(3));
        NamedWeights weights = duplicated(network, weights(network, 5));
        Pruned pruned = prune(network, weights, 1e-5);

        assertThat(farthest(probabilities(pruned.network(), pruned.weights()), probabilities(network, weights)))
                .isGreaterThan(1e-4f);
        assertThat(new SimilarityModel(ChannelGraph.of(network.graph()), weights).groups()).anyMatch(g -> !g.exact());
    }

    @Test
    void withoutEqualChannelsAThresholdOfNothingLeavesTheNetworkAsItIs() {
        NamedWeights weights = weights(PLAIN, 3);
        Pruned pruned = prune(PLAIN, weights, 0);
        assertThat(pruned.network()).isEqualTo(PLAIN);
        assertThat(pruned.weights()).isEqualTo(weights);
        assertThat(pruned.fromScratch()).isFalse();
        assertThat(pruned.data()).isZero();
        assertThat(pruned.facts()).containsEntry("largest relative distance", "0.000 of at most 2");
    }

    private static PruningTask task(NetworkSpec network, NamedWeights weights, double share) {
        Plan plan = TinyPlan.of(network, 2);
        return new PruningTask(plan, weights, new CompressionTarget(CompressionTarget.Kind.FLOPS, share),
                NetworkCost.flops(plan.patchInTensorOrder()), new FoldSplit(FoldSplit.NONE, List.of(), List.of()),
                Optional.empty(), Device.cpu());
    }

    @ParameterizedTest
    @ValueSource(doubles = { 0.9, 0.7, 0.5, 0.3 })
    void aTargetIsMet(double share) {
        NetworkSpec network = NetworkSpec.unet(2, 1, 2, List.of(16, 32, 64), new NoAttention());
        PruningTask task = task(network, weights(network, 3), share);
        Pruned pruned = new SimilarityPruning().prune(task, Progress.SILENT);
        assertThat(task.cost().of(pruned.network())).isLessThanOrEqualTo(task.allowed()).isCloseTo(task.allowed(),
                within(0.03 * task.allowed()));
        assertThat(probabilities(pruned.network(), pruned.weights())).doesNotContain(Float.NaN);
    }

    @Test
    void statisticsOfPicturesThatAreNoScansDoNotStay() {
        NetworkSpec network = NetworkSpec.unet(2, 1, 2, List.of(16, 32, 64), new NoAttention());
        NamedWeights weights = weights(network, 3);
        Pruned pruned = new SimilarityPruning().prune(task(network, weights, 0.5), Progress.SILENT);
        pruned.network().graph().weights().forEach((name, spec) -> {
            if (spec.role() == WeightSpec.Role.RUNNING_VARIANCE)
                assertThat(weights.get(name).values()).contains(pruned.weights().get(name).values());
        });
    }

    @Test
    void aNetworkThatMayCostWhatItCostsIsLeftAsItIs() {
        NamedWeights weights = duplicated(PLAIN, weights(PLAIN, 3));
        Pruned pruned = new SimilarityPruning().prune(task(PLAIN, weights, 1), Progress.SILENT);
        assertThat(pruned.network()).isEqualTo(PLAIN);
        assertThat(pruned.weights()).isEqualTo(weights);
    }

    @Test
    void channelsThatAreThereTwiceGoFirst() {
        NetworkSpec network = NetworkSpec.unet(2, 1, 2, List.of(16, 32), new NoAttention());
        NamedWeights weights = duplicated(network, weights(network, 3));
        Pruned pruned = new SimilarityPruning().prune(task(network, weights, 0.97), Progress.SILENT);
        assertThat(farthest(probabilities(pruned.network(), pruned.weights()), probabilities(network, weights)))
                .isLessThan(1e-5f);
    }

    @ParameterizedTest
    @CsvSource({ "unet, BATCH, none", "unet, INSTANCE, eca", "unet, GROUP, canet", "mobilenetv2, BATCH, eca" })
    void everyKindOfNetworkCanBePruned(String encoder, Normalization normalization, String attention) {
        NetworkSpec network = network(2, encoder, attention);
        network = network.with(normalization, network.activation());
        Pruned pruned = new SimilarityPruning().prune(task(network, weights(network, 3), 0.8), Progress.SILENT);
        assertThat(probabilities(pruned.network(), pruned.weights())).doesNotContain(Float.NaN);
    }

    @ParameterizedTest
    @ValueSource(doubles = { -0.1, 2.1, Double.NaN })
    void anotherThresholdIsRefused(double threshold) {
        assertThatThrownBy(() -> prune(PLAIN, weights(PLAIN, 3), threshold)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("give 0 to 2");
    }
}
