package org.septum.compress;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.core.Progress;
import org.septum.model.ChannelSlicer;
import org.septum.model.ChannelSlicer.Sliced;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.train.TrainingRun;

import ai.djl.ndarray.NDManager;

/**
 * Takes away channels that others can predict, without a scan: on {@link SyntheticTiles}, with batch normalisations
 * that get the statistics of these tiles. <b>Why:</b> then every normalised feature has the mean and the variance that
 * it has on the scans that the network was trained on, whatever the tiles look like, so that what channels have to do
 * with each other is much like it is there.
 */
final class SyntheticCompensation {

    /** Of a feature's variance: tiles that are no scans are believed less. */
    private static final double RIDGE = 0.1;

    private final PruningTask task;

    private final Progress progress;

    SyntheticCompensation(PruningTask task, Progress progress) {
        this.task = task;
        this.progress = progress;
    }

    /**
     * The network without some channels, and kernels that make up for them.
     *
     * @throws org.septum.core.SeptumException
     *             of kind USAGE if the target cannot be reached
     */
    Sliced run() {
        CalibrationTiles tiles = SyntheticTiles.of(task.plan());
        NamedWeights matched = BatchStatistics.refreshed(task.network(), task.weights(), tiles, task.device(),
                progress);
        PruningTask same = task.on(task.plan(), matched);
        try (NDManager manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(task.device())) {
            CompensationPass pass = new CompensationPass(same, tiles, manager, progress);
            Map<String, List<Integer>> kept = pass.choose(pass.rank(), false);
            Sliced fitted = pass.fitted(kept, RIDGE);
            NamedWeights before = pass.sliced(kept).weights();
            NamedWeights own = ChannelSlicer.slice(task.network(), task.weights(), kept).weights();
            return new Sliced(fitted.spec(), shifted(fitted.weights(), before, own));
        }
    }

    /** Fitted weights with what was changed for the tiles taken back: fitted - before + own. */
    private static NamedWeights shifted(NamedWeights fitted, NamedWeights before, NamedWeights own) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        fitted.tensors().forEach((name, tensor) -> {
            float[] values = tensor.values();
            float[] with = before.get(name).values();
            float[] without = own.get(name).values();
            for (int i = 0; i < values.length; i++)
                values[i] = values[i] == with[i] ? without[i] : values[i] + (without[i] - with[i]);
            tensors.put(name, Tensor.of(tensor.shape(), values));
        });
        return new NamedWeights(tensors);
    }
}
