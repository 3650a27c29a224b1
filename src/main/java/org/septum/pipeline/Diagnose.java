package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import org.septum.bundle.EngineTrial;
import org.septum.core.SeptumException;
import org.septum.infer.DjlEngine;
import org.septum.infer.ThreadCount;
import org.septum.io.ImageLibrary;
import org.septum.model.ComputeDevice;
import org.septum.train.TrainingRun;

import ai.djl.util.Utils;

/** Looks whether everything that Septum needs is there and works, what it uses, and why not something faster. */
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

        /** "ok Java 17.0.2", for people. */
        public String line() {
            return String.format(Locale.ROOT, "%-4s %-26s %s", isWell ? "ok" : "BAD", subject, text);
        }
    }

    private static final int OLDEST_JAVA = 17;

    private static final long LEAST_MEMORY = 1L << 30;

    private static final long LEAST_DISK = 1L << 30;

    /** What limits threads, in the order in which they are looked at. */
    private static final List<String> THREAD_VARIABLES = List.of("SLURM_CPUS_PER_TASK", "OMP_NUM_THREADS");

    private final MachineFacts machine;

    private final Map<String, String> environment;

    Diagnose(MachineFacts machine, Map<String, String> environment) {
        this.machine = machine;
        this.environment = environment;
    }

    /** Looks at everything; nothing stops it. */
    public static List<Finding> run() {
        return new Diagnose(new MachineFacts(Path.of("/")), System.getenv()).findings();
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding("Septum", true, SeptumVersion.text()));
        findings.add(java());
        findings.add(memory());
        findings.add(processors(Runtime.getRuntime().availableProcessors(), ThreadCount.available()));
        findings.add(instructions());
        findings.add(attempt("Bio-Formats", ImageLibrary::version));
        findings.add(attempt("PyTorch (training)", () -> engine(TrainingRun.ENGINE)));
        findings.add(attempt("ONNX Runtime (masks)", () -> engine(DjlEngine.NAME)));
        findings.add(attempt("PyTorch convolution", () -> timed(EngineTrial.pyTorch())));
        findings.add(attempt("ONNX Runtime convolution", () -> timed(EngineTrial.onnxRuntime())));
        findings.add(attempt("Temporary folder", Diagnose::temporaryFolder));
        findings.add(folder("Folder of natives", Utils.getEngineCacheDir(),
                "set DJL_CACHE_DIR to a folder that you" + " may write"));
        findings.add(folder("Working folder", Path.of("").toAbsolutePath(), "masks are written where -o says"));
        return findings;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String text = System.getProperty("java.vm.name") + " " + Runtime.version() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return new Finding("Java", version >= OLDEST_JAVA,
                version >= OLDEST_JAVA ? text : text + "; install Java " + OLDEST_JAVA + " or later");
    }

    private Finding memory() {
        long most = Runtime.getRuntime().maxMemory();
        StringBuilder text = new StringBuilder(gigabytes(most) + " for Java");
        machine.memory().ifPresent(m -> text.append(" of " + gigabytes(m) + " in the machine"));
        machine.memoryLimit().ifPresent(m -> text.append(", control group allows " + gigabytes(m)));
        if (most < LEAST_MEMORY)
            text.append("; give more with SEPTUM_JAVA_OPTIONS=-Xmx4g");
        return new Finding("Memory", most >= LEAST_MEMORY, text.toString());
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    Finding processors(int seen, int used) {
        StringBuilder text = new StringBuilder(seen + " seen, " + used + " threads used");
        THREAD_VARIABLES.stream()
                .filter(v -> used < seen && String.valueOf(used).equals(environment.getOrDefault(v, "").strip()))
                .findFirst().ifPresent(v -> text.append(", as " + v + "=" + used + " says; unset it to use all"));
        String limit = machine.processorLimit();
        if (!limit.isEmpty())
            text.append("; the control group allows the time of " + limit);
        return new Finding("Processors", true, text.toString());
    }

    Finding instructions() {
        List<String> known = machine.instructions();
        if (known.isEmpty())
            return new Finding("Instruction sets", true, "not known on this system");
        boolean hasInt8 = known.stream().anyMatch(i -> i.contains("int8"));
        String name = machine.processor();
        return new Finding("Instruction sets", true, (name.isEmpty() ? "" : name + ": ") + String.join(", ", known)
                + (hasInt8 ? "" : "; none for int8, so models with --precision int8 gain little here"));
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

    private String engine(String name) {
        String version = ComputeDevice.engine(name).getVersion();
        int gpus = ComputeDevice.gpuCount(name);
        return version + ", " + (gpus == 0 ? "no GPU: " + whyNoGpu(name) + "; runs on the CPU"
                : gpus + (gpus == 1 ? " GPU" : " GPUs") + ", driver " + machine.driver());
    }

    private String whyNoGpu(String engine) {
        if (!ComputeDevice.hasCudaDriver())
            return "no NVIDIA driver here";
        String driver = "driver " + machine.driver() + " is there, but ";
        if (engine.equals(TrainingRun.ENGINE)) {
            String path = environment.getOrDefault("PYTORCH_LIBRARY_PATH", "");
            return driver + (path.isEmpty()
                    ? "these are the CPU natives: set PYTORCH_LIBRARY_PATH to the lib folder of a libtorch with CUDA"
                    : "the libtorch in PYTORCH_LIBRARY_PATH=" + path + " sees none: is it one with CUDA?");
        }
        boolean isCudaBuild = Diagnose.class
                .getResource("/ai/onnxruntime/native/linux-x64/libonnxruntime_providers_cuda.so") != null;
        return driver + (isCudaBuild ? "the CUDA 12 and cuDNN 9 libraries are not found: put them on LD_LIBRARY_PATH"
                : "this is the build for the CPU: build with mvn -Pcuda");
    }

    private static String timed(EngineTrial trial) {
        return String.format(Locale.ROOT, "%.0f ms to load and run %s", trial.seconds() * 1e3, trial.what());
    }

    private static String temporaryFolder() {
        try {
            Path file = Files.createTempFile("septum", ".tmp");
            long free = Files.getFileStore(file).getUsableSpace();
            Files.delete(file);
            return String.format(Locale.ROOT, "%s, %s free", file.getParent(), gigabytes(free));
        } catch (IOException e) {
            throw SeptumException.output("cannot write to the temporary folder: " + e.getMessage()
                    + "; set -Djava.io.tmpdir to a folder with free space", e);
        }
    }

    /** Whether a folder, or the nearest above it that is there, can be written. */
    static Finding folder(String subject, Path folder, String advice) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null)
            there = there.getParent();
        try {
            FileStore store = Files.getFileStore(there);
            boolean isWell = Files.isWritable(there);
            boolean isFull = store.getUsableSpace() < LEAST_DISK;
            return new Finding(subject, isWell, folder + ", " + gigabytes(store.getUsableSpace()) + " free"
                    + (isWell ? isFull ? ": little; " + advice : "" : ": it cannot be written; " + advice));
        } catch (IOException e) {
            return new Finding(subject, false, folder + ": " + e.getMessage() + "; " + advice);
        }
    }
}
