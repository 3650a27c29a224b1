package org.septum.infer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.onnx.proto.OnnxMl;

/**
 * Runs an ONNX file with ONNX Runtime through DJL. The graph has one input (N, channels, [Z,] Y, X) and one output (N,
 * classes, [Z,] Y, X) of probabilities, both float32, with N free. PyTorch is not loaded. On a CPU the graph goes slice
 * by slice where it can ({@link SliceGraph}).
 */
public final class DjlEngine implements Engine {

    /** DJL's name of the engine. */
    public static final String NAME = "OnnxRuntime";

    /** A call on a GPU takes so little time that a larger one is worth it. */
    private static final int GPU_BATCH_2D = 4;

    /** Making a graph of slices takes about as long as it gains in so many tiles. */
    private static final int FEWEST_VOLUMES_FOR_SLICES = 8;

    private static final int FEWEST_IMAGES_FOR_SLICES = 24;

    private final OnnxSource onnx;

    private final Plan plan;

    /** Values of each voxel that the network gives. */
    private final int outputs;

    /** Hears of the graph's second output; null if it has none. */
    private final Consumer<float[]> further;

    private final Device device;

    private final int threads;

    /** How the network is loaded now. */
    private Layout layout;

    /** What it is loaded for. */
    private Workload work;

    /** False once the graph was seen to be none that can be cut into slices. */
    private boolean isSliceable;

    private Model model;

    private List<OrtLane> lanes = List.of();

    /**
     * @param lanes
     *            calls side by side
     * @param axis
     *            the slices of the graph
     */
    private record Layout(Lanes lanes, SliceAxis axis) {
    }

    private DjlEngine(OnnxSource onnx, Plan plan, int outputs, Consumer<float[]> further, Device device, int threads) {
        this.onnx = onnx;
        this.plan = plan;
        this.outputs = outputs;
        this.further = further;
        this.device = device;
        this.threads = threads;
        this.work = Workload.of(1, plan.patch());
        this.isSliceable = !device.isGpu();
        load(new Layout(new Lanes(1, threads), SliceAxis.NONE));
    }

    /**
     * Opens a network. The number of threads on the CPU is that of {@link ThreadCount}.
     *
     * @param onnx
     *            the ONNX file; it must stay until the engine is closed
     * @param plan
     *            that of the network: channels, classes and the size of a tile
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     * @param progress
     *            hears if {@code auto} falls back to the CPU
     *
     * @throws SeptumException
     *             of kind INPUT if the file is not a network, DEVICE if the device is not there
     */
    public static DjlEngine open(Path onnx, Plan plan, String device, Progress progress) {
        return open(onnx, plan, device, ThreadCount.available(), progress);
    }

    /** The same with another number of threads. */
    static DjlEngine open(Path onnx, Plan plan, String device, int threads, Progress progress) {
        if (!Files.isRegularFile(onnx))
            throw SeptumException.input("there is no network " + onnx + "; give the ONNX file of a model");
        return new DjlEngine(OnnxSource.of(onnx), plan, plan.labels().count(), null,
                ComputeDevice.of(device, NAME, progress), threads);
    }

    /**
     * Opens a graph that gives other values of each voxel than the plan's classes, or more.
     *
     * @param graph
     *            input and output as those of a file
     * @param plan
     *            that of the network: channels and the size of a tile
     * @param outputs
     *            values of each voxel
     * @param device
     *            {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
     * @param progress
     *            hears if {@code auto} falls back to the CPU
     *
     * @throws SeptumException
     *             of kind INPUT if the engine does not take the graph, DEVICE if the device is not there
     */
    public static DjlEngine open(OnnxMl.ModelProto graph, Plan plan, int outputs, String device, Progress progress) {
        return open(graph, plan, outputs, null, device, progress);
    }

    /**
     * The same with a graph of two outputs.
     *
     * @param further
     *            hears of the values of the second one, row-major, after each call, from the thread that made it
     */
    public static DjlEngine open(OnnxMl.ModelProto graph, Plan plan, int outputs, Consumer<float[]> further,
            String device, Progress progress) {
        return new DjlEngine(OnnxSource.of(graph), plan, outputs, further, ComputeDevice.of(device, NAME, progress),
                ThreadCount.available());
    }

    /** Loads the network. What was loaded before is freed first, with the memory that its calls held. */
    private void load(Layout wanted) {
        close();
        model = ComputeDevice.engine(NAME).newModel("septum", device);
        Map<String, String> threading = Map.of("intraOpNumThreads", String.valueOf(wanted.lanes().threads()),
                "interOpNumThreads", "1");
        try {
            if (wanted.axis().equals(SliceAxis.NONE) || !loadSlices(wanted.axis(), threading)) {
                onnx.load(model, threading);
            }
        } catch (IOException | MalformedModelException | RuntimeException e) {
            close();
            if (StepDown.isOutOfMemory(e))
                throw new SeptumException(SeptumException.Kind.DEVICE, "the network does not fit into memory", e);
            throw SeptumException
                    .input(onnx + " cannot be loaded as an ONNX network: " + reason(e) + "; export the model again", e);
        }
        List<OrtLane> opened = new ArrayList<>();
        for (int i = 0; i < wanted.lanes().count(); i++)
            opened.add(new OrtLane());
        lanes = List.copyOf(opened);
        layout = wanted;
    }

    private boolean loadSlices(SliceAxis axis, Map<String, String> threading) throws IOException {
        Optional<OnnxMl.ModelProto> sliced = SliceGraph.of(onnx.proto(), axis);
        try {
            if (sliced.isPresent()) {
                model.load(new ByteArrayInputStream(sliced.get().toByteArray()), threading);
                return true;
            }
        } catch (MalformedModelException | RuntimeException e) {
            if (StepDown.isOutOfMemory(e))
                throw new SeptumException(SeptumException.Kind.DEVICE, reason(e), e);
            // what ONNX Runtime does not take as slices it takes as it is
        }
        isSliceable = false;
        return false;
    }

    @Override
    public List<Lane> lanes(Workload next) {
        work = next;
        Lanes wanted = device.isGpu() ? new Lanes(1, threads) : Lanes.of(threads, next);
        // by the number of tiles, not of calls: the same scan is to go through the same graph on every machine
        boolean isSliced = isSliceable
                && next.tiles() >= (plan.network().dims() == 3 ? FEWEST_VOLUMES_FOR_SLICES : FEWEST_IMAGES_FOR_SLICES);
        Layout best = new Layout(wanted, isSliced ? axis(next.tile()) : SliceAxis.NONE);
        if (!best.equals(layout))
            load(best);
        return List.copyOf(lanes);
    }

    private SliceAxis axis(List<Integer> tile) {
        return plan.network().dims() == 3 ? SliceAxis.volume(tile)
                : SliceAxis.image(tile, plan.network().sizeDivisor().get(0));
    }

    @Override
    public boolean takesOtherTiles() {
        try {
            return onnx.proto().getGraph().getInput(0).getType().getTensorType().getShape().getDimList().stream()
                    .skip(2).noneMatch(axis -> axis.hasDimValue());
        } catch (IOException e) {
            throw SeptumException.input("cannot read the network " + onnx + ": " + e.getMessage(), e);
        }
    }

    @Override
    public int batch() {
        return device.isGpu() && plan.network().dims() == 2 ? GPU_BATCH_2D : 1;
    }

    @Override
    public Optional<Engine> onCpu() {
        return device.isGpu() ? Optional.of(new DjlEngine(onnx, plan, outputs, further, Device.cpu(), threads))
                : Optional.empty();
    }

    @Override
    public String device() {
        return ComputeDevice.name(device);
    }

    @Override
    public String describe() {
        return "ONNX Runtime " + ComputeDevice.engine(NAME).getVersion() + " on " + device()
                + (device.isGpu() ? "" : ", " + threads + (threads == 1 ? " thread" : " threads"));
    }

    @Override
    public void close() {
        layout = null;
        lanes.forEach(OrtLane::close);
        lanes = List.of();
        if (model != null)
            model.close();
        model = null;
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null)
            root = root.getCause();
        return root;
    }

    private static String reason(Throwable e) {
        String message = root(e).getMessage();
        return message == null ? root(e).getClass().getSimpleName() : message.lines().findFirst().orElse("").strip();
    }

    /** Tiles on their way into the network, and where their probabilities go. */
    private record Call(FloatBuffer tiles, int count, List<Integer> size, float[] result) {

        Shape shape(int channels) {
            Shape shape = new Shape(count, channels);
            for (int d = size.size() - 1; d >= 0; d--)
                shape = shape.add(size.get(d));
            return shape;
        }
    }

    /** A predictor of its own and the memory that ONNX Runtime reads tiles from without a copy. */
    private final class OrtLane implements Lane, AutoCloseable {

        private final Predictor<Call, Void> predictor = model
                .newPredictor(new TileTranslator(plan.network().inputs(), outputs, further));

        private FloatBuffer input = FloatBuffer.allocate(0);

        @Override
        public void run(float[] tiles, int count, float[] result) {
            List<Integer> axes = work.tile().subList(0, plan.network().dims());
            int values = Math.multiplyExact(work.tileVoxels(), Math.multiplyExact(count, plan.network().inputs()));
            if (input.capacity() < values) {
                input = ByteBuffer.allocateDirect(Math.multiplyExact(values, Float.BYTES))
                        .order(ByteOrder.nativeOrder()).asFloatBuffer();
            }
            input.clear().put(tiles, 0, values).flip();
            try {
                predictor.predict(new Call(input, count, axes, result));
            } catch (TranslateException | RuntimeException e) {
                Throwable root = root(e);
                if (root instanceof SeptumException known)
                    throw known;
                throw new SeptumException(SeptumException.Kind.DEVICE, "the network cannot run on " + device() + ": "
                        + reason(e) + "; if memory ran out use --device cpu, a smaller batch or a smaller tile", e);
            }
        }

        @Override
        public void close() {
            predictor.close();
        }
    }

    /** Between float arrays and tensors. DJL gives each call a scope of its own and frees what was made in it. */
    private record TileTranslator(int inputs, int values, Consumer<float[]> further) implements Translator<Call, Void> {

        private static final String CALL = "call";

        @Override
        public NDList processInput(TranslatorContext context, Call call) {
            context.setAttachment(CALL, call);
            return new NDList(context.getNDManager().create(call.tiles(), call.shape(inputs)));
        }

        @Override
        public Void processOutput(TranslatorContext context, NDList outputs) {
            Call call = (Call) context.getAttachment(CALL);
            NDArray output = outputs.get(0);
            Shape got = output.getShape();
            Shape wanted = call.shape(values);
            if (outputs.size() != (further == null ? 1 : 2) || !got.equals(wanted)) {
                throw SeptumException.input("the network gives " + outputs.size() + " output(s) of shape " + got
                        + " first; the plan needs one of " + wanted + ": the ONNX file and the plan belong to different"
                        + " models");
            }
            FloatBuffer values = output.toByteBuffer().asFloatBuffer();
            values.get(call.result(), 0, values.remaining());
            if (further != null)
                further.accept(outputs.get(1).toFloatArray());
            return null;
        }

        @Override
        public Batchifier getBatchifier() {
            return null;
        }
    }
}
