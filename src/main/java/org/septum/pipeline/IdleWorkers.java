package org.septum.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

import org.septum.core.Progress;

/** The workers of this process that no task uses just now. */
final class IdleWorkers {

    private static final Deque<BatchWorker> IDLE = new ArrayDeque<>();

    private IdleWorkers() {
    }

    static <T> T with(BatchRecipe recipe, Progress progress, Function<BatchWorker, T> task) {
        BatchWorker worker = take(recipe);
        if (worker == null)
            worker = BatchWorker.open(recipe, progress);
        boolean well = false;
        try {
            T result = task.apply(worker);
            well = true;
            return result;
        } finally {
            if (well)
                giveBack(worker);
            else
                worker.close();
        }
    }

    /** A worker of a batch, or null; those of other batches are no longer needed. */
    private static synchronized BatchWorker take(BatchRecipe recipe) {
        while (!IDLE.isEmpty()) {
            BatchWorker worker = IDLE.pop();
            if (worker.recipe().equals(recipe))
                return worker;
            worker.close();
        }
        return null;
    }

    private static synchronized void giveBack(BatchWorker worker) {
        IDLE.push(worker);
    }

    static synchronized void close() {
        while (!IDLE.isEmpty())
            IDLE.pop().close();
    }
}
