package org.septum.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import net.imglib2.RandomAccess;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.pipeline.SegmentImage;

/** Packages of others, generated, whose result is a formula. */
@Tag("engine")
class ForeignModelTest {

    private static final List<String> FORMATS = List.of("0.4.10", "0.5.3");

    @TempDir
    private Path folder;

    /** Whether a voxel is in the object. */
    private interface Formula {

        int at(int x, int y, int z);
    }

    private static Scan scan(int nx, int ny, int nz, int channels) {
        float[] values = new float[nx * ny * nz * channels];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++)
            values[i] = (float) (10 * random.nextGaussian());
        return new Scan("s", ArrayImgs.floats(values, nx, ny, nz, channels), ScanGeometry.ofSpacing(0.7, 0.9, 2.5),
                Modality.OTHER, List.of());
    }

    private static float value(Scan scan, int x, int y, int z, int c) {
        RandomAccess<FloatType> at = scan.pixels().randomAccess();
        at.setPosition(new int[] { x, y, z, c });
        return at.get().get();
    }

    private static void assertMask(Path model, Scan scan, Formula formula) {
        LabelMask mask = SegmentImage.run(SegmentImage.Request.of(scan, model, "cpu"), Progress.SILENT).mask();
        assertThat(mask.shape()).isEqualTo(scan.shape());
        assertThat(mask.geometry()).isEqualTo(scan.geometry());
        RandomAccess<UnsignedByteType> at = mask.pixels().randomAccess();
        int[] counts = new int[256];
        for (int z = 0; z < scan.size(2); z++) {
            for (int y = 0; y < scan.size(1); y++) {
                for (int x = 0; x < scan.size(0); x++) {
                    at.setPosition(new int[] { x, y, z });
                    assertThat(at.get().get()).as("at " + x + ", " + y + ", " + z).isEqualTo(formula.at(x, y, z));
                    counts[formula.at(x, y, z)]++;
                }
            }
        }
        assertThat(Arrays.stream(counts).filter(n -> n > 0).count()).as("classes that occur").isGreaterThan(1);
    }

    private static int size(char axis) {
        return axis == 'x' ? 12 : axis == 'y' ? 9 : axis == 'z' ? 5 : 1;
    }

    /** x + 20 y + 300 z in the order of the axes. */
    private static String ramp(OnnxNodes nodes, String axes) {
        List<Long> shape = new ArrayList<>();
        int n = 1;
        for (char a : axes.toCharArray()) {
            shape.add((long) size(a));
            n *= size(a);
        }
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            int rest = i;
            for (int d = axes.length() - 1; d >= 0; d--) {
                int at = rest % size(axes.charAt(d));
                rest /= size(axes.charAt(d));
                values[i] += at * (axes.charAt(d) == 'x' ? 1 : axes.charAt(d) == 'y' ? 20 : 300);
            }
        }
        return nodes.floats(shape, values);
    }

    private static List<String> orders(String letters) {
        if (letters.isEmpty())
            return List.of("");
        List<String> orders = new ArrayList<>();
        for (int i = 0; i < letters.length(); i++)
            for (String rest : orders(letters.substring(0, i) + letters.substring(i + 1)))
                orders.add(letters.charAt(i) + rest);
        return orders;
    }

    /** Every order in 2D, with axes left out; some in 3D. */
    static Stream<Arguments> axes() {
        List<String> all = new ArrayList<>(orders("bcyx"));
        all.addAll(orders("yx"));
        all.addAll(List.of("cxy", "byx", "bczyx", "bxyzc", "zyxcb", "zyx", "cxzy"));
        return all.stream().map(a -> Arguments.of(a, FORMATS.get(all.indexOf(a) % 2)));
    }

    @ParameterizedTest
    @MethodSource("axes")
    void axesMayStandInAnyOrder(String axes, String format) throws IOException {
        ForeignPackage made = new ForeignPackage(axes, axes)
                .network((nodes, x) -> nodes.add("Sub", List.of(nodes.add("Add", List.of(x, ramp(nodes, axes))),
                        nodes.floats(List.of(), axes.contains("z") ? 700 : 95))));
        for (char a : axes.toCharArray())
            made.size(a, size(a));
        boolean is3d = axes.contains("z");
        Scan scan = scan(12, 9, is3d ? 5 : 2, 1);
        assertMask(made.write(folder.resolve("m"), format), scan,
                (x, y, z) -> value(scan, x, y, z, 0) + x + 20 * y + (is3d ? 300 * z : 0) > (is3d ? 700 : 95) ? 1 : 0);
    }

    private static float[] sorted(Scan scan, int z, int c) {
        float[] values = new float[(int) (scan.size(0) * scan.size(1))];
        int n = 0;
        for (int y = 0; y < scan.size(1); y++)
            for (int x = 0; x < scan.size(0); x++)
                values[n++] = value(scan, x, y, z, c);
        Arrays.sort(values);
        return values;
    }

    private static double percentile(float[] sorted, double p) {
        double at = p / 100 * (sorted.length - 1);
        int low = (int) at;
        return low == sorted.length - 1 ? sorted[low] : sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float v : values)
            sum += v;
        return sum / values.length;
    }

    private static double sd(float[] values) {
        double sum = 0;
        for (float v : values)
            sum += (v - mean(values)) * (v - mean(values));
        return Math.sqrt(sum / values.length);
    }

    /** What a step makes of a value of a channel, given the sorted values of that channel of its slice. */
    private interface StepFormula {

        double of(double x, int channel, float[] sorted);
    }

    private static Arguments step(String id, Map<String, Object> kwargs, StepFormula formula) {
        return Arguments.of(id, kwargs, formula);
    }

    static Stream<Arguments> steps() {
        List<String> axes = List.of("y", "x");
        return Stream.of(
                step("binarize", Map.of("threshold",
                        2.5), (x, c, s) -> x > 2.5 ? 1 : 0),
                step("binarize", Map.of("axis", "channel", "threshold", List.of(1.0, -4.0)),
                        (x, c, s) -> x > (c == 0 ? 1 : -4) ? 1 : 0),
                step("clip", Map.of("min", -3.0, "max", 7.5), (x, c, s) -> Math.min(Math.max(x, -3), 7.5)),
                step("clip", Map.of("min_percentile", 10.0, "max_percentile", 90.0, "axes", axes),
                        (x, c, s) -> Math.min(Math.max(x, s[(int) Math.ceil(0.1 * s.length) - 1]),
                                s[(int) Math.ceil(0.9 * s.length) - 1])),
                step("ensure_dtype", Map.of("dtype", "int16"), (x, c, s) -> (short) x),
                step("fixed_zero_mean_unit_variance", Map.of("mean", 3.0, "std", 4.0), (x, c, s) -> (x - 3) / 4),
                step("fixed_zero_mean_unit_variance",
                        Map.of("axis", "channel", "mean", List.of(3.0, -1.0), "std", List.of(4.0, 2.0)),
                        (x, c, s) -> c == 0 ? (x - 3) / 4 : (x + 1) / 2),
                step("scale_linear", Map.of("gain", 2.0, "offset", -1.0), (x, c, s) -> 2 * x - 1),
                step("scale_linear", Map.of("axis", "channel", "gain", List.of(2.0, 3.0), "offset", List.of(0.0, 5.0)),
                        (x, c, s) -> c == 0 ? 2 * x : 3 * x + 5),
                step("scale_range", Map.of("axes", axes, "min_percentile", 5.0, "max_percentile", 99.8, "eps", 1e-6),
                        (x, c, s) -> (x - percentile(s, 5)) / (percentile(s, 99.8) - percentile(s, 5) + 1e-6)),
                step("sigmoid", Map.of(), (x, c, s) -> 1 / (1 + Math.exp(-x))), step("zero_mean_unit_variance",
                        Map.of("axes", axes, "eps", 1e-6), (x, c, s) -> (x - mean(s)) / (sd(s) + 1e-6)));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void everyStepDoesToAScanWhatItsFormulaSays(String id, Map<String, Object> kwargs, StepFormula formula)
            throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").size('c', 2).size('y', 9).size('x', 12).before(id, kwargs)
                .classes(2).write(folder.resolve("m"), "0.5.3");
        Scan scan = scan(12, 9, 3, 2);
        try (OpenModel open = OpenModel.open(model)) {
            Scan prepared = open.prepared(scan);
            for (int c = 0; c < 2; c++) {
                for (int z = 0; z < 3; z++) {
                    float[] sorted = sorted(scan, z, c);
                    for (int y = 0; y < 9; y++)
                        for (int x = 0; x < 12; x++)
                            assertThat((double) value(prepared, x, y, z, c)).as(x + " " + y + " " + z + " " + c)
                                    .isCloseTo(formula.of(value(scan, x, y, z, c), c, sorted), within(1e-4));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({ "zyx, false", "czyx, true" })
    void statisticsOfAVolumeAreTakenOverTheAxesThatAreNamed(String axes, boolean withChannels) throws IOException {
        Path model = new ForeignPackage("bczyx", "bczyx").size('c', 2).size('z', 3).size('y', 9).size('x', 12)
                .before("zero_mean_unit_variance", Map.of("mode", "per_sample", "axes", axes)).classes(2)
                .write(folder.resolve("m"), "0.4.10");
        Scan scan = scan(12, 9, 3, 2);
        List<Float> group = new ArrayList<>();
        for (int c = 0; c < (withChannels ? 2 : 1); c++)
            for (int z = 0; z < 3; z++)
                for (float v : sorted(scan, z, c))
                    group.add(v);
        float[] values = new float[group.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = group.get(i);
        try (OpenModel open = OpenModel.open(model)) {
            assertThat((double) value(open.prepared(scan), 7, 3, 1, 0))
                    .isCloseTo((value(scan, 7, 3, 1, 0) - mean(values)) / sd(values), within(1e-4));
        }
    }

    /** Steps behind the network, and the threshold of x that they come to. */
    static Stream<Arguments> afterwards() {
        return Stream.of(Arguments.of("sigmoid", Map.of(), 0.0),
                Arguments.of("binarize", Map.of("threshold", 3.0), 3.0),
                Arguments.of("scale_linear", Map.of("gain", 0.5, "offset", -2.0), 4.0),
                Arguments.of("fixed_zero_mean_unit_variance", Map.of("mean", -2.0, "std", 3.0), -2.0),
                Arguments.of("ensure_dtype", Map.of("dtype", "int32"), 0.9999),
                Arguments.of("clip", Map.of("min", -1.0, "max", 1.0), 0.0));
    }

    @ParameterizedTest
    @MethodSource("afterwards")
    void stepsAfterTheNetworkMoveTheBorder(String id, Map<String, Object> kwargs, double threshold) throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").size('y', 9).size('x', 12).after(id, kwargs)
                .write(folder.resolve("m"), "0.5.3");
        Scan scan = scan(12, 9, 2, 1);
        assertMask(model, scan, (x, y, z) -> value(scan, x, y, z, 0) > threshold ? 1 : 0);
    }

    /** Mean of 3×3 pixels, the image mirrored at its border. */
    private static double box(Scan scan, int x, int y, int z) {
        double sum = 0;
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++)
                sum += value(scan, mirrored(x + dx, (int) scan.size(0)), mirrored(y + dy, (int) scan.size(1)), z, 0);
        return sum / 9;
    }

    private static int mirrored(int i, int n) {
        return i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i;
    }

    private static String box(OnnxNodes nodes, String x, long pad) {
        float[] ninths = new float[9];
        Arrays.fill(ninths, 1 / 9f);
        return nodes.add("Conv", List.of(x, nodes.floats(List.of(1L, 1L, 3L, 3L), ninths)),
                ai.onnx.proto.OnnxMl.AttributeProto.newBuilder().setName("pads")
                        .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.INTS)
                        .addAllInts(Collections.nCopies(4, pad)).build());
    }

    @ParameterizedTest
    @CsvSource({ "0.4.10, 9", "0.5.3, 13", "0.5.3, 18" })
    void whatAHaloTakesComesFromTheNextTile(String format, long opset) throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").opset(opset).size('y', 16).size('x', 20)
                .halo(List.of(0, 0, 3, 2)).network((nodes, x) -> box(nodes, x, 1)).write(folder.resolve("m"), format);
        Scan scan = scan(53, 37, 2, 1);
        assertMask(model, scan, (x, y, z) -> box(scan, x, y, z) > 0 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = { "0.4.10", "0.5.3" })
    void aSmallerOutputLiesInTheMiddleOfItsTile(String format) throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").size('y', 16).size('x', 20).offset('y', -2).offset('x', -2)
                .network((nodes, x) -> box(nodes, x, 0)).write(folder.resolve("m"), format);
        Scan scan = scan(53, 37, 2, 1);
        assertMask(model, scan, (x, y, z) -> box(scan, x, y, z) > 0 ? 1 : 0);
    }

    @Test
    void aFreeSizeIsOneOfTheStepsAndMayBeThatOfAnotherAxis() throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").size('y', List.of(20, 16))
                .size('x', Map.of("tensor_id", ForeignPackage.IN, "axis_id", "y", "offset", 4))
                .write(folder.resolve("m"), "0.5.3");
        try (OpenModel open = OpenModel.open(model)) {
            assertThat(open.plan().patch()).containsExactly(264, 260, 1);
        }
        Scan scan = scan(30, 40, 1, 1);
        assertMask(model, scan, (x, y, z) -> value(scan, x, y, z, 0) > 0 ? 1 : 0);
    }

    private static String stacked(OnnxNodes nodes, String x, float... gains) {
        List<String> all = new ArrayList<>();
        for (float gain : gains)
            all.add(nodes.add("Mul", List.of(x, nodes.floats(List.of(), gain))));
        return nodes.concatenateChannels(all);
    }

    @Test
    void severalChannelsAreClassesAndTheLargestWins() throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").size('y', 9).size('x', 12)
                .classes(3, "vessel", "wall", "background").after("softmax", Map.of())
                .network((nodes, x) -> stacked(nodes, x, 1, -2, 0)).write(folder.resolve("m"), "0.5.3");
        Scan scan = scan(12, 9, 1, 1);
        try (OpenModel open = OpenModel.open(model)) {
            assertThat(open.plan().labels().classes()).extracting(ClassLabel::name).containsExactly("background",
                    "vessel", "wall");
            assertThat(open.notes().get(0)).contains("channel 2 is the background");
        }
        assertMask(model, scan, (x, y, z) -> value(scan, x, y, z, 0) > 0 ? 1 : 2);
    }

    @Test
    void channelsThatDoNotExcludeOneAnotherLeaveTheRestToTheBackground() throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").size('y', 9).size('x', 12).classes(2, "cell", "border")
                .after("scale_linear", Map.of("gain", 1.0, "offset", -5.0)).after("sigmoid", Map.of())
                .network((nodes, x) -> stacked(nodes, x, 1, -1)).write(folder.resolve("m"), "0.5.3");
        Scan scan = scan(12, 9, 1, 1);
        assertMask(model, scan, (x, y, z) -> value(scan, x, y, z, 0) > 5 ? 1 : value(scan, x, y, z, 0) < -5 ? 2 : 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "scale_range | needs the whole result", "stardist | it needs the step",
            "scale_mean_variance | needs the whole result" })
    void saysWhatItCannotDo(String step, String words) throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").size('y', 9).size('x', 12).after(step, Map.of())
                .write(folder.resolve("m"), "0.5.3");
        assertThatThrownBy(() -> OpenModel.open(model)).isInstanceOf(SeptumException.class)
                .hasMessageStartingWith(model + " is not a usable model").hasMessageContaining(words);
    }

    @Test
    void refusesAGraphWithOtherChannelsThanItsDescription() throws IOException {
        Path model = new ForeignPackage("bcyx", "bcyx").size('c', 3).size('y', 9).size('x', 12)
                .write(folder.resolve("m"), "0.5.3");
        String rdf = java.nio.file.Files.readString(model.resolve("rdf.yaml"));
        java.nio.file.Files.writeString(model.resolve("rdf.yaml"),
                rdf.replace("\"channel0\",\"channel1\",\"channel2\"", "\"a\",\"b\""));
        assertThatThrownBy(() -> OpenModel.open(model)).hasMessageContaining("net.onnx has the input \"image\"")
                .hasMessageContaining("with 2 channels");
    }

    @Test
    void a3dModelNeedsAVolume() throws IOException {
        Path model = new ForeignPackage("bczyx", "bczyx").size('z', 5).size('y', 9).size('x', 12)
                .write(folder.resolve("m"), "0.5.3");
        assertThatThrownBy(
                () -> SegmentImage.run(SegmentImage.Request.of(scan(12, 9, 1, 1), model, "cpu"), Progress.SILENT))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("needs a volume");
    }
}
