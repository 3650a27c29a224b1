package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

/** Every encoder, attention and normalisation, in 2D and 3D: the ONNX graph gives what the network gives. */
@Tag("engine")
class OnnxMatrixTest {

    @TempDir
    Path folder;

    /** The same blocks as the networks of 18 and 50 layers, only more of them: their normalisations take turns. */
    private static final Set<String> REPEATED = Set.of("resnet34", "resnet101", "resnet152");

    private static List<Normalization> norms(String encoder, int turn) {
        List<Normalization> all = List.of(Normalization.values());
        return REPEATED.contains(encoder) ? List.of(all.get(turn % all.size())) : all;
    }

    /** Activations take turns. */
    static Stream<Arguments> networks() {
        List<Arguments> all = new ArrayList<>();
        for (int dims : new int[] { 2, 3 }) {
            for (String encoder : EncoderSpec.words()) {
                for (String attention : AttentionSpec.words()) {
                    for (Normalization norm : norms(encoder, all.size())) {
                        Activation next = Activation.values()[all.size() % Activation.values().length];
                        all.add(Arguments.of(dims, encoder, attention, norm, next));
                    }
                }
            }
        }
        return all.stream();
    }

    /** Four channels at most wherever the encoder lets one choose; all strides differ from axis to axis somewhere. */
    private static NetworkSpec network(int dims, EncoderSpec encoder, AttentionSpec attention) {
        List<List<Integer>> strides = dims == 2 ? List.of(List.of(1, 1), List.of(1, 2), List.of(2, 1))
                : List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(2, 1, 1));
        List<StageSpec> stages = new ArrayList<>();
        for (StageSpec s : encoder.stages(2, strides, List.of(4, 4, 6))) {
            int decoder = s.up() == 0 ? 0 : 3;
            boolean first = encoder instanceof Backbone && stages.isEmpty();
            stages.add(
                    new StageSpec(s.stride(), first ? s.inner() : 3, first ? s.width() : 4, decoder, decoder, decoder));
        }
        return new NetworkSpec(dims, 2, 3, encoder, attention, stages);
    }

    @ParameterizedTest(name = "{0}D {1} {2} {3} {4}")
    @MethodSource("networks")
    void theGraphGivesWhatTheNetworkGives(int dims, String encoder, String attention, Normalization norm,
            Activation activation) throws IOException {
        NetworkSpec spec = network(dims, EncoderSpec.of(encoder), AttentionSpec.of(attention)).with(norm, activation);
        NamedWeights weights = Models.weights(spec, 5);
        Path file = folder.resolve("w.onnx");
        OnnxExport.write(spec, weights, file);
        List<Long> shape = dims == 2 ? List.of(2L, 2L, 6L, 8L) : List.of(2L, 2L, 4L, 6L, 8L);
        float[] values = new float[(int) Safetensors.elements(shape)];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++)
            values[i] = (float) random.nextGaussian();
        Tensor input = Tensor.of(shape, values);

        Tensor expected = TestTensors.probabilities(spec, weights, input);

        assertThat(TestTensors.difference(expected, TestTensors.probabilities(file, input))).isLessThan(1e-4);
        float[] probabilities = expected.values();
        double[] sorted = java.util.stream.IntStream.range(0, probabilities.length).mapToDouble(i -> probabilities[i])
                .sorted().toArray();
        assertThat(sorted[sorted.length - 1] - sorted[0]).as("the network tells positions apart").isGreaterThan(0.05);
    }
}
