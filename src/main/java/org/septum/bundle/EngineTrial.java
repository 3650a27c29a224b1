package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.septum.core.SeptumException;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/**
 * A small network run by an engine, to see that it works and how fast it is.
 *
 * @param what
 *            was run, for people
 * @param seconds
 *            of the fastest of a few runs, loading included
 */
public record EngineTrial(String what, double seconds) {

    private static final int EDGE = 128;

    private static final int RUNS = 5;

    private static final NetworkSpec SPEC = NetworkSpec.unet(2, 1, 2, List.of(16, 32), new NoAttention());

    /** PyTorch on the CPU. */
    public static EngineTrial pyTorch() {
        NamedWeights weights = NamedWeights.initial(SPEC.graph(), 1);
        return fastest(() -> TestTensors.probabilities(SPEC, weights, input()));
    }

    /** ONNX Runtime on the CPU, on the same network exported. */
    public static EngineTrial onnxRuntime() {
        try {
            Path file = Files.createTempFile("septum-trial", ".onnx");
            try {
                OnnxExport.write(SPEC, NamedWeights.initial(SPEC.graph(), 1), file);
                return fastest(() -> TestTensors.probabilities(file, input()));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw SeptumException.output("cannot write to the temporary folder: " + e.getMessage(), e);
        }
    }

    private static NamedWeights.Tensor input() {
        return NamedWeights.Tensor.of(List.of(1L, 1L, (long) EDGE, (long) EDGE), new float[EDGE * EDGE]);
    }

    private static EngineTrial fastest(Runnable run) {
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < RUNS; i++) {
            long start = System.nanoTime();
            run.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return new EngineTrial("a U-Net on " + EDGE + "×" + EDGE + " pixels", best);
    }
}
