package org.septum.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

import org.septum.core.Progress;
import org.septum.core.SeptumException;

/** Several trainings, some of them at the same time. One that fails is reported and the others go on. */
final class TrainingQueue {

    private static final long LOOK_MILLIS = 200;

    private final Map<AblationRun, TrainingProcess> processes = new LinkedHashMap<>();

    private final int epochs;

    private final Progress progress;

    private final Consumer<AblationRun> finished;

    private final List<String> problems = new ArrayList<>();

    private final AtomicInteger ended = new AtomicInteger();

    /**
     * @param runs
     *            in the order in which they start
     * @param process
     *            of a run
     * @param epochs
     *            of each, for the time left
     * @param progress
     *            asked whether to stop
     * @param finished
     *            hears of each run that ended well, one at a time
     */
    TrainingQueue(List<AblationRun> runs, Function<AblationRun, TrainingProcess> process, int epochs, Progress progress,
            Consumer<AblationRun> finished) {
        runs.forEach(run -> processes.put(run, process.apply(run)));
        this.epochs = epochs;
        this.progress = progress;
        this.finished = finished;
    }

    /**
     * Trains all; returns what went wrong, one line for each run that failed. If the user stops it, the trainings stop
     * after they have put away what they have.
     */
    List<String> run(int jobs) {
        ExecutorService pool = Executors.newFixedThreadPool(jobs);
        try {
            processes.forEach((run, process) -> pool.submit(() -> train(run, process)));
            pool.shutdown();
            while (ended.get() < processes.size() && !progress.isCancelled()) {
                report();
                Thread.sleep(LOOK_MILLIS);
            }
            report();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "interrupted while training", e);
        } finally {
            processes.values().forEach(TrainingProcess::stop);
            processes.values().forEach(TrainingProcess::awaitEnd);
            pool.shutdownNow();
        }
        synchronized (problems) {
            return List.copyOf(problems);
        }
    }

    private void train(AblationRun run, TrainingProcess process) {
        try {
            process.run().ifPresentOrElse(problem -> failed(run, problem), () -> done(run));
        } catch (RuntimeException e) {
            failed(run, String.valueOf(e.getMessage()));
        } finally {
            ended.incrementAndGet();
        }
    }

    private void done(AblationRun run) {
        synchronized (problems) {
            finished.accept(run);
        }
    }

    private void failed(AblationRun run, String problem) {
        if (progress.isCancelled())
            return;
        synchronized (problems) {
            problems.add(run.name() + ": " + problem);
        }
        progress.message(run.name() + " failed: " + problem);
    }

    private void report() {
        long done = processes.values().stream().mapToLong(TrainingProcess::epochs).sum();
        progress.report("training " + processes.size() + " runs, " + ended.get() + " ended", done,
                (long) processes.size() * epochs);
    }
}
