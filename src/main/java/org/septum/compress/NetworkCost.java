package org.septum.compress;

import java.util.List;

import org.septum.model.NetworkSpec;

/** What a network costs, in any unit; smaller networks cost less. */
@FunctionalInterface
public interface NetworkCost {

    /** Cost of a network, above 0, whatever its weights. */
    double of(NetworkSpec network);

    /**
     * Multiply-adds of the network as it is used, without what only a training looks at.
     *
     * @param patch
     *            size of the input, in tensor order
     */
    static NetworkCost flops(List<Integer> patch) {
        List<Integer> size = List.copyOf(patch);
        return network -> network.graph().inUse().macs(size);
    }

    /** Trained parameters of the network as it is used. */
    static NetworkCost params() {
        return network -> network.graph().inUse().parameters();
    }
}
