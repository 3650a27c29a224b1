package org.septum.pipeline;

import java.util.stream.Collectors;

import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.block.NetworkGraph;

/**
 * How much of a limit of memory goes to what. The program {@code septum} starts Java with a heap of
 * {@value #HEAP_PERCENT} % of the limit; the rest is for the network and for Java itself.
 *
 * @param limit
 *            bytes that the process is to keep to; 0 for no limit but that of Java
 */
record MemoryBudget(long limit) {

    /** The launcher {@code septum} knows this number too. */
    static final int HEAP_PERCENT = 40;

    /** A scan that is read ahead, one that is segmented and one that is written, each with half of the heap's third. */
    private static final int SHARES = 6;

    /** What Java and the libraries take before the first scan. */
    private static final long PROGRAM = 300L << 20;

    /** The network as a file, as its engine has it, and what the engine adds while it arranges it. */
    private static final int COPIES_OF_WEIGHTS = 3;

    /**
     * How many calls of a network may run side by side.
     *
     * @throws SeptumException
     *             of kind USAGE, with how much is needed, if there is not even room for one tile
     */
    int lanes(Plan plan) {
        if (limit == 0)
            return Integer.MAX_VALUE;
        NetworkGraph graph = plan.network().graph();
        long tile = graph.memory(plan.patchInTensorOrder()).inUse();
        long weights = COPIES_OF_WEIGHTS * Float.BYTES * graph.parameters();
        long lanes = (limit / 100 * (100 - HEAP_PERCENT) - PROGRAM - weights) / tile;
        if (lanes < 1) {
            long needed = (PROGRAM + weights + tile) / (100 - HEAP_PERCENT) * 100;
            throw SeptumException.usage("--memory of " + (limit >> 20) + " MB; this model needs " + ((needed >> 20) + 1)
                    + " MB at least, " + (weights + tile >> 20) + " MB of it for the network and one tile of "
                    + plan.patch().stream().map(String::valueOf).collect(Collectors.joining(" × "))
                    + " voxels: allow so much, or use a smaller model");
        }
        return (int) Math.min(Integer.MAX_VALUE, lanes);
    }

    /** Bytes that Java may take for objects. */
    long heap() {
        long most = Runtime.getRuntime().maxMemory();
        return limit == 0 ? most : Math.min(most, limit / 100 * HEAP_PERCENT);
    }

    /** Bytes that intermediate data of one scan may take before they go to disk. */
    long workspace() {
        return heap() / SHARES;
    }
}
