package org.septum.compress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.compress.ChannelCuts.Cut;

/** In which order channels of all groups go: always the last ranked of the group where that is cheapest. */
final class CutAllocation {

    private CutAllocation() {
    }

    /**
     * Orders channels.
     *
     * @param rankings
     *            by group
     * @param prices
     *            by group: what it costs that its readers lack one unit more, for what a channel less saves
     *
     * @return all channels but the best of each group
     */
    static List<Cut> order(Map<String, CompensationRanking> rankings, Map<String, Double> prices) {
        Map<String, Integer> left = new LinkedHashMap<>();
        rankings.forEach((group, ranking) -> left.put(group, ranking.order().size()));
        List<Cut> order = new ArrayList<>();
        while (true) {
            String next = null;
            double least = Double.POSITIVE_INFINITY;
            for (Map.Entry<String, Integer> e : left.entrySet()) {
                String group = e.getKey();
                double price = price(rankings.get(group).residuals(), e.getValue()) * prices.get(group);
                if (e.getValue() > 1 && (next == null || price < least)) {
                    least = price;
                    next = group;
                }
            }
            if (next == null)
                return order;
            int last = left.merge(next, -1, Integer::sum);
            order.add(new Cut(next, rankings.get(next).order().get(last)));
        }
    }

    /** How much more readers lack when the last of so many channels goes. */
    private static double price(List<Double> residuals, int channels) {
        return Math.max(0, residuals.get(channels - 1) - residuals.get(channels));
    }
}
