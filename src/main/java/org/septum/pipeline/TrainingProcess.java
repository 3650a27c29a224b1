package org.septum.pipeline;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.septum.core.SeptumException;
import org.septum.train.EpochReport;

/**
 * A training in a process of its own. <b>Why?</b> The number of PyTorch's threads is a setting of the process; and what
 * one training leaves in native memory, or dies of, does not reach the next.
 */
final class TrainingProcess {

    private static final int PATIENCE_SECONDS = 60;

    private static final String PROBLEM = "septum: ";

    private final List<String> command;

    private final Map<String, String> environment;

    private final Path log;

    private Process process;

    private boolean stopped;

    private volatile int epochs;

    /**
     * @param command
     *            program and arguments
     * @param environment
     *            variables set beside those of this process
     * @param log
     *            gets what it prints
     */
    TrainingProcess(List<String> command, Map<String, String> environment, Path log) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = log;
    }

    /** Runs it to its end; returns what went wrong, or nothing. */
    Optional<String> run() {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Process started = start();
            return started == null ? Optional.of("stopped by the user") : follow(started);
        } catch (IOException e) {
            return Optional.of("cannot run " + command.get(0) + ": " + e.getMessage());
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /** Null if it was stopped before. */
    private synchronized Process start() throws IOException {
        if (stopped)
            return null;
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private Optional<String> follow(Process started) throws IOException, InterruptedException {
        String problem = "";
        try (BufferedReader lines = started.inputReader(StandardCharsets.UTF_8);
                BufferedWriter writer = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                writer.write(line);
                writer.newLine();
                writer.flush();
                EpochReport.epochOf(line).ifPresent(epoch -> epochs = epoch);
                if (line.startsWith(PROBLEM))
                    problem = line.substring(PROBLEM.length());
            }
        }
        int code = started.waitFor();
        if (code == 0)
            return Optional.empty();
        return Optional.of(problem.isEmpty() ? "it ended with exit code " + code + "; see " + log : problem);
    }

    /** Epochs that are done, as far as it said. */
    int epochs() {
        return epochs;
    }

    /** Asks it to stop, which keeps its last whole epoch. */
    synchronized void stop() {
        stopped = true;
        if (process != null)
            process.destroy();
    }

    /** Waits until it has stopped, and ends it if it takes long. */
    void awaitEnd() {
        Process running;
        synchronized (this) {
            running = process;
        }
        try {
            if (running != null && !running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                running.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "interrupted while a training stopped", e);
        }
    }
}
