package org.septum.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Binary structural search with step constraint: how many channels each of several groups can lose, one group after the
 * other, when the score may fall to a lowest acceptable one in equal steps, one step a group (Xie et al., Pruning with
 * Compensation, arXiv 2108.13728, 2021, and the authors' script).
 *
 * @param start
 *            score of the whole network
 * @param end
 *            lowest acceptable score
 * @param halvings
 *            trials for each group
 * @param most
 *            largest share of a group that may go
 */
record StructuralSearch(double start, double end, int halvings, double most) {

    /** Scores that are equal but for rounding are equal. */
    private static final double ROUNDING = 1e-12;

    /** Halvings that suffice for groups of up to 64 channels within two. */
    static final int HALVINGS = 5;

    /** Largest share that goes. */
    static final double MOST = 0.9;

    /**
     * One trial.
     *
     * @param group
     *            which, in network order
     * @param threshold
     *            that the score must reach
     * @param tried
     *            share
     * @param cut
     *            channels of this group that were gone
     * @param score
     *            of the network; NaN if it could not be told, which is never good enough
     * @param accepted
     *            whether it was good enough
     */
    record Trial(int group, double threshold, double tried, int cut, double score, boolean accepted) {
    }

    /**
     * What was found.
     *
     * @param cuts
     *            channels to cut, by group
     * @param trials
     *            all, in their order
     */
    record Found(List<Integer> cuts, List<Trial> trials) {

        Found {
            cuts = List.copyOf(cuts);
            trials = List.copyOf(trials);
        }
    }

    /**
     * Searches.
     *
     * @param channels
     *            of every group, in network order
     * @param score
     *            of the network when so many channels of every group are gone
     */
    Found run(List<Integer> channels, ToDoubleFunction<List<Integer>> score) {
        List<Integer> cuts = new ArrayList<>();
        channels.forEach(c -> cuts.add(0));
        List<Trial> trials = new ArrayList<>();
        for (int g = 0; g < channels.size(); g++) {
            double threshold = start - (g + 1) * (start - end) / channels.size();
            double low = 0;
            double high = most;
            for (int t = 0; t < halvings; t++) {
                double middle = (low + high) / 2;
                cuts.set(g, (int) Math.floor(channels.get(g) * middle));
                double now = score.applyAsDouble(List.copyOf(cuts));
                boolean accepted = now >= threshold - ROUNDING;
                trials.add(new Trial(g, threshold, middle, cuts.get(g), now, accepted));
                low = accepted ? middle : low;
                high = accepted ? high : middle;
            }
            cuts.set(g, (int) Math.floor(channels.get(g) * low));
        }
        return new Found(cuts, trials);
    }
}
