package org.septum.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.septum.compress.ChannelCuts.Cut;

/**
 * Orders the channels of several groups so that groups which lose channels by the same rule have always lost the same
 * share of them, to within one channel.
 */
final class EvenCuts {

    /** When a group has lost a share of its channels. */
    @FunctionalInterface
    interface Rule {

        /**
         * A moment, on a scale that is common to all groups.
         *
         * @param group
         *            name of the group
         * @param share
         *            between 0 and 1; a larger one must not be lost earlier
         */
        double lost(String group, double share);
    }

    private record Timed(Cut cut, double time, double share) {
    }

    private EvenCuts() {
    }

    /** The share of a group of so many channels that goes with the k-th cut, from 1: the middle of its channel. */
    static double share(int k, int size) {
        return (k - 0.5) / size;
    }

    /**
     * All channels in the order in which they go.
     *
     * @param weakestFirst
     *            channels of each group in the order in which they go
     * @param rule
     *            says when
     */
    static List<Cut> order(Map<String, List<Integer>> weakestFirst, Rule rule) {
        List<Timed> all = new ArrayList<>();
        weakestFirst.forEach((group, channels) -> {
            for (int k = 1; k <= channels.size(); k++) {
                double share = share(k, channels.size());
                all.add(new Timed(new Cut(group, channels.get(k - 1)), rule.lost(group, share), share));
            }
        });
        all.sort(Comparator.comparingDouble(Timed::time).thenComparingDouble(Timed::share));
        return all.stream().map(Timed::cut).toList();
    }
}
