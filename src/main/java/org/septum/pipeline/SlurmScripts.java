package org.septum.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The scripts of a job array that segments folders of scans: text, and nothing else. Each task segments one shard and
 * goes on with what an earlier attempt has left; a job after them sums up; a third script submits both.
 *
 * @param job
 *            what is asked of Slurm
 * @param septum
 *            the program, as the nodes see it
 * @param scans
 *            folders of scans, absolute
 * @param model
 *            model, absolute
 * @param output
 *            folder of the masks, absolute
 * @param options
 *            further words for {@code septum segment}
 */
record SlurmScripts(SlurmJob job, String septum, List<Path> scans, Path model, Path output, List<String> options) {

    /** Script of the array. */
    static final String ARRAY = "array.sbatch";

    /** Script of the job that sums up. */
    static final String MERGE = "merge.sbatch";

    /** Script that submits both. */
    static final String SUBMIT = "submit.sh";

    /**
     * So often a task that was stopped starts again by itself. <b>Why</b> a limit: a scan that takes longer than the
     * time of a task would be begun for ever.
     */
    static final int RESTARTS = 20;

    /** What the table of a million scans takes, with room. */
    private static final int MERGE_MEGABYTES = 4096;

    /** The language of file names follows from the locale, and jobs may start without one. */
    private static final String SURROUNDINGS = """
            # File names are UTF-8, whatever the node is set to.
            case "${LC_ALL:-${LANG:-}}" in *[Uu][Tt][Ff]*) ;; *) export LC_ALL=C.UTF-8 ;; esac

            # Nine tenths of the memory that Slurm grants; the cores are in SLURM_CPUS_PER_TASK, which Septum reads itself.
            memory=()
            megabytes=${SLURM_MEM_PER_NODE:-0}
            [ "$megabytes" -gt 0 ] || megabytes=$((${SLURM_MEM_PER_CPU:-0} * ${SLURM_CPUS_PER_TASK:-1}))
            [ "$megabytes" -le 999999 ] || megabytes=999999
            [ "$megabytes" -eq 0 ] || memory=(--memory "$((megabytes * 9 / 10))m")
            """;

    private static final String RUN = """
            # Slurm asks the script to stop before the time is up or the node is taken away, and the script asks Septum,
            # which gives back the scan in hand.
            septum=
            signals=0
            trap 'signals=$((signals + 1)); [ -z "$septum" ] || kill -TERM "$septum" 2>/dev/null' TERM
            "${command[@]}" --shard "$SLURM_ARRAY_TASK_ID/$parts" --resume "${memory[@]}" &
            septum=$!
            wait "$septum"
            code=$?
            # Every signal ends one wait early.
            while [ "$signals" -gt 0 ]; do
            	signals=$((signals - 1))
            	wait "$septum"
            	code=$?
            done
            septum=

            # Stopped before the end: once more from where it was, unless somebody cancelled it, or it never gets on.
            if [ "$code" -eq 3 ] || [ "$code" -eq 143 ]; then
            	state=$(squeue --noheader --jobs="$SLURM_JOB_ID" --states=all --format=%T)
            	if [ "$state" = RUNNING ] && [ "${SLURM_RESTART_COUNT:-0}" -lt @RESTARTS@ ]; then
            		scontrol requeue "$SLURM_JOB_ID"
            	else
            		echo "not started again (state $state, ${SLURM_RESTART_COUNT:-0} restarts);" \\
            			"sbatch --array=$SLURM_ARRAY_TASK_ID array.sbatch goes on" >&2
            	fi
            fi
            exit "$code"
            """;

    SlurmScripts {
        scans = List.copyOf(scans);
        options = List.copyOf(options);
    }

    /** Task K segments shard K of N. */
    String array() {
        List<String> lines = new ArrayList<>(
                List.of("--job-name=septum", "--array=1-" + job.tasks() + (job.atOnce() > 0 ? "%" + job.atOnce() : ""),
                        "--ntasks=1", "--cpus-per-task=" + job.cpus(), "--mem=" + (job.memory() >> 20) + "M"));
        if (job.gpus() > 0)
            lines.add("--gres=gpu:" + job.gpus());
        lines.addAll(List.of("--time=" + time(job.time()), "--output=septum-%A_%a.log",
                "--signal=B:TERM@" + SlurmJob.WARNING_SECONDS));
        List<String> words = new ArrayList<>(List.of("--device", job.gpus() > 0 ? "gpu" : "cpu"));
        words.addAll(options);
        return header(lines) + """

                # The number of parts stands here, and is not asked of Slurm, so that "sbatch --array=7 array.sbatch"
                # does the seventh part again.
                parts=@TASKS@

                """.replace("@TASKS@", String.valueOf(job.tasks())) + SURROUNDINGS + "\n" + command(words) + "\n"
                + RUN.replace("@RESTARTS@", String.valueOf(RESTARTS));
    }

    /** Sums up what all tasks have done, well or not. */
    String merge() {
        return header(
                List.of("--job-name=septum-merge", "--ntasks=1", "--cpus-per-task=1", "--mem=" + MERGE_MEGABYTES + "M",
                        "--time=" + time(Duration.ofHours(1)), "--output=septum-%j_merge.log"))
                + "\n" + SURROUNDINGS + "\n" + command(List.of()) + "exec \"${command[@]}\" --merge \"${memory[@]}\"\n";
    }

    /** Submits the array, and the merge after it. */
    String submit() {
        return """
                #!/bin/bash
                # Submits the array, and after its last task the job that sums up. Again after a failure: what is done is
                # skipped.
                set -e
                cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
                array=$(sbatch --parsable array.sbatch)
                array=${array%%;*}
                echo "array $array"
                merge=$(sbatch --parsable --dependency=afterany:"$array" merge.sbatch)
                echo "merge ${merge%%;*}"
                """;
    }

    private String header(List<String> lines) {
        List<String> all = new ArrayList<>(lines);
        if (!job.partition().isEmpty())
            all.add("--partition=" + job.partition());
        if (!job.account().isEmpty())
            all.add("--account=" + job.account());
        all.addAll(List.of("--open-mode=append", "--requeue"));
        all.addAll(job.options());
        return "#!/bin/bash\n" + all.stream().map(line -> "#SBATCH " + line + "\n").collect(Collectors.joining());
    }

    private String command(List<String> more) {
        List<String> words = new ArrayList<>(List.of(quoted(septum), "segment"));
        scans.forEach(path -> words.add(quoted(path.toString())));
        words.add("--model " + quoted(model.toString()));
        words.add("--output " + quoted(output.toString()));
        more.forEach(word -> words.add(quoted(word)));
        return "command=(\n" + words.stream().map(word -> "\t" + word + "\n").collect(Collectors.joining()) + ")\n";
    }

    /** A word as bash reads it back, whatever is in it. */
    static String quoted(String word) {
        return word.matches("[\\p{Alnum}_./=:,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static String time(Duration time) {
        return String.format("%d-%02d:%02d:%02d", time.toDays(), time.toHoursPart(), time.toMinutesPart(),
                time.toSecondsPart());
    }
}
