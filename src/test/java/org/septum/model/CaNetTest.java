package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NoAttention;
import org.septum.model.block.WeightSpec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

/** The whole network against the authors' one. */
class CaNetTest {

    private static final int INPUT_INDEX = 1000;

    private static NetworkSpec canet(int dims, int inputs, List<Integer> widths) {
        return NetworkSpec.unet(dims, inputs, 2, widths, new NoAttention()).asCaNet();
    }

    private static JsonNode fixture(String name) throws IOException {
        try (InputStream in = CaNetTest.class.getResourceAsStream("/fixtures/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static List<Integer> integers(JsonNode array) {
        List<Integer> list = new ArrayList<>();
        array.forEach(n -> list.add(n.asInt()));
        return list;
    }

    /** The fixtures' generator: a number from 0 to 1 for element i of tensor p. */
    private static double hash(int i, int p) {
        int h = i * 1664525 + p * 1013904223 + 12345;
        h ^= h >>> 16;
        h *= (int) 2246822519L;
        h ^= h >>> 13;
        h *= (int) 3266489917L;
        h ^= h >>> 16;
        return Integer.toUnsignedLong(h) / 4294967296.0;
    }

    /** Weights by the rules of the fixtures; their tensors have the order of ours. */
    private static NamedWeights weights(NetworkGraph graph) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, WeightSpec> entry : graph.weights().entrySet()) {
            WeightSpec w = entry.getValue();
            int p = tensors.size();
            float[] values = new float[(int) w.size()];
            // of an up-convolution, the input channels
            double fanIn = entry.getKey().endsWith(".up.weight") ? w.shape().get(0)
                    : (double) w.size() / w.shape().get(0);
            for (int i = 0; i < values.length; i++) {
                double u = hash(i, p);
                values[i] = (float) switch (w.role()) {
                    case KERNEL -> (2 * u - 1) * Math.sqrt(4.5 / fanIn);
                    case BIAS -> entry.getKey().contains(".norm.") ? 0.4 * (u - 0.5) : 0.2 * (u - 0.5);
                    case SCALE -> 0.8 + 0.4 * u;
                    case RUNNING_MEAN -> 0.4 * (u - 0.5);
                    case RUNNING_VARIANCE -> 0.6 + 0.8 * u;
                };
            }
            tensors.put(entry.getKey(), Tensor.of(w.shape(), values));
        }
        return new NamedWeights(tensors);
    }

    @Test
    void theGeneratorIsTheirs() throws IOException {
        JsonNode check = fixture("hash_generator_check");
        for (int p : new int[] { 0, 7, INPUT_INDEX }) {
            for (int i = 0; i < 4; i++)
                assertThat(hash(i, p)).isCloseTo(check.get("u_for_p_" + p + "_i_0_to_3").get(i).asDouble(),
                        within(1e-6));
        }
    }

    @Test
    void itsTensorsAreThoseOfTheAuthorsNetworkInTheirOrder() throws IOException {
        NetworkGraph graph = canet(2, 3, List.of(16, 32, 64, 128, 256)).graph();
        List<List<Long>> theirs = new ArrayList<>();
        fixture("canet_layers").get("rows").forEach(row -> {
            List<Long> shape = new ArrayList<>();
            row.get("shape").forEach(n -> shape.add(n.asLong()));
            theirs.add(shape);
        });
        assertThat(graph.weights().values().stream().map(WeightSpec::shape).toList()).isEqualTo(theirs);
        assertThat(graph.parameters()).isEqualTo(2_785_610);
    }

    @Test
    void parametersAndMultiplyAddsAreThoseCountedFromTheAuthorsCode() {
        List<Integer> widths = List.of(16, 32, 64, 128, 256);
        assertThat(canet(2, 1, widths).graph().parameters()).isEqualTo(2_785_322);
        assertThat(canet(3, 1, widths).graph().parameters()).isEqualTo(7_666_762);
        assertThat(canet(2, 3, widths).graph().macs(List.of(256, 256))).isEqualTo(5_500_392_704L + 33_554_432);
        NetworkGraph plain = NetworkSpec.unet(2, 3, 2, widths, new NoAttention()).graph();
        assertThat(plain.parameters()).isEqualTo(1_944_066);
    }

    @Tag("engine")
    @ParameterizedTest
    @ValueSource(strings = { "canet_network_small", "canet_network_full_width" })
    void itsProbabilitiesAreTheirs(String name) throws IOException {
        JsonNode json = fixture(name);
        NetworkSpec spec = canet(2, 3, integers(json.get("widths")));
        assertThat(spec.graph().parameters()).isEqualTo(json.get("parameter_count").asLong());
        List<Integer> size = integers(json.get("input_shape"));
        float[] input = new float[3 * size.get(2) * size.get(3)];
        for (int i = 0; i < input.length; i++)
            input[i] = (float) (2 * hash(i, INPUT_INDEX) - 1);
        float[] foreground;
        try (NDManager manager = ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu())) {
            NetworkBlock block = NetworkBuilder.build(spec, weights(spec.graph()), manager);
            NDArray x = manager.create(input, new Shape(1, 3, size.get(2), size.get(3)));
            NDArray logits = block.forward(new ParameterStore(manager, false), new NDList(x), false).singletonOrThrow();
            foreground = logits.softmax(1).get(":, 1").toFloatArray();
        }
        JsonNode expected = json.get("tensors").get("foreground_probability_sampled");
        int stride = json.get("sample_stride").asInt();
        int columns = size.get(3) / stride;
        for (int i = 0; i < expected.get("data").size(); i++) {
            float actual = foreground[i / columns * stride * size.get(3) + i % columns * stride];
            assertThat((double) actual).isCloseTo(expected.get("data").get(i).asDouble(), within(1e-5));
        }
        double mean = 0;
        for (float p : foreground)
            mean += p / foreground.length;
        assertThat(mean).isCloseTo(json.get("tensors").get("foreground_mean").get("data").get(0).asDouble(),
                within(1e-5));
    }

    @Tag("engine")
    @Test
    void channelsAreDroppedInTrainingOnly() {
        NetworkSpec spec = canet(2, 1, List.of(4, 8, 16));
        try (NDManager manager = ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu())) {
            NetworkBlock block = NetworkBuilder.build(spec, weights(spec.graph()), manager);
            NDArray x = manager.arange(64f).reshape(1, 1, 8, 8);
            List<float[]> used = new ArrayList<>();
            List<float[]> trained = new ArrayList<>();
            for (int i = 0; i < 2; i++)
                used.add(logits(block, x, false, manager));
            for (int i = 0; i < 2; i++) {
                manager.getEngine().setRandomSeed(i);
                trained.add(logits(block, x, true, manager));
            }
            assertThat(used.get(0)).containsExactly(used.get(1));
            assertThat(trained.get(0)).isNotEqualTo(trained.get(1));
        }
    }

    private static float[] logits(NetworkBlock block, NDArray x, boolean training, NDManager manager) {
        return block.forward(new ParameterStore(manager, false), new NDList(x), training).head().toFloatArray();
    }

    @Test
    void peopleReadWhatItIs() {
        assertThat(canet(2, 1, List.of(4, 8)).describe()).isEqualTo("2D CA-Net, dropout 0.5, widths 4-8");
    }
}
