package org.septum.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.septum.core.SeptumException;

/**
 * What a job array asks of Slurm. Everything is checked, so that nothing of it can add a line to a script.
 *
 * @param tasks
 *            tasks of the array, each with its part of the scans, 1 to {@value #MOST_TASKS}
 * @param atOnce
 *            tasks that may run at the same time; 0 for no limit but Slurm's
 * @param gpus
 *            GPUs of a task, 0 to {@value #MOST_GPUS}; with 0 a task computes on the CPU
 * @param cpus
 *            cores of a task, 1 to {@value #MOST_CPUS}
 * @param memory
 *            bytes of a task, 1 GB at least
 * @param time
 *            how long a task may run before Slurm ends it, five minutes at least: {@value #WARNING_SECONDS} seconds
 *            before the end it is asked to stop
 * @param partition
 *            partition, or several with commas; empty for Slurm's choice
 * @param account
 *            who pays; empty for Slurm's choice
 * @param options
 *            further options of sbatch, as {@code --qos=night}
 */
public record SlurmJob(int tasks, int atOnce, int gpus, int cpus, long memory, Duration time, String partition,
        String account, List<String> options) {

    /** Seconds from the signal to the end of a task. */
    static final int WARNING_SECONDS = 120;

    private static final int MOST_TASKS = 100_000;

    private static final int MOST_GPUS = 16;

    private static final int MOST_CPUS = 1024;

    private static final Duration LEAST_TIME = Duration.ofMinutes(5);

    private static final Duration MOST_TIME = Duration.ofDays(366);

    private static final Pattern NAME = Pattern.compile("[\\p{Alnum}_][\\p{Alnum}_.,@+-]*");

    private static final Pattern OPTION = Pattern.compile("--([a-z][a-z-]+)(=[ -~]+)?");

    /** Options of sbatch with which the parts or their order would be wrong. */
    private static final List<String> OWN = List.of("array", "dependency", "wrap", "ntasks");

    /**
     * Checks everything.
     *
     * @throws SeptumException
     *             of kind USAGE, with what is allowed
     */
    public SlurmJob {
        require(tasks >= 1 && tasks <= MOST_TASKS, "--array " + tasks, "1 to " + MOST_TASKS
                + " tasks (Slurm's own limit, MaxArraySize, is 1000 unless the cluster sets another)");
        require(atOnce >= 0 && atOnce <= tasks, "--array " + tasks + "%" + atOnce, "no more at once than tasks");
        require(gpus >= 0 && gpus <= MOST_GPUS, "--gpus " + gpus, "0 to " + MOST_GPUS);
        require(cpus >= 1 && cpus <= MOST_CPUS, "--cpus " + cpus, "1 to " + MOST_CPUS);
        require(memory >= 1L << 30, "--mem of " + (memory >> 20) + " MB", "1g and more, such as 16g");
        require(time.compareTo(LEAST_TIME) >= 0 && time.compareTo(MOST_TIME) <= 0,
                "--time of " + time.toSeconds() + " seconds", "5m to 366d");
        require(partition.isEmpty() || NAME.matcher(partition).matches(), "--partition \"" + visible(partition) + '"',
                "names of letters, digits and _ . - , such as gpu");
        require(account.isEmpty() || NAME.matcher(account).matches(), "--account \"" + visible(account) + '"',
                "a name of letters, digits and _ . -");
        options = List.copyOf(options);
        options.forEach(SlurmJob::requireOption);
    }

    private static void requireOption(String option) {
        var parts = OPTION.matcher(option);
        require(parts.matches(), "--option \"" + visible(option) + '"',
                "one long option of sbatch in one line of ASCII, as --option=--qos=night");
        require(!OWN.contains(parts.group(1)), "--option \"" + option + '"',
                "any option but " + String.join(", ", OWN) + ", which the scripts need as they are");
    }

    private static void require(boolean holds, String given, String allowed) {
        if (!holds)
            throw SeptumException.usage(given + "; allowed: " + allowed);
    }

    private static String visible(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
