package org.septum.infer;

import java.util.Arrays;
import java.util.List;

import org.septum.core.SeptumException;

/**
 * Joins the probabilities of overlapping tiles to one image: sum(w · p) / sum(w) with a Gaussian weight w that is
 * largest in the middle of a tile. A slice leaves as soon as no later tile touches it, so memory holds classes × the
 * depth of one tile, whatever the depth of the image.
 */
final class TileBlending {

    /** Standard deviation of the weight as a share of the tile. */
    private static final double SIGMA_SHARE = 0.125;

    private static final double SMALLEST_WEIGHT = 1e-3;

    private final TileGrid grid;

    private final int classes;

    private final SliceConsumer consumer;

    private final float[] importance;

    private final int nx;

    private final int ny;

    /** The slices that are made. */
    private final Slab slab;

    /** Weighted sums by z modulo depth, class and place in the slice. */
    private final float[][][] sums;

    /** Sums of weights by z modulo depth and place in the slice. */
    private final float[][] weights;

    /** Slices before this one have left. */
    private int finished;

    /**
     * A new, empty image.
     *
     * @param grid
     *            the tiles that will come
     * @param classes
     *            number of classes
     * @param consumer
     *            takes the finished slices
     */
    TileBlending(TileGrid grid, int classes, SliceConsumer consumer) {
        this(grid, Slab.whole(grid.size().get(2)), classes, consumer);
    }

    /**
     * A part of an image.
     *
     * @param grid
     *            the tiles that will come: all that reach into the slab
     * @param slab
     *            what lies outside of it is left out
     * @param classes
     *            number of classes
     * @param consumer
     *            takes the finished slices
     */
    TileBlending(TileGrid grid, Slab slab, int classes, SliceConsumer consumer) {
        this.grid = grid;
        this.slab = slab;
        this.finished = slab.first();
        this.classes = classes;
        this.consumer = consumer;
        this.importance = importance(grid.tile());
        this.nx = Math.toIntExact(grid.size().get(0));
        this.ny = Math.toIntExact(grid.size().get(1));
        int depth = Math.min(grid.tile().get(2), slab.depth());
        int plane = Math.multiplyExact(nx, ny);
        this.sums = new float[depth][classes][plane];
        this.weights = new float[depth][plane];
    }

    /**
     * The weight of each voxel of a tile, x fastest: the product over the axes of exp(-t² / (2 (n / 8)²)) with t
     * counted from the centre, raised to at least 0.001 (MONAI's importance map).
     *
     * @param tile
     *            size along x, y, z
     */
    static float[] importance(List<Integer> tile) {
        double[] x = gaussian(tile.get(0));
        double[] y = gaussian(tile.get(1));
        double[] z = gaussian(tile.get(2));
        float[] map = new float[Math.multiplyExact(Math.multiplyExact(x.length, y.length), z.length)];
        int n = 0;
        for (double wz : z)
            for (double wy : y)
                for (double wx : x)
                    map[n++] = (float) Math.max(wz * wy * wx, SMALLEST_WEIGHT);
        return map;
    }

    private static double[] gaussian(int n) {
        double[] weights = new double[n];
        double sigma = SIGMA_SHARE * n;
        for (int i = 0; i < n; i++) {
            double t = i - (n - 1) / 2.0;
            weights[i] = Math.exp(-t * t / (2 * sigma * sigma));
        }
        return weights;
    }

    /** The tiles that come. */
    TileGrid grid() {
        return grid;
    }

    /** Number of values that the buffers hold. */
    long bufferedValues() {
        return (long) sums.length * (classes + 1) * nx * ny;
    }

    /**
     * Adds one tile. Tiles come in the order of {@link TileGrid#tile}.
     *
     * @param tile
     *            its place
     * @param probabilities
     *            holds the tile's values (classes, Z, Y, X), row-major
     * @param offset
     *            where they start
     */
    void add(TileGrid.Tile tile, float[] probabilities, int offset) {
        if (Math.max(slab.first(), tile.z()) < finished) {
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    "tile " + tile + " comes after slice " + (finished - 1) + " was finished");
        }
        finishUntil((int) Math.max(slab.first(), tile.z()));
        int first = (int) Math.max(0, slab.first() - tile.z());
        int end = (int) Math.min(grid.tile().get(2), slab.end() - tile.z());
        for (int z = first; z < end; z++)
            addSlice(tile, z, probabilities, offset);
    }

    private void addSlice(TileGrid.Tile tile, int z, float[] probabilities, int offset) {
        int tx = grid.tile().get(0);
        int ty = grid.tile().get(1);
        int ring = (int) (tile.z() + z) % sums.length;
        int firstX = (int) Math.max(0, -tile.x());
        int endX = (int) Math.min(tx, nx - tile.x());
        int firstY = (int) Math.max(0, -tile.y());
        int endY = (int) Math.min(ty, ny - tile.y());
        for (int y = firstY; y < endY; y++) {
            int from = (z * ty + y) * tx + firstX;
            int to = (int) ((tile.y() + y) * nx + tile.x() + firstX);
            int n = endX - firstX;
            float[] w = weights[ring];
            for (int i = 0; i < n; i++)
                w[to + i] += importance[from + i];
            for (int c = 0; c < classes; c++) {
                float[] sum = sums[ring][c];
                int p = offset + c * importance.length + from;
                for (int i = 0; i < n; i++)
                    sum[to + i] += importance[from + i] * probabilities[p + i];
            }
        }
    }

    /** All tiles have come: the slices that are left leave too. */
    void finish() {
        finishUntil(slab.end());
    }

    private void finishUntil(int end) {
        for (; finished < end; finished++) {
            int ring = finished % sums.length;
            for (float[] sum : sums[ring])
                for (int i = 0; i < sum.length; i++)
                    sum[i] /= weights[ring][i];
            consumer.accept(finished, sums[ring]);
            for (float[] sum : sums[ring])
                Arrays.fill(sum, 0);
            Arrays.fill(weights[ring], 0);
        }
    }
}
