package org.septum.pipeline;

import java.nio.file.Path;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.data.DatasetFingerprint;
import org.septum.data.Plan;
import org.septum.data.Planner;
import org.septum.model.block.AttentionSpec;
import org.septum.model.encoder.EncoderSpec;

/** Measures a dataset and writes down every decision about its training. */
public final class PlanDataset {

    private PlanDataset() {
    }

    /**
     * What a user may decide instead of the dataset. Absent values are decided by it.
     *
     * @param dims
     *            2 or 3
     * @param network
     *            a word of {@link EncoderSpec#words}
     * @param attention
     *            a word of {@link AttentionSpec#words}
     */
    public record Wishes(Optional<Integer> dims, Optional<String> network, Optional<String> attention) {

        /** No wishes. */
        public static final Wishes NONE = new Wishes(Optional.empty(), Optional.empty(), Optional.empty());

        public Wishes {
            if (dims.isPresent() && dims.get() != 2 && dims.get() != 3)
                throw SeptumException.usage("dims " + dims.get() + "; allowed: 2, 3");
            network.ifPresent(EncoderSpec::of);
            attention.ifPresent(AttentionSpec::of);
        }

        boolean isNone() {
            return dims.isEmpty() && network.isEmpty() && attention.isEmpty();
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
     * @param overwrite
     *            whether a plan at the output may be replaced
     */
    public record Request(Path dataset, Path output, Wishes wishes, boolean overwrite) {
    }

    /** Makes and writes a plan. */
    public static Plan run(Request request, Progress progress) {
        WholeFile.requireFree(request.output(), request.overwrite());
        Plan plan = plan(CaseIndex.of(request.dataset()), request.wishes(), progress);
        plan.write(request.output(), request.overwrite());
        return plan;
    }

    static Plan plan(CaseIndex index, Wishes wishes, Progress progress) {
        DatasetFingerprint facts = DatasetFingerprint.of(index, progress);
        Planner.Wishes decided = new Planner.Wishes(EncoderSpec.of(wishes.network().orElse("unet")),
                AttentionSpec.of(wishes.attention().orElse("eca")), wishes.dims().orElse(null));
        return Planner.plan(facts, index.name(), decided, TrainModel.DEFAULT_SEED);
    }
}
