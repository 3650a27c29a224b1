package org.septum.cluster;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.CollectionAccumulator;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.pipeline.BatchOutcome;
import org.septum.pipeline.BatchRecipe;
import org.septum.pipeline.ScanRecipe;
import org.septum.pipeline.SegmentOnCluster;
import org.septum.pipeline.SlabRecipe;

/** Has scans segmented by the executors of a Spark application, which starts tasks again whose executor dies. */
final class SparkExecutors implements SegmentOnCluster.Executors {

    private static final long LOOK_AGAIN_MILLIS = 300;

    private static final long PATIENCE_MILLIS = 15_000;

    /** Tasks an executor should get, so that none is left with much when the others are through. */
    private static final int TASKS_EACH = 8;

    private static final Pattern REASON = Pattern.compile("org\\.septum\\.core\\.SeptumException: (.*)");

    private final JavaSparkContext spark;

    private final int scansPerTask;

    private final Progress progress;

    SparkExecutors(JavaSparkContext spark, int scansPerTask, Progress progress) {
        this.spark = spark;
        this.scansPerTask = scansPerTask;
        this.progress = progress;
    }

    @Override
    public void segment(BatchRecipe recipe, List<ScanRecipe> scans, Consumer<BatchOutcome> onOutcome) {
        CollectionAccumulator<BatchOutcome> outcomes = outcomes();
        run("segment", recipe, scans, parts(scans.size()), outcomes, onOutcome,
                shared -> new ScanTask(shared, outcomes, false));
    }

    @Override
    public void segmentSlabs(BatchRecipe recipe, List<SlabRecipe> slabs) {
        run("segment slabs", recipe, slabs, slabs.size(), outcomes(), outcome -> {
            // slabs have none
        }, SlabTask::new);
    }

    @Override
    public void join(BatchRecipe recipe, List<ScanRecipe> scans, Consumer<BatchOutcome> onOutcome) {
        CollectionAccumulator<BatchOutcome> outcomes = outcomes();
        run("join slabs", recipe, scans, scans.size(), outcomes, onOutcome,
                shared -> new ScanTask(shared, outcomes, true));
    }

    private CollectionAccumulator<BatchOutcome> outcomes() {
        return spark.sc().collectionAccumulator();
    }

    private int parts(int scans) {
        int even = (scans - 1) / Math.max(1, TASKS_EACH * spark.defaultParallelism()) + 1;
        int each = Math.min(scansPerTask, even);
        return (scans - 1) / each + 1;
    }

    /** Makes the tasks of a job. */
    private interface Tasks<T> {

        VoidFunction<Iterator<T>> of(Broadcast<BatchRecipe> recipe);
    }

    private <T> void run(String job, BatchRecipe recipe, List<T> list, int parts,
            CollectionAccumulator<BatchOutcome> outcomes, Consumer<BatchOutcome> onOutcome, Tasks<T> tasks) {
        Broadcast<BatchRecipe> shared = spark.broadcast(recipe);
        // not interrupted: that would close files under their hands; they ask whether to stop
        spark.setJobGroup("septum", job + ": " + list.size(), false);
        JavaFutureAction<Void> action = spark.parallelize(list, parts).foreachPartitionAsync(tasks.of(shared));
        try {
            int told = 0;
            for (boolean done = false; !done;) {
                done = isDone(action);
                List<BatchOutcome> all = new ArrayList<>(outcomes.value());
                all.subList(told, all.size()).forEach(onOutcome);
                told = all.size();
            }
        } finally {
            if (!action.isDone()) {
                action.cancel(true);
                awaitTasks();
            }
            shared.destroy();
        }
    }

    /** Gives tasks that were cancelled some time to put away what they have. */
    private void awaitTasks() {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        try {
            while (System.currentTimeMillis() < until && Stream.of(spark.sc().statusTracker().getExecutorInfos())
                    .anyMatch(executor -> executor.numRunningTasks() > 0))
                Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits a little. */
    private boolean isDone(JavaFutureAction<Void> action) {
        try {
            progress.throwIfCancelled();
            action.get(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "stopped while Spark was at work", e);
        } catch (ExecutionException e) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    "Spark gave up: " + reason(e.getCause()) + "; --resume goes on", e);
        }
    }

    /** What a task said last, else what Spark says. */
    private static String reason(Throwable e) {
        String said = String.valueOf(e.getMessage());
        Matcher task = REASON.matcher(said);
        return task.find() ? task.group(1).strip() : said.lines().findFirst().orElse("").strip();
    }
}
