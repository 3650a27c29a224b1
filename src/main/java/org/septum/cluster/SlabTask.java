package org.septum.cluster;

import java.util.Iterator;

import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.broadcast.Broadcast;
import org.septum.pipeline.BatchRecipe;
import org.septum.pipeline.BatchWorker;
import org.septum.pipeline.SlabRecipe;

/** Segments slabs of large scans in an executor. */
final class SlabTask implements VoidFunction<Iterator<SlabRecipe>> {

    private static final long serialVersionUID = 1;

    private final Broadcast<BatchRecipe> recipe;

    SlabTask(Broadcast<BatchRecipe> recipe) {
        this.recipe = recipe;
    }

    @Override
    public void call(Iterator<SlabRecipe> slabs) {
        TaskProgress progress = new TaskProgress();
        while (slabs.hasNext()) {
            SlabRecipe slab = slabs.next();
            BatchWorker.with(recipe.value(), progress, worker -> {
                worker.segment(slab, progress.isLastTry(), progress);
                return slab;
            });
        }
    }
}
