package org.septum.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.septum.core.Progress;
import org.septum.core.SeptumException;

import ai.djl.Device;
import ai.djl.engine.Engine;

/**
 * Turns the words {@code auto}, {@code cpu}, {@code gpu} and {@code gpu:1} into a device of an engine. Engines are
 * loaded through this class: DJL reports each start to its makers otherwise.
 */
public final class ComputeDevice {

    private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,4}))?");

    /** DJL's switch against reporting its use over the network; it reads it when the first engine is loaded. */
    private static final String NO_TELEMETRY = "OPT_OUT_TRACKING";

    /** Without it DJL loads PyTorch beside ONNX Runtime, for operations on arrays that inference never uses. */
    private static final String NO_SECOND_ENGINE = "ai.djl.onnx.disable_alternative";

    static {
        System.setProperty(NO_TELEMETRY, "true");
        if (System.getProperty(NO_SECOND_ENGINE) == null)
            System.setProperty(NO_SECOND_ENGINE, "true");
    }

    private ComputeDevice() {
    }

    /**
     * The device meant by a word.
     *
     * @param word
     *            {@code auto} (the first GPU, or else the CPU, which is then said), {@code cpu}, {@code gpu} or
     *            {@code gpu:N} counted from 0
     * @param engineName
     *            DJL's name of the engine that will use it: "PyTorch" or "OnnxRuntime". It is loaded unless the word is
     *            {@code cpu}
     * @param progress
     *            hears a line if {@code auto} falls back to the CPU
     *
     * @throws SeptumException
     *             of kind DEVICE if a GPU is asked for that is not there, of kind USAGE for any other word
     */
    public static Device of(String word, String engineName, Progress progress) {
        return of(word, engineName, () -> gpuCount(engineName), progress);
    }

    static Device of(String word, String engineName, IntSupplier gpuCount, Progress progress) {
        String w = word == null ? "" : word.strip().toLowerCase(Locale.ROOT);
        if (w.equals("cpu"))
            return Device.cpu();
        if (w.equals("auto")) {
            if (gpuCount.getAsInt() > 0)
                return Device.gpu(0);
            progress.message("no GPU that " + engineName + " can use; running on the CPU");
            return Device.cpu();
        }
        Matcher gpu = GPU.matcher(w);
        if (!gpu.matches()) {
            throw SeptumException
                    .usage("device \"" + word + "\" is not known; allowed: auto, cpu, gpu, gpu:N (gpu:0 is the first)");
        }
        int id = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
        int count = gpuCount.getAsInt();
        if (id >= count) {
            throw new SeptumException(SeptumException.Kind.DEVICE, "device " + w + " is not there: " + engineName
                    + " can use " + found(count) + "; run with --device cpu or --device auto");
        }
        return Device.gpu(id);
    }

    /**
     * The devices that a training uses: for {@code auto} and {@code gpu} all GPUs, if there are several, and else that
     * of {@link #of(String, String, Progress)}.
     */
    public static List<Device> all(String word, String engineName, Progress progress) {
        return all(word, engineName, () -> gpuCount(engineName), progress);
    }

    static List<Device> all(String word, String engineName, IntSupplier gpuCount, Progress progress) {
        Device first = of(word, engineName, gpuCount, progress);
        boolean every = first.isGpu() && !word.contains(":");
        return every ? IntStream.range(0, gpuCount.getAsInt()).mapToObj(Device::gpu).toList() : List.of(first);
    }

    private static String found(int gpus) {
        return switch (gpus) {
            case 0 -> "the CPU only";
            case 1 -> "cpu and gpu:0";
            default -> "cpu and gpu:0 to gpu:" + (gpus - 1);
        };
    }

    /**
     * Number of GPUs that an engine can use with the natives it has; 0 without a CUDA build of the engine.
     *
     * @throws SeptumException
     *             of kind DEVICE if the engine itself cannot be loaded
     */
    public static int gpuCount(String engineName) {
        return engine(engineName).getGpuCount();
    }

    /** A device in the words of {@link #of(String, String, Progress)}: "cpu", "gpu:0". */
    public static String name(Device device) {
        return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
    }

    /** True if this machine has a driver for NVIDIA GPUs, whether or not an engine here can use it. */
    public static boolean hasCudaDriver() {
        String windows = System.getenv("SystemRoot");
        return Files.exists(Path.of("/proc/driver/nvidia/version"))
                || windows != null && Files.exists(Path.of(windows, "System32", "nvcuda.dll"));
    }

    /** An engine of DJL by name, its natives loaded; a {@link SeptumException} of kind DEVICE if that fails. */
    public static Engine engine(String engineName) {
        try {
            return Engine.getEngine(engineName);
        } catch (RuntimeException | LinkageError e) {
            throw new SeptumException(SeptumException.Kind.DEVICE,
                    "cannot load the engine " + engineName + ": " + e.getMessage() + "; check with: septum doctor", e);
        }
    }
}
