package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import org.septum.bundle.EngineTrial;
import org.septum.core.SeptumException;
import org.septum.infer.DjlEngine;
import org.septum.infer.ThreadCount;
import org.septum.io.ImageLibrary;
import org.septum.model.ComputeDevice;
import org.septum.train.TrainingRun;

/** Looks whether everything that Septum needs is there and works. */
public final class Diagnose {

    /**
     * One thing that was looked at.
     *
     * @param subject
     *            what: "Java"
     * @param isWell
     *            whether it works
     * @param text
     *            what was found, and what to do if it does not work
     */
    public record Finding(String subject, boolean isWell, String text) {
    }

    private static final int OLDEST_JAVA = 17;

    private static final long LEAST_MEMORY = 1L << 30;

    private Diagnose() {
    }

    /** Looks at everything; nothing stops it. */
    public static List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding("Septum", true, SeptumVersion.text()));
        findings.add(java());
        findings.add(memory());
        findings.add(new Finding("Processors", true,
                Runtime.getRuntime().availableProcessors() + " seen, " + ThreadCount.available() + " used"));
        findings.add(attempt("Bio-Formats", ImageLibrary::version));
        findings.add(attempt("PyTorch (training)", () -> engine(TrainingRun.ENGINE)));
        findings.add(attempt("ONNX Runtime (masks)", () -> engine(DjlEngine.NAME)));
        findings.add(attempt("PyTorch convolution", () -> timed(EngineTrial.pyTorch())));
        findings.add(attempt("ONNX Runtime convolution", () -> timed(EngineTrial.onnxRuntime())));
        findings.add(attempt("Temporary folder", Diagnose::temporaryFolder));
        return findings;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String text = System.getProperty("java.vm.name") + " " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return new Finding("Java", version >= OLDEST_JAVA,
                version >= OLDEST_JAVA ? text : text + "; install Java " + OLDEST_JAVA + " or later");
    }

    private static Finding memory() {
        long most = Runtime.getRuntime().maxMemory();
        String text = String.format(Locale.ROOT, "%.1f GB for Java", most / 1e9);
        return new Finding("Memory", most >= LEAST_MEMORY,
                most >= LEAST_MEMORY ? text : text + "; give more with -Xmx4g");
    }

    private static Finding attempt(String subject, Supplier<String> trial) {
        try {
            return new Finding(subject, true, trial.get());
        } catch (SeptumException e) {
            return new Finding(subject, false, e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            return new Finding(subject, false, e + "; install Septum again");
        }
    }

    private static String engine(String name) {
        String version = ComputeDevice.engine(name).getVersion();
        int gpus = ComputeDevice.gpuCount(name);
        String how = name.equals(TrainingRun.ENGINE)
                ? "set PYTORCH_LIBRARY_PATH to the lib folder of a libtorch with CUDA"
                : "build with mvn -Pcuda";
        String why = ComputeDevice.hasCudaDriver() ? "these are the CPU natives; " + how : "no NVIDIA driver here";
        String gpu = gpus == 0 ? "no GPU: " + why + "; runs on the CPU" : gpus + (gpus == 1 ? " GPU" : " GPUs");
        return version + ", " + gpu;
    }

    private static String timed(EngineTrial trial) {
        return String.format(Locale.ROOT, "%.0f ms to load and run %s", trial.seconds() * 1e3, trial.what());
    }

    private static String temporaryFolder() {
        try {
            Path file = Files.createTempFile("septum", ".tmp");
            long free = Files.getFileStore(file).getUsableSpace();
            Files.delete(file);
            return String.format(Locale.ROOT, "%s, %.1f GB free", file.getParent(), free / 1e9);
        } catch (IOException e) {
            throw SeptumException.output("cannot write to the temporary folder: " + e.getMessage()
                    + "; set -Djava.io.tmpdir to a folder with free space", e);
        }
    }
}
