package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.compress.GroupRanks.Place;
import org.septum.core.SeptumException;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NoAttention;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.MobileNetV2Encoder;
import org.septum.model.encoder.PlainEncoder;
import org.septum.model.encoder.ResNetEncoder;
import org.septum.model.encoder.ResidualEncoder;
import org.septum.model.encoder.StageSpec;

/** Widths and ranks of groups, on networks of every kind. */
class AdjustableWidthsTest {

    /** Levels of 6 channels, 5 inside; 4, 3 and 5 in the decoder. */
    private static NetworkSpec network(EncoderSpec encoder, int dims, String attention) {
        List<StageSpec> stages = new ArrayList<>();
        for (StageSpec s : encoder.stages(1, StageSpec.halving(dims, 4), List.of(6, 6, 6, 6))) {
            boolean deepest = s.up() == 0;
            boolean scan = encoder instanceof Backbone && stages.isEmpty();
            stages.add(new StageSpec(s.stride(), scan ? s.inner() : 5, scan ? s.width() : 6, deepest ? 0 : 4,
                    deepest ? 0 : 3, deepest ? 0 : 5));
        }
        return new NetworkSpec(dims, 1, 2, encoder, AttentionSpec.of(attention), stages);
    }

    static Stream<Arguments> networks() {
        return Stream
                .of(network(new PlainEncoder(), 2, "none"), network(new PlainEncoder(), 3, "eca"),
                        network(new PlainEncoder(), 2, "se"), network(new PlainEncoder(), 2, "none").asCaNet(),
                        network(new PlainEncoder(), 3, "canet-channel"), network(new ResidualEncoder(), 3, "se"),
                        network(new ResNetEncoder(18), 2, "se"), network(new ResNetEncoder(50), 2, "eca"),
                        network(new MobileNetV2Encoder(), 2, "se"), network(new PlainEncoder(), 2, "none")
                                .withDeepSupervision(true).with(Normalization.GROUP, Activation.RELU))
                .map(n -> Arguments.of(n.describe(), n));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void everyLayerThatMakesAGroupGetsItsWidth(String name, NetworkSpec network) {
        AdjustableWidths widths = AdjustableWidths.of(network);
        // alternately wider and narrower, no two alike
        List<Integer> sizes = Stream.iterate(0, g -> g + 1).limit(widths.sizes().size())
                .map(g -> g % 2 == 0 ? widths.sizes().get(g) + 1 + g % 5 : Math.max(2, widths.sizes().get(g) - 1))
                .toList();

        AdjustableWidths changed = AdjustableWidths.of(widths.network(sizes));

        assertThat(changed.sizes()).isEqualTo(sizes);
        assertThat(changed.groups()).extracting(Group::name)
                .containsExactlyElementsOf(widths.groups().stream().map(Group::name).toList());
        assertThat(changed.network(widths.sizes()).graph()).isEqualTo(network.graph());
        new GroupRanks(changed).measure(NamedWeights.initial(changed.network(sizes).graph(), 1))
                .forEach(m -> assertThat(m.rank()).isBetween(0.0, 1.0));
    }

    @Test
    void theSameWidthsAreTheSameNetwork() {
        NetworkSpec network = NetworkSpec.unet(2, 1, 2, List.of(6, 8), new NoAttention());
        AdjustableWidths widths = AdjustableWidths.of(network);
        assertThat(widths.network(widths.sizes())).isEqualTo(network);
    }

    @Test
    void aNetworkWithoutWidthsIsRefused() {
        NetworkSpec single = NetworkSpec.unet(2, 1, 2, List.of(1), new NoAttention());
        assertThatThrownBy(() -> AdjustableWidths.of(single)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("no layer of 2D U-Net");
    }

    private static List<String> places(NetworkSpec network, String group) {
        AdjustableWidths widths = AdjustableWidths.of(network);
        int at = widths.groups().stream().map(Group::name).toList().indexOf(group);
        return new GroupRanks(widths).places().get(at).stream()
                .map(p -> p.weight().replace(".weight", "") + " " + p.axis() + " " + p.first() + "+" + p.count())
                .toList();
    }

    @Test
    void kernelsOfAPlainNetworkCountWhereTheyMakeOrReadChannels() {
        NetworkSpec network = NetworkSpec.unet(2, 1, 2, List.of(6, 8, 10), new NoAttention());
        assertThat(places(network, "encoder.1.a.conv")).containsExactly("encoder.1.a.conv 0 0+6",
                "encoder.1.b.conv 1 0+6");
        assertThat(places(network, "encoder.1.b.conv")).containsExactly("encoder.1.b.conv 0 0+6",
                "encoder.2.a.conv 1 0+6", "decoder.1.a.conv 1 0+6");
        // an up-convolution's weight is (in, out, 2, 2)
        assertThat(places(network, "encoder.3.b.conv")).containsExactly("encoder.3.b.conv 0 0+10",
                "decoder.2.up 0 0+10");
        assertThat(places(network, "decoder.2.up")).containsExactly("decoder.2.up 1 0+8", "decoder.2.a.conv 1 8+8");
        // the classes are given
        assertThat(places(network, "decoder.1.b.conv")).containsExactly("decoder.1.b.conv 0 0+6");
    }

    @Test
    void shortcutsAndTheStemDoNotCountInAResidualStage() {
        NetworkSpec network = network(new ResNetEncoder(18), 2, "se");
        assertThat(places(network, "encoder.2.conv")).containsExactlyInAnyOrder("encoder.3.1.a.conv 1 0+6",
                "encoder.3.1.b.conv 0 0+6", "encoder.3.2.a.conv 1 0+6", "encoder.3.2.b.conv 0 0+6",
                "encoder.4.1.a.conv 1 0+6", "decoder.2.a.conv 1 0+6", "decoder.3.a.conv 1 0+6");
    }

    @Test
    void depthwiseKernelsCountWithTheirChannels() {
        NetworkSpec network = network(new MobileNetV2Encoder(), 2, "none");
        assertThat(places(network, "encoder.3.1.a.conv")).containsExactly("encoder.3.1.a.conv 0 0+36",
                "encoder.3.1.b.conv 0 0+36", "encoder.3.1.c.conv 1 0+36");
    }

    @Test
    void aGroupsRankIsTheMeanOverItsKernels() {
        NetworkSpec network = NetworkSpec.unet(2, 1, 2, List.of(6, 8), new NoAttention());
        AdjustableWidths widths = AdjustableWidths.of(network);
        // the same number added to all: one direction far above the noise
        Map<String, NamedWeights.Tensor> tensors = new LinkedHashMap<>();
        NamedWeights.initial(network.graph(), 3).tensors().forEach((name, tensor) -> {
            float[] values = tensor.values();
            for (int i = 0; i < values.length; i++)
                values[i] += name.startsWith("decoder") ? 3 : 0;
            tensors.put(name, NamedWeights.Tensor.of(tensor.shape(), values));
        });
        NamedWeights weights = new NamedWeights(tensors);
        GroupRanks ranks = new GroupRanks(widths);
        List<GroupRanks.Mean> means = ranks.measure(weights);
        for (int g = 0; g < means.size(); g++) {
            double share = 0;
            double condition = 0;
            for (Place p : ranks.places().get(g)) {
                VariationalRank rank = VariationalRank
                        .of(Unfolding.of(weights.get(p.weight()), p.axis(), p.first(), p.count()));
                share += rank.share() / ranks.places().get(g).size();
                condition += rank.mappingCondition() / ranks.places().get(g).size();
            }
            assertThat(means.get(g).rank()).isEqualTo(share, within(1e-12));
            assertThat(means.get(g).mappingCondition()).isEqualTo(condition, within(1e-12));
        }
        // made by the encoder, whose kernels are noise, and read by the decoder: 0, 0 and a sixth
        assertThat(means.get(1).rank()).isCloseTo(1 / 6.0 / 3, within(1e-12));
    }
}
