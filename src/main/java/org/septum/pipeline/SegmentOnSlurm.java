package org.septum.pipeline;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.septum.bundle.OpenModel;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/**
 * Segments folders of scans as a job array of Slurm: writes the scripts into the folder {@code slurm} of the output,
 * and submits them if that is wanted. The masks are those of {@link SegmentFolders} on one machine.
 */
public final class SegmentOnSlurm {

    private static final Pattern SUBMITTED = Pattern.compile("(?m)^(array|merge) (\\d+)$");

    /** Memory of a job that Septum keeps to, in tenths; the scripts know this number too. */
    private static final int TENTHS = 9;

    /**
     * What to segment, and how.
     *
     * @param scans
     *            folders of scans, on a disk that the nodes see under the same path; likewise the others
     * @param model
     *            the model
     * @param output
     *            folder for the masks
     * @param options
     *            further words for {@code septum segment}, known to be right
     * @param septum
     *            the program that the nodes run; if empty the one that runs here
     * @param job
     *            what is asked of Slurm
     * @param overwrite
     *            whether other scripts that are there may be replaced
     * @param submit
     *            whether to submit
     */
    public record Request(List<Path> scans, Path model, Path output, List<String> options, Optional<Path> septum,
            SlurmJob job, boolean overwrite, boolean submit) {

        public Request {
            scans = List.copyOf(scans);
            options = List.copyOf(options);
        }
    }

    /**
     * What came out.
     *
     * @param scripts
     *            the scripts of the array, of the merge, and the one that submits both
     * @param array
     *            number of the array's job; empty if nothing was submitted
     * @param merge
     *            number of the job that sums up; likewise
     */
    public record Result(List<Path> scripts, Optional<String> array, Optional<String> merge) {

        public Result {
            scripts = List.copyOf(scripts);
        }

        /** The command that submits both. */
        public String submitCommand() {
            return "bash " + SlurmScripts.quoted(scripts.get(scripts.size() - 1).toString());
        }
    }

    private SegmentOnSlurm() {
    }

    /**
     * Writes the scripts and, if wanted, submits them.
     *
     * @throws SeptumException
     *             before anything is written if a path is not there, the model is bad, needs more memory than a task
     *             has, or other scripts are there; of kind OUTPUT if they cannot be written; of kind INPUT if Slurm is
     *             not there or does not take them, which leaves the scripts
     */
    public static Result run(Request request, Progress progress) {
        return run(request, progress, System.getenv().getOrDefault("PATH", ""));
    }

    /** The same with another PATH for Slurm's programs. */
    static Result run(Request request, Progress progress, String path) {
        Map<Path, String> scripts = scripts(request);
        requireModel(request);
        for (Map.Entry<Path, String> script : scripts.entrySet())
            if (!holds(script.getKey(), script.getValue()))
                WholeFile.requireFree(script.getKey(), request.overwrite());
        scripts.forEach((file, text) -> WholeFile.write(file, true, aside -> Files.writeString(aside, text)));
        Result written = new Result(List.copyOf(scripts.keySet()), Optional.empty(), Optional.empty());
        return request.submit() ? submit(written, progress, path) : written;
    }

    private static Map<Path, String> scripts(Request request) {
        List<Path> scans = request.scans().stream().map(path -> there(path, "the scans")).toList();
        Path model = there(request.model(), "the model");
        Path output = absolute(request.output());
        if (Files.exists(output) && !Files.isDirectory(output))
            throw new SeptumException(SeptumException.Kind.OUTPUT, output + " is a file; give a folder for the masks");
        SlurmScripts texts = new SlurmScripts(request.job(), septum(request).toString(), scans, model, output,
                request.options());
        Path folder = output.resolve("slurm");
        Map<Path, String> scripts = new LinkedHashMap<>();
        scripts.put(folder.resolve(SlurmScripts.ARRAY), texts.array());
        scripts.put(folder.resolve(SlurmScripts.MERGE), texts.merge());
        scripts.put(folder.resolve(SlurmScripts.SUBMIT), texts.submit());
        return scripts;
    }

    private static Path septum(Request request) {
        Path septum = request.septum().or(Installation::launcher)
                .orElseThrow(() -> SeptumException.usage("it is not known how the nodes start Septum, as it was not"
                        + " started by its launcher here; say so with --septum, such as --septum /opt/septum/septum"));
        Path absolute = there(septum, "the program that the nodes run");
        if (Files.isDirectory(absolute) || !Files.isExecutable(absolute))
            throw SeptumException.usage("--septum " + septum + " is no program; allowed: the launcher septum, or an"
                    + " image of Apptainer; make it executable if it is one");
        return absolute;
    }

    private static Path there(Path path, String what) {
        Path absolute = absolute(path);
        if (!Files.exists(absolute))
            throw SeptumException
                    .input(path + " is not there; give " + what + " on a disk that this machine and all nodes see");
        return absolute;
    }

    /** <b>Why</b> no control characters: a line of a script must stay one line. */
    private static Path absolute(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (absolute.toString().chars().anyMatch(Character::isISOControl))
            throw SeptumException.usage("the path " + absolute.toString().replaceAll("\\p{Cntrl}", "?")
                    + " has a line break or another control character; rename it");
        return absolute;
    }

    private static void requireModel(Request request) {
        try (OpenModel model = OpenModel.open(request.model())) {
            if (request.job().gpus() == 0)
                new MemoryBudget(request.job().memory() / 10 * TENTHS).lanes(model.plan());
        } catch (SeptumException e) {
            if (e.kind() != SeptumException.Kind.USAGE)
                throw e;
            throw new SeptumException(SeptumException.Kind.USAGE, "--mem of " + (request.job().memory() >> 20)
                    + " MB, of which Septum takes nine tenths, as " + e.getMessage(), e);
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.isRegularFile(file) && Files.readString(file).equals(text);
        } catch (IOException e) {
            return false;
        }
    }

    private static Result submit(Result written, Progress progress, String path) {
        String byHand = "; the scripts are written: on a machine of the cluster, run " + written.submitCommand();
        if (!holdsProgram(path, "sbatch"))
            throw SeptumException.input("--submit needs Slurm's program sbatch, which is not in PATH here" + byHand);
        progress.message("submitting …");
        String said;
        int code;
        try {
            ProcessBuilder command = new ProcessBuilder("bash", written.scripts().get(2).toString());
            command.environment().put("PATH", path);
            Process bash = command.redirectErrorStream(true).start();
            bash.getOutputStream().close();
            said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            code = bash.waitFor();
        } catch (IOException e) {
            throw SeptumException.input("cannot submit: " + e.getMessage() + byHand, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED,
                    "stopped while submitting; squeue says what was submitted", e);
        }
        return submitted(written, said, code);
    }

    private static Result submitted(Result written, String said, int code) {
        Map<String, String> numbers = new LinkedHashMap<>();
        for (Matcher m = SUBMITTED.matcher(said); m.find();)
            numbers.put(m.group(1), m.group(2));
        Optional<String> array = Optional.ofNullable(numbers.get("array"));
        if (code != 0 || numbers.size() < 2)
            throw SeptumException.input(refusal(written, array, said, code));
        return new Result(written.scripts(), array, Optional.of(numbers.get("merge")));
    }

    private static String refusal(Result written, Optional<String> array, String said, int code) {
        String reason = "sbatch says (exit code " + code + "): " + said + "; ";
        if (array.isEmpty())
            return "nothing was submitted: " + reason + "change the options and run it again with --overwrite, or "
                    + written.submitCommand();
        return "job " + array.get() + " was submitted, but not the one that sums up: " + reason
                + "when the array is through, run sbatch merge.sbatch in " + written.scripts().get(1).getParent();
    }

    private static boolean holdsProgram(String path, String program) {
        return Stream.of(path.split(File.pathSeparator)).filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
