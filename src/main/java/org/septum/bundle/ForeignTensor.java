package org.septum.bundle;

import java.util.List;
import java.util.Optional;

/**
 * Input or output of a network that others made.
 *
 * @param id
 *            its name in the package
 * @param axes
 *            in the order of the tensor
 * @param steps
 *            done before or after the network
 * @param range
 *            smallest and largest value that the package promises; empty if it promises nothing
 * @param testFile
 *            file with an example; empty if there is none
 */
record ForeignTensor(String id, List<ForeignAxis> axes, List<ProcessingStep> steps, List<Double> range,
        String testFile) {

    ForeignTensor {
        axes = List.copyOf(axes);
        steps = List.copyOf(steps);
        range = List.copyOf(range);
    }

    Optional<ForeignAxis> axis(ForeignAxis.Kind kind) {
        return axes.stream().filter(a -> a.kind() == kind).findFirst();
    }

    /** Number of channels; 1 without a channel axis. */
    int channels() {
        return axis(ForeignAxis.Kind.CHANNEL).map(ForeignAxis::min).orElse(1);
    }

    /** Names of the channels; empty if none are given. */
    List<String> channelNames() {
        return axis(ForeignAxis.Kind.CHANNEL).map(ForeignAxis::channelNames).orElse(List.of());
    }
}
