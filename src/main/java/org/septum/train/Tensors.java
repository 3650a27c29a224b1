package org.septum.train;

import java.util.List;

import org.septum.data.Patch;
import org.septum.data.Plan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Patches as tensors. */
final class Tensors {

    private Tensors() {
    }

    /** (N, channels, S). */
    static NDArray input(List<Patch> batch, Plan plan, NDManager manager) {
        int n = batch.get(0).input().length;
        float[] values = new float[n * batch.size()];
        for (int i = 0; i < batch.size(); i++)
            System.arraycopy(batch.get(i).input(), 0, values, i * n, n);
        return manager.create(values, shape(plan, batch.size(), plan.network().inputs()));
    }

    /** One-hot (N, classes, S). */
    static NDArray target(List<Patch> batch, Plan plan, NDManager manager) {
        int classes = plan.labels().count();
        int n = batch.get(0).classes().length;
        float[] values = new float[n * classes * batch.size()];
        for (int i = 0; i < batch.size(); i++) {
            byte[] truth = batch.get(i).classes();
            for (int v = 0; v < n; v++)
                values[(i * classes + (truth[v] & 0xff)) * n + v] = 1;
        }
        return manager.create(values, shape(plan, batch.size(), classes));
    }

    private static Shape shape(Plan plan, int n, int channels) {
        Shape shape = new Shape(n, channels);
        for (int s : plan.patchInTensorOrder())
            shape = shape.add(s);
        return shape;
    }
}
