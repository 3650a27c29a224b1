package org.septum.cluster;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.CollectionAccumulator;
import org.septum.pipeline.BatchOutcome;
import org.septum.pipeline.BatchRecipe;
import org.septum.pipeline.BatchWorker;
import org.septum.pipeline.ScanRecipe;

/** Segments some scans in an executor, or joins their slabs. */
final class ScanTask implements VoidFunction<Iterator<ScanRecipe>> {

    private static final long serialVersionUID = 1;

    private final Broadcast<BatchRecipe> recipe;

    private final CollectionAccumulator<BatchOutcome> outcomes;

    private final boolean join;

    ScanTask(Broadcast<BatchRecipe> recipe, CollectionAccumulator<BatchOutcome> outcomes, boolean join) {
        this.recipe = recipe;
        this.outcomes = outcomes;
        this.join = join;
    }

    @Override
    public void call(Iterator<ScanRecipe> some) {
        List<ScanRecipe> scans = new ArrayList<>();
        some.forEachRemaining(scans::add);
        if (scans.isEmpty())
            return;
        TaskProgress progress = new TaskProgress();
        outcomes.add(BatchWorker.with(recipe.value(), progress,
                worker -> join ? worker.join(scans, progress.isLastTry(), progress)
                        : worker.segment(scans, progress.isLastTry(), progress)));
    }
}
