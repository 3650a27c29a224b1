package org.septum.infer;

import java.util.List;

import org.septum.data.Plan;

/**
 * A network that looks at one voxel only: class c is the more likely the closer the mean over the channels lies to
 * {@code 10 c}. The largest probability changes from class to class at 5, 15, 25 …
 */
final class FakeEngine implements Engine {

    private final Plan plan;

    private int calls;

    private int largestCount;

    FakeEngine(Plan plan) {
        this.plan = plan;
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
    public float[] probabilities(float[] tiles, int count) {
        calls++;
        largestCount = Math.max(largestCount, count);
        List<Integer> patch = plan.patch();
        int voxels = patch.get(0) * patch.get(1) * patch.get(2);
        int channels = plan.network().inputs();
        int classes = plan.labels().count();
        if (tiles.length != count * channels * voxels)
            throw new AssertionError(tiles.length + " values for " + count + " tiles");
        float[] out = new float[count * classes * voxels];
        for (int n = 0; n < count; n++) {
            for (int i = 0; i < voxels; i++) {
                float sum = 0;
                for (int c = 0; c < channels; c++)
                    sum += tiles[(n * channels + c) * voxels + i];
                float[] p = probabilities(sum / channels, classes);
                for (int c = 0; c < classes; c++)
                    out[(n * classes + c) * voxels + i] = p[c];
            }
        }
        return out;
    }

    int calls() {
        return calls;
    }

    int largestCount() {
        return largestCount;
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
