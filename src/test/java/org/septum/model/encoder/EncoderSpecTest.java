package org.septum.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.SeptumException;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.GraphAssembler;
import org.septum.model.block.TensorShape;

/** What every encoder promises. */
class EncoderSpecTest {

    static Stream<Arguments> encoders() {
        return EncoderSpec.words().stream().flatMap(w -> Stream.of(Arguments.of(w, 2), Arguments.of(w, 3)));
    }

    private static NetworkSpec network(String word, int dims, List<List<Integer>> strides) {
        EncoderSpec encoder = EncoderSpec.of(word);
        return new NetworkSpec(dims, 2, 3, encoder, AttentionSpec.of("se"),
                encoder.stages(2, strides, List.of(4, 5, 6, 7, 8, 9).subList(0, strides.size())));
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void everyLevelHasItsWidthAndTheSizeItsStridesSay(String word, int dims) {
        List<List<Integer>> strides = dims == 2 ? List.of(List.of(1, 1), List.of(1, 2), List.of(2, 2))
                : List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(2, 2, 2));
        NetworkSpec spec = network(word, dims, strides);
        GraphAssembler graph = new GraphAssembler(dims, 2);
        List<GraphAssembler.Feature> levels = spec.encoder().attach(graph, spec.stages(), spec.attention());
        List<Integer> size = dims == 2 ? List.of(12, 20) : List.of(6, 12, 20);
        List<TensorShape> shapes = graph.graph().shapes(size);

        assertThat(levels).hasSameSizeAs(spec.stages());
        TensorShape expected = new TensorShape(2, size);
        for (int i = 0; i < levels.size(); i++) {
            List<Integer> stride = spec.stages().get(i).stride();
            List<Integer> before = expected.spatial();
            List<Integer> after = java.util.stream.IntStream.range(0, dims).mapToObj(d -> before.get(d) / stride.get(d))
                    .toList();
            expected = new TensorShape(spec.stages().get(i).width(), after);
            int node = levels.get(i).node();
            assertThat(levels.get(i).channels()).isEqualTo(expected.channels());
            assertThat(node < 0 ? new TensorShape(2, size) : shapes.get(node)).as("level %d", i + 1)
                    .isEqualTo(expected);
        }
        List<TensorShape> all = spec.graph().shapes(size);
        assertThat(all.get(all.size() - 1)).isEqualTo(new TensorShape(3, size));
    }

    @ParameterizedTest
    @MethodSource("encoders")
    void survivesJson(String word, int dims) throws JsonProcessingException {
        NetworkSpec spec = network(word, dims, StageSpec.halving(dims, 3));
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(spec), NetworkSpec.class)).isEqualTo(spec);
        assertThat(spec.encoder().word()).isEqualTo(word);
    }

    @Test
    void anEncoderIsWrittenAsItsKind() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        assertThat(json.writeValueAsString(EncoderSpec.of("resnet50"))).isEqualTo("{\"kind\":\"resnet\",\"depth\":50}");
        assertThat(json.writeValueAsString(EncoderSpec.of("mobilenetv2"))).isEqualTo("{\"kind\":\"mobilenetv2\"}");
        assertThat(json.writeValueAsString(EncoderSpec.of("residual"))).isEqualTo("{\"kind\":\"residual\"}");
    }

    @Test
    void namesOfWeightsAreStable() {
        assertThat(network("resnet50", 2, StageSpec.halving(2, 6)).graph().weights().keySet())
                .startsWith("encoder.2.conv.weight", "encoder.2.norm.weight")
                .contains("encoder.3.1.a.conv.weight", "encoder.3.1.shortcut.conv.weight",
                        "encoder.6.3.attention.fc2.weight", "decoder.1.up.weight")
                .doesNotContain("encoder.2.conv.bias", "encoder.3.2.shortcut.conv.weight");
        assertThat(network("mobilenetv2", 2, StageSpec.halving(2, 6)).graph().weights().keySet())
                .startsWith("encoder.2.stem.conv.weight")
                .contains("encoder.2.1.b.conv.weight", "encoder.5.7.c.norm.bias", "encoder.6.4.attention.fc1.weight")
                .doesNotContain("encoder.2.1.a.conv.weight", "encoder.6.5.a.conv.weight", "encoder.2.2.b.conv.weight");
        assertThat(network("residual", 2, StageSpec.halving(2, 2)).graph().weights().keySet())
                .startsWith("encoder.1.a.conv.weight").contains("encoder.2.shortcut.norm.weight");
    }

    @Test
    void whatCannotBeBuiltIsRefusedWithAReason() {
        EncoderSpec resnet = EncoderSpec.of("resnet18");
        List<StageSpec> two = List.of(StageSpec.uniform(List.of(1, 1), 4, false),
                StageSpec.uniform(List.of(2, 2), 4, true));
        assertThatThrownBy(() -> new NetworkSpec(2, 1, 2, resnet, AttentionSpec.of("none"), two))
                .isInstanceOf(SeptumException.class).hasMessageContaining("needs 6 levels");
        assertThatThrownBy(() -> new ResNetEncoder(20)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("allowed: 18, 34");
        assertThatThrownBy(() -> EncoderSpec.of("vgg")).hasMessageContaining("allowed: unet, residual, resnet18");
    }

    @Test
    void peopleReadWhatItIs() {
        assertThat(network("resnet50", 3, StageSpec.halving(3, 6)).describe())
                .isEqualTo("3D ResNet-50 U-Net, SE, widths 2-64-256-512-1024-2048");
    }
}
