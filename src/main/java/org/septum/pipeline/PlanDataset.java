package org.septum.pipeline;

import java.nio.file.Path;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.core.WholeFile;
import org.septum.data.CaseIndex;
import org.septum.data.DatasetFingerprint;
import org.septum.data.Plan;
import org.septum.data.Planner;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.EcaAttention;

/** Measures a dataset and writes down every decision about its training. */
public final class PlanDataset {

    private PlanDataset() {
    }

    /**
     * What to plan.
     *
     * @param dataset
     *            folder with scans and labels
     * @param output
     *            the plan to write
     * @param attention
     *            instead of ECA
     * @param dims
     *            2 or 3 instead of what the scans suggest
     * @param overwrite
     *            whether a plan at the output may be replaced
     */
    public record Request(Path dataset, Path output, Optional<AttentionSpec> attention, Optional<Integer> dims,
            boolean overwrite) {
    }

    /** Makes and writes a plan. */
    public static Plan run(Request request, Progress progress) {
        WholeFile.requireFree(request.output(), request.overwrite());
        Plan plan = plan(CaseIndex.of(request.dataset()), request.attention(), request.dims(), progress);
        plan.write(request.output(), request.overwrite());
        return plan;
    }

    static Plan plan(CaseIndex index, Optional<AttentionSpec> attention, Optional<Integer> dims, Progress progress) {
        DatasetFingerprint facts = DatasetFingerprint.of(index, progress);
        Planner.Wishes wishes = new Planner.Wishes(attention.orElseGet(() -> new EcaAttention(0)), dims.orElse(null));
        return Planner.plan(facts, index.name(), wishes, TrainModel.DEFAULT_SEED);
    }
}
