package org.septum.infer;

import java.util.ArrayList;
import java.util.List;

import org.septum.core.SeptumException;

/**
 * Equal tiles that cover an image, as MONAI's sliding window places them: every {@code tile * (1 - overlap)} voxels,
 * rounded down, the last one moved back to fit. Along an axis where the image is smaller than the tile there is one
 * tile, which reaches out on both sides (by one voxel less before than after if the difference is odd).
 * <p>
 * Size 110, tile 64, overlap 0.5: tiles start at 0, 32, 46.
 *
 * @param size
 *            of the image along x, y, z
 * @param tile
 *            size of each tile along x, y, z
 * @param starts
 *            where tiles start along x, y, z, ascending; a negative start lies outside the image
 */
public record TileGrid(List<Long> size, List<Integer> tile, List<List<Long>> starts) {

    /**
     * One tile by the place of its first voxel in the image; negative where it reaches out.
     *
     * @param x
     *            along x
     * @param y
     *            along y
     * @param z
     *            along z
     */
    public record Tile(long x, long y, long z) {
    }

    public TileGrid {
        size = List.copyOf(size);
        tile = List.copyOf(tile);
        starts = starts.stream().map(List::copyOf).toList();
    }

    /**
     * The tiles of an image.
     *
     * @param size
     *            of the image along x, y, z
     * @param tile
     *            wanted along x, y, z; 1 along z for a 2D network
     * @param overlap
     *            share of a tile that the next one covers again, from 0 to below 1
     */
    public static TileGrid of(List<Long> size, List<Integer> tile, double overlap) {
        if (!(overlap >= 0 && overlap < 1))
            throw SeptumException.usage("overlap " + overlap + " of tiles; allowed: from 0 to below 1, usual is 0.5");
        List<List<Long>> starts = new ArrayList<>();
        for (int d = 0; d < 3; d++) {
            if (size.get(d) < 1 || tile.get(d) < 1) {
                throw SeptumException
                        .input("tiles of " + tile + " voxels on an image of " + size + "; each must be at least 1");
            }
            starts.add(starts(size.get(d), tile.get(d), overlap));
        }
        return new TileGrid(size, tile, starts);
    }

    private static List<Long> starts(long size, int tile, double overlap) {
        if (size <= tile)
            return List.of(-((tile - size) / 2));
        long step = Math.max(1, (long) (tile * (1 - overlap)));
        List<Long> starts = new ArrayList<>();
        long last = size - tile;
        for (long start = 0; start < last; start += step)
            starts.add(start);
        starts.add(last);
        return starts;
    }

    /** The tiles of this grid that reach into a slab, in their order. */
    TileGrid reaching(Slab slab) {
        List<Long> layers = starts.get(2).stream().filter(z -> z < slab.end() && z + tile.get(2) > slab.first())
                .toList();
        return new TileGrid(size, tile, List.of(starts.get(0), starts.get(1), layers));
    }

    /** Number of tiles. */
    public long count() {
        return (long) starts.get(0).size() * starts.get(1).size() * starts.get(2).size();
    }

    /** Number of voxels of one tile. */
    public int tileVoxels() {
        return Math.multiplyExact(Math.multiplyExact(tile.get(0), tile.get(1)), tile.get(2));
    }

    /** Tile number {@code index}, from 0 to {@link #count()} - 1; x runs fastest, z slowest. */
    public Tile tile(long index) {
        int nx = starts.get(0).size();
        int ny = starts.get(1).size();
        int ix = (int) (index % nx);
        int iy = (int) (index / nx % ny);
        int iz = Math.toIntExact(index / nx / ny);
        return new Tile(starts.get(0).get(ix), starts.get(1).get(iy), starts.get(2).get(iz));
    }
}
