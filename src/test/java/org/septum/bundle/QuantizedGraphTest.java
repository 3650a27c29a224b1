package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.SeptumException;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkSpec;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

@Tag("engine")
class QuantizedGraphTest {

    @TempDir
    Path folder;

    private static Tensor noise(List<Long> shape, long seed) {
        Random random = new Random(seed);
        float[] values = new float[(int) Safetensors.elements(shape)];
        for (int i = 0; i < values.length; i++)
            values[i] = (float) random.nextGaussian();
        return Tensor.of(shape, values);
    }

    /** The values that the tensors of a network take for one input. */
    private Quantization ranges(NetworkSpec spec, List<NamedWeights> members, Tensor input)
            throws IOException, OrtException {
        Path file = folder.resolve("ranges.onnx");
        List<String> names = OnnxExport.writeWithRanges(spec, members, file);
        ComputeDevice.engine("OnnxRuntime");
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = input.shape().stream().mapToLong(Long::longValue).toArray();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor x = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.values()), shape);
                OrtSession.Result result = session.run(Map.of("input", x))) {
            float[] lows = (float[]) result.get("lows").orElseThrow().getValue();
            float[] highs = (float[]) result.get("highs").orElseThrow().getValue();
            Map<String, Quantization.Range> ranges = new TreeMap<>();
            for (int i = 0; i < lows.length; i++)
                ranges.put(names.get(i), new Quantization.Range(lows[i], highs[i]));
            return Quantization.of(ranges);
        }
    }

    private static double mean(Tensor a, Tensor b) {
        assertThat(a.shape()).isEqualTo(b.shape());
        double sum = 0;
        for (int i = 0; i < a.values().length; i++)
            sum += Math.abs(a.values()[i] - b.values()[i]);
        return sum / a.values().length;
    }

    /** Random logits are so large that almost all probabilities are 0 or 1; smaller ones show small differences. */
    private static NamedWeights unsure(NamedWeights weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        float[] head = weights.get("head.weight").values();
        for (int i = 0; i < head.length; i++)
            head[i] *= 0.1f;
        tensors.put("head.weight", Tensor.of(weights.get("head.weight").shape(), head));
        return new NamedWeights(tensors);
    }

    @ParameterizedTest
    @CsvSource({ "2, none", "2, se", "2, eca", "3, none", "3, eca", "2, canet" })
    void givesNearlyTheProbabilitiesOfTheFloatGraphForAnyBatchAndSize(int dims, String attention)
            throws IOException, OrtException {
        NetworkSpec spec = Models.network(dims, attention);
        List<NamedWeights> members = List.of(unsure(Models.weights(spec, 5)));
        Path whole = folder.resolve("float.onnx");
        Path int8 = folder.resolve("int8.onnx");
        OnnxExport.write(spec, members, whole);
        Tensor first = noise(dims == 2 ? List.of(2L, 2L, 32L, 24L) : List.of(2L, 2L, 6L, 20L, 12L), 1);
        OnnxExport.writeQuantized(spec, members, ranges(spec, members, first), int8);

        assertThat(mean(TestTensors.probabilities(whole, first), TestTensors.probabilities(int8, first)))
                .isLessThan(0.02);
        Tensor other = noise(dims == 2 ? List.of(1L, 2L, 16L, 40L) : List.of(1L, 2L, 8L, 12L, 16L), 2);
        assertThat(mean(TestTensors.probabilities(whole, other), TestTensors.probabilities(int8, other)))
                .isLessThan(0.04);
    }

    private OnnxMl.GraphProto graph(Path file) throws IOException {
        return OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
    }

    private static Set<String> names(OnnxMl.GraphProto graph, OnnxMl.TensorProto.DataType type) {
        return graph.getInitializerList().stream().filter(t -> t.getDataType() == type.getNumber())
                .map(OnnxMl.TensorProto::getName).collect(Collectors.toSet());
    }

    @Test
    void keepsInFloatsWhatIsToBeKept() throws IOException, OrtException {
        NetworkSpec spec = Models.network(3, "eca");
        List<NamedWeights> members = List.of(unsure(Models.weights(spec, 5)));
        Path file = folder.resolve("int8.onnx");
        Tensor input = noise(List.of(1L, 2L, 6L, 20L, 12L), 1);
        Quantization all = ranges(spec, members, input);
        List<String> layers = OnnxExport.convolutions(spec, members);
        assertThat(layers).contains("encoder.1.a.conv", "decoder.1.up", "head").hasSize(13);

        OnnxExport.writeQuantized(spec, members, all, file);
        Set<String> floats = names(graph(file), OnnxMl.TensorProto.DataType.FLOAT);
        Set<String> integers = names(graph(file), OnnxMl.TensorProto.DataType.INT8);
        assertThat(floats).doesNotContain("encoder.1.a.conv.weight", "decoder.1.up.weight", "head.weight");
        assertThat(integers).contains("encoder.1.a.conv.int8", "decoder.1.up.int8", "head.int8");

        OnnxExport.writeQuantized(spec, members, all.withKept(Set.of("encoder.1.a.conv", "decoder.1.up", "head")),
                file);
        assertThat(names(graph(file), OnnxMl.TensorProto.DataType.FLOAT)).contains("encoder.1.a.conv.weight",
                "decoder.1.up.weight", "head.weight");
        assertThat(names(graph(file), OnnxMl.TensorProto.DataType.INT8))
                .doesNotContain("encoder.1.a.conv.int8", "decoder.1.up.int8", "head.int8")
                .contains("encoder.2.a.conv.int8");

        OnnxExport.writeQuantized(spec, members, all.withKept(Set.copyOf(layers)), file);
        Path whole = folder.resolve("float.onnx");
        OnnxExport.write(spec, members, whole);
        assertThat(
                TestTensors.difference(TestTensors.probabilities(whole, input), TestTensors.probabilities(file, input)))
                        .isLessThan(1e-5);
    }

    @Test
    void whatIsKeptBetweenIntegersGoesSliceBySlice() throws IOException, OrtException {
        NetworkSpec spec = Models.network(3, "none");
        List<NamedWeights> members = List.of(unsure(Models.weights(spec, 5)));
        Path whole = folder.resolve("float.onnx");
        Path file = folder.resolve("int8.onnx");
        Tensor input = noise(List.of(2L, 2L, 6L, 20L, 12L), 1);
        Quantization all = ranges(spec, members, input);
        OnnxExport.write(spec, members, whole);

        OnnxExport.writeQuantized(spec, members, all.withKept(Set.of("encoder.2.b.conv")), file);

        assertThat(graph(file).getInitializerList()).filteredOn(t -> t.getName().equals("encoder.2.b.conv.weight"))
                .singleElement().satisfies(t -> assertThat(t.getDimsCount()).isEqualTo(4));
        assertThat(mean(TestTensors.probabilities(whole, input), TestTensors.probabilities(file, input)))
                .isLessThan(0.02);
    }

    @Test
    void anEnsembleIsQuantisedMemberByMember() throws IOException, OrtException {
        NetworkSpec spec = Models.network(2, "eca");
        List<NamedWeights> members = List.of(unsure(Models.weights(spec, 5)), unsure(Models.weights(spec, 6)));
        Path whole = folder.resolve("float.onnx");
        Path int8 = folder.resolve("int8.onnx");
        OnnxExport.write(spec, members, whole);
        Tensor input = noise(List.of(1L, 2L, 32L, 24L), 1);

        OnnxExport.writeQuantized(spec, members, ranges(spec, members, input), int8);

        assertThat(mean(TestTensors.probabilities(whole, input), TestTensors.probabilities(int8, input)))
                .isLessThan(0.02);
        assertThat(names(graph(int8), OnnxMl.TensorProto.DataType.INT8)).contains("member-2/head.int8");
    }

    @Test
    void refusesTheRangesOfAnotherNetwork() {
        NetworkSpec spec = Models.network(2, "none");

        assertThatThrownBy(() -> OnnxExport.writeQuantized(spec, List.of(Models.weights(spec, 1)),
                Quantization.of(Map.of("input", new Quantization.Range(-1, 1))), folder.resolve("int8.onnx")))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("no range for")
                        .hasMessageContaining("compress");
    }

    @Test
    void travelsInABundleAndIsReadBack() throws IOException, OrtException {
        Bundle plain = Models.bundle(2, "none");
        Quantization quantization = ranges(plain.plan().network(), plain.members(), noise(List.of(1L, 2L, 48L, 80L), 1))
                .withKept(Set.of("head"));

        BundleWriter.write(plain.withQuantization(quantization), folder.resolve("model.zip"), false);

        try (OpenBundle open = BundleReader.open(folder.resolve("model.zip"))) {
            assertThat(open.bundle().quantization()).contains(quantization);
            assertThat(open.int8()).hasValueSatisfying(file -> assertThat(file).isRegularFile());
            assertThat(Files.readString(open.onnx().resolveSibling("rdf.yaml"))).contains("weights.int8.onnx");
        }
        BundleWriter.write(plain, folder.resolve("plain"), false);
        try (OpenBundle open = BundleReader.open(folder.resolve("plain"))) {
            assertThat(open.int8()).isEmpty();
        }
    }
}
