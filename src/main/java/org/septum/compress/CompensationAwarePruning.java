package org.septum.compress;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.Progress;
import org.septum.data.DataCase;
import org.septum.model.ChannelGraph;
import org.septum.model.ChannelSlicer.Sliced;
import org.septum.model.ComputeDevice;
import org.septum.train.TrainingRun;

import ai.djl.ndarray.NDManager;

/**
 * Compensation-aware pruning (Xie et al., Pruning with Compensation: Efficient Channel Pruning for Deep Convolutional
 * Neural Networks, arXiv 2108.13728, 2021): channels go that can best be predicted from others, and the kernels that
 * read them are rewritten by least squares, with a few scans and no training. Statistics are those of the whole
 * network, taken once; what they cannot know of kernels before and of gates is fitted after, {@link CompensationFit}.
 * <p>
 * Differs from the paper: a channel that several kernels read goes from all of them or from none; how many channels a
 * layer loses follows from what its readers then lack, from how much that was seen to matter to the outputs, and from
 * what is saved, {@link CutAllocation}, unless the paper's search is asked for, {@link CutSearch}. Channels that pass
 * an addition as they are, those of residual stages, stay: no weights stand there that could make up for them.
 */
public final class CompensationAwarePruning implements PruningMethod {

    /** Of a feature's variance. */
    private static final double RIDGE = 1e-2;

    private final boolean searching;

    /** Finds the widths from what layers lack. */
    public CompensationAwarePruning() {
        this(false);
    }

    /**
     * Chooses how widths are found.
     *
     * @param searching
     *            true for the paper's structural search, with hundreds of trials; its score is how little the outputs
     *            change on tiles of cases that the network was trained on
     */
    public CompensationAwarePruning(boolean searching) {
        this.searching = searching;
    }

    @Override
    public Pruned prune(PruningTask task, Progress progress) {
        if (task.cost().of(task.network()) <= task.allowed())
            return new Pruned(task.network(), task.weights(), false, 0, Map.of("channels cut", "0"));
        List<DataCase> cases = CalibrationTiles.tenth(task.cases());
        CalibrationTiles tiles = CalibrationTiles.of(cases, task.plan(), cases.size(), progress);
        try (NDManager manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(task.device())) {
            CompensationPass pass = new CompensationPass(task, tiles, manager, progress);
            Map<String, List<Integer>> kept = pass.choose(pass.rank(), searching);
            Sliced small = pass.fitted(kept, RIDGE);
            Map<String, String> facts = facts(task, kept);
            facts.put("tiles", String.valueOf(tiles.tiles().size()));
            facts.put("change of outputs without compensation", percent(pass.change(pass.sliced(kept))));
            facts.put("change of outputs with compensation", percent(pass.change(small)));
            return new Pruned(small.spec(), small.weights(), false, cases.size(), facts);
        }
    }

    private static Map<String, String> facts(PruningTask task, Map<String, List<Integer>> kept) {
        ChannelGraph channels = ChannelGraph.of(task.network().graph());
        Map<String, String> facts = new TreeMap<>();
        int gone = 0;
        for (Map.Entry<String, List<Integer>> e : kept.entrySet()) {
            int size = channels.group(e.getKey()).size();
            gone += size - e.getValue().size();
            facts.put("width of " + e.getKey(), e.getValue().size() + " of " + size);
        }
        facts.put("channels cut", String.valueOf(gone));
        return facts;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
