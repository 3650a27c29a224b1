package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelGraph.Group;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NoAttention;
import org.septum.model.block.SqueezeExcitation;

class ChannelCutsTest {

    private static final NetworkSpec NETWORK = NetworkSpec.unet(2, 3, 2, List.of(16, 32, 64, 128), new NoAttention());

    private static final NetworkCost FLOPS = NetworkCost.flops(List.of(64, 64));

    /** One channel of every group in turn, the last first. */
    private static ChannelCuts inTurn() {
        List<ChannelCuts.Cut> order = new ArrayList<>();
        for (int i = 1; i <= 128; i++) {
            for (Group group : ChannelCuts.groups(ChannelGraph.of(NETWORK.graph())))
                if (i <= group.size())
                    order.add(new ChannelCuts.Cut(group.name(), group.size() - i));
        }
        return ChannelCuts.of(NETWORK, order);
    }

    @ParameterizedTest
    @ValueSource(doubles = { 0.9, 0.7, 0.5, 0.3, 0.1 })
    void aTargetIsMetWithinThreePerCent(double share) {
        ChannelCuts cuts = inTurn();
        double allowed = share * FLOPS.of(NETWORK);
        NetworkSpec small = NETWORK.withWidths(ChannelGraph.of(NETWORK.graph()).widths(cuts.kept(FLOPS, allowed)));
        assertThat(FLOPS.of(small)).isLessThanOrEqualTo(allowed).isCloseTo(allowed, within(0.03 * allowed));
    }

    @Test
    void theWholeNetworkIsLeftAloneIfItMayCostWhatItCosts() {
        assertThat(inTurn().kept(FLOPS, FLOPS.of(NETWORK))).isEmpty();
        assertThat(inTurn().network(0)).isEqualTo(NETWORK);
    }

    @Test
    void whatAGateScalesCanGoButItsHiddenUnitsStay() {
        NetworkSpec gated = NETWORK.withAttention(new SqueezeExcitation());
        assertThat(ChannelCuts.groups(ChannelGraph.of(gated.graph()))).extracting(Group::name)
                .containsExactlyElementsOf(
                        ChannelCuts.groups(ChannelGraph.of(NETWORK.graph())).stream().map(Group::name).toList());
    }

    @ParameterizedTest
    @ValueSource(doubles = { 0.9, 0.7, 0.5, 0.3 })
    void widthsCanBeMultiplesOfEight(double share) {
        double allowed = share * FLOPS.of(NETWORK);
        ChannelGraph graph = ChannelGraph.of(NETWORK.graph());
        Map<String, List<Integer>> kept = inTurn().inMultiplesOf(8).kept(FLOPS, allowed);

        assertThat(kept).isNotEmpty().allSatisfy((group, channels) -> assertThat(channels.size() % 8).isZero());
        double left = FLOPS.of(NETWORK.withWidths(graph.widths(kept)));
        assertThat(left).isLessThanOrEqualTo(allowed).isCloseTo(allowed, within(0.1 * allowed));
    }

    @Test
    void noGroupBecomesNarrowerThanItsFloor() {
        ChannelCuts cuts = inTurn();
        cuts.kept(cuts.count()).forEach((group, kept) -> {
            int size = ChannelGraph.of(NETWORK.graph()).group(group).size();
            assertThat(kept).as(group).hasSize(size == 16 ? 4 : 8).startsWith(0, 1, 2, 3);
        });
    }

    @Test
    void aTargetBeyondReachIsRefusedWithWhatIsWithin() {
        ChannelCuts cuts = inTurn();
        assertThatThrownBy(() -> cuts.kept(FLOPS, 0.001 * FLOPS.of(NETWORK))).isInstanceOf(SeptumException.class)
                .hasMessageMatching(
                        "the target 0.001 cannot be reached: with the fewest channels 0.0\\d\\d are left.*");
    }

    @Test
    void channelsThatAGateScalesAreCutButNotItsHiddenUnits() {
        NetworkSpec gated = NETWORK.withAttention(AttentionSpec.of("se"));
        List<String> plain = ChannelCuts.groups(ChannelGraph.of(NETWORK.graph())).stream().map(Group::name).toList();
        assertThat(ChannelCuts.groups(ChannelGraph.of(gated.graph()))).extracting(Group::name)
                .containsExactlyElementsOf(plain);
    }

    @ParameterizedTest
    @CsvSource({ "flops=0.5,FLOPS,0.5", "params=.25,PARAMS,0.25", "latency=1,LATENCY,1" })
    void aTargetIsReadAsItIsWritten(String text, CompressionTarget.Kind kind, double share) {
        assertThat(CompressionTarget.of(text)).isEqualTo(new CompressionTarget(kind, share));
    }

    @ParameterizedTest
    @ValueSource(strings = { "flops", "flops=0", "flops=1.5", "flops=-1", "macs=0.5", "flops=1.2.3", "flops=.", "",
            "flops=NaN" })
    void anotherTargetIsRefusedWithWhatIsAllowed(String text) {
        assertThatThrownBy(() -> CompressionTarget.of(text)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("flops=0.5");
    }
}
