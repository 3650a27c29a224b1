package org.septum.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.data.FoldSplit;
import org.septum.data.Patch;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/**
 * Seconds of a training step of several networks: all learn from one batch, in turn, so that whatever else the machine
 * does meets all of them alike. Making patches is left out.
 */
public final class StepTimer {

    /** The first steps load and tune what the later ones use. */
    private static final int WARM_UP = 2;

    private static final int ROUNDS = 10;

    private static final int FEW_ROUNDS = 3;

    /** So little that a dozen steps on one batch cannot make the loss diverge. */
    private static final double GENTLE_RATE = 1e-5;

    private StepTimer() {
    }

    /**
     * Times them.
     *
     * @param plans
     *            that differ in the network only; at least one
     * @param split
     *            whose training cases the batch comes from
     * @param device
     *            where it computes
     * @param progress
     *            hears of every round and is asked whether to stop
     *
     * @return the median of ten steps of each, in order
     */
    public static List<Double> seconds(List<Plan> plans, FoldSplit split, Device device, Progress progress) {
        return seconds(plans, split, device, progress, ROUNDS);
    }

    /** A rough time of one network: the median of three steps. */
    public static double roughSeconds(Plan plan, FoldSplit split, Device device, Progress progress) {
        return seconds(List.of(plan), split, device, progress, FEW_ROUNDS).get(0);
    }

    private static List<Double> seconds(List<Plan> plans, FoldSplit split, Device device, Progress progress,
            int rounds) {
        double[][] seconds = new double[plans.size()][rounds];
        try (NDManager manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(device);
                PatchFeed feed = new PatchFeed(plans.get(0), split.training())) {
            List<Patch> batch = feed.batch(0).patches();
            List<Learner> learners = new ArrayList<>();
            for (Plan plan : plans)
                learners.add(Learner.begin(plan, Optional.empty(), manager));
            for (int round = -WARM_UP; round < rounds; round++) {
                progress.report("timing steps", round + WARM_UP, WARM_UP + rounds);
                for (int i = 0; i < plans.size(); i++) {
                    progress.throwIfCancelled();
                    double took = step(learners.get(i), batch);
                    if (round >= 0)
                        seconds[i][round] = took;
                }
            }
            progress.report("timing steps", WARM_UP + rounds, WARM_UP + rounds);
        }
        return Arrays.stream(seconds).map(StepTimer::median).toList();
    }

    /** The step ends with reading the loss, for which a GPU has to be done. */
    private static double step(Learner learner, List<Patch> batch) {
        long start = System.nanoTime();
        learner.step(batch, GENTLE_RATE, 0);
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
