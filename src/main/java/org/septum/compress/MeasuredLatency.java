package org.septum.compress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.septum.bundle.OnnxExport;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;

/**
 * Seconds that ONNX Runtime takes for one patch on this machine's CPU: the best of several passes with random weights.
 * The same network is measured once, so that a search sees one cost for it.
 */
public final class MeasuredLatency implements NetworkCost {

    private static final int PASSES = 7;

    private final long[] shape;

    private final Progress progress;

    private final Map<NetworkSpec, Double> known = new HashMap<>();

    /**
     * @param inputs
     *            channels of the input
     * @param patch
     *            its size, in tensor order
     * @param progress
     *            is asked whether to stop
     */
    public MeasuredLatency(int inputs, List<Integer> patch, Progress progress) {
        this.shape = new long[2 + patch.size()];
        shape[0] = 1;
        shape[1] = inputs;
        for (int d = 0; d < patch.size(); d++)
            shape[2 + d] = patch.get(d);
        this.progress = progress;
    }

    @Override
    public double of(NetworkSpec network) {
        return known.computeIfAbsent(network, this::measured);
    }

    private double measured(NetworkSpec network) {
        progress.throwIfCancelled();
        float[] input = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        try {
            Path file = Files.createTempFile("septum-latency", ".onnx");
            try {
                OnnxExport.write(network, List.of(NamedWeights.initial(network.graph(), 1)), file);
                try (OnnxRun run = new OnnxRun(file)) {
                    return best(run, input);
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw SeptumException.output("cannot write to the temporary folder: " + e + "; free some space there", e);
        }
    }

    /** The first pass, which sets up, does not count. */
    private double best(OnnxRun run, float[] input) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= PASSES; i++) {
            long start = System.nanoTime();
            run.outputs(input, shape);
            if (i > 0)
                best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }
}
