package org.septum.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.septum.compress.ChannelScaling.Bounds;
import org.septum.compress.ChannelScaling.State;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.FoldSplit;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;

/**
 * Finds the width of every layer by short trainings from random weights: layers whose kernels keep gaining rank become
 * wider, those that do not narrower (Hosseini et al., <i>CONet: Channel Optimization for Convolutional Neural
 * Networks</i>, ICCV Workshops 2021). The weights of the network that is pruned play no part, and the network found is
 * to be trained anew. The same task without a time limit gives the same network.
 * <p>
 * Differs from the paper: it starts from the widths of the task's network, not from 32 everywhere; a width may become
 * 8, or half where it is below 16, and twice what it was; trials are short, and the rank is that of what a trial adds
 * to its random weights, for the reasons that {@link TrialSettings#of} gives; all layers that share channels, across
 * skips too, have one width. And there is a target: what the search finds is how wide layers should be <em>relative to
 * each other</em>. If the widths found cost more than the target allows, all are multiplied by one factor below 1; if
 * they cost less, by one above 1, so that methods can be compared at equal cost.
 */
public final class ChannelSizeSearch implements PruningMethod {

    private static final int LEAST = 8;

    private static final int MOST = 2;

    private final Optional<TrialSettings> settings;

    /** With trials that take about half as long as the training, or as long as the task says. */
    public ChannelSizeSearch() {
        this(Optional.empty());
    }

    /**
     * With given trials.
     *
     * @param settings
     *            empty for those that suit the task
     */
    ChannelSizeSearch(Optional<TrialSettings> settings) {
        this.settings = settings;
    }

    /** Widths after some trials, and why there were no more. */
    private record Found(List<State> states, int trials, String reason) {
    }

    /** No layer can be told from another where no rank was seen. */
    private static void warnOfNoise(List<RankCurve> curves, TrialProgress progress) {
        if (curves.stream().allMatch(c -> c.last() == 0)) {
            progress.message("no layer gained rank in this trial, so that all are treated alike; more steps an epoch,"
                    + " that is more time, would tell them apart");
        }
    }

    @Override
    public Pruned prune(PruningTask task, Progress progress) {
        if (task.cases().isEmpty())
            throw SeptumException.input("no cases to try networks on; give the dataset that the model was trained on");
        AdjustableWidths widths = AdjustableWidths.of(task.network());
        WidthFit fit = new WidthFit(widths, task.cost(), widths.sizes().stream().map(ChannelCuts::floor).toList());
        fit.requireReachable(task.allowed());
        FoldSplit seen = new FoldSplit(task.split().fold(), task.cases(), List.of());
        TrialSettings trials = settings.orElseGet(() -> TrialSettings.of(task, seen, progress));
        Found found = search(task, widths, new RankTrial(task.plan(), seen, task.device(), trials),
                new TrialProgress(progress, trials, task.time()));
        WidthFit.Fitted fitted = fit.fit(sizes(found.states()), task.allowed());
        NetworkSpec network = widths.network(fitted.sizes());
        double whole = task.cost().of(task.network());
        Map<String, String> facts = new TreeMap<>();
        facts.put("trials", found.trials() + " of " + trials.trials() + ", " + found.reason());
        facts.put("ranks",
                trials.measured() == TrialSettings.Measured.WEIGHTS ? "of the weights" : "of what was learnt");
        facts.put("epochs of a trial", trials.epochs() + " of " + trials.steps() + " steps");
        facts.put("cost of the widths found",
                share(task.cost().of(widths.network(sizes(found.states()))) / whole) + " of the original's");
        facts.put("cost", share(task.cost().of(network) / whole) + " of the original's");
        facts.put("factor of the widths found", share(fitted.factor()));
        facts.put("widths", describe(widths, found, fitted));
        return new Pruned(network, NamedWeights.initial(network.graph(), task.plan().training().seed()), true,
                task.cases().size(), facts);
    }

    private static String share(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static List<Integer> sizes(List<State> states) {
        return states.stream().map(State::width).toList();
    }

    private static Found search(PruningTask task, AdjustableWidths widths, RankTrial trial, TrialProgress progress) {
        ChannelScaling scaling = trial.settings().scaling();
        List<Bounds> bounds = widths.sizes().stream().map(ChannelSizeSearch::bounds).toList();
        List<State> states = widths.sizes().stream().map(scaling::start).toList();
        int done = 0;
        double longest = 0;
        while (done < trial.settings().trials()) {
            // what cannot come to its third epoch is not begun
            double start = progress.seconds();
            if (longest * TrialSettings.FEWEST_EPOCHS / trial.settings().epochs() > progress.left())
                return found(states, done, "the time was used up");
            List<RankCurve> curves = trial.run(widths.network(sizes(states)), done, progress);
            if (curves.isEmpty())
                return found(states, done, "the time was used up");
            longest = Math.max(longest, progress.seconds() - start);
            done++;
            states = next(scaling, states, curves, bounds);
            warnOfNoise(curves, progress);
            progress.message(line(done, task, widths, states, curves));
            if (states.stream().allMatch(State::isStopped))
                return found(states, done, "all widths had stopped");
        }
        return found(states, done, "as many as planned");
    }

    private static Found found(List<State> states, int trials, String reason) {
        if (trials == 0) {
            throw SeptumException.usage("the time was not enough for three epochs of a single trial;"
                    + " give more, or use a method that does not train");
        }
        return new Found(states, trials, reason);
    }

    private static List<State> next(ChannelScaling scaling, List<State> states, List<RankCurve> curves,
            List<Bounds> bounds) {
        List<State> next = new ArrayList<>();
        for (int g = 0; g < states.size(); g++) {
            next.add(scaling.next(states.get(g), curves.get(g).slope(), curves.get(g).mappingCondition(),
                    bounds.get(g)));
        }
        return next;
    }

    /** Widths that a width of at least 2 may become; with a single channel it would be no width any more. */
    static Bounds bounds(int width) {
        return new Bounds(width < 2 * LEAST ? Math.max(2, width / 2) : LEAST, MOST * width);
    }

    private static String line(int trial, PruningTask task, AdjustableWidths widths, List<State> states,
            List<RankCurve> curves) {
        double rank = curves.stream().mapToDouble(RankCurve::last).average().orElse(0);
        double slope = curves.stream().mapToDouble(RankCurve::slope).average().orElse(0);
        double cost = task.cost().of(widths.network(sizes(states))) / task.cost().of(task.network());
        return String.format(Locale.ROOT,
                "trial %d: mean rank %.3f, %.4f more an epoch; next %d wider, %d narrower, %d stopped, cost %.3f",
                trial, rank, slope, count(states, ChannelScaling.Operation.EXPAND),
                count(states, ChannelScaling.Operation.SHRINK), count(states, ChannelScaling.Operation.STOP), cost);
    }

    private static long count(List<State> states, ChannelScaling.Operation operation) {
        return states.stream().filter(s -> s.operation() == operation).count();
    }

    /** "encoder.1.a.conv 16, 20 found (growing), 12 now; …" */
    private static String describe(AdjustableWidths widths, Found found, WidthFit.Fitted fitted) {
        return IntStream.range(0, widths.sizes().size()).mapToObj(g -> {
            State state = found.states().get(g);
            return widths.groups().get(g).name() + " " + widths.sizes().get(g) + ", " + state.width() + " found ("
                    + state.operation().word() + "), " + fitted.sizes().get(g) + " now";
        }).collect(Collectors.joining("; "));
    }
}
