package org.septum.compress;

import java.util.List;

/**
 * How the rank of some kernels grew in a trial (CONet's rank average and mapping condition).
 *
 * @param ranks
 *            mean share of rank after each epoch, 0 to 1; at least one
 * @param mappingCondition
 *            mean of the last epoch
 */
record RankCurve(List<Double> ranks, double mappingCondition) {

    /** The authors': what keeps a curve that falls from the start from dividing by 0. */
    private static final double SMALL = 0.0001;

    RankCurve {
        ranks = List.copyOf(ranks);
        if (ranks.isEmpty())
            throw new IllegalArgumentException("a curve without a rank; give that of one epoch at least");
    }

    /** Growth of the rank an epoch up to the first epoch in which it is largest; 0 if that is the first of all. */
    double slope() {
        int top = 0;
        for (int epoch = 1; epoch < ranks.size(); epoch++) {
            if (ranks.get(epoch) > ranks.get(top))
                top = epoch;
        }
        return (ranks.get(top) - ranks.get(0)) / (top + SMALL);
    }

    /** Rank after the last epoch. */
    double last() {
        return ranks.get(ranks.size() - 1);
    }
}
