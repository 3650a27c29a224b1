package org.septum.infer;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.septum.data.Plan;

/**
 * A network that looks at one voxel only: class c is the more likely the closer the mean over the channels lies to
 * {@code 10 c}. The largest probability changes from class to class at 5, 15, 25 …
 */
final class FakeEngine implements Engine {

    private final Plan plan;

    private final int lanes;

    private final AtomicInteger calls = new AtomicInteger();

    private final AtomicInteger largestCount = new AtomicInteger();

    FakeEngine(Plan plan) {
        this(plan, 1);
    }

    FakeEngine(Plan plan, int lanes) {
        this.plan = plan;
        this.lanes = lanes;
    }

    static float[] probabilities(float value, int classes) {
        float[] p = new float[classes];
        float sum = 0;
        for (int c = 0; c < classes; c++) {
            p[c] = 1 / (1 + Math.abs(value - 10 * c));
            sum += p[c];
        }
        for (int c = 0; c < classes; c++)
            p[c] /= sum;
        return p;
    }

    /** The class that the network gives a value. */
    static int classOf(float value, int classes) {
        return Math.max(0, Math.min(classes - 1, Math.round(value / 10)));
    }

    @Override
    public List<Lane> lanes(Workload work) {
        List<Integer> tile = work.tile();
        return Collections.nCopies(Math.min(lanes, work.mostLanes()),
                (tiles, count, result) -> run(tiles, count, tile, result));
    }

    private void run(float[] tiles, int count, List<Integer> size, float[] result) {
        calls.incrementAndGet();
        largestCount.accumulateAndGet(count, Math::max);
        int voxels = size.get(0) * size.get(1) * size.get(2);
        int channels = plan.network().inputs();
        int classes = plan.labels().count();
        for (int n = 0; n < count; n++) {
            for (int i = 0; i < voxels; i++) {
                float sum = 0;
                for (int c = 0; c < channels; c++)
                    sum += tiles[(n * channels + c) * voxels + i];
                float[] p = probabilities(sum / channels, classes);
                for (int c = 0; c < classes; c++)
                    result[(n * classes + c) * voxels + i] = p[c];
            }
        }
    }

    int calls() {
        return calls.get();
    }

    int largestCount() {
        return largestCount.get();
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public String describe() {
        return "fake";
    }

    @Override
    public void close() {
        // nothing to free
    }
}
