package org.septum.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.septum.compress.CompensationRanking.Reader;
import org.septum.compress.ReadingKernel.Part;
import org.septum.model.NamedWeights;
import org.septum.model.NodeRun;
import org.septum.model.block.TensorShape;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What a kernel of the whole network reads and makes at places of tiles.
 * <p>
 * Differs from the paper: places are chosen at random in equal parts of a tile instead of with a stride. A convolution
 * that is seen at too few places for so many features, or has more than a matrix of them fits in memory, is looked at
 * tap by tap: each tap as a 1×1 convolution of its own, so that all share one small matrix.
 */
final class Observation {

    /** Places for each feature. */
    private static final int PLACES = 6;

    /** Fewer places for each feature tell noise from dependence too badly. */
    private static final int FEWEST = 4;

    /** Of a feature's variance, for as many places as features: what chance could make of it. */
    private static final double NOISE = 0.1;

    private static final int AT_LEAST = 2000;

    /** Features of 128 channels that 27 taps read; their second moments take 96 MB. */
    static final int MOST_FEATURES = 3456;

    private static final long SEED = 20210831;

    private final ReadingKernel kernel;

    private final LinearMap map;

    private final boolean tapByTap;

    private final int perTile;

    private final FeatureStatistics statistics;

    private final List<KernelPlaces> places = new ArrayList<>();

    private final List<float[]> targets = new ArrayList<>();

    /**
     * Prepares to look at a kernel.
     *
     * @param weights
     *            of the whole network
     * @param output
     *            shape of what it makes of a tile
     * @param tiles
     *            how many there will be
     */
    Observation(ReadingKernel kernel, NamedWeights weights, TensorShape output, int tiles) {
        this.kernel = kernel;
        KernelMatrix matrix = kernel.matrix();
        map = matrix.map(weights, kernel.mayGainBias());
        long all = output.positions() / matrix.window() * tiles;
        tapByTap = matrix.width() > 1 && (matrix.features() > MOST_FEATURES || all < (long) FEWEST * matrix.features());
        perTile = Math.max(AT_LEAST, PLACES * Math.min(matrix.features(), MOST_FEATURES)) / tiles + 1;
        statistics = new FeatureStatistics(tapByTap ? matrix.in() : matrix.features());
    }

    /**
     * Looks at a tile of the whole network.
     *
     * @param node
     *            one of those where the kernel is used
     */
    void look(NodeRun.Tile tile, int node, NDManager manager) {
        NDArray input = tile.input(node);
        KernelPlaces at = new KernelPlaces(kernel.matrix(), perTile, input.getShape(),
                new Random(SEED + places.size()));
        float[] values = input.toFloatArray();
        statistics.add(tapByTap ? at.middles(values) : at.features(values, statistics.features()), manager);
        places.add(at);
        targets.add(at.targets(tile.output(node).toFloatArray()));
    }

    ReadingKernel kernel() {
        return kernel;
    }

    /** The kernel as a reader of a group. */
    List<Reader> readers(String group) {
        LinearMap seen = tapByTap ? kernel.matrix().tapByTap(map) : map;
        int width = tapByTap ? 1 : kernel.matrix().width();
        List<Reader> readers = new ArrayList<>();
        for (Part part : kernel.read()) {
            if (part.group().equals(group))
                readers.add(new Reader(seen, statistics, part.offset() * width, width));
        }
        return readers;
    }

    /**
     * The kernel rewritten for fewer channels.
     *
     * @param channels
     *            read, ascending
     * @param rescale
     *            whether outputs get the variance back that they had
     */
    LinearMap compensated(int[] channels, boolean rescale) {
        LinearMap seen = tapByTap ? kernel.matrix().tapByTap(map) : map;
        int[] kept = tapByTap ? channels : kernel.matrix().features(channels);
        Compensation compensation = new Compensation(seen, statistics);
        LinearMap small = compensation.keep(kept, ridge(kept.length, statistics.rows()));
        if (rescale)
            small = compensation.rescaled(small, kept);
        return tapByTap ? kernel.matrix().joined(small) : small;
    }

    /** A ridge for what is seen at so many places. */
    static double ridge(int features, long places) {
        return NOISE * features / places;
    }

    /** Where it was looked at in a tile; for kernels that are used once. */
    KernelPlaces places(int tile) {
        return places.get(tile);
    }

    /** What it made there, a row of all outputs for each place. */
    float[] targets(int tile) {
        return targets.get(tile);
    }
}
