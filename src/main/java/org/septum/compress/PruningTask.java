package org.septum.compress;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;

import ai.djl.Device;

/**
 * A trained network that shall lose channels, and what may be used for it.
 *
 * @param plan
 *            of the network
 * @param weights
 *            of the network
 * @param target
 *            what may be left
 * @param cost
 *            what the target counts
 * @param split
 *            cases to look at, {@link FoldSplit#training}; those of {@link FoldSplit#validation} are for scores only
 *            and no method may look at them
 * @param time
 *            for trainings that a method needs; absent for the method's own
 * @param device
 *            that trains
 * @param multiple
 *            of which the widths shall be multiples where the method can: integer kernels work in blocks of channels
 */
public record PruningTask(Plan plan, NamedWeights weights, CompressionTarget target, NetworkCost cost, FoldSplit split,
        Optional<Duration> time, Device device, int multiple) {

    /** With any widths. */
    public PruningTask(Plan plan, NamedWeights weights, CompressionTarget target, NetworkCost cost, FoldSplit split,
            Optional<Duration> time, Device device) {
        this(plan, weights, target, cost, split, time, device, 1);
    }

    /** The same for another network, which may cost as much. */
    PruningTask on(Plan other, NamedWeights theirs) {
        double left = cost.of(other.network());
        return new PruningTask(other, theirs, new CompressionTarget(target.kind(), Math.min(1, allowed() / left)), cost,
                split, time, device, multiple);
    }

    /** The network. */
    public NetworkSpec network() {
        return plan.network();
    }

    /** Cases that may be looked at. */
    public List<DataCase> cases() {
        return split.training();
    }

    /** What the network may cost. */
    public double allowed() {
        return target.share() * cost.of(network());
    }
}
