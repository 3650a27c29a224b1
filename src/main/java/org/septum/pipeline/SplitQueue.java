package org.septum.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.Scan;
import org.septum.data.Plan;
import org.septum.infer.Slab;

/**
 * A queue that leaves out the scans that are too large for one task, and says how they are divided.
 */
final class SplitQueue extends DelegatingQueue {

    private final BatchChoice choice;

    private final Plan plan;

    private final long mostVoxels;

    private final Map<ScanRecipe, List<SlabRecipe>> large = new LinkedHashMap<>();

    SplitQueue(BatchQueue queue, BatchChoice choice, Plan plan, long mostVoxels) {
        super(queue);
        this.choice = choice;
        this.plan = plan;
        this.mostVoxels = mostVoxels;
    }

    @Override
    public synchronized boolean takes(SegmentJob job, Scan scan) {
        List<Slab> slabs = slabs(choice.request(), scan, plan, mostVoxels);
        if (slabs.size() == 1)
            return true;
        String key = SlabFolder.key(job.name(), queue().input(job), choice, slabs);
        ScanRecipe recipe = ScanRecipe.of(queue().leave(job));
        List<SlabRecipe> recipes = large.computeIfAbsent(recipe, r -> new ArrayList<>());
        for (Slab slab : slabs)
            recipes.add(new SlabRecipe(recipe, job.name(), job.options().series(), job.options().phase(), key,
                    slab.first(), slab.end()));
        return false;
    }

    /** How a scan is divided; into one slab if it need not be, or if more than its mask is wanted. */
    static List<Slab> slabs(SegmentFolders.Request request, Scan scan, Plan plan, long mostVoxels) {
        return Slab.of(scan, plan, request.scans().outputs().probabilities() ? Long.MAX_VALUE : mostVoxels);
    }

    /** What was left out. */
    synchronized List<LargeScan> large() {
        return large.entrySet().stream().map(e -> new LargeScan(e.getKey(), e.getValue())).toList();
    }
}
