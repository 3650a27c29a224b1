package org.septum.pipeline;

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
