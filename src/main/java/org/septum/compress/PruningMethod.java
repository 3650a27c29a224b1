package org.septum.compress;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.Progress;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;

/** Finds the smaller network in a network. */
public interface PruningMethod {

    /**
     * A smaller network.
     *
     * @param network
     *            what it is
     * @param weights
     *            those it goes on from, or random ones
     * @param fromScratch
     *            true if the weights are random, so that it has to be trained like a new one
     * @param data
     *            how many cases were looked at; 0 for none
     * @param facts
     *            what was chosen, for the receipt: names in lower case, values for people
     */
    record Pruned(NetworkSpec network, NamedWeights weights, boolean fromScratch, int data, Map<String, String> facts) {

        public Pruned {
            weights.requireFit(network.graph());
            facts = Collections.unmodifiableMap(new TreeMap<>(facts));
        }
    }

    /**
     * Prunes a network to its target. The same task gives the same network.
     *
     * @throws org.septum.core.SeptumException
     *             of kind USAGE if the target cannot be reached, and INPUT if the network is of a kind that the method
     *             cannot treat; the message says what can be done; CANCELLED if the user stops it
     */
    Pruned prune(PruningTask task, Progress progress);
}
