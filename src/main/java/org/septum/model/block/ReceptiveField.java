package org.septum.model.block;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of its input one output position of a network depends on.
 *
 * @param size
 *            extent along each spatial axis, in tensor order, of what it sees through convolutions, pooling and
 *            up-convolutions, away from the border; where output positions differ, as behind up-convolutions, that of
 *            the one that sees most; empty if the output has no positions, as that of a classifier
 * @param wholeTile
 *            whether it depends, through gates of attention or through normalisation, on the mean of everything besides
 */
public record ReceptiveField(List<Integer> size, boolean wholeTile) {

    public ReceptiveField {
        size = List.copyOf(size);
    }

    static ReceptiveField of(NetworkGraph graph, List<Integer> spatial) {
        DependencyWalk walk = new DependencyWalk(graph, spatial);
        List<Integer> size = new ArrayList<>();
        for (int axis = 0; axis < spatial.size(); axis++) {
            long largest = 0;
            for (long p = 0; p < walk.period(axis); p++)
                largest = Math.max(largest, walk.seen(axis, p).map(DependencyWalk.Interval::size).orElse(0L));
            if (largest > 0)
                size.add(Math.toIntExact(largest));
        }
        return new ReceptiveField(size, walk.seesEverything());
    }
}
