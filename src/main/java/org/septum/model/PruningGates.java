package org.septum.model;

import java.util.LinkedHashSet;
import java.util.Set;

import org.septum.model.ChannelGraph.Group;
import org.septum.model.ChannelGraph.TensorSlice;
import org.septum.model.block.Linear;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.PruningGate;

/** Which convolutions of a network a {@link PruningGate} can stand behind. */
final class PruningGates {

    private PruningGates() {
    }

    /**
     * Names of the convolutions that make channels some of which could go. Blocks that are judged by one of their
     * convolutions alone leave out the others.
     *
     * @param network
     *            as it is planned, without gates
     */
    static Set<String> places(NetworkGraph network) {
        Set<String> places = new LinkedHashSet<>();
        for (Group group : ChannelGraph.of(network).groups()) {
            if (!group.cuttable() || group.size() == 1)
                continue;
            for (TensorSlice made : group.producers()) {
                NetworkGraph.Node node = network.nodes().get(made.node());
                // what makes gates is judged by what it scales
                if (!(node.layer() instanceof Linear))
                    places.add(node.name());
            }
        }
        return places;
    }
}
