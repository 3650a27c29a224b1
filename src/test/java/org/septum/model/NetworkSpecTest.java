package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.EcaAttention;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.NoAttention;
import org.septum.model.block.TensorShape;
import org.septum.model.block.WeightSpec;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.StageSpec;

class NetworkSpecTest {

    /** Halved along z only once; every width differs. */
    private static NetworkSpec uneven() {
        return new NetworkSpec(3, 2, 4, new PlainEncoder(), new EcaAttention(3),
                List.of(new StageSpec(List.of(1, 1, 1), 3, 5, 7, 9, 11),
                        new StageSpec(List.of(1, 2, 2), 13, 15, 17, 19, 21),
                        new StageSpec(List.of(2, 2, 3), 23, 25, 0, 0, 0)));
    }

    @Test
    void survivesJson() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        for (NetworkSpec spec : List.of(uneven(), NetworkSpec.unet(2, 1, 2, List.of(8, 16), new NoAttention())))
            assertThat(json.readValue(json.writeValueAsString(spec), NetworkSpec.class)).isEqualTo(spec);
        assertThat(json.writeValueAsString(uneven())).contains("\"encoder\":{\"kind\":\"plain\"}")
                .contains("\"attention\":{\"kind\":\"eca\",\"kernel\":3}");
    }

    @Test
    void dropoutDeepSupervisionAndWidthsSurviveJsonAndAreLeftOutWhereThereAreNone() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        NetworkSpec spec = uneven().asCaNet().withDeepSupervision(true).withWidths(Map.of("encoder.1.a.conv", 2));
        assertThat(json.readValue(json.writeValueAsString(spec), NetworkSpec.class)).isEqualTo(spec);
        assertThat(json.writeValueAsString(uneven())).doesNotContain("dropout", "deepSupervision", "widths");
    }

    @Test
    void aWidthOfOneLayerChangesWhatReadsItAndNothingElse() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 2, List.of(16, 32), AttentionSpec.of("se"))
                .withWidths(Map.of("encoder.2.b.conv", 5));
        Map<String, WeightSpec> weights = spec.graph().weights();
        assertThat(weights.get("encoder.2.b.norm.bias").shape()).containsExactly(5L);
        assertThat(weights.get("encoder.2.attention.fc1.weight").shape()).as("its hidden layer stays")
                .containsExactly(2L, 5L);
        assertThat(weights.get("encoder.2.attention.fc2.weight").shape()).containsExactly(5L, 2L);
    }

    @Test
    void auxiliaryClassesAreMadeInTrainingOnly() {
        NetworkSpec spec = NetworkSpec.unet(2, 1, 3, List.of(4, 8, 16, 32), new NoAttention());
        NetworkGraph plain = spec.graph();
        NetworkGraph deep = spec.withDeepSupervision(true).graph();
        assertThat(deep.auxiliary().stream().map(i -> deep.nodes().get(i).name())).containsExactly("decoder.2.head",
                "decoder.3.head");
        assertThat(deep.parameters()).isEqualTo(plain.parameters() + 8 * 3 + 3 + 16 * 3 + 3);
        assertThat(deep.inUse()).isEqualTo(plain);
    }

    @Test
    void aSmall2dUNetHasAsManyParametersAsCountedByHand() {
        int level1 = 1 * 4 * 9 + 4 + 8 + 4 * 4 * 9 + 4 + 8;
        int level2 = 4 * 8 * 9 + 8 + 16 + 8 * 8 * 9 + 8 + 16;
        int up = 8 * 4 * 4 + 4;
        int decoder = 8 * 4 * 9 + 4 + 8 + 4 * 4 * 9 + 4 + 8;
        int head = 4 * 2 + 2;
        int all = level1 + level2 + up + decoder + head;
        assertThat(all).isEqualTo(1714);
        assertThat(NetworkSpec.unet(2, 1, 2, List.of(4, 8), new NoAttention()).graph().parameters()).isEqualTo(all);
        assertThat(NetworkSpec.unet(2, 1, 2, List.of(4, 8), AttentionSpec.of("eca")).graph().parameters())
                .as("one, three and one more: the adaptive kernels of 4, 8 and 4 channels").isEqualTo(all + 5);
    }

    @Test
    void aSmall3dUNetHasAsManyParametersAsCountedByHand() {
        int level1 = 2 * 4 * 27 + 4 + 8 + 4 * 4 * 27 + 4 + 8;
        int level2 = 4 * 8 * 27 + 8 + 16 + 8 * 8 * 27 + 8 + 16;
        int up = 8 * 4 * 8 + 4;
        int decoder = 8 * 4 * 27 + 4 + 8 + 4 * 4 * 27 + 4 + 8;
        int head = 4 * 3 + 3;
        assertThat(NetworkSpec.unet(3, 2, 3, List.of(4, 8), new NoAttention()).graph().parameters())
                .isEqualTo(level1 + level2 + up + decoder + head).isEqualTo(4907);
    }

    @Test
    void multiplyAddsAreThoseCountedByHand() {
        long fine = 8 * 12;
        long coarse = 4 * 6;
        long macs = (1 * 4 + 4 * 4) * 9 * fine + (4 * 8 + 8 * 8) * 9 * coarse + 4 * 8 * 4 * coarse
                + (8 * 4 + 4 * 4) * 9 * fine + 4 * 2 * fine;
        assertThat(NetworkSpec.unet(2, 1, 2, List.of(4, 8), new NoAttention()).graph().macs(List.of(8, 12)))
                .isEqualTo(macs);
    }

    @Test
    void theSizeDivisorIsTheProductOfTheStrides() {
        assertThat(uneven().sizeDivisor()).containsExactly(2, 4, 6);
        assertThat(NetworkSpec.unet(2, 1, 2, List.of(4, 8, 16), new NoAttention()).sizeDivisor()).containsExactly(4, 4);
    }

    @Test
    void aSizeThatDividesComesOutAgainAndOneThatDoesNotIsRefused() {
        List<TensorShape> shapes = uneven().graph().shapes(List.of(4, 8, 12));
        assertThat(shapes.get(shapes.size() - 1)).isEqualTo(new TensorShape(4, List.of(4, 8, 12)));
        assertThatThrownBy(() -> uneven().graph().shapes(List.of(4, 9, 12))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("equal sizes");
    }

    @Test
    void namesOfWeightsAreStable() {
        assertThat(NetworkSpec.unet(2, 1, 2, List.of(4, 8), AttentionSpec.of("eca")).graph().weights().keySet())
                .startsWith("encoder.1.a.conv.weight", "encoder.1.a.conv.bias", "encoder.1.a.norm.weight",
                        "encoder.1.a.norm.bias", "encoder.1.a.norm.running_mean", "encoder.1.a.norm.running_var")
                .contains("encoder.2.attention.conv.weight", "decoder.1.up.weight", "decoder.1.b.norm.bias")
                .endsWith("head.weight", "head.bias");
    }

    @Test
    void peopleReadWhatItIs() {
        assertThat(uneven().describe()).isEqualTo("3D U-Net, ECA, widths 5-15-25");
    }

    @Test
    void networksThatMakeNoSenseAreRefusedWithAReason() {
        List<StageSpec> one = List.of(StageSpec.uniform(List.of(1, 1), 4, true));
        assertThatThrownBy(() -> new NetworkSpec(4, 1, 2, new PlainEncoder(), new NoAttention(), one))
                .hasMessageContaining("4 dims");
        assertThatThrownBy(() -> new NetworkSpec(2, 1, 1, new PlainEncoder(), new NoAttention(), one))
                .hasMessageContaining("1 classes");
        assertThatThrownBy(() -> new NetworkSpec(3, 1, 2, new PlainEncoder(), new NoAttention(), one))
                .hasMessageContaining("stride [1, 1]");
        assertThatThrownBy(() -> new NetworkSpec(2, 1, 2, new PlainEncoder(), new NoAttention(), List.of()))
                .hasMessageContaining("0 levels");
    }

    @Test
    void aFirstLevelWithAStrideIsRefused() {
        List<StageSpec> stages = List.of(StageSpec.uniform(List.of(2, 2), 4, true));
        assertThatThrownBy(() -> new NetworkSpec(2, 1, 2, new PlainEncoder(), new NoAttention(), stages))
                .isInstanceOf(SeptumException.class).hasMessageContaining("first level");
    }

    @Test
    void aLevelWithoutADecoderIsRefusedUnlessItIsTheDeepest() {
        List<StageSpec> stages = List.of(StageSpec.uniform(List.of(1, 1), 4, true),
                StageSpec.uniform(List.of(2, 2), 8, true));
        assertThatThrownBy(() -> new NetworkSpec(2, 1, 2, new PlainEncoder(), new NoAttention(), stages))
                .isInstanceOf(SeptumException.class).hasMessageContaining("decoder");
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, -2 })
    void aStrideBelowOneIsRefused(int stride) {
        assertThatThrownBy(() -> StageSpec.uniform(List.of(1, stride), 4, true))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("stride");
    }
}
