package org.septum.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

import org.septum.core.SeptumException;
import org.septum.io.LibraryLogging;
import org.septum.pipeline.SeptumVersion;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code septum}. Results go to the standard output, progress and problems to the standard error. */
@Command(name = "septum", mixinStandardHelpOptions = true, versionProvider = SeptumCli.Version.class, description = "Trains and runs attention U-Nets on medical scans. Not a medical device.", synopsisSubcommandLabel = "VERB", subcommands = {
        DemoVerb.class, CheckVerb.class, PlanVerb.class, TrainVerb.class, CorrectVerb.class, SegmentVerb.class,
        ExplainVerb.class, EvaluateVerb.class, MeasureVerb.class, AblationVerb.class, CompressVerb.class,
        NetworksVerb.class, ModelVerb.class, ClusterVerb.class, DoctorVerb.class, BenchVerb.class,
        CommandLine.HelpCommand.class }, footer = { "", "Examples:", "  septum demo",
                "  septum segment scan.nii.gz -m sample-data/models/hippocampus -o out",
                "  septum train DATASET -o MODEL --budget 60m", "",
                "Exit code: 0 all well, 1 some input failed or a check found problems, 2 wrong usage." })
public final class SeptumCli implements Runnable {

    static final int WELL = 0;

    static final int FAILED = 1;

    static final int WRONG_USAGE = 2;

    /** Of a batch that was stopped and can be gone on with. */
    static final int STOPPED = 3;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the result as JSON.")
    boolean json;

    @Option(names = "--quiet", scope = ScopeType.INHERIT, description = "Show no progress and no notes.")
    boolean quiet;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show where an error happened, and what libraries log.")
    boolean verbose;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    private final PrintWriter err;

    private final ConsoleProgress progress;

    private SeptumCli(PrintWriter err) {
        this.err = err;
        this.progress = new ConsoleProgress(err, () -> quiet, Boolean.getBoolean("septum.terminal"));
    }

    /** Runs the program and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = writer(System.out);
        PrintWriter err = writer(System.err);
        SeptumCli program = new SeptumCli(err);
        Interrupts.handle(program.progress()::cancel);
        System.exit(program.execute(out, args));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /** Runs the program without ending the process; returns the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new SeptumCli(err).execute(out, args);
    }

    private int execute(PrintWriter out, String... args) {
        LibraryLogging.quiet();
        CommandLine line = new CommandLine(this).setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionStrategy(this::runVerb);
        line.setParameterExceptionHandler((e, a) -> wrongUsage(e));
        line.setExecutionExceptionHandler((e, c, r) -> failure(e));
        int code = line.execute(args);
        progress.close();
        out.flush();
        err.flush();
        return code;
    }

    private int runVerb(CommandLine.ParseResult parsed) {
        if (verbose)
            LibraryLogging.verbose();
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (OutOfMemoryError e) {
            // Why? Picocli hands on exceptions only; an error would end the program with a stack trace.
            return failure(SeptumException.outOfMemory(e));
        }
    }

    /** Where verbs report how far they are. */
    ConsoleProgress progress() {
        return progress;
    }

    private int wrongUsage(CommandLine.ParameterException e) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println("septum: " + oneLine(e.getMessage()) + "; see: " + verb + " --help");
        return WRONG_USAGE;
    }

    /** Says what went wrong; returns the exit code. */
    int failure(Exception e) {
        progress.close();
        if (verbose)
            e.printStackTrace(err);
        if (e instanceof SeptumException known) {
            err.println("septum: " + oneLine(known.getMessage()));
            return known.kind() == SeptumException.Kind.USAGE ? WRONG_USAGE : FAILED;
        }
        err.println("septum: a mistake in Septum: " + e + "; run again with --verbose and report what it prints");
        return FAILED;
    }

    private static String oneLine(String message) {
        return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** What {@code --version} prints. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] { "septum " + SeptumVersion.text() };
        }
    }
}
