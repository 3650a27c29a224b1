package org.septum.compress;

import java.util.ArrayList;
import java.util.List;

/**
 * Which channels of a group the kernels that read them could do without best: greedy forward selection of channels by
 * how much the outputs of all readers then lack, each reader's as a share of the variance of its outputs (Xie et al.,
 * Pruning with Compensation, arXiv 2108.13728, 2021). Other channels that a reader reads are there from the start: what
 * follows from them is no reason to keep a channel.
 * <p>
 * Differs from the paper: several readers have a say; a feature that follows from those chosen adds nothing, where the
 * paper passes over its whole channel; the covariance of what is not chosen yet is kept up to date instead of an
 * inverse of what is.
 */
final class CompensationRanking {

    /**
     * A kernel that reads the channels.
     *
     * @param map
     *            what it does
     * @param statistics
     *            of all that it reads
     * @param first
     *            index of the first feature of the group's first channel
     * @param width
     *            neighbouring features that belong to one channel
     */
    record Reader(LinearMap map, FeatureStatistics statistics, int first, int width) {
    }

    private final List<Integer> order = new ArrayList<>();

    private final List<Double> residuals = new ArrayList<>();

    private CompensationRanking() {
    }

    /**
     * Ranks channels.
     *
     * @param channels
     *            of the group
     * @param readers
     *            all kernels that read the group
     */
    static CompensationRanking of(int channels, List<Reader> readers) {
        CompensationRanking ranking = new CompensationRanking();
        List<ChannelSelection> selections = readers.stream().map(r -> new ChannelSelection(r, channels)).toList();
        double left = selections.stream().mapToDouble(ChannelSelection::start).sum();
        ranking.residuals.add(left);
        List<Integer> open = new ArrayList<>();
        for (int c = 0; c < channels; c++)
            open.add(c);
        while (!open.isEmpty()) {
            int best = open.get(0);
            double most = -1;
            for (int channel : open) {
                double gain = selections.stream().mapToDouble(s -> s.gain(channel)).sum();
                if (gain > most) {
                    most = gain;
                    best = channel;
                }
            }
            open.remove((Integer) best);
            for (ChannelSelection s : selections)
                s.choose(best, open);
            left -= most;
            ranking.order.add(best);
            ranking.residuals.add(left);
        }
        return ranking;
    }

    /** The channels, those to keep first; channels that add nothing last, as they follow one another. */
    List<Integer> order() {
        return List.copyOf(order);
    }

    /**
     * What readers lack with the first 0, 1 … channels, the least that is possible with compensation: squared
     * differences of their outputs as a share of the variance of these, summed over readers.
     */
    List<Double> residuals() {
        return List.copyOf(residuals);
    }
}
