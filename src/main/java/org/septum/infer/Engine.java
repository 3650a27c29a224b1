package org.septum.infer;

import java.util.List;
import java.util.Optional;

/**
 * Runs a network on tiles. An engine belongs to one thread, which may hand each of its lanes to another.
 */
public interface Engine extends AutoCloseable {

    /** Runs one call after the other. One thread at a time; several lanes of an engine may run at once. */
    @FunctionalInterface
    interface Lane {

        /**
         * Class probabilities of a batch of tiles, soft-max included.
         *
         * @param tiles
         *            (count, channels, Z, Y, X) row-major, without Z for a 2D network, normalised intensities; may be
         *            longer than that
         * @param count
         *            number of tiles, no more than the batch of the workload
         * @param result
         *            gets (count, classes, Z, Y, X) row-major, over the classes they sum to 1; may be longer than that
         *
         * @throws org.septum.core.SeptumException
         *             of kind DEVICE if the device runs out of memory, of kind INPUT if the network's output has
         *             another shape
         */
        void run(float[] tiles, int count, float[] result);
    }

    /**
     * The lanes that do some work soonest, at least one. Lanes that were handed out before can no longer be used. The
     * probabilities of a tile depend neither on the lane nor on the batch; on the threads of a call at most in the last
     * bits.
     *
     * @throws org.septum.core.SeptumException
     *             of kind DEVICE if the device runs out of memory
     */
    List<Lane> lanes(Workload work);

    /** True if the network can run tiles of another size than the plan's. */
    default boolean takesOtherTiles() {
        return true;
    }

    /** Tiles of the plan's size that are best run in one call. */
    default int batch() {
        return 1;
    }

    /**
     * The same network on the CPU, for a device that has too little memory; empty if this is on the CPU. It is the
     * caller's to close, as this one stays.
     */
    default Optional<Engine> onCpu() {
        return Optional.empty();
    }

    /** Where it runs: "cpu", "gpu:0". */
    String device();

    /** The engine, its version, device and threads, for people. */
    String describe();

    @Override
    void close();
}
