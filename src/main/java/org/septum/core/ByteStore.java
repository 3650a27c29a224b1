package org.septum.core;

/**
 * A fixed number of bytes in memory or in a temporary file: it does not matter which, except for speed. Addresses are
 * long. Bytes that were never written are 0. Many threads may read at once, and write where nobody else reads or
 * writes.
 */
public interface ByteStore extends AutoCloseable {

    /** How many bytes there are. */
    long size();

    /**
     * Copies bytes out.
     *
     * @param at
     *            address of the first one
     * @param target
     *            gets them
     * @param from
     *            where they start in {@code target}
     * @param count
     *            how many
     *
     * @throws SeptumException
     *             of kind OUTPUT if the temporary file cannot be read
     * @throws IndexOutOfBoundsException
     *             if they are not all there
     */
    void read(long at, byte[] target, int from, int count);

    /**
     * Copies bytes in.
     *
     * @param at
     *            address of the first one
     * @param source
     *            holds them
     * @param from
     *            where they start in {@code source}
     * @param count
     *            how many
     *
     * @throws SeptumException
     *             of kind OUTPUT if the disk is full
     * @throws IndexOutOfBoundsException
     *             if there is no room for all
     */
    void write(long at, byte[] source, int from, int count);

    /** Frees the memory or deletes the file. */
    @Override
    void close();
}
