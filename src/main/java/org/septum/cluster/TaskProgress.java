package org.septum.cluster;

import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.septum.core.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of an executor what a task has to say, and the task whether Spark wants it to stop. */
final class TaskProgress implements Progress {

    private static final Logger LOG = LoggerFactory.getLogger("septum");

    /** Spark's own default. */
    private static final int TRIES = 4;

    private final TaskContext task = TaskContext.get();

    /** True if the task has been begun so often that Spark gives up if it fails again. */
    boolean isLastTry() {
        int most = SparkEnv.get().conf().getInt("spark.task.maxFailures", TRIES);
        return task != null && task.attemptNumber() > 0 && task.attemptNumber() >= most - 1;
    }

    @Override
    public void report(String what, long done, long total) {
        // Spark shows how many tasks are through
    }

    @Override
    public void message(String line) {
        LOG.warn(line);
    }

    @Override
    public boolean isCancelled() {
        return task != null && task.isInterrupted();
    }
}
