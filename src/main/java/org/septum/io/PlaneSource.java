package org.septum.io;

import java.io.IOException;

/** Gives the planes of a scan one by one. May be called from many threads. */
@FunctionalInterface
public interface PlaneSource {

    /**
     * One plane as width × height samples, row by row.
     *
     * @param z
     *            slice
     * @param channel
     *            channel
     *
     * @throws IOException
     *             if it cannot be read
     */
    float[] plane(int z, int channel) throws IOException;
}
