package org.septum.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class CutAllocationTest {

    private static final CapFixture FIXTURE = CapFixture.of("cap_compensation_1x1");

    private static CompensationRanking ranking() {
        return CompensationRanking.of(8,
                List.of(new CompensationRanking.Reader(FIXTURE.map, FIXTURE.statistics, 0, FIXTURE.matrix.width())));
    }

    private static List<ChannelCuts.Cut> order(double first, double second) {
        Map<String, CompensationRanking> rankings = new LinkedHashMap<>();
        rankings.put("first", ranking());
        rankings.put("second", ranking());
        return CutAllocation.order(rankings, Map.of("first", first, "second", second));
    }

    private static List<Integer> channels(List<ChannelCuts.Cut> order, String group) {
        return order.stream().filter(c -> c.group().equals(group)).map(ChannelCuts.Cut::channel).toList();
    }

    @Test
    void eachGroupGoesFromItsLastRankedToAllButItsBest() {
        List<Integer> reversed = new ArrayList<>(ranking().order().subList(1, 8));
        Collections.reverse(reversed);
        List<ChannelCuts.Cut> order = order(1, 3);
        assertThat(order).hasSize(14);
        assertThat(channels(order, "first")).isEqualTo(reversed);
        assertThat(channels(order, "second")).isEqualTo(reversed);
    }

    @Test
    void aGroupThatIsAMillionTimesAsDearGoesAfterAllOfTheOther() {
        assertThat(order(1e-6, 1).subList(0, 7)).allMatch(c -> c.group().equals("first"));
        assertThat(order(1, 1e-6).subList(0, 7)).allMatch(c -> c.group().equals("second"));
    }

    /** What readers then lack rises from cut to cut, so that groups of one price take turns. */
    @Test
    void groupsOfOnePriceTakeTurns() {
        List<ChannelCuts.Cut> order = order(1, 1);
        for (int i = 0; i < order.size(); i += 2)
            assertThat(order.get(i).channel()).isEqualTo(order.get(i + 1).channel());
    }
}
