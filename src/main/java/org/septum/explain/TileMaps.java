package org.septum.explain;

import java.util.List;

import ai.djl.ndarray.types.Shape;

/** Makes maps of single tiles. One thread at a time. */
interface TileMaps extends AutoCloseable {

    /** Names of the maps, in their order; at least one. */
    List<String> names();

    /**
     * Maps of a tile.
     *
     * @param tile
     *            (1, inputs, [Z,] Y, X) row-major, normalised intensities
     * @param shape
     *            of it
     *
     * @return (maps, [Z,] Y, X) row-major
     */
    float[] map(float[] tile, Shape shape);

    @Override
    void close();
}
