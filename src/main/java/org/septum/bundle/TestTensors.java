package org.septum.bundle;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.septum.core.SeptumException;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.ComputeDevice;
import org.septum.model.NamedWeights;
import org.septum.model.NamedWeights.Tensor;
import org.septum.model.NetworkBuilder;
import org.septum.model.NetworkSpec;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/**
 * An input and the output that a model gives for it, for those who check that it runs as it should.
 *
 * @param input
 *            (1, channels, S), before the steps of {@link Preprocessing}
 * @param normalized
 *            the same after them: what the network is fed
 * @param output
 *            probabilities (1, classes, S) of the PyTorch network
 */
record TestTensors(Tensor input, Tensor normalized, Tensor output) {

    /** Largest difference allowed between the PyTorch network and the ONNX graph. */
    static final double TOLERANCE = 1e-4;

    private static final long SEED = 20240917;

    static TestTensors of(Plan plan, List<NamedWeights> members) {
        List<Integer> sizes = AxisSize.of(plan).stream().map(AxisSize::test).toList();
        Tensor input = pattern(plan, sizes);
        Tensor normalized = new Preprocessing(plan).apply(input);
        return new TestTensors(input, normalized,
                mean(members.stream().map(m -> probabilities(plan.network(), m, normalized)).toList()));
    }

    private static Tensor mean(List<Tensor> tensors) {
        double[] sums = new double[tensors.get(0).values().length];
        for (Tensor tensor : tensors) {
            float[] values = tensor.values();
            for (int i = 0; i < sums.length; i++)
                sums[i] += values[i];
        }
        float[] mean = new float[sums.length];
        for (int i = 0; i < mean.length; i++)
            mean[i] = (float) (sums[i] / tensors.size());
        return Tensor.of(tensors.get(0).shape(), mean);
    }

    /** Waves and noise of the height that the plan's normalisation expects. */
    private static Tensor pattern(Plan plan, List<Integer> sizes) {
        Random random = new Random(SEED);
        List<Long> shape = new ArrayList<>(List.of(1L, (long) plan.network().inputs()));
        sizes.forEach(s -> shape.add((long) s));
        int n = Math.toIntExact(Safetensors.elements(shape) / plan.network().inputs());
        int row = sizes.get(sizes.size() - 1);
        float[] values = new float[n * plan.network().inputs()];
        boolean raw = new Preprocessing(plan).isExpressible();
        for (int c = 0; c < plan.network().inputs(); c++) {
            IntensityNormalization norm = plan.inputNormalization().get(c);
            double mean = !raw ? 0 : norm.mean() == null ? 100 : norm.mean();
            double sd = !raw ? 1 : norm.sd() == null ? 20 : norm.sd();
            for (int i = 0; i < n; i++) {
                double wave = Math.sin(0.3 * (i % row) + c) + Math.cos(0.17 * (i / row));
                values[c * n + i] = (float) (mean + sd * (wave + 0.5 * random.nextGaussian()));
            }
        }
        return Tensor.of(shape, values);
    }

    /** Probabilities (N, classes, S) of the PyTorch network on the CPU for a normalised input (N, channels, S). */
    static Tensor probabilities(NetworkSpec spec, NamedWeights weights, Tensor input) {
        try (NDManager manager = ComputeDevice.engine("PyTorch").newBaseManager(Device.cpu())) {
            NDArray x = manager.create(input.values(), shape(input));
            NDArray y = NetworkBuilder.build(spec, weights, manager)
                    .forward(new ParameterStore(manager, false), new NDList(x), false).singletonOrThrow().softmax(1);
            List<Long> shape = new ArrayList<>();
            for (long s : y.getShape().getShape())
                shape.add(s);
            return Tensor.of(shape, y.toFloatArray());
        }
    }

    private static Shape shape(Tensor tensor) {
        return new Shape(tensor.shape().stream().mapToLong(Long::longValue).toArray());
    }

    /** Probabilities that an ONNX file gives for a normalised input. */
    static Tensor probabilities(Path onnx, Tensor input) {
        // DJL makes the one environment of a process with settings of its own, and fails if another was made before.
        ComputeDevice.engine("OnnxRuntime");
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(onnx.toString());
                OnnxTensor x = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.values()),
                        shape(input).getShape());
                OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, x))) {
            OnnxTensor y = (OnnxTensor) result.get(0);
            List<Long> shape = new ArrayList<>();
            for (long s : y.getInfo().getShape())
                shape.add(s);
            FloatBuffer buffer = y.getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return Tensor.of(shape, values);
        } catch (OrtException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    "ONNX Runtime cannot run " + onnx.getFileName() + ": " + e.getMessage(), e);
        }
    }

    /** Largest difference of two tensors; infinite if their shapes differ or a value is NaN. */
    static double difference(Tensor a, Tensor b) {
        if (!a.shape().equals(b.shape()))
            return Double.POSITIVE_INFINITY;
        float[] x = a.values();
        float[] y = b.values();
        double largest = 0;
        for (int i = 0; i < x.length; i++) {
            double d = Math.abs((double) x[i] - y[i]);
            largest = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(largest, d);
        }
        return largest;
    }

    /** Throws if an ONNX file does not give the output. */
    void requireSame(Path onnx) {
        double difference = difference(output, probabilities(onnx, normalized));
        if (difference > TOLERANCE) {
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    "the ONNX graph differs from the network by " + difference + "; allowed: " + TOLERANCE
                            + ": check the weights for values that are not finite, or report it");
        }
    }

    /** Throws if an ONNX file does not give numbers of the output's shape. */
    void requireRuns(Path onnx) {
        if (difference(output, probabilities(onnx, normalized)) == Double.POSITIVE_INFINITY) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, onnx.getFileName()
                    + " gives no probabilities for the test input: check the weights for values that are not finite, or"
                    + " report it");
        }
    }
}
