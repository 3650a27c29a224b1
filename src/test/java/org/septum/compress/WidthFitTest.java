package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.SeptumException;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

class WidthFitTest {

    private static final NetworkSpec NETWORK = NetworkSpec.unet(2, 3, 2, List.of(16, 32, 64, 128), new NoAttention());

    private static final NetworkCost FLOPS = NetworkCost.flops(List.of(64, 64));

    private static final AdjustableWidths WIDTHS = AdjustableWidths.of(NETWORK);

    private static WidthFit fit(NetworkCost cost) {
        return new WidthFit(WIDTHS, cost, WIDTHS.sizes().stream().map(ChannelCuts::floor).toList());
    }

    /** Every second width as it was, the others three quarters. */
    private static List<Integer> found() {
        List<Integer> found = new ArrayList<>(WIDTHS.sizes());
        for (int g = 0; g < found.size(); g += 2)
            found.set(g, found.get(g) * 3 / 4);
        return found;
    }

    @ParameterizedTest
    @ValueSource(doubles = { 1, 0.9, 0.5, 0.25, 0.1 })
    void aTargetIsMetWithinThreePerCentAndRatiosStay(double share) {
        for (NetworkCost cost : List.of(FLOPS, NetworkCost.params())) {
            double allowed = share * cost.of(NETWORK);
            WidthFit.Fitted fitted = fit(cost).fit(found(), allowed);
            assertThat(cost.of(WIDTHS.network(fitted.sizes()))).isLessThanOrEqualTo(allowed).isCloseTo(allowed,
                    within(0.03 * allowed));
            for (int g = 0; g < found().size(); g++) {
                double wanted = Math.max(ChannelCuts.floor(WIDTHS.sizes().get(g)), fitted.factor() * found().get(g));
                assertThat((double) fitted.sizes().get(g)).isCloseTo(wanted, within(1.01));
            }
        }
    }

    @Test
    void widthsThatCostLessThanAllowedGrow() {
        WidthFit.Fitted fitted = fit(FLOPS).fit(found(), FLOPS.of(NETWORK));
        assertThat(fitted.factor()).isBetween(1.05, 1.3);
        assertThat(fitted.sizes().get(1)).isGreaterThan(WIDTHS.sizes().get(1));
    }

    @Test
    void widthsThatCostWhatIsAllowedStay() {
        assertThat(fit(FLOPS).fit(found(), FLOPS.of(WIDTHS.network(found()))).sizes()).isEqualTo(found());
    }

    @Test
    void aTargetBeyondReachIsRefusedWithWhatIsWithin() {
        assertThatThrownBy(() -> fit(FLOPS).fit(found(), 0.001 * FLOPS.of(NETWORK))).isInstanceOf(SeptumException.class)
                .hasMessageMatching(
                        "the target 0.001 cannot be reached: with the fewest channels 0.0\\d\\d are left.*");
    }
}
