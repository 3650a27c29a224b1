package org.septum.infer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkBlock;
import org.septum.model.NetworkBuilder;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;

/**
 * Runs the network that a plan and its weights describe with PyTorch through DJL, as it is trained: nothing is folded
 * or exported. Slower than {@link DjlEngine} on a CPU; the choice where PyTorch has a device that ONNX Runtime has not.
 * One lane on all threads. An ensemble gives the mean of its networks' probabilities.
 */
public final class TorchEngine implements Engine {

    /** DJL's name of the engine. */
    public static final String NAME = "PyTorch";

    private final Plan plan;

    private final List<NamedWeights> members;

    private final Device device;

    private final int threads;

    /** Owns the weights. */
    private final NDManager manager;

    private final ParameterStore store;

    private final List<NetworkBlock> networks = new ArrayList<>();

    private TorchEngine(Plan plan, List<NamedWeights> members, Device device, int threads) {
        this.plan = plan;
        this.members = List.copyOf(members);
        this.device = device;
        this.threads = threads;
        this.manager = ComputeDevice.engine(NAME).newBaseManager(device);
        this.store = new ParameterStore(manager, false);
        JniUtils.setNumThreads(threads);
        try {
            for (NamedWeights weights : members)
                networks.add(NetworkBuilder.build(plan.network(), weights, manager));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Opens a network. The number of threads on the CPU is that of {@link ThreadCount}; PyTorch has it in common for
     * the whole process.
     *
     * @param plan
     *            describes the network
     * @param members
     *            the weights of each network of an ensemble, or of the only one
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     * @param progress
     *            hears if {@code auto} falls back to the CPU
     *
     * @throws SeptumException
     *             of kind INPUT if the weights do not fit, DEVICE if the device is not there
     */
    public static TorchEngine open(Plan plan, List<NamedWeights> members, String device, Progress progress) {
        return new TorchEngine(plan, members, ComputeDevice.of(device, NAME, progress), ThreadCount.available());
    }

    @Override
    public List<Lane> lanes(Workload work) {
        return List.of((tiles, count, result) -> run(tiles, count, work.tile(), result));
    }

    /** On a CPU one tile after the other: PyTorch would round a larger batch otherwise, and gain no time by it. */
    private void run(float[] tiles, int count, List<Integer> tile, float[] result) {
        int together = device.isGpu() ? count : 1;
        Shape shape = new Shape(together, plan.network().inputs());
        for (int d = plan.network().dims() - 1; d >= 0; d--)
            shape = shape.add(tile.get(d));
        int inputs = Math.toIntExact(shape.size());
        try {
            for (int n = 0; n < count / together; n++) {
                try (NDManager scope = manager.newSubManager()) {
                    float[] values = mean(scope.create(Arrays.copyOfRange(tiles, n * inputs, (n + 1) * inputs), shape));
                    System.arraycopy(values, 0, result, n * values.length, values.length);
                }
            }
        } catch (EngineException e) {
            throw new SeptumException(SeptumException.Kind.DEVICE,
                    "PyTorch cannot run the network on " + device() + ": "
                            + e.getMessage().lines().findFirst().orElse("")
                            + "; if memory ran out use --device cpu, a smaller batch or a smaller tile",
                    e);
        }
    }

    /** Mean of the probabilities of all networks. */
    private float[] mean(NDArray input) {
        NDArray sum = null;
        for (NetworkBlock network : networks) {
            NDArray p = network.forward(store, new NDList(input), false).singletonOrThrow().softmax(1);
            sum = sum == null ? p : sum.addi(p);
        }
        return (networks.size() == 1 ? sum : sum.divi(networks.size())).toFloatArray();
    }

    @Override
    public Optional<Engine> onCpu() {
        return device.isGpu() ? Optional.of(new TorchEngine(plan, members, Device.cpu(), threads)) : Optional.empty();
    }

    @Override
    public String device() {
        return ComputeDevice.name(device);
    }

    @Override
    public String describe() {
        return "PyTorch " + ComputeDevice.engine(NAME).getVersion() + " on " + device()
                + (device.isGpu() ? "" : ", " + threads + (threads == 1 ? " thread" : " threads"));
    }

    @Override
    public void close() {
        manager.close();
    }
}
