package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

/** In which order UCP and uniform scaling take channels away. */
class UniformOrderTest {

    private static NetworkSpec network(int dims, String word, String attention) {
        EncoderSpec encoder = EncoderSpec.of(word);
        return new NetworkSpec(dims, 1, 2, encoder, AttentionSpec.of(attention), encoder.stages(1,
                StageSpec.halving(dims, Math.min(4, encoder.mostLevels())), List.of(16, 32, 64, 128)));
    }

    private static List<Integer> patch(int dims) {
        return Collections.nCopies(dims, dims == 2 ? 64 : 32);
    }

    /** Gates of random channels, more varied the deeper a level is. */
    private static Map<String, List<Double>> randomGates(NetworkSpec network) {
        Random random = new Random(9);
        Map<String, List<Double>> gates = new LinkedHashMap<>();
        UniformChannelPruning.halfOpen(network).forEach((conv, half) -> gates.put(conv,
                half.stream().map(g -> g * (1 + 0.2 * random.nextGaussian())).map(g -> Math.max(g, 0.01)).toList()));
        return gates;
    }

    private static List<JudgedGroup> judged(NetworkSpec network, Map<String, List<Double>> gates) {
        return JudgedGroup.of(network, NamedWeights.initial(network.graph(), 1), gates, patch(network.dims()));
    }

    private static Map<String, List<Integer>> kept(NetworkSpec network, List<JudgedGroup> groups, double share) {
        NetworkCost cost = NetworkCost.flops(patch(network.dims()));
        return ChannelCuts.of(network, UniformChannelPruning.order(groups)).kept(cost, share * cost.of(network));
    }

    @ParameterizedTest
    @CsvSource({ "2, unet, none", "2, unet, se", "2, unet, eca", "2, unet, canet", "3, unet, eca", "2, residual, se",
            "3, residual, none", "2, resnet18, none", "3, resnet18, se", "2, resnet50, eca", "2, mobilenetv2, se" })
    void theTargetIsMetWithinThreePerCent(int dims, String encoder, String attention) {
        NetworkSpec network = network(dims, encoder, attention);
        NetworkCost cost = NetworkCost.flops(patch(dims));
        double allowed = 0.5 * cost.of(network);

        NetworkSpec ucp = FreshNetwork.narrowed(network, kept(network, judged(network, randomGates(network)), 0.5));
        NetworkSpec uniform = FreshNetwork.narrowed(network,
                ChannelCuts.of(network, UniformWidths.order(ChannelCuts.groups(ChannelGraph.of(network.graph()))))
                        .kept(cost, allowed));

        assertThat(cost.of(ucp)).isLessThanOrEqualTo(allowed).isCloseTo(allowed, within(0.03 * allowed));
        assertThat(cost.of(uniform)).isLessThanOrEqualTo(allowed).isCloseTo(allowed, within(0.03 * allowed));
    }

    @ParameterizedTest
    @ValueSource(doubles = { 0.8, 0.5, 0.3 })
    void groupsOfALevelKeepTheSameShare(double share) {
        NetworkSpec network = network(2, "unet", "se");
        List<JudgedGroup> groups = judged(network, randomGates(network));
        Map<String, List<Integer>> kept = kept(network, groups, share);
        Map<Integer, List<Integer>> widths = new HashMap<>();
        groups.forEach(g -> widths.computeIfAbsent(g.level(), l -> new ArrayList<>())
                .add(kept.containsKey(g.name()) ? kept.get(g.name()).size() : g.scores().size()));

        assertThat(widths.keySet()).containsExactly(1, 2, 3, 4);
        widths.forEach((level, all) -> {
            assertThat(all).as("level %d", level).hasSize(level == 4 ? 2 : 5);
            assertThat(Collections.max(all) - Collections.min(all)).as("level %d: %s", level, all).isLessThan(2);
        });
        assertThat(widths.values().stream().flatMap(List::stream).distinct().count()).isGreaterThan(3);
    }

    @Test
    void theChannelsWithTheHighestGatesStay() {
        NetworkSpec network = network(2, "unet", "none");
        List<JudgedGroup> groups = judged(network, randomGates(network));
        Map<String, List<Integer>> kept = kept(network, groups, 0.5);
        for (JudgedGroup g : groups)
            assertThat(kept.get(g.name())).isEqualTo(GateThreshold.strongest(g.scores(), kept.get(g.name()).size()));
        assertThat(groups).allMatch(JudgedGroup::gated);
    }

    @Test
    void aLevelWhoseGatesAreFarApartLosesMore() {
        NetworkSpec network = network(2, "unet", "none");
        Map<String, List<Double>> gates = randomGates(network);
        List<JudgedGroup> even = judged(network, gates);
        gates.replaceAll((conv, all) -> conv.startsWith("encoder.4") ? all
                : all.stream().map(g -> 0.5 + (g - 0.5) * 0.2).toList());
        Map<String, List<Integer>> before = kept(network, even, 0.6);
        Map<String, List<Integer>> after = kept(network, judged(network, gates), 0.6);
        assertThat(after.get("encoder.4.a.conv").size()).isLessThan(before.get("encoder.4.a.conv").size());
        assertThat(after.get("encoder.1.a.conv").size()).isGreaterThan(before.get("encoder.1.a.conv").size());
    }

    @Test
    void channelsOfAResidualStageAreJudgedByAllConvolutionsThatMakeThem() {
        NetworkSpec network = network(2, "residual", "none");
        Map<String, List<Double>> gates = new LinkedHashMap<>(UniformChannelPruning.halfOpen(network));
        gates.put("encoder.3.b.conv", Collections.nCopies(64, 0.2));
        gates.put("encoder.3.shortcut.conv", Collections.nCopies(64, 0.8));
        JudgedGroup stage = judged(network, gates).stream().filter(g -> g.name().equals("encoder.3.b.conv")).findFirst()
                .orElseThrow();
        assertThat(stage.scores()).hasSize(64).allSatisfy(s -> assertThat(s).isCloseTo(0.5, within(1e-12)));
        assertThat(stage.level()).isEqualTo(3);
    }

    @Test
    void bottlenecksKeepWhatTheyPutOutAndAreCutInside() {
        NetworkSpec network = network(2, "resnet50", "none");
        List<JudgedGroup> groups = judged(network, randomGates(network));
        Map<String, List<Integer>> kept = kept(network, groups, 0.5);
        Map<String, Boolean> gated = groups.stream().collect(Collectors.toMap(JudgedGroup::name, JudgedGroup::gated));
        assertThat(gated).containsEntry("encoder.3.2.a.conv", false).containsEntry("encoder.3.2.b.conv", true)
                .containsEntry("encoder.2.conv", true).doesNotContainKeys("encoder.3.1.c.conv", "encoder.3.2.c.conv");
        assertThat(kept.get("encoder.4.2.a.conv")).hasSameSizeAs(kept.get("encoder.4.2.b.conv")).hasSizeLessThan(128);
    }

    @Test
    void aThresholdForEachGroupLeavesEachItsOwnWidth() {
        NetworkSpec network = network(2, "resnet50", "none");
        List<JudgedGroup> groups = judged(network, randomGates(network));
        Map<String, List<Integer>> kept = UniformChannelPruning.above(new GateThreshold(0.05), groups);
        assertThat(kept.get("encoder.4.2.b.conv")).hasSizeBetween(30, 75).isNotEqualTo(kept.get("encoder.4.3.b.conv"));
        assertThat(kept.get("encoder.4.2.a.conv")).hasSizeBetween(45, 60);
        assertThat(UniformChannelPruning.above(new GateThreshold(-1), groups).entrySet())
                .allMatch(e -> e.getValue().size() == ChannelGraph.of(network.graph()).group(e.getKey()).size());
    }

    @Test
    void uniformScalingTakesTheSameShareEverywhere() {
        NetworkSpec network = network(2, "residual", "canet");
        ChannelGraph graph = ChannelGraph.of(network.graph());
        List<Group> groups = ChannelCuts.groups(graph);
        NetworkCost cost = NetworkCost.params();
        Map<String, List<Integer>> kept = ChannelCuts.of(network, UniformWidths.order(groups)).kept(cost,
                0.5 * cost.of(network));
        for (Group g : groups) {
            if (g.size() >= 16)
                assertThat(kept.get(g.name()).size() / (double) g.size()).as(g.name())
                        .isCloseTo(kept.get("encoder.4.a.conv").size() / 128.0, within(1.01 / g.size()));
        }
    }
}
