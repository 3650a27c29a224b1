package org.septum.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NoAttention;
import org.septum.model.block.Normalization;
import org.septum.model.block.SqueezeExcitation;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

/** What is cut together, place by place; an axis is written "weight/axis+offset". */
class ChannelGraphTest {

    private static NetworkSpec unet(AttentionSpec attention, Integer... widths) {
        return NetworkSpec.unet(2, 1, 2, List.of(widths), attention);
    }

    /** Published widths, so that every level has its own. */
    private static ChannelGraph backbone(String word) {
        EncoderSpec encoder = EncoderSpec.of(word);
        List<StageSpec> stages = encoder.stages(3, StageSpec.halving(2, 6), List.of());
        return ChannelGraph.of(new NetworkSpec(2, 3, 2, encoder, new NoAttention(), stages).graph());
    }

    private static Set<String> axes(ChannelGraph graph, String group) {
        return graph.group(group).weights().stream().map(w -> w.weight() + "/" + w.axis() + "+" + w.offset())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> producers(ChannelGraph graph, String group) {
        return graph.group(group).producers().stream()
                .map(p -> graph.network().nodes().get(p.node()).name() + "+" + p.offset()).toList();
    }

    private static String[] convNorm(String name) {
        return new String[] { name + ".conv.weight/0+0", name + ".conv.bias/0+0", name + ".norm.weight/0+0",
                name + ".norm.bias/0+0", name + ".norm.running_mean/0+0", name + ".norm.running_var/0+0" };
    }

    private static Set<String> all(String[] some, String... more) {
        Set<String> all = new TreeSet<>(List.of(some));
        all.addAll(List.of(more));
        return all;
    }

    @Test
    void insideADoubleConvolutionTheRowsOfOneAndTheColumnsOfTheOther() {
        ChannelGraph graph = ChannelGraph.of(unet(new NoAttention(), 3, 5).graph());
        assertThat(axes(graph, "encoder.1.a.conv"))
                .isEqualTo(all(convNorm("encoder.1.a"), "encoder.1.b.conv.weight/1+0"));
        assertThat(graph.group("encoder.1.a.conv").size()).isEqualTo(3);
        assertThat(producers(graph, "encoder.1.a.conv")).containsExactly("encoder.1.a.conv+0");
    }

    @Test
    void aLevelWithASkipAlsoTheNextLevelAndItsSliceOfTheDecoder() {
        ChannelGraph graph = ChannelGraph.of(unet(new NoAttention(), 3, 5).graph());
        assertThat(axes(graph, "encoder.1.b.conv"))
                .isEqualTo(all(convNorm("encoder.1.b"), "encoder.2.a.conv.weight/1+0", "decoder.1.a.conv.weight/1+0"));
        assertThat(axes(graph, "decoder.1.up")).containsExactly("decoder.1.a.conv.weight/1+3", "decoder.1.up.bias/0+0",
                "decoder.1.up.weight/1+0");
        assertThat(axes(graph, "encoder.2.b.conv")).isEqualTo(all(convNorm("encoder.2.b"), "decoder.1.up.weight/0+0"));
        assertThat(axes(graph, "decoder.1.b.conv")).isEqualTo(all(convNorm("decoder.1.b"), "head.weight/1+0"));
    }

    @Test
    void tensorsThatCarryAGroupAreNamedWithTheirOffset() {
        ChannelGraph graph = ChannelGraph.of(unet(new NoAttention(), 3, 5).graph());
        List<String> tensors = graph.group("decoder.1.up").tensors().stream()
                .map(t -> graph.network().nodes().get(t.node()).name() + "+" + t.offset()).toList();
        assertThat(tensors).containsExactly("decoder.1.up+0", "decoder.1.concat+3");
        assertThat(graph.masks(Map.of("decoder.1.up", List.of(0, 2))).values()).containsExactly(new float[] { 1, 0, 1 },
                new float[] { 1, 1, 1, 1, 0, 1 });
    }

    @Test
    void inputAndClassesAreNeverCutAlsoThoseOfDeepSupervision() {
        ChannelGraph graph = ChannelGraph.of(unet(new NoAttention(), 3, 4, 5, 6).withDeepSupervision(true).graph());
        assertThat(graph.groups().stream().filter(g -> !g.cuttable()).map(Group::name))
                .containsExactlyInAnyOrder("input", "decoder.2.head", "decoder.3.head", "head");
        assertThat(axes(graph, "decoder.2.b.conv")).contains("decoder.1.up.weight/0+0", "decoder.2.head.weight/1+0");
        assertThat(axes(graph, "input")).containsExactly("encoder.1.a.conv.weight/1+0");
    }

    @Test
    void aResidualLevelItsLastConvolutionAndItsShortcut() {
        NetworkSpec spec = new NetworkSpec(2, 1, 2, EncoderSpec.of("residual"), new NoAttention(),
                unet(new NoAttention(), 3, 5).stages());
        ChannelGraph graph = ChannelGraph.of(spec.graph());
        assertThat(producers(graph, "encoder.1.b.conv")).containsExactly("encoder.1.b.conv+0",
                "encoder.1.shortcut.conv+0");
        assertThat(axes(graph, "encoder.1.b.conv")).contains("encoder.1.b.norm.running_var/0+0",
                "encoder.1.shortcut.norm.bias/0+0", "encoder.2.a.conv.weight/1+0", "encoder.2.shortcut.conv.weight/1+0",
                "decoder.1.a.conv.weight/1+0");
    }

    @ParameterizedTest
    @ValueSource(strings = { "resnet18", "resnet34" })
    void theStemOfASmallResNetBelongsToItsFirstStage(String word) {
        ChannelGraph graph = backbone(word);
        int blocks = word.equals("resnet18") ? 2 : 3;
        List<String> expected = new java.util.ArrayList<>(List.of("encoder.2.conv+0"));
        for (int b = 1; b <= blocks; b++)
            expected.add("encoder.3." + b + ".b.conv+0");
        assertThat(producers(graph, "encoder.2.conv")).isEqualTo(expected);
        assertThat(axes(graph, "encoder.2.conv")).contains("decoder.2.a.conv.weight/1+0", "decoder.3.a.conv.weight/1+0",
                "encoder.3.1.a.conv.weight/1+0", "encoder.4.1.a.conv.weight/1+0",
                "encoder.4.1.shortcut.conv.weight/1+0");
    }

    @Test
    void theStemOfADeepResNetIsOnItsOwnAndAStageIsOneGroup() {
        ChannelGraph graph = backbone("resnet50");
        assertThat(producers(graph, "encoder.2.conv")).containsExactly("encoder.2.conv+0");
        assertThat(producers(graph, "encoder.3.1.c.conv")).containsExactlyInAnyOrder("encoder.3.1.c.conv+0",
                "encoder.3.1.shortcut.conv+0", "encoder.3.2.c.conv+0", "encoder.3.3.c.conv+0");
        assertThat(axes(graph, "encoder.3.1.c.conv")).contains("encoder.4.1.a.conv.weight/1+0",
                "encoder.4.1.shortcut.conv.weight/1+0", "decoder.3.a.conv.weight/1+0");
    }

    @Test
    void theHiddenWidthOfMobileNetWithItsDepthwiseFilters() {
        ChannelGraph graph = backbone("mobilenetv2");
        assertThat(axes(graph, "encoder.3.2.a.conv")).containsExactly("encoder.3.2.a.conv.weight/0+0",
                "encoder.3.2.a.norm.bias/0+0", "encoder.3.2.a.norm.running_mean/0+0",
                "encoder.3.2.a.norm.running_var/0+0", "encoder.3.2.a.norm.weight/0+0", "encoder.3.2.b.conv.weight/0+0",
                "encoder.3.2.b.norm.bias/0+0", "encoder.3.2.b.norm.running_mean/0+0",
                "encoder.3.2.b.norm.running_var/0+0", "encoder.3.2.b.norm.weight/0+0", "encoder.3.2.c.conv.weight/1+0");
        assertThat(producers(graph, "encoder.4.1.c.conv")).as("a stage with shortcuts")
                .containsExactly("encoder.4.1.c.conv+0", "encoder.4.2.c.conv+0", "encoder.4.3.c.conv+0");
    }

    @Test
    void squeezeAndExcitationOnItsGatedAxisAndHiddenUnitsOfTheirOwn() {
        ChannelGraph graph = ChannelGraph.of(unet(new SqueezeExcitation(2, true), 4, 6).graph());
        assertThat(axes(graph, "encoder.1.b.conv")).contains("encoder.1.attention.fc1.weight/1+0",
                "encoder.1.attention.fc2.weight/0+0", "encoder.1.attention.fc2.bias/0+0");
        assertThat(axes(graph, "encoder.1.attention.fc1")).containsExactly("encoder.1.attention.fc1.bias/0+0",
                "encoder.1.attention.fc1.weight/0+0", "encoder.1.attention.fc2.weight/1+0");
        assertThat(graph.group("encoder.1.attention.fc1").size()).isEqualTo(2);
        assertThat(graph.group("encoder.1.attention.fc1").cuttable()).isTrue();
    }

    @Test
    void theGatesOfCaNet() {
        ChannelGraph graph = ChannelGraph.of(unet(AttentionSpec.of("canet-spatial"), 3, 4, 5, 6).graph());
        // the skip: read by both gates' first convolutions and, scaled, by their last
        assertThat(axes(graph, "encoder.2.b.conv")).contains("decoder.2.spatial.1.skip.weight/1+0",
                "decoder.2.spatial.2.skip.weight/1+0", "decoder.2.spatial.1.out.conv.weight/1+0");
        assertThat(axes(graph, "decoder.3.b.conv")).contains("decoder.2.spatial.1.gating.weight/1+0",
                "decoder.2.spatial.2.gating.weight/1+0", "decoder.2.up.weight/0+0");
        assertThat(producers(graph, "decoder.2.spatial.1.skip")).containsExactly("decoder.2.spatial.1.skip+0",
                "decoder.2.spatial.1.gating+0");
        assertThat(axes(graph, "decoder.2.spatial.1.skip")).contains("decoder.2.spatial.1.map.weight/1+0");
        assertThat(axes(graph, "decoder.2.spatial.2.out.conv")).contains("decoder.2.spatial.combine.conv.weight/1+4");
        assertThat(axes(graph, "decoder.2.spatial.combine.conv")).contains("decoder.2.a.conv.weight/1+0");
        assertThat(graph.group("decoder.2.spatial.1.map").size()).isOne();
    }

    @Test
    void theNonLocalBlockOfCaNetIsAPairOfGroups() {
        ChannelGraph graph = ChannelGraph.of(unet(AttentionSpec.of("canet-spatial"), 3, 4, 5, 6).graph());
        String name = "decoder.3.nonlocal";
        assertThat(producers(graph, "encoder.3.b.conv")).containsExactly("encoder.3.b.conv+0", name + ".out.conv+0");
        assertThat(producers(graph, "decoder.3.up")).containsExactly("decoder.3.up+0", name + ".out.conv+5");
        for (String part : List.of("query", "key", "value")) {
            assertThat(axes(graph, "encoder.3.b.conv")).contains(name + "." + part + ".weight/1+0");
            assertThat(axes(graph, "decoder.3.up")).contains(name + "." + part + ".weight/1+5");
        }
        assertThat(axes(graph, "decoder.3.up")).contains(name + ".out.norm.weight/0+5", "decoder.3.a.conv.weight/1+5");
        assertThat(producers(graph, name + ".query")).containsExactly(name + ".query+0", name + ".key+0");
        assertThat(axes(graph, name + ".value")).containsExactly(name + ".out.conv.weight/1+0",
                name + ".value.bias/0+0", name + ".value.weight/0+0");
    }

    @Test
    void sharedLayersAreCutOnceAndForBoth() {
        ChannelGraph graph = ChannelGraph.of(unet(AttentionSpec.of("canet-channel"), 4, 6).graph());
        assertThat(axes(graph, "decoder.1.b.conv")).contains("decoder.1.mean.fc1.weight/1+0",
                "decoder.1.mean.fc2.weight/0+0", "decoder.1.shortcut.conv.weight/0+0", "decoder.1.c.conv.weight/1+0");
        assertThat(producers(graph, "decoder.1.mean.fc1")).containsExactly("decoder.1.mean.fc1+0",
                "decoder.1.max.fc1+0");
        assertThat(graph.widths(Map.of("decoder.1.mean.fc1", List.of(1)))).isEqualTo(Map.of("decoder.1.mean.fc1", 1));
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3, 5 })
    void theScaleAttentionOfCaNetIsNeverCut(int levels) {
        List<Integer> widths = List.of(4, 4, 4, 4, 4).subList(0, levels);
        ChannelGraph graph = ChannelGraph
                .of(NetworkSpec.unet(2, 1, 2, widths, AttentionSpec.of("canet-scale")).graph());
        assertThat(graph.groups()).allSatisfy(g -> {
            boolean around = g.name().startsWith("side.") || g.name().startsWith("scale.");
            assertThat(g.cuttable()).as(g.name()).isEqualTo(!around && !Set.of("input", "head").contains(g.name()));
        });
        assertThat(axes(graph, "decoder.1.b.conv")).contains("side.1.weight/1+0");
    }

    @Test
    void onlyEfficientChannelAttentionAndGroupNormalizationAreApproximate() {
        for (String word : AttentionSpec.words()) {
            for (Normalization norm : Normalization.values()) {
                NetworkSpec spec = unet(AttentionSpec.of(word), 4, 8, 8, 8).with(norm, Activation.RELU);
                ChannelGraph graph = ChannelGraph.of(spec.graph());
                assertThat(graph.groups()).allSatisfy(g -> {
                    boolean neighbours = word.equals("eca") && g.weights().stream()
                            .anyMatch(w -> w.weight().matches("(en|de)coder.\\d.b.conv.weight") && w.axis() == 0);
                    boolean grouped = norm == Normalization.GROUP
                            && g.weights().stream().anyMatch(w -> w.weight().endsWith("norm.weight"));
                    assertThat(g.exact()).as(word + " " + norm + " " + g.name()).isEqualTo(!neighbours && !grouped);
                });
                if (norm == Normalization.GROUP)
                    assertThat(graph.group("encoder.1.a.conv").exact()).isFalse();
            }
        }
    }

    @Test
    void everyChannelIsInOneGroup() {
        for (String word : EncoderSpec.words()) {
            if (word.equals("unet") || word.equals("residual"))
                continue;
            ChannelGraph graph = backbone(word);
            assertThat(graph.groups().stream().map(Group::name).distinct()).hasSameSizeAs(graph.groups());
            List<Integer> counted = new java.util.ArrayList<>(
                    java.util.Collections.nCopies(graph.network().nodes().size(), 0));
            graph.groups()
                    .forEach(g -> g.tensors().forEach(t -> counted.set(t.node(), counted.get(t.node()) + g.size())));
            assertThat(counted)
                    .isEqualTo(graph.network().shapes(List.of(32, 32)).stream().map(s -> s.channels()).toList());
        }
    }

    @Test
    void cutsThatCannotBeMadeAreRefusedWithAReason() {
        ChannelGraph graph = ChannelGraph.of(unet(new NoAttention(), 3, 5).graph());
        assertThatThrownBy(() -> graph.masks(Map.of("encoder.9", List.of(0)))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("encoder.9").hasMessageContaining("encoder.1.a.conv");
        assertThatThrownBy(() -> graph.widths(Map.of("head", List.of(0)))).hasMessageContaining("cannot be cut");
        assertThatThrownBy(() -> graph.masks(Map.of("decoder.1.up", List.of()))).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> graph.masks(Map.of("decoder.1.up", List.of(1, 0)))).hasMessageContaining("ascending");
        assertThatThrownBy(() -> graph.masks(Map.of("decoder.1.up", List.of(3)))).hasMessageContaining("below 3");
    }
}
