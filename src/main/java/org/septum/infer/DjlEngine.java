package org.septum.infer;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

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

/**
 * Runs an ONNX file with ONNX Runtime through DJL. The graph has one input (N, channels, [Z,] Y, X) and one output (N,
 * classes, [Z,] Y, X) of probabilities, both float32, with N free. PyTorch is not loaded.
 */
public final class DjlEngine implements Engine {

    /** DJL's name of the engine. */
    public static final String NAME = "OnnxRuntime";

    private final Model model;

    private final Predictor<Batch, float[]> predictor;

    private final Device device;

    private final String description;

    private record Batch(FloatBuffer tiles, int count) {
    }

    private DjlEngine(Model model, Device device, TileTranslator translator, String description) {
        this.model = model;
        this.device = device;
        this.description = description;
        this.predictor = model.newPredictor(translator);
    }

    /**
     * Opens a network. The number of threads on the CPU is that of {@link ThreadCount}.
     *
     * @param onnx
     *            the ONNX file
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
        if (!Files.isRegularFile(onnx))
            throw SeptumException.input("there is no network " + onnx + "; give the ONNX file of a model");
        Device where = ComputeDevice.of(device, NAME, progress);
        int threads = ThreadCount.available();
        ai.djl.engine.Engine engine = ComputeDevice.engine(NAME);
        Model model = engine.newModel("septum", where);
        try {
            Path file = onnx.toAbsolutePath();
            model.load(file.getParent(), file.getFileName().toString(),
                    Map.of("intraOpNumThreads", String.valueOf(threads), "interOpNumThreads", "1"));
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw SeptumException
                    .input(onnx + " cannot be loaded as an ONNX network: " + reason(e) + "; export the model again", e);
        }
        String description = "ONNX Runtime " + engine.getVersion() + " on " + ComputeDevice.name(where)
                + (where.isGpu() ? "" : ", " + threads + (threads == 1 ? " thread" : " threads"));
        return new DjlEngine(model, where, new TileTranslator(plan), description);
    }

    @Override
    public float[] probabilities(float[] tiles, int count) {
        try {
            return predictor.predict(new Batch(FloatBuffer.wrap(tiles), count));
        } catch (TranslateException | RuntimeException e) {
            Throwable root = root(e);
            if (root instanceof SeptumException known)
                throw known;
            throw new SeptumException(SeptumException.Kind.DEVICE, "the network cannot run on " + device() + ": "
                    + reason(e) + "; if memory ran out use --device cpu, a smaller batch or a smaller tile", e);
        }
    }

    @Override
    public String device() {
        return ComputeDevice.name(device);
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
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

    /** Between float arrays and tensors. DJL gives each call a scope of its own and frees what was made in it. */
    private static final class TileTranslator implements Translator<Batch, float[]> {

        private static final String COUNT = "count";

        private final Plan plan;

        TileTranslator(Plan plan) {
            this.plan = plan;
        }

        private Shape shape(int count, int channels) {
            Shape shape = new Shape(count, channels);
            for (int size : plan.patchInTensorOrder())
                shape = shape.add(size);
            return shape;
        }

        @Override
        public NDList processInput(TranslatorContext context, Batch batch) {
            Shape shape = shape(batch.count(), plan.network().inputs());
            if (shape.size() != batch.tiles().remaining()) {
                throw new SeptumException(SeptumException.Kind.INTERNAL,
                        batch.tiles().remaining() + " values for tiles of shape " + shape);
            }
            context.setAttachment(COUNT, batch.count());
            return new NDList(context.getNDManager().create(batch.tiles(), shape));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList outputs) {
            NDArray output = outputs.get(0);
            Shape got = output.getShape();
            Shape wanted = shape((Integer) context.getAttachment(COUNT), plan.labels().count());
            if (outputs.size() != 1 || !got.equals(wanted)) {
                throw SeptumException.input("the network gives " + outputs.size() + " output(s) of shape " + got
                        + "; the plan needs one of " + wanted + ": the ONNX file and the plan belong to different"
                        + " models");
            }
            return output.toFloatArray();
        }

        @Override
        public Batchifier getBatchifier() {
            return null;
        }
    }
}
