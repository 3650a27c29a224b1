package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.bundle.HalfFloats;
import org.septum.bundle.OnnxExport;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NoAttention;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.StageSpec;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

@Tag("engine")
class SliceGraphTest {

    private static final long[] SHAPE = { 2, 2, 6, 8, 12 };

    private static final long[] IMAGE = { 2, 2, 32, 16 };

    @TempDir
    private Path folder;

    private OnnxMl.ModelProto export(NetworkSpec spec, int members) throws IOException {
        Path file = folder.resolve("network.onnx");
        OnnxExport.write(spec, java.util.stream.IntStream.range(0, members)
                .mapToObj(i -> NamedWeights.initial(spec.graph(), i + 1)).toList(), file);
        return OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file));
    }

    private static NetworkSpec network(String attention) {
        return NetworkSpec.unet(3, 2, 3, List.of(16, 32), AttentionSpec.of(attention));
    }

    private static float[] run(OnnxMl.ModelProto model, long[] shape) throws OrtException {
        ComputeDevice.engine("OnnxRuntime");
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        float[] values = new float[(int) java.util.stream.LongStream.of(shape).reduce(1, (a, b) -> a * b)];
        Random random = new Random(9);
        for (int i = 0; i < values.length; i++)
            values[i] = (float) random.nextGaussian();
        try (OrtSession session = environment.createSession(model.toByteArray());
                OnnxTensor x = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
                OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, x))) {
            FloatBuffer y = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] got = new float[y.remaining()];
            y.get(got);
            return got;
        }
    }

    private static void assertSame(OnnxMl.ModelProto model) throws OrtException {
        Optional<OnnxMl.ModelProto> sliced = SliceGraph.of(model, SliceAxis.volume(List.of(12, 8, 6)));
        assertThat(sliced).isPresent();
        assertThat(sliced.get().getGraph().getNodeList()).filteredOn(n -> n.getOpType().equals("Conv"))
                .hasSizeGreaterThan(6 * 4);
        assertThat(run(sliced.get(), SHAPE)).containsExactly(run(model, SHAPE), within(1e-5f));
    }

    private static void assertSameImage(OnnxMl.ModelProto model, int divisor, int slices) throws OrtException {
        SliceAxis axis = SliceAxis.image(List.of(16, 32), divisor);
        assertThat(axis.count()).isEqualTo(slices);
        Optional<OnnxMl.ModelProto> sliced = SliceGraph.of(model, axis);
        assertThat(sliced).isPresent();
        assertThat(run(sliced.get(), IMAGE)).containsExactly(run(model, IMAGE), within(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(strings = { "none", "se", "eca" })
    void spreadRowsGiveWhatTheImageGives(String attention) throws IOException, OrtException {
        NetworkSpec spec = NetworkSpec.unet(2, 2, 3, List.of(16, 32, 48), AttentionSpec.of(attention));
        assertSameImage(export(spec, 1), 4, 8);
    }

    @Test
    void stridesAndSumsGoThroughSpreadRows() throws IOException, OrtException {
        EncoderSpec residual = EncoderSpec.of("residual");
        NetworkSpec spec = new NetworkSpec(2, 2, 3, residual, new NoAttention(),
                residual.stages(2, StageSpec.halving(2, 3), List.of(16, 32, 32)));
        assertSameImage(export(spec, 1), 4, 8);
    }

    @Test
    void anImageThatIsCoarseAtTheEndHasOneSliceThere() throws IOException, OrtException {
        NetworkSpec spec = NetworkSpec.unet(2, 2, 3, List.of(16, 16, 32, 32), new NoAttention());
        assertSameImage(export(spec, 1), 8, 8);
    }

    @Test
    void kernelsStoredInSixteenBitsAreCutIntoSlicesToo() throws IOException, OrtException {
        NetworkSpec spec = NetworkSpec.unet(2, 2, 3, List.of(16, 32, 32), new NoAttention());
        Path file = folder.resolve("network.onnx");
        OnnxExport.write(spec, List.of(HalfFloats.rounded(NamedWeights.initial(spec.graph(), 1))), file);
        assertSameImage(OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)), 4, 8);
    }

    @Test
    void rowsThatCannotBeSpreadEvenlyStayTogether() {
        assertThat(SliceAxis.image(List.of(12, 36), 8)).isEqualTo(SliceAxis.NONE);
        assertThat(SliceAxis.image(List.of(12, 16), 8)).isEqualTo(SliceAxis.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = { "none", "se", "eca" })
    void slicesGiveWhatTheVolumeGives(String attention) throws IOException, OrtException {
        assertSame(export(network(attention), 1));
    }

    @Test
    void slicesOfAnEnsembleGiveItsMean() throws IOException, OrtException {
        assertSame(export(network("eca"), 2));
    }

    @Test
    void aLevelThatIsNotHalvedAlongZStaysSo() throws IOException, OrtException {
        List<StageSpec> stages = List.of(StageSpec.uniform(List.of(1, 1, 1), 16, false),
                StageSpec.uniform(List.of(1, 2, 2), 32, false), StageSpec.uniform(List.of(2, 2, 2), 32, true));
        assertSame(export(new NetworkSpec(3, 2, 3, new PlainEncoder(), new NoAttention(), stages), 1));
    }

    @Test
    void widthsThatHaveNoFastConvolutionStayAVolume() throws IOException {
        assertThat(SliceGraph.of(export(NetworkSpec.unet(3, 2, 3, List.of(12, 32), new NoAttention()), 1),
                SliceAxis.volume(List.of(12, 8, 6)))).isEmpty();
    }

    @Test
    void aGraphThatHoldsSomethingElseStaysAVolume() throws IOException {
        OnnxMl.ModelProto model = export(network("none"), 1);
        OnnxMl.GraphProto.Builder graph = model.getGraph().toBuilder();
        for (int i = 0; i < graph.getNodeCount(); i++)
            if (graph.getNode(i).getOpType().equals("Relu"))
                graph.setNode(i, graph.getNode(i).toBuilder().setOpType("Erf"));
        assertThat(SliceGraph.of(model.toBuilder().setGraph(graph).build(), SliceAxis.volume(List.of(12, 8, 6))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "0x3C00,1", "0xC000,-2", "0x3555,0.33325195", "0x0001,5.9604645E-8", "0x83FF,-6.0975552E-5",
            "0x7BFF,65504", "0x0000,0" })
    void sixteenBitsAreWidened(String half, float expected) {
        assertThat(SliceKernels.widened((short) Integer.decode(half).intValue())).isEqualTo(expected);
    }
}
