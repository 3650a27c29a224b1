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
 * Dice of the held-out cases after an epoch: tiles side by side without blending, voxels of all cases pooled. Quick;
 * the score that counts is measured case by case on the finished model.
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

    /** Dice of each foreground class, NaN if it does not occur; empty if there are no cases. */
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
            for (int k = 0; k < corners.size(); k += step) {
                int[] corner = corners.get(k);
                Patch patch = sampler.cut(prepared, corner[0], corner[1], corner[2]);
                count(patch, predict(network, patch, manager), both, sum);
            }
        }
        List<Double> dice = new ArrayList<>();
        for (int k = 1; k < classes; k++)
            dice.add(sum[k] == 0 ? Double.NaN : 2.0 * both[k] / sum[k]);
        return dice;
    }

    /** First voxels of tiles that cover a case, centred on it. */
    private List<int[]> corners(PreparedCase c) {
        List<int[]> corners = new ArrayList<>();
        int[] n = new int[3];
        int[] start = new int[3];
        for (int d = 0; d < 3; d++) {
            int edge = plan.patch().get(d);
            n[d] = (c.size(d) + edge - 1) / edge;
            start[d] = Math.floorDiv(c.size(d) - n[d] * edge, 2);
        }
        for (int z = 0; z < n[2]; z++) {
            for (int y = 0; y < n[1]; y++) {
                for (int x = 0; x < n[0]; x++) {
                    corners.add(new int[] { start[0] + x * plan.patch().get(0), start[1] + y * plan.patch().get(1),
                            start[2] + z * plan.patch().get(2) });
                }
            }
        }
        return corners;
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

    private static void count(Patch patch, byte[] predicted, long[] both, long[] sum) {
        byte[] truth = patch.classes();
        for (int i = 0; i < truth.length; i++) {
            int wanted = truth[i] & 0xff;
            int found = predicted[i] & 0xff;
            if (wanted == found)
                both[wanted]++;
            sum[wanted]++;
            sum[found]++;
        }
    }
}
