package org.septum.infer;

import java.util.List;

import org.septum.core.SeptumException;

/**
 * The tiles of one image that an engine is to run.
 *
 * @param tiles
 *            how many, over all lanes
 * @param batch
 *            of them go through the network in one call, at most
 * @param tile
 *            size along x, y, z; that of the plan, or another one that the network can take
 * @param mostLanes
 *            calls side by side, at most
 */
public record Workload(long tiles, int batch, List<Integer> tile, int mostLanes) {

    public Workload {
        tile = List.copyOf(tile);
        if (tiles < 1 || batch < 1 || tile.size() != 3 || mostLanes < 1) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, tiles + " tiles of " + tile + " in batches of "
                    + batch + " on at most " + mostLanes + " lanes; each must be at least 1");
        }
    }

    /** One tile at a time, as many lanes as there can be. */
    public static Workload of(long tiles, List<Integer> tile) {
        return new Workload(tiles, 1, tile, Integer.MAX_VALUE);
    }

    /** The same with other batches. */
    public Workload withBatch(int other) {
        return new Workload(tiles, other, tile, mostLanes);
    }

    /** The same with one lane. */
    public Workload withOneLane() {
        return new Workload(tiles, batch, tile, 1);
    }

    /** Calls that the tiles make. */
    public long calls() {
        return (tiles + batch - 1) / batch;
    }

    /** Voxels of a tile. */
    public int tileVoxels() {
        return Math.multiplyExact(Math.multiplyExact(tile.get(0), tile.get(1)), tile.get(2));
    }
}
