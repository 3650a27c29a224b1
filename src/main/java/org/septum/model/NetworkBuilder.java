package org.septum.model;

import org.septum.model.block.NetworkGraph;

import ai.djl.ndarray.NDManager;

/** Turns a description and weights into a block that runs. */
public final class NetworkBuilder {

    private NetworkBuilder() {
    }

    /**
     * Builds a network on the device of a manager.
     *
     * @param spec
     *            what to build
     * @param weights
     *            exactly the weights it needs
     * @param manager
     *            owns the weights in native memory; close it to free them
     *
     * @throws org.septum.core.SeptumException
     *             if the weights do not fit
     */
    public static NetworkBlock build(NetworkSpec spec, NamedWeights weights, NDManager manager) {
        NetworkGraph graph = spec.graph();
        weights.requireFit(graph);
        NetworkBlock block = new NetworkBlock(graph);
        block.load(weights, manager);
        return block;
    }
}
