package org.septum.infer;

/**
 * Runs a network on tiles. One thread at a time.
 */
public interface Engine extends AutoCloseable {

    /**
     * Class probabilities of a batch of tiles, soft-max included. The size of a tile is that of the plan that the
     * engine was opened for.
     *
     * @param tiles
     *            (count, channels, Z, Y, X) row-major, without Z for a 2D network; normalised intensities
     * @param count
     *            number of tiles
     *
     * @return (count, classes, Z, Y, X) row-major; over the classes they sum to 1
     *
     * @throws org.septum.core.SeptumException
     *             of kind DEVICE if the device runs out of memory, of kind INPUT if the network's output has another
     *             shape
     */
    float[] probabilities(float[] tiles, int count);

    /** Where it runs: "cpu", "gpu:0". */
    String device();

    /** The engine, its version, device and threads, for people. */
    String describe();

    @Override
    void close();
}
