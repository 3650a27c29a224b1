package org.septum.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.core.SeptumException;
import org.septum.pipeline.SegmentOnSlurm;
import org.septum.pipeline.SlurmJob;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum cluster slurm}. */
@Command(name = "slurm", description = {
        "Segments folders of scans as a job array of Slurm: writes its scripts into OUT/slurm.",
        "Each task segments its part of the scans; one that was preempted, ran out of time or lost its node goes on"
                + " where it was. A job after them writes the table and the pages.",
        "Scans, model, OUT and Septum must lie on a disk that all nodes see under the same path." }, footer = { "",
                "Examples:", "  septum cluster slurm scans/ -m MODEL -o masks --array 32 --gpus 1 --time 4h",
                "  septum cluster slurm scans/ -m MODEL -o masks --array 200%%20 --cpus 8 --mem 32g --submit",
                "  septum cluster slurm scans/ -m MODEL -o masks --array 8 --partition gpu --account imaging \\",
                "      --option=--qos=night --segment=--format=dicom-seg --segment=--overlay",
                "  bash masks/slurm/submit.sh                   submits; again, after a failure: what is done is skipped",
                "  sbatch --array=7 array.sbatch                in masks/slurm: the seventh part again", "",
                "Exit code: 0 all well, 1 sbatch is missing or refuses, 2 wrong usage." })
final class SlurmVerb extends Verb {

    private static final Pattern ARRAY = Pattern.compile("(\\d{1,7})(?:%(\\d{1,7}))?");

    private static final Pattern OPTION = Pattern.compile("--?\\p{Alpha}\\P{Cntrl}*");

    /** What the scripts say themselves, or what makes no sense in a task. */
    private static final List<String> NOT_FOR_TASKS = List.of("--shard", "--resume", "--retry-failed", "--merge",
            "--metrics", "--memory", "--device", "--help");

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders of scans.")
    private List<Path> scans;

    @Option(names = { "-m", "--model" }, required = true, paramLabel = "MODEL", description = "Model folder or zip.")
    private Path model;

    @Option(names = { "-o", "--output" }, required = true, paramLabel = "OUT", description = "Folder for the masks.")
    private Path output;

    @Option(names = "--array", required = true, paramLabel = "N", description = "Tasks, each with its part of the scans; 32%%8 runs 8 of 32 at a time.")
    private String array;

    @Option(names = "--gpus", paramLabel = "N", defaultValue = "0", description = "GPUs of a task; with 0 it computes on the CPU. Default: ${DEFAULT-VALUE}.")
    private int gpus;

    @Option(names = "--cpus", paramLabel = "N", defaultValue = "4", description = "Cores of a task. Default: ${DEFAULT-VALUE}.")
    private int cpus;

    @Option(names = "--mem", paramLabel = "SIZE", converter = MemorySize.class, defaultValue = "16g", description = "Memory of a task; Septum keeps to nine tenths of it. Default: ${DEFAULT-VALUE}.")
    private long memory;

    @Option(names = "--time", paramLabel = "T", converter = SlurmTime.class, defaultValue = "4h", description = "Time limit of a task: 30m, 4h, 1d12h or 1-12:00:00. A task that needs longer is started again and goes on. Default: ${DEFAULT-VALUE}.")
    private Duration time;

    @Option(names = "--partition", paramLabel = "P", defaultValue = "", description = "Slurm's partition.")
    private String partition;

    @Option(names = "--account", paramLabel = "A", defaultValue = "", description = "Slurm's account.")
    private String account;

    @Option(names = "--option", paramLabel = "O", description = "A further option of sbatch, as --option=--qos=night; may be given several times.")
    private List<String> options = new ArrayList<>();

    @Option(names = "--segment", paramLabel = "O", description = "An option of septum segment for all tasks, as --segment=--tta or --segment=--format=dicom-seg, paths in it absolute; may be given several times.")
    private List<String> segment = new ArrayList<>();

    @Option(names = "--septum", paramLabel = "PROGRAM", description = "What the nodes run: the launcher septum, or an image of Apptainer. Default: the launcher that runs here.")
    private Path septum;

    @Option(names = "--overwrite", description = "Replace other scripts in OUT/slurm.")
    private boolean overwrite;

    @Option(names = "--submit", description = "Submit: the array, and the merge after it.")
    private boolean submit;

    @Override
    public Integer call() {
        Matcher tasks = ARRAY.matcher(array.strip());
        if (!tasks.matches())
            throw SeptumException.usage("--array \"" + array + "\"; allowed: a number of tasks, such as 32, or 32%8"
                    + " for 8 of them at a time");
        SlurmJob job = new SlurmJob(Integer.parseInt(tasks.group(1)), atOnce(tasks), gpus, cpus, memory, time,
                partition, account, options);
        requireSegmentOptions();
        SegmentOnSlurm.Result result = SegmentOnSlurm.run(new SegmentOnSlurm.Request(scans, model, output, segment,
                Optional.ofNullable(septum), job, overwrite, submit), progress());
        if (program().json)
            printJson(Map.of("scripts", result.scripts(), "array", result.array().orElse(""), "merge",
                    result.merge().orElse(""), "submit", result.submitCommand()));
        else
            print(result);
        return SeptumCli.WELL;
    }

    private static int atOnce(Matcher tasks) {
        if (tasks.group(2) == null)
            return 0;
        int atOnce = Integer.parseInt(tasks.group(2));
        if (atOnce == 0)
            throw SeptumException.usage("--array " + tasks.group() + "; allowed: 1 or more tasks at a time");
        return atOnce;
    }

    /** <b>Why</b> here: a wrong option would else fail in every task, hours later. */
    private void requireSegmentOptions() {
        List<String> words = new ArrayList<>(List.of("DIR", "-m", "MODEL", "-o", "OUT"));
        for (String word : segment) {
            if (!OPTION.matcher(word).matches())
                throw SeptumException.usage("--segment " + word.replaceAll("\\p{Cntrl}", "?")
                        + "; allowed: one option of septum segment each, with its value behind =, as"
                        + " --segment=--format=dicom-seg");
            words.add(word);
        }
        try {
            CommandLine.ParseResult parsed = new CommandLine(new SegmentVerb()).parseArgs(words.toArray(String[]::new));
            for (String own : NOT_FOR_TASKS)
                if (parsed.hasMatchedOption(own))
                    throw SeptumException.usage("--segment=" + own + "; allowed: other options, as the scripts say it"
                            + " themselves or it is not for tasks; leave it out");
        } catch (CommandLine.ParameterException e) {
            throw SeptumException.usage("--segment: " + e.getMessage() + "; allowed: what septum segment --help says");
        }
    }

    private void print(SegmentOnSlurm.Result result) {
        result.scripts().forEach(file -> print(file.toString()));
        if (result.array().isPresent())
            print("submitted: array " + result.array().get() + ", merge " + result.merge().orElseThrow()
                    + "; to watch it: squeue -j " + result.array().get() + "," + result.merge().orElseThrow());
        else
            print("to submit: " + result.submitCommand());
    }
}
