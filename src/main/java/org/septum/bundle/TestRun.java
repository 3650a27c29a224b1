package org.septum.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.bundle.ForeignAxis.Kind;
import org.septum.core.SeptumException;
import org.septum.data.Plan;
import org.septum.model.NamedWeights.Tensor;

/**
 * A model run on its own test input, and how far the result is from its own test output.
 *
 * @param engine
 *            what ran it
 * @param difference
 *            the largest
 * @param isWell
 *            whether every value is as near as it must be
 */
public record TestRun(String engine, double difference, boolean isWell) {

    /** For networks of others: this, and this share of the value. */
    private static final double FOREIGN_TOLERANCE = 1e-3;

    /**
     * Runs a model.
     *
     * @return one run for each engine that can: ONNX Runtime, and PyTorch for Septum's own
     *
     * @throws SeptumException
     *             of kind INPUT if the model has no test tensors or cannot be run on them
     */
    public static List<TestRun> of(OpenModel model) {
        try {
            return model instanceof OpenBundle own ? ofOwn(own) : List.of(ofForeign((ForeignModel) model));
        } catch (IOException e) {
            throw SeptumException.input("its test tensors cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<TestRun> ofOwn(OpenBundle own) throws IOException {
        Plan plan = own.plan();
        Tensor input = new Preprocessing(plan).apply(NpyFile.read(own.files().file(Bundle.TEST_INPUT)));
        Tensor expected = NpyFile.read(own.files().file(Bundle.TEST_OUTPUT));
        double onnx = TestTensors.difference(TestTensors.probabilities(own.onnx(), input), expected);
        List<Tensor> members = own.bundle().members().stream()
                .map(m -> TestTensors.probabilities(plan.network(), m, input)).toList();
        double torch = TestTensors.difference(TestTensors.mean(members), expected);
        return List.of(new TestRun("ONNX Runtime", onnx, onnx <= TestTensors.TOLERANCE),
                new TestRun("PyTorch", torch, torch <= TestTensors.TOLERANCE));
    }

    private static TestRun ofForeign(ForeignModel model) throws IOException {
        ForeignTensor in = model.rdf().input();
        ForeignTensor out = model.rdf().output();
        if (in.testFile().isEmpty() || out.testFile().isEmpty())
            throw SeptumException.input("it has no test tensors");
        List<Kind> space = new ArrayList<>(List.of(Kind.Z, Kind.Y, Kind.X));
        space.removeIf(k -> in.axis(k).isEmpty());
        Tensor input = ordered(NpyFile.read(model.files().file(in.testFile())), in, space);
        Tensor expected = ordered(NpyFile.read(model.files().file(out.testFile())), out, space);
        TileGeometry whole = new TileGeometry(space, sizes(input), sizes(expected),
                Collections.nCopies(space.size(), 0));
        Path file = Files.createTempFile("septum-test", ".onnx");
        try {
            Files.write(file,
                    new AdaptedGraph(model.graph(), in, out, whole, model.classes()).asDescribed().toByteArray());
            Tensor got = TestTensors.probabilities(file, processed(input, in, space.size()));
            return compared(got, expected);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static List<Integer> sizes(Tensor tensor) {
        return tensor.shape().subList(2, tensor.shape().size()).stream().map(Long::intValue).toList();
    }

    private static TestRun compared(Tensor got, Tensor expected) {
        double difference = TestTensors.difference(got, expected);
        boolean isWell = Double.isFinite(difference);
        float[] a = got.values();
        float[] b = expected.values();
        for (int i = 0; isWell && i < a.length; i++)
            isWell = Math.abs(a[i] - b[i]) <= FOREIGN_TOLERANCE * (1 + Math.abs(b[i]));
        return new TestRun("ONNX Runtime", difference, isWell);
    }

    /** The tensor as (1, channels, S). */
    private static Tensor ordered(Tensor tensor, ForeignTensor described, List<Kind> space) {
        List<Long> shape = tensor.shape();
        if (shape.size() != described.axes().size())
            throw SeptumException.input("its test tensor " + described.testFile() + " has the shape " + shape
                    + "; rdf.yaml says axes " + described.axes().stream().map(ForeignAxis::id).toList());
        List<Kind> order = new ArrayList<>(List.of(Kind.BATCH, Kind.CHANNEL));
        order.addAll(space);
        long[] strides = new long[order.size()];
        List<Long> sizes = new ArrayList<>(Collections.nCopies(order.size(), 1L));
        long stride = 1;
        for (int d = shape.size() - 1; d >= 0; d--) {
            int at = order.indexOf(described.axes().get(d).kind());
            if (at >= 0) {
                strides[at] = stride;
                sizes.set(at, shape.get(d));
            }
            stride *= shape.get(d);
        }
        if (sizes.get(0) != 1)
            throw SeptumException
                    .input("its test tensor " + described.testFile() + " has " + sizes.get(0) + " samples; allowed: 1");
        float[] from = tensor.values();
        float[] to = new float[from.length];
        for (int i = 0; i < to.length; i++) {
            long rest = i;
            long source = 0;
            for (int d = order.size() - 1; d >= 0; d--) {
                source += rest % sizes.get(d) * strides[d];
                rest /= sizes.get(d);
            }
            to[i] = from[(int) source];
        }
        return Tensor.of(sizes, to);
    }

    private static Tensor processed(Tensor input, ForeignTensor described, int dims) {
        List<Long> s = input.shape();
        long depth = dims == 3 ? s.get(2) : 1;
        ScanValues values = new ScanValues(
                ArrayImgs.floats(input.values(), s.get(s.size() - 1), s.get(s.size() - 2), depth, s.get(1)), dims == 2);
        described.steps().forEach(values::apply);
        RandomAccessibleInterval<FloatType> pixels = values.pixels();
        float[] result = new float[input.values().length];
        int n = 0;
        for (Cursor<FloatType> cursor = Views.flatIterable(pixels).cursor(); cursor.hasNext();)
            result[n++] = cursor.next().get();
        return Tensor.of(s, result);
    }
}
