package org.septum.cluster;

import org.apache.spark.TaskContext;
import org.septum.core.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log of an executor what a task has to say, and the task whether Spark wants it to stop. */
final class TaskProgress implements Progress {

    private static final Logger LOG = LoggerFactory.getLogger("septum");

    private final TaskContext task = TaskContext.get();

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
