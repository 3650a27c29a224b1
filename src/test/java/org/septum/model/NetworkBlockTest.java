package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NoAttention;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.StageSpec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

@Tag("engine")
class NetworkBlockTest {

    private static NDManager manager() {
        return ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu());
    }

    private static NDArray forward(NetworkBlock block, NDArray input, boolean training, NDManager manager) {
        return block.forward(new ParameterStore(manager, false), new NDList(input), training).head();
    }

    /** Weights that pass everything through: kernels with a one in the middle, norms that do nothing. */
    private static Map<String, Tensor> passing(NetworkGraph graph) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        NamedWeights.initial(graph, 1).tensors().forEach((name, tensor) -> {
            float[] values = tensor.values();
            if (name.endsWith("conv.weight")) {
                java.util.Arrays.fill(values, 0);
                values[values.length / 2] = 1;
            }
            tensors.put(name, Tensor.of(tensor.shape(), values));
        });
        return tensors;
    }

    private static void put(Map<String, Tensor> tensors, String name, float... values) {
        tensors.put(name, Tensor.of(tensors.get(name).shape(), values));
    }

    @Test
    void oneLevelIsTheArithmeticOfItsLayers() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(1), new NoAttention());
        Map<String, Tensor> w = passing(spec.graph());
        // reads the left neighbour, doubles it, adds 1
        put(w, "encoder.1.a.conv.weight", 0, 0, 0, 2, 0, 0, 0, 0, 0);
        put(w, "encoder.1.a.conv.bias", 1);
        put(w, "encoder.1.a.norm.running_mean", 2);
        put(w, "encoder.1.a.norm.running_var", 4);
        put(w, "encoder.1.a.norm.weight", 3);
        put(w, "encoder.1.a.norm.bias", -0.5f);
        put(w, "head.weight", 1, -2);
        put(w, "head.bias", 0, 3);
        try (NDManager manager = manager()) {
            NetworkBlock block = NetworkBuilder.build(spec, new NamedWeights(w), manager);
            NDArray logits = forward(block, manager.create(new float[] { 1, 2, -1, 4 }, new Shape(1, 1, 1, 4)), false,
                    manager);
            // left: 0 1 2 -1; relu(3 (2x + 1 - 2) / 2 - 0.5) = 0 1 4 0
            assertThat(logits.getShape()).isEqualTo(new Shape(1, 2, 1, 4));
            assertThat(logits.toFloatArray()).containsExactly(new float[] { 0, 1, 4, 0, 3, 1, -5, 3 }, within(1e-4f));
        }
    }

    @Test
    void twoLevelsJoinTheSkipFirstAndTheCoarserFeaturesSecond() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(1, 1), new NoAttention());
        Map<String, Tensor> w = passing(spec.graph());
        put(w, "decoder.1.up.weight", 1, 2, 3, 4);
        // (out 1, in 2): 10 times the skip and once the coarser feature
        put(w, "decoder.1.a.conv.weight", 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
        put(w, "head.weight", 1, 0);
        try (NDManager manager = manager()) {
            NetworkBlock block = NetworkBuilder.build(spec, new NamedWeights(w), manager);
            NDArray input = manager.create(new float[] { 1, 2, 3, 0, 5, 4, 2, 7 }, new Shape(1, 1, 2, 4));
            // maxima 5 and 7, spread as 1 2 / 3 4
            float[] expected = { 10 + 5, 20 + 10, 30 + 7, 14, 50 + 15, 40 + 20, 20 + 21, 70 + 28 };
            float[] both = forward(block, input, false, manager).toFloatArray();
            assertThat(java.util.Arrays.copyOf(both, 8)).containsExactly(expected, within(5e-3f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void theOutputHasTheDeclaredShape(int dims) {
        List<StageSpec> stages = dims == 2
                ? List.of(StageSpec.uniform(List.of(1, 1), 3, false), StageSpec.uniform(List.of(2, 3), 5, true))
                : List.of(StageSpec.uniform(List.of(1, 1, 1), 3, false), StageSpec.uniform(List.of(1, 2, 3), 5, true));
        NetworkSpec spec = new NetworkSpec(dims, 2, 4, new PlainEncoder(), AttentionSpec.of("eca"), stages);
        Shape input = dims == 2 ? new Shape(2, 2, 4, 9) : new Shape(2, 2, 3, 4, 9);
        try (NDManager manager = manager()) {
            NetworkBlock block = NetworkBuilder.build(spec, NamedWeights.initial(spec.graph(), 3), manager);
            Shape declared = block.getOutputShapes(new Shape[] { input })[0];
            assertThat(declared.get(1)).isEqualTo(4);
            for (boolean training : new boolean[] { false, true })
                assertThat(forward(block, manager.ones(input), training, manager).getShape()).isEqualTo(declared);
        }
    }

    @Test
    void weightsComeBackAsTheyWereGiven() {
        NetworkSpec spec = NetworkSpec.unet(3, 1, 2, List.of(3, 5), AttentionSpec.of("eca"));
        NamedWeights weights = NamedWeights.initial(spec.graph(), 3);
        try (NDManager manager = manager()) {
            NetworkBlock block = NetworkBuilder.build(spec, weights, manager);
            assertThat(block.weights()).isEqualTo(weights);
            assertThat(block.trained().keySet()).doesNotContain("encoder.1.a.norm.running_mean")
                    .contains("encoder.1.a.norm.weight");
        }
    }

    @Test
    void inUseOnlyTheLogitsStayAndNothingIsLeftWithTheWeights() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(3, 5, 7), AttentionSpec.of("eca"));
        try (NDManager manager = manager()) {
            NetworkBlock block = NetworkBuilder.build(spec, NamedWeights.initial(spec.graph(), 3), manager);
            int weights = manager.getManagedArrays().size();
            for (boolean training : new boolean[] { true, false }) {
                try (NDManager scope = manager.newSubManager()) {
                    NDArray logits = forward(block, scope.ones(new Shape(1, 1, 16, 24)), training, scope);
                    List<Shape> large = scope.getManagedArrays().stream()
                            .filter(a -> a.getShape().get(0) == 1 && a.size() > 300).map(NDArray::getShape).toList();
                    if (!training)
                        assertThat(large).containsExactlyInAnyOrder(new Shape(1, 1, 16, 24), logits.getShape());
                    assertThat(logits.getManager()).isSameAs(scope);
                }
                assertThat(manager.getManagedArrays()).hasSize(weights);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({ "2,none", "3,se", "2,eca", "2,canet", "3,canet" })
    void aForwardPassLeavesNothingWithTheManagerOfTheWeights(int dims, String attention) {
        NetworkSpec spec = NetworkSpec.unet(dims, 1, 2, List.of(3, 5, 7, 9), AttentionSpec.of(attention))
                .withDeepSupervision(true);
        try (NDManager manager = manager()) {
            NetworkBlock block = NetworkBuilder.build(spec, NamedWeights.initial(spec.graph(), 3), manager);
            manager.cap();
            int weights = manager.getManagedArrays().size();
            for (boolean training : new boolean[] { true, false }) {
                try (NDManager scope = manager.newSubManager()) {
                    Shape shape = dims == 2 ? new Shape(2, 1, 16, 8) : new Shape(2, 1, 8, 16, 8);
                    forward(block, scope.ones(shape), training, scope);
                }
                assertThat(manager.getManagedArrays()).hasSize(weights);
            }
        }
    }

    @Test
    void inUseNothingIsRecordedForGradientsInAnyThread() throws InterruptedException, ExecutionException {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(3, 5), AttentionSpec.of("eca"));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (NDManager manager = manager()) {
            NetworkBlock block = NetworkBuilder.build(spec, NamedWeights.initial(spec.graph(), 3), manager);
            block.trained().values().forEach(a -> a.setRequiresGradient(true));
            NDArray input = manager.ones(new Shape(1, 1, 4, 6));
            boolean recorded = thread.submit(() -> forward(block, input, false, manager).hasGradient()).get();
            assertThat(recorded).as("the engine records in threads that did not load it").isFalse();
        } finally {
            thread.shutdownNow();
        }
    }
}
