package org.septum.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.data.Plan;

/**
 * How a training departs from its plan since something went wrong on the way.
 *
 * @param halvings
 *            how often the learning rate was halved
 * @param batch
 *            patches a step instead of the plan's; 0 for the plan's
 * @param patch
 *            along x, y, z instead of the plan's; empty for the plan's
 */
public record Adjustments(int halvings, int batch, List<Integer> patch) {

    /** As planned. */
    public static final Adjustments NONE = new Adjustments(0, 0, List.of());

    public Adjustments {
        patch = patch == null ? List.of() : List.copyOf(patch);
    }

    /** The plan that is followed. */
    public Plan of(Plan plan) {
        Plan adjusted = patch.isEmpty() ? plan : plan.withPatch(patch);
        return batch == 0 ? adjusted : adjusted.withTraining(adjusted.training().withBatch(batch));
    }

    /** By what the learning rate is multiplied. */
    double rate() {
        return Math.pow(0.5, halvings);
    }

    Adjustments halvedRate() {
        return new Adjustments(halvings + 1, batch, patch);
    }

    /** With half the batch or, at a batch of 1, a smaller patch; absent if nothing can be smaller. */
    Optional<Adjustments> smaller(Plan plan) {
        Plan now = of(plan);
        if (now.training().batch() > 1)
            return Optional.of(new Adjustments(halvings, now.training().batch() / 2, patch));
        return shrunk(now).map(p -> new Adjustments(halvings, batch, p));
    }

    /** One size divisor less along the longest axis that has more than one. */
    private static Optional<List<Integer>> shrunk(Plan plan) {
        int dims = plan.network().dims();
        List<Integer> divisor = plan.network().sizeDivisor();
        int longest = -1;
        for (int d = 0; d < dims; d++) {
            boolean can = plan.patch().get(d) > divisor.get(dims - 1 - d);
            if (can && (longest < 0 || plan.patch().get(d) > plan.patch().get(longest)))
                longest = d;
        }
        if (longest < 0)
            return Optional.empty();
        List<Integer> smaller = new ArrayList<>(plan.patch());
        smaller.set(longest, smaller.get(longest) - divisor.get(dims - 1 - longest));
        return Optional.of(smaller);
    }
}
