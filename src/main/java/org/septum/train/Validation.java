package org.septum.train;

import java.util.ArrayList;
import java.util.List;

import org.septum.core.Progress;
import org.septum.data.DataCase;
import org.septum.data.Patch;
import org.septum.data.PatchSampler;
import org.septum.data.Plan;
import org.septum.data.PreparedCase;
import org.septum.model.NetworkBlock;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;

/**
 * Dice of the held-out cases after an epoch: tiles without blending, voxels of all cases pooled, those that lie in two
 * tiles twice. Quick; the score that counts is measured case by case on the finished model.
 */
final class Validation {

    /** An epoch looks at about so many tiles, the same of every case. */
    private static final int MOST_TILES = 64;

    private final Plan plan;

    private final List<DataCase> cases;

    private final PatchFeed feed;

    Validation(Plan plan, List<DataCase> cases, PatchFeed feed) {
        this.plan = plan;
        this.cases = cases;
        this.feed = feed;
    }

    /**
     * Dice of each foreground class, NaN if it does not occur; empty if there are no cases. Of no meaning if it is
     * stopped on the way.
     */
    List<Double> dice(NetworkBlock network, NDManager manager, Progress progress) {
        if (cases.isEmpty())
            return List.of();
        int classes = plan.labels().count();
        long[] both = new long[classes];
        long[] sum = new long[classes];
        PatchSampler sampler = new PatchSampler(plan);
        int perCase = Math.max(1, MOST_TILES / cases.size());
        for (int i = 0; i < cases.size() && !progress.isCancelled(); i++) {
            PreparedCase prepared = feed.prepared(cases.get(i));
            List<int[]> corners = corners(prepared);
            int step = (corners.size() + perCase - 1) / perCase;
            for (int k = 0; k < corners.size() && !progress.isCancelled(); k += step) {
                int[] corner = corners.get(k);
                Patch patch = sampler.cut(prepared, corner[0], corner[1], corner[2]);
                byte[] predicted = predict(network, patch, manager);
                count(patch.classes(), predicted, inside(prepared, corner), new long[][] { both, sum });
            }
        }
        List<Double> dice = new ArrayList<>();
        for (int k = 1; k < classes; k++)
            dice.add(sum[k] == 0 ? Double.NaN : 2.0 * both[k] / sum[k]);
        return dice;
    }

    /** First voxels of tiles that cover a case; inside it, or centred on an axis that is shorter than a tile. */
    private List<int[]> corners(PreparedCase c) {
        List<int[]> corners = new ArrayList<>();
        for (int z : starts(c.size(2), plan.patch().get(2))) {
            for (int y : starts(c.size(1), plan.patch().get(1))) {
                for (int x : starts(c.size(0), plan.patch().get(0)))
                    corners.add(new int[] { x, y, z });
            }
        }
        return corners;
    }

    /** Evenly spread over an axis: 26 voxels and tiles of 10 give 0, 8, 16. */
    static int[] starts(int size, int edge) {
        if (size <= edge)
            return new int[] { Math.floorDiv(size - edge, 2) };
        int n = (size + edge - 1) / edge;
        int[] starts = new int[n];
        for (int i = 0; i < n; i++)
            starts[i] = (int) ((long) i * (size - edge) / (n - 1));
        return starts;
    }

    /** For each voxel of a tile whether it lies in the scan; what a network says of the rest is never used. */
    private boolean[] inside(PreparedCase c, int[] corner) {
        int nx = plan.patch().get(0);
        int ny = plan.patch().get(1);
        boolean[] inside = new boolean[nx * ny * plan.patch().get(2)];
        for (int i = 0; i < inside.length; i++) {
            int x = corner[0] + i % nx;
            int y = corner[1] + i / nx % ny;
            int z = corner[2] + i / nx / ny;
            inside[i] = x >= 0 && y >= 0 && z >= 0 && x < c.size(0) && y < c.size(1) && z < c.size(2);
        }
        return inside;
    }

    private byte[] predict(NetworkBlock network, Patch patch, NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray input = Tensors.input(List.of(patch), plan, scope);
            NDArray logits = network.forward(new ParameterStore(manager, false), new NDList(input), false)
                    .singletonOrThrow();
            long[] best = logits.argMax(1).toLongArray();
            byte[] classes = new byte[best.length];
            for (int i = 0; i < best.length; i++)
                classes[i] = (byte) best[i];
            return classes;
        }
    }

    /** Adds to the voxels of each class that agree, and to those that either has. */
    private static void count(byte[] truth, byte[] predicted, boolean[] inside, long[][] bothAndSum) {
        for (int i = 0; i < truth.length; i++) {
            if (!inside[i])
                continue;
            int wanted = truth[i] & 0xff;
            int found = predicted[i] & 0xff;
            if (wanted == found)
                bothAndSum[0][wanted]++;
            bothAndSum[1][wanted]++;
            bothAndSum[1][found]++;
        }
    }
}
