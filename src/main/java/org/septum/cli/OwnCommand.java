package org.septum.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts this program in another process, as this one was started. */
final class OwnCommand {

    /** Share of the machine's memory that the launcher gives to Java. */
    private static final int MEMORY_PERCENT = 60;

    private OwnCommand() {
    }

    /**
     * Program and first arguments; a verb follows.
     *
     * @param jobs
     *            processes at the same time, which share processors and memory
     */
    static List<String> of(int jobs) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(OwnCommand::isInherited)
                .forEach(command::add);
        if (jobs > 1) {
            command.add("-XX:ActiveProcessorCount=" + Math.max(1, Runtime.getRuntime().availableProcessors() / jobs));
            command.add("-XX:MaxRAMPercentage=" + (double) MEMORY_PERCENT / jobs);
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(SeptumCli.class.getName());
        return command;
    }

    /** Agents watch this process only, and a child writes to a log, not to a terminal. */
    private static boolean isInherited(String argument) {
        return !argument.startsWith("-javaagent") && !argument.startsWith("-agent")
                && !argument.startsWith("-Dseptum.terminal");
    }
}
