package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Activation;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.ResidualEncoder;
import org.septum.model.encoder.StageSpec;

import ai.onnx.proto.OnnxMl;

class OnnxExportTest {

    @TempDir
    Path folder;

    private Path export(NetworkSpec spec, long seed) throws IOException {
        Path file = folder.resolve("w.onnx");
        OnnxExport.write(spec, Models.weights(spec, seed), file);
        return file;
    }

    private static Tensor input(List<Long> shape) {
        Random random = new Random(3);
        float[] values = new float[(int) Safetensors.elements(shape)];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) random.nextGaussian();
        return Tensor.of(shape, values);
    }

    @Tag("engine")
    @ParameterizedTest
    @CsvSource({ "2, none", "2, se", "2, eca", "3, none", "3, se", "3, eca" })
    void givesTheProbabilitiesOfTheNetworkForAnySizeAndBatch(int dims, String attention) throws IOException {
        NetworkSpec spec = Models.network(dims, attention);
        NamedWeights weights = Models.weights(spec, 5);
        Path file = export(spec, 5);
        List<List<Long>> shapes = dims == 2 ? List.of(List.of(1L, 2L, 52L, 36L), List.of(3L, 2L, 8L, 20L))
                : List.of(List.of(1L, 2L, 6L, 20L, 28L), List.of(2L, 2L, 8L, 12L, 4L));
        for (List<Long> shape : shapes) {
            Tensor input = input(shape);
            Tensor expected = TestTensors.probabilities(spec, weights, input);
            double difference = TestTensors.difference(expected, TestTensors.probabilities(file, input));
            assertThat(difference).as("%s", shape).isLessThan(1e-4);
            assertThat(spread(expected)).as("the network tells positions apart").isGreaterThan(0.1);
        }
    }

    @Tag("engine")
    @ParameterizedTest
    @EnumSource(Normalization.class)
    void gatesForPruningAreExportedToo(Normalization norm) throws IOException {
        NetworkSpec spec = Models.network(3, "none").with(norm, Activation.RELU).withPruningGates(true);
        Tensor input = input(List.of(2L, 2L, 6L, 12L, 8L));
        double difference = TestTensors.difference(TestTensors.probabilities(spec, Models.weights(spec, 5), input),
                TestTensors.probabilities(export(spec, 5), input));
        assertThat(difference).isLessThan(1e-4);
    }

    /** Levels whose convolutions do not reach across the first axis give the same file as network. */
    @Tag("engine")
    @ParameterizedTest
    @CsvSource({ "plain, eca", "residual, none", "plain, canet-channel" })
    void kernelsMayBeFlat(String encoder, String attention) throws IOException {
        NetworkSpec usual = Models.network(3, attention);
        List<StageSpec> stages = usual.stages().stream().map(s -> s.up() == 0 ? s : s.withKernel(List.of(1, 3, 3)))
                .toList();
        NetworkSpec spec = new NetworkSpec(3, 2, 3,
                encoder.equals("plain") ? new PlainEncoder() : new ResidualEncoder(), usual.attention(), stages);
        NamedWeights weights = Models.weights(spec, 5);
        assertThat(weights.get("encoder.2.b.conv.weight").shape().subList(2, 5)).containsExactly(1L, 3L, 3L);
        assertThat(weights.get("decoder.1.a.conv.weight").shape().subList(2, 5)).containsExactly(1L, 3L, 3L);
        Tensor input = input(List.of(2L, 2L, 6L, 12L, 8L));
        double difference = TestTensors.difference(TestTensors.probabilities(spec, weights, input),
                TestTensors.probabilities(export(spec, 5), input));
        assertThat(difference).isLessThan(1e-4);
        assertThat(spec.graph().macs(List.of(8, 8, 8))).isLessThan(usual.graph().macs(List.of(8, 8, 8)));
    }

    private static double spread(Tensor t) {
        double low = 1;
        double high = 0;
        for (float v : t.values()) {
            low = Math.min(low, v);
            high = Math.max(high, v);
        }
        return high - low;
    }

    @Test
    void givesEqualBytesForEqualModels() throws IOException {
        byte[] first = Files.readAllBytes(export(Models.network(3, "eca"), 5));

        assertThat(Files.readAllBytes(export(Models.network(3, "eca"), 5))).isEqualTo(first);
        assertThat(Files.readAllBytes(export(Models.network(3, "eca"), 6))).isNotEqualTo(first);
    }

    @Test
    void keepsItsContract() throws IOException {
        OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(export(Models.network(3, "none"), 5)));

        assertThat(model.getIrVersion()).isEqualTo(8);
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
        assertThat(model.getGraph().getInputList()).extracting(OnnxMl.ValueInfoProto::getName).containsExactly("input");
        assertThat(model.getGraph().getOutputList()).extracting(OnnxMl.ValueInfoProto::getName)
                .containsExactly("probabilities");
        Set<String> operators = model.getGraph().getNodeList().stream().map(OnnxMl.NodeProto::getOpType)
                .collect(Collectors.toSet());
        assertThat(operators).containsExactlyInAnyOrder("Conv", "ConvTranspose", "Relu", "MaxPool", "Concat",
                "Softmax");
    }

    @Test
    void refusesWeightsOfAnotherNetwork() {
        NetworkSpec spec = Models.network(2, "none");
        NamedWeights others = Models.weights(Models.network(2, "eca"), 1);

        assertThatThrownBy(() -> OnnxExport.write(spec, others, folder.resolve("w.onnx")))
                .isInstanceOf(SeptumException.class).hasMessageContaining("attention");
    }
}
