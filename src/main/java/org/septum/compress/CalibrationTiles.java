package org.septum.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.DataCase;
import org.septum.data.PatchSampler;
import org.septum.data.Plan;
import org.septum.data.PreparedCase;

/**
 * Tiles of scans as a network gets them when it segments, most of them with something to segment: what ranges are
 * measured on.
 *
 * @param plan
 *            of the network
 * @param tiles
 *            (channels, [Z,] Y, X) each, normalised
 */
public record CalibrationTiles(Plan plan, List<float[]> tiles) {

    private static final long SEED = 20250611;

    private static final int ONE_IN = 10;

    private static final int FEWEST_CASES = 4;

    /** Voxels looked at, one by one, for one of a class. */
    private static final int TRIES = 2000;

    public CalibrationTiles {
        tiles = List.copyOf(tiles);
        if (tiles.isEmpty())
            throw SeptumException.input("no tiles to measure ranges on; give a dataset with cases");
    }

    /**
     * Cuts tiles out of cases that lie evenly among those given. The same cases give the same tiles.
     *
     * @param cases
     *            those that the network was trained on
     * @param plan
     *            of the network
     * @param count
     *            how many tiles, at least 1
     * @param progress
     *            hears of every case and is asked whether to stop
     */
    public static CalibrationTiles of(List<DataCase> cases, Plan plan, int count, Progress progress) {
        if (cases.isEmpty())
            throw SeptumException
                    .input("no cases to measure ranges on; give the dataset that the model was trained on");
        PatchSampler sampler = new PatchSampler(plan);
        List<float[]> tiles = new ArrayList<>();
        int read = Math.min(count, cases.size());
        for (int i = 0; i < read; i++) {
            progress.throwIfCancelled();
            progress.report("reading scans to measure ranges on", i, read);
            PreparedCase c = PreparedCase.read(cases.get((int) ((long) i * cases.size() / read)), plan);
            Random random = new Random(SEED + i);
            for (int k = i; k < count; k += read) {
                int[] at = place(c, plan, random);
                tiles.add(sampler.cut(c, at[0], at[1], at[2]).input());
            }
        }
        progress.report("reading scans to measure ranges on", read, read);
        return new CalibrationTiles(plan, tiles);
    }

    /**
     * A tenth of the cases, at least four, spread over all.
     *
     * @throws SeptumException
     *             of kind INPUT if there are none
     */
    public static List<DataCase> tenth(List<DataCase> all) {
        if (all.isEmpty())
            throw SeptumException.input("no cases to look at; give the dataset that the model was trained on");
        int count = Math.min(all.size(), Math.max(FEWEST_CASES, all.size() / ONE_IN));
        return IntStream.range(0, count).mapToObj(i -> all.get((int) ((long) i * all.size() / count))).toList();
    }

    /** The first voxel of a tile around a voxel of a class, inside the scan where that is large enough. */
    private static int[] place(PreparedCase c, Plan plan, Random random) {
        int[] voxel = new int[3];
        for (int i = 0; i < TRIES; i++) {
            for (int d = 0; d < 3; d++)
                voxel[d] = random.nextInt(c.size(d));
            if (c.classAt(voxel[0], voxel[1], voxel[2]) > 0)
                break;
        }
        int[] at = new int[3];
        for (int d = 0; d < 3; d++) {
            int tile = plan.patch().get(d);
            int room = c.size(d) - tile;
            // a scan smaller than a tile lies in its middle, as when it is segmented
            at[d] = room <= 0 ? -(-room / 2) : Math.max(0, Math.min(room, voxel[d] - tile / 2));
        }
        return at;
    }

    /** The first tiles. */
    public CalibrationTiles first(int count) {
        return new CalibrationTiles(plan, tiles.subList(0, Math.min(count, tiles.size())));
    }

    /** Shape of one tile as a batch, (1, inputs, [Z,] Y, X). */
    long[] shape() {
        List<Integer> patch = plan.patchInTensorOrder();
        long[] shape = new long[2 + patch.size()];
        shape[0] = 1;
        shape[1] = plan.network().inputs();
        for (int d = 0; d < patch.size(); d++)
            shape[2 + d] = patch.get(d);
        return shape;
    }
}
