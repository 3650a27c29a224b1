package org.septum.fiji;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.scijava.Cancelable;
import org.scijava.app.StatusService;
import org.scijava.log.LogService;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

import ij.IJ;

/**
 * Work of a command that Esc ends, and whose errors become the command's reason to cancel.
 * <p>
 * <b>Why a thread?</b> A call of a network cannot be interrupted. Work that writes nothing is left behind after half a
 * second: it ends by itself with the tile that it is at, and nobody hears of it.
 */
final class EscapableWork {

    private static final long LOOK_EVERY = 50;

    private static final long PATIENCE = 500;

    private final Cancelable command;

    private final StatusService status;

    private final LogService log;

    private final UnaryOperator<String> words;

    private final AtomicBoolean isStopped = new AtomicBoolean();

    /**
     * @param words
     *            turns messages into those of the command
     */
    EscapableWork(Cancelable command, StatusService status, LogService log, UnaryOperator<String> words) {
        this.words = words;
        this.command = command;
        this.status = status;
        this.log = log;
    }

    /**
     * Does work that only gives a result.
     *
     * @return what came out; empty if it was stopped or failed, which the command then says
     */
    <T> Optional<T> compute(Function<Progress, T> work) {
        return run(work, PATIENCE);
    }

    /** Does work that writes files: stops it likewise, and waits until no half a file is left. */
    <T> Optional<T> write(Function<Progress, T> work) {
        return run(work, Long.MAX_VALUE);
    }

    private <T> Optional<T> run(Function<Progress, T> work, long patience) {
        IJ.resetEscape();
        FutureTask<T> task = new FutureTask<>(() -> work.apply(new StatusProgress(status, log, words, isStopped::get)));
        Thread thread = new Thread(task, "septum");
        thread.setDaemon(true);
        thread.start();
        try {
            return Optional.of(await(task, patience));
        } catch (ExecutionException e) {
            command.cancel(reason(e.getCause()));
            return Optional.empty();
        } catch (SeptumException e) {
            command.cancel(e.getMessage());
            return Optional.empty();
        } finally {
            status.clearStatus();
        }
    }

    private <T> T await(FutureTask<T> task, long patience) throws ExecutionException {
        long stopped = 0;
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return task.get(LOOK_EVERY, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    isInterrupted = true;
                } catch (TimeoutException e) {
                    // time to look whether somebody wants it to stop
                }
                boolean isWanted = isInterrupted || command.isCanceled() || IJ.escapePressed();
                if (isWanted && isStopped.compareAndSet(false, true)) {
                    stopped = System.nanoTime();
                    status.showStatus("Septum: stopping");
                }
                if (isStopped.get() && (System.nanoTime() - stopped) / 1_000_000 >= patience)
                    throw new SeptumException(SeptumException.Kind.CANCELLED, "stopped by the user");
            }
        } finally {
            if (isInterrupted)
                Thread.currentThread().interrupt();
        }
    }

    private String reason(Throwable cause) {
        if (cause instanceof SeptumException) {
            log.debug(cause);
            return cause.getMessage();
        }
        if (cause instanceof OutOfMemoryError memory)
            return SeptumException.outOfMemory(memory).getMessage();
        log.error(cause);
        return "a mistake in Septum: " + cause + "; the log (Window > Console) has more, please report it";
    }
}
