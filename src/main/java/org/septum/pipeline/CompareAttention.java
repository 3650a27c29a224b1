package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.infer.ThreadCount;
import org.septum.metrics.PairedDifference;
import org.septum.metrics.Summary;
import org.septum.model.ComputeDevice;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.train.StepTimer;
import org.septum.train.TrainingRun;

import ai.djl.Device;

/**
 * Trains one network with several attentions, everything else equal, and says how their scores, sizes and times differ.
 * The folder of a comparison keeps what is finished: the same request again goes on, further attentions and seeds are
 * added.
 */
public final class CompareAttention {

    /**
     * What to compare.
     *
     * @param dataset
     *            folder with scans and labels
     * @param output
     *            folder of the comparison: {@code ablation.md}, {@code ablation.csv}, {@code scores.csv},
     *            {@code timings.csv}, plans and runs
     * @param choices
     *            what is compared
     * @param length
     *            how long each training is
     * @param source
     *            where the plan comes from
     * @param place
     *            where trainings run
     */
    public record Request(Path dataset, Path output, Choices choices, Length length, Source source, Place place) {
    }

    /**
     * What is compared.
     *
     * @param attentions
     *            words of {@link AttentionSpec#words}
     * @param reference
     *            the one of them that the others are held against
     * @param seeds
     *            one training for each and each attention
     */
    public record Choices(List<String> attentions, String reference, List<Long> seeds) {

        public Choices {
            attentions = List.copyOf(attentions);
            seeds = List.copyOf(seeds);
            attentions.forEach(AttentionSpec::of);
            if (attentions.isEmpty() || new HashSet<>(attentions).size() < attentions.size())
                throw SeptumException.usage("attentions " + attentions + "; give at least one, and each once");
            if (seeds.isEmpty() || new HashSet<>(seeds).size() < seeds.size())
                throw SeptumException.usage("seeds " + seeds + "; give at least one, and each once");
            if (!attentions.contains(reference)) {
                throw SeptumException.usage("reference \"" + reference + "\"; it must be one of the attentions that are"
                        + " compared: " + String.join(", ", attentions));
            }
        }
    }

    /**
     * How long each training is.
     *
     * @param epochs
     *            instead of the plan's
     * @param stepsPerEpoch
     *            instead of the plan's
     */
    public record Length(Optional<Integer> epochs, Optional<Integer> stepsPerEpoch) {

        public Length {
            if (epochs.orElse(1) < 1 || stepsPerEpoch.orElse(1) < 1) {
                throw SeptumException.usage(epochs.orElse(1) + " epochs and " + stepsPerEpoch.orElse(1)
                        + " steps an epoch; give at least 1 each");
            }
        }
    }

    /**
     * Where the plan comes from.
     *
     * @param plan
     *            a plan whose attention is replaced; absent to make one
     * @param wishes
     *            what the user decides when it is made here; its attention is not looked at
     * @param fold
     *            which of five folds is held out
     */
    public record Source(Optional<Path> plan, PlanDataset.Wishes wishes, int fold) {

        public Source {
            if (plan.isPresent() && !wishes.isNone())
                throw SeptumException
                        .usage("a plan together with dims, size, network, norm, activation or deep supervision;"
                                + " edit them in the plan");
            if (fold < 0 || fold >= FoldSplit.FOLDS)
                throw SeptumException.usage("fold " + fold + "; allowed: 0 to " + (FoldSplit.FOLDS - 1)
                        + ", as cases must be held out to compare on");
        }
    }

    /**
     * Where trainings run.
     *
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
     * @param jobs
     *            trainings at the same time; they share the processors
     * @param septum
     *            the command, program and first arguments, that starts Septum's command line in another process
     */
    public record Place(String device, int jobs, List<String> septum) {

        public Place {
            septum = List.copyOf(septum);
            if (jobs < 1 || jobs > 64)
                throw SeptumException.usage("jobs " + jobs + "; allowed: 1 to 64");
        }
    }

    /**
     * One attention.
     *
     * @param attention
     *            its word
     * @param parameters
     *            trained ones of the network
     * @param macs
     *            multiply-adds for one patch
     * @param secondsPerStep
     *            of training
     * @param dice
     *            over the seeds: the mean over cases of the mean over their classes
     * @param classes
     *            by class, over the seeds: the mean over cases
     * @param difference
     *            to the reference, case by case; absent for the reference
     * @param cases
     *            held-out ones that were scored
     */
    public record Row(String attention, long parameters, long macs, double secondsPerStep, Summary dice,
            Map<String, Summary> classes, Optional<PairedDifference> difference, int cases) {
    }

    /**
     * What came out.
     *
     * @param report
     *            the Markdown file
     * @param rows
     *            one for each attention
     * @param missing
     *            runs that are not finished, and why
     */
    public record Result(Path report, List<Row> rows, List<String> missing) {
    }

    private final Request request;

    private final Progress progress;

    private final List<AblationRun> runs = new ArrayList<>();

    private CompareAttention(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
        for (long seed : request.choices().seeds()) {
            for (String attention : request.choices().attentions())
                runs.add(AblationRun.of(request.output(), attention, seed));
        }
    }

    /**
     * Trains what is not finished yet, and reports. A run that fails is told and the others go on.
     *
     * @throws SeptumException
     *             of kind OUTPUT if the folder holds something else, or a comparison with other settings
     */
    public static Result run(Request request, Progress progress) {
        return new CompareAttention(request, progress).run();
    }

    private Result run() {
        CaseIndex index = CaseIndex.of(request.dataset());
        FoldSplit split = FoldSplit.of(index, request.source().fold());
        Device device = ComputeDevice.of(request.place().device(), TrainingRun.ENGINE, progress);
        Plan plan = new AblationPlan(request, progress).of(index);
        Map<String, Plan> plans = new LinkedHashMap<>();
        request.choices().attentions().forEach(word -> plans.put(word, plan.withAttention(AttentionSpec.of(word))));
        plans.forEach((word, variant) -> variant.write(planFile(word), true));
        Map<String, Double> seconds = timings(plans, split, device);
        writeScores();
        List<AblationRun> open = runs.stream().filter(run -> !run.isFinished()).toList();
        if (open.size() < runs.size())
            progress.message(runs.size() - open.size() + " of " + runs.size() + " runs are finished already");
        List<String> problems = new TrainingQueue(open, run -> process(run, ComputeDevice.name(device)),
                plan.training().epochs(), progress, this::finished).run(request.place().jobs());
        List<Row> rows = rows(plans, seconds);
        List<String> missing = missing(problems);
        return new Result(report(facts(plan, split, device), plan.dataset(), rows, missing), rows, missing);
    }

    private Path planFile(String attention) {
        return request.output().resolve("plans").resolve(attention + ".json");
    }

    /** Measured once, before the trainings take the processors. */
    private Map<String, Double> timings(Map<String, Plan> plans, FoldSplit split, Device device) {
        Path file = request.output().resolve("timings.csv");
        Map<String, Double> known = StepTimings.read(file);
        if (known.keySet().containsAll(plans.keySet()))
            return known;
        List<Double> seconds = StepTimer.seconds(List.copyOf(plans.values()), split, device, progress);
        Map<String, Double> measured = new LinkedHashMap<>();
        for (String attention : plans.keySet())
            measured.put(attention, seconds.get(measured.size()));
        StepTimings.write(file, measured);
        return measured;
    }

    private TrainingProcess process(AblationRun run, String device) {
        List<String> command = new ArrayList<>(request.place().septum());
        command.addAll(List.of("train", request.dataset().toString(), "-o", run.model().toString(), "--plan",
                planFile(run.attention()).toString(), "--fold", String.valueOf(request.source().fold()), "--seed",
                String.valueOf(run.seed()), "--device", device, "--resume"));
        int threads = Math.max(1, ThreadCount.available() / request.place().jobs());
        return new TrainingProcess(command,
                request.place().jobs() == 1 ? Map.of() : Map.of("OMP_NUM_THREADS", String.valueOf(threads)), run.log());
    }

    private void finished(AblationRun run) {
        writeScores();
        progress.message(String.format(Locale.ROOT, "%s: Dice %.4f", run.name(), run.scores().diceOfCases().mean()));
    }

    /** Whole, with every run that is finished by now: a file that grows line by line may end in half a run. */
    private void writeScores() {
        String csv = AblationScores.of(AblationScores.finished(request.output())).csv();
        write("scores.csv", csv);
    }

    private Path write(String name, String text) {
        Path file = request.output().resolve(name);
        WholeFile.write(file, true, aside -> Files.writeString(aside, text));
        return file;
    }

    private List<Row> rows(Map<String, Plan> plans, Map<String, Double> seconds) {
        AblationScores scores = AblationScores.of(runs);
        String reference = request.choices().reference();
        List<Row> rows = new ArrayList<>();
        plans.forEach((word, plan) -> {
            NetworkGraph graph = plan.network().graph();
            rows.add(new Row(word, graph.parameters(), graph.macs(plan.patchInTensorOrder()),
                    seconds.getOrDefault(word, Double.NaN), scores.dice(word), scores.diceOfClasses(word),
                    word.equals(reference) ? Optional.empty() : Optional.of(scores.difference(word, reference)),
                    scores.cases(word)));
        });
        return rows;
    }

    private List<String> missing(List<String> problems) {
        List<String> missing = new ArrayList<>(problems);
        for (AblationRun run : runs) {
            if (!run.isFinished() && problems.stream().noneMatch(p -> p.startsWith(run.name() + ": ")))
                missing.add(run.name() + ": stopped; the same command goes on");
        }
        return missing;
    }

    private Map<String, String> facts(Plan plan, FoldSplit split, Device device) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("dataset", plan.dataset());
        facts.put("split", split.describe());
        facts.put("network", plan.withAttention(AttentionSpec.of("none")).network().describe());
        if (!plan.size().isEmpty())
            facts.put("size", "slices brought to " + times(plan.size()) + " pixels as a whole");
        facts.put("patch", times(plan.patch()));
        int epochs = plan.training().epochs();
        int steps = plan.training().stepsPerEpoch();
        facts.put("training", "batch " + plan.training().batch() + ", " + epochs + " epochs of " + steps + " steps: "
                + (long) epochs * steps + " steps");
        facts.put("seeds", request.choices().seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        facts.put("device", ComputeDevice.name(device) + ", " + ThreadCount.available() + " processors; "
                + request.place().jobs() + (request.place().jobs() == 1 ? " training" : " trainings") + " at a time");
        facts.put("septum version", SeptumVersion.text());
        return facts;
    }

    private static String times(List<Integer> sizes) {
        return sizes.stream().map(String::valueOf).collect(Collectors.joining(" × "));
    }

    private Path report(Map<String, String> facts, String dataset, List<Row> rows, List<String> missing) {
        AblationReport report = new AblationReport(dataset, facts, request.choices().reference(), rows, missing);
        write("ablation.csv", report.csv());
        return write("ablation.md", report.markdown());
    }
}
