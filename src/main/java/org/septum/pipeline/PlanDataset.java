package org.septum.pipeline;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import com.sun.management.OperatingSystemMXBean;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.AirSearch;
import org.septum.data.CaseIndex;
import org.septum.data.DatasetFingerprint;
import org.septum.data.FoldSplit;
import org.septum.data.Plan;
import org.septum.data.Planner;
import org.septum.data.TimeBudget;
import org.septum.model.ComputeDevice;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.EncoderSpec;
import org.septum.train.StepTimer;
import org.septum.train.TrainingRun;

import ai.djl.Device;

/** Measures a dataset and writes down every decision about its training. */
public final class PlanDataset {

    private static final long SMALLEST_MEMORY = 256L << 20;

    private PlanDataset() {
    }

    private static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /**
     * What a user may decide instead of the dataset. Absent values are decided by it.
     *
     * @param dims
     *            2 or 3
     * @param network
     *            a word of {@link NetworkWords#networks}
     * @param attention
     *            a word of {@link AttentionSpec#words}
     * @param size
     *            pixels along x and y to which slices are brought as a whole; empty to take them as they are
     * @param norm
     *            a word of {@link Normalization#words}
     * @param activation
     *            a word of {@link Activation#words}
     * @param deepSupervision
     *            whether every level of the decoder learns from the labels
     * @param memory
     *            bytes that a step of the training may take, and is to fill; absent for half of the machine's memory
     *            and no more than two cores train on in about a second
     * @param neighbours
     *            whether a 2D network sees the slices beside the one that it segments (2.5D)
     */
    public record Wishes(Optional<Integer> dims, Optional<String> network, Optional<String> attention,
            List<Integer> size, Optional<String> norm, Optional<String> activation, boolean deepSupervision,
            Optional<Long> memory, boolean neighbours) {

        /** No wishes. */
        public static final Wishes NONE = new Wishes(Optional.empty(), Optional.empty(), Optional.empty(), List.of(),
                Optional.empty(), Optional.empty(), false, Optional.empty(), false);

        public Wishes {
            if (dims.isPresent() && dims.get() != 2 && dims.get() != 3)
                throw SeptumException.usage("dims " + dims.get() + "; allowed: 2, 2.5, 3");
            if (neighbours && !dims.equals(Optional.of(2)))
                throw SeptumException.usage("slices beside for a network of dims " + dims + "; allowed: dims 2");
            network.ifPresent(NetworkWords::encoder);
            attention.ifPresent(AttentionSpec::of);
            if (network.isPresent() && network.get().equals(NetworkWords.CANET) && attention.isPresent()) {
                throw SeptumException.usage("network canet with attention " + attention.get()
                        + "; it has its own: leave out --attention, or choose --network unet");
            }
            size = List.copyOf(size);
            requireUsable(size);
            if (memory.isPresent() && memory.get() < SMALLEST_MEMORY)
                throw SeptumException.usage("memory of " + memory.get() + " bytes; give at least 256m");
            norm.ifPresent(NetworkWords::normalization);
            activation.ifPresent(NetworkWords::activation);
        }

        /** With as much memory as there is. */
        public Wishes(Optional<Integer> dims, Optional<String> network, Optional<String> attention, List<Integer> size,
                Optional<String> norm, Optional<String> activation, boolean deepSupervision) {
            this(dims, network, attention, size, norm, activation, deepSupervision, Optional.empty(), false);
        }

        private static void requireUsable(List<Integer> size) {
            if (!size.isEmpty() && (size.size() != 2 || size.stream().anyMatch(s -> s < 8 || s > 8192)))
                throw SeptumException.usage(
                        "size " + size + "; give two numbers of pixels from 8 to 8192, for x and y, such as 128,128");
        }

        private Planner.Memory limit() {
            return memory.map(bytes -> new Planner.Memory(bytes, true))
                    .orElseGet(() -> new Planner.Memory(machineMemory() / 2, false));
        }

        boolean isNone() {
            return equals(NONE);
        }
    }

    /**
     * What to plan.
     *
     * @param dataset
     *            folder with scans and labels
     * @param output
     *            the plan to write
     * @param wishes
     *            what the user decides
     * @param budget
     *            time for a training that the plan is made for; absent if it has as much as it needs
     * @param overwrite
     *            whether a plan at the output may be replaced
     */
    public record Request(Path dataset, Path output, Wishes wishes, Optional<Duration> budget, boolean overwrite) {

        /** For a training that has as much time as it needs. */
        public Request(Path dataset, Path output, Wishes wishes, boolean overwrite) {
            this(dataset, output, wishes, Optional.empty(), overwrite);
        }
    }

    /**
     * Time for the training of a network.
     *
     * @param budget
     *            how much
     * @param device
     *            where it is spent
     */
    record Time(Duration budget, Device device) {
    }

    /** Makes and writes a plan. */
    public static Plan run(Request request, Progress progress) {
        WholeFile.requireFree(request.output(), request.overwrite());
        Optional<Time> time = request.budget()
                .map(b -> new Time(b, ComputeDevice.of("auto", TrainingRun.ENGINE, progress)));
        Plan plan = plan(CaseIndex.of(request.dataset()), request.wishes(), time, progress);
        plan.write(request.output(), request.overwrite());
        return plan;
    }

    static Plan plan(CaseIndex index, Wishes wishes, Progress progress) {
        return plan(index, wishes, Optional.empty(), progress);
    }

    /** A plan, with its rule for tiles of air; the machine is timed if that can make a difference. */
    static Plan plan(CaseIndex index, Wishes wishes, Optional<Time> time, Progress progress) {
        DatasetFingerprint facts = DatasetFingerprint.of(index, progress);
        String network = wishes.network().orElse("unet");
        EncoderSpec encoder = NetworkWords.encoder(network);
        Planner.Wishes decided = new Planner.Wishes(encoder, AttentionSpec.of(wishes.attention().orElse("eca")),
                wishes.dims().orElse(null), wishes.size(),
                wishes.norm().map(NetworkWords::normalization).orElse(Normalization.BATCH),
                wishes.activation().map(NetworkWords::activation).orElse(encoder.activation()),
                network.equals(NetworkWords.CANET), wishes.deepSupervision(), wishes.limit(), null,
                wishes.neighbours());
        Plan plan = Planner.plan(facts, index.name(), decided, TrainModel.DEFAULT_SEED);
        if (time.isEmpty() || !Planner.dependsOnTime(facts, plan))
            return AirSearch.complete(plan, index, progress);
        double step = StepTimer.roughSeconds(plan, FoldSplit.of(index, FoldSplit.NONE), time.get().device(), progress);
        TimeBudget budget = TimeBudget.of(time.get().budget().toMillis() / 1e3, plan, step);
        return AirSearch.complete(Planner.plan(facts, index.name(), decided.within(budget), TrainModel.DEFAULT_SEED),
                index, progress);
    }
}
