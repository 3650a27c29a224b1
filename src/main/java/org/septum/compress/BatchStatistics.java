package org.septum.compress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.TrainingPlan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkBlock;
import org.septum.model.NetworkBuilder;
import org.septum.model.NetworkSpec;
import org.septum.model.block.BatchNormalization;
import org.septum.model.block.NetworkGraph;
import org.septum.train.TrainingRun;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

/**
 * Measures the running mean and variance of batch normalisations anew, as a network needs that has lost channels: what
 * it computes no longer has the statistics of what it was trained on.
 * <p>
 * Each pass normalises a batch of tiles by its own statistics, as in training but without dropout; the mean over passes
 * of their means and unbiased variances is what is kept (a cumulative average, as the update of normalisations after
 * weight averaging in Izmailov et al., UAI 2018). With as many tiles a pass as a batch of the training has, they are
 * the statistics that the training would have kept.
 */
public final class BatchStatistics {

    /** Tiles a pass for a plan without a training. */
    private static final int FEW = 2;

    private final NetworkSpec network;

    private final Progress progress;

    /** By name of a running mean or variance: the sum over passes. */
    private final Map<String, double[]> sums = new TreeMap<>();

    /** By name of a running mean or variance: what one pass adds of its own statistic. */
    private final Map<String, Float> share = new TreeMap<>();

    private BatchStatistics(NetworkSpec network, Progress progress) {
        this.network = network;
        this.progress = progress;
        for (NetworkGraph.Node node : network.graph().nodes()) {
            if (node.layer() instanceof BatchNormalization norm) {
                norm.weights().stream().filter(w -> !w.role().isTrained())
                        .forEach(w -> share.put(node.weight(w), 1 - norm.momentum()));
            }
        }
    }

    /**
     * The weights with new statistics; all others are the same numbers. A network without batch normalisation keeps its
     * weights as they are, and nothing runs. The same tiles give the same statistics.
     *
     * @param network
     *            may have fewer channels than that of the tiles' plan
     * @param weights
     *            of the network
     * @param tiles
     *            some tens are enough; read as batches of the size of the plan's training
     * @param device
     *            that computes
     * @param progress
     *            hears of every pass and is asked whether to stop
     *
     * @throws SeptumException
     *             of kind INPUT if the weights do not fit, or the network computes something that is no number;
     *             CANCELLED if the user stops it
     */
    public static NamedWeights refreshed(NetworkSpec network, NamedWeights weights, CalibrationTiles tiles,
            Device device, Progress progress) {
        weights.requireFit(network.graph());
        BatchStatistics statistics = new BatchStatistics(network.withDropout(0).withDeepSupervision(false), progress);
        return statistics.share.isEmpty() ? weights : statistics.measure(weights, tiles, device);
    }

    private NamedWeights measure(NamedWeights weights, CalibrationTiles tiles, Device device) {
        List<List<float[]>> batches = batches(tiles);
        try (NDManager manager = ComputeDevice.engine(TrainingRun.ENGINE).newBaseManager(device)) {
            NetworkBlock block = NetworkBuilder.build(network, used(weights), manager);
            for (int i = 0; i < batches.size(); i++) {
                progress.throwIfCancelled();
                progress.report("measuring normalisations", i, batches.size());
                pass(block, input(batches.get(i)), shape(batches.get(i), tiles), manager);
            }
            progress.report("measuring normalisations", batches.size(), batches.size());
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        sums.forEach((name, sum) -> tensors.put(name, mean(name, sum, batches.size())));
        return new NamedWeights(tensors);
    }

    /** The weights without those of layers that only a training looks at. */
    private NamedWeights used(NamedWeights weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        tensors.keySet().retainAll(network.graph().weights().keySet());
        return new NamedWeights(tensors);
    }

    /** As many tiles in each as a batch of the training has, or a few more, so that none is much smaller. */
    private static List<List<float[]>> batches(CalibrationTiles tiles) {
        TrainingPlan training = tiles.plan().training();
        List<float[]> all = tiles.tiles();
        int count = Math.max(1, all.size() / (training == null ? FEW : training.batch()));
        List<List<float[]>> batches = new ArrayList<>();
        for (int i = 0; i < count; i++)
            batches.add(all.subList(i * all.size() / count, (i + 1) * all.size() / count));
        return batches;
    }

    private static float[] input(List<float[]> batch) {
        int size = batch.get(0).length;
        float[] input = new float[size * batch.size()];
        for (int i = 0; i < batch.size(); i++)
            System.arraycopy(batch.get(i), 0, input, i * size, size);
        return input;
    }

    private static Shape shape(List<float[]> batch, CalibrationTiles tiles) {
        long[] shape = tiles.shape();
        shape[0] = batch.size();
        return new Shape(shape);
    }

    /** Lets the engine add the share of one pass to statistics that are 0. */
    private void pass(NetworkBlock block, float[] input, Shape shape, NDManager manager) {
        Map<String, NDArray> arrays = block.arrays();
        share.keySet().forEach(name -> arrays.get(name).muli(0));
        try (NDManager scope = manager.newSubManager()) {
            block.forward(new ParameterStore(manager, false), new NDList(scope.create(input, shape)), true);
        }
        share.forEach((name, part) -> {
            float[] added = arrays.get(name).toFloatArray();
            double[] sum = sums.computeIfAbsent(name, n -> new double[added.length]);
            for (int c = 0; c < added.length; c++)
                sum[c] += added[c] / (double) part;
        });
    }

    private static Tensor mean(String name, double[] sum, int passes) {
        float[] mean = new float[sum.length];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = (float) (sum[c] / passes);
            if (!Float.isFinite(mean[c])) {
                throw SeptumException.input("the tiles give " + name + " = " + mean[c] + " for channel " + c
                        + "; give scans that hold numbers only and a model with finite weights");
            }
        }
        return Tensor.of(List.of((long) mean.length), mean);
    }
}
