package org.septum.pipeline;

import org.septum.core.Progress;

/** Passes on only that the user wants it to stop. */
record Quiet(Progress outer) implements Progress {

    @Override
    public void report(String task, long done, long total) {
        // the cases are reported
    }

    @Override
    public void message(String line) {
        // what a scan's reader notes was said when it was checked
    }

    @Override
    public boolean isCancelled() {
        return outer.isCancelled();
    }
}
