package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

@Tag("engine")
class DjlEngineTest {

    @TempDir
    Path folder;

    private static Plan plan(int dims, List<Integer> patch, String... classes) {
        return new Plan(Plan.VERSION, "test", Modality.MR, List.of("T1"), ClassLabels.of(classes),
                NetworkSpec.unet(dims, 1, classes.length, List.of(4), new NoAttention()), Plan.GridAxes.SCAN,
                TestPlans.AS_STORED, patch, List.of(IntensityNormalization.perScan()), null, null);
    }

    private static Plan plan(int dims) {
        return plan(dims, dims == 3 ? List.of(5, 3, 2) : List.of(5, 3, 1), "background", "object");
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3 })
    void probabilitiesAreThoseOfTheGraphWithXFastest(int dims) throws IOException {
        Path onnx = TinyOnnx.write(folder.resolve("tiny.onnx"), dims, 0.5f);
        int voxels = dims == 3 ? 30 : 15;
        float[] tiles = new float[2 * voxels];
        for (int i = 0; i < tiles.length; i++)
            tiles[i] = (float) Math.sin(i);
        try (DjlEngine engine = DjlEngine.open(onnx, plan(dims), "cpu", Progress.SILENT)) {
            float[] p = new float[2 * 2 * voxels];
            engine.lanes(Workload.of(2, plan(dims).patch()).withBatch(2)).get(0).run(tiles, 2, p);
            for (int n = 0; n < 2; n++) {
                for (int i = 0; i < voxels; i++) {
                    double logit = (i % 5 == 4 ? 0 : tiles[n * voxels + i + 1]) + 0.5;
                    float expected = (float) (1 / (1 + Math.exp(-logit)));
                    assertThat(p[(n * 2 + 1) * voxels + i]).as("tile %d, voxel %d", n, i).isCloseTo(expected,
                            within(1e-6f));
                    assertThat(p[n * 2 * voxels + i]).isCloseTo(1 - expected, within(1e-6f));
                }
            }
        }
    }

    @Test
    void aScanIsSegmentedByTheGraph() throws IOException {
        Path onnx = TinyOnnx.write(folder.resolve("tiny.onnx"), 3, 0f);
        Plan plan = plan(3);
        float[] values = new float[13 * 7 * 4];
        for (int i = 0; i < values.length; i++)
            values[i] = 100 + (i * 37 % 101);
        double mean = 0;
        for (float v : values)
            mean += v / values.length;
        Scan scan = new Scan("case", ArrayImgs.floats(values, 13, 7, 4, 1), ScanGeometry.ofSpacing(0.7, 0.9, 2.5),
                Modality.MR, List.of());
        try (DjlEngine engine = DjlEngine.open(onnx, plan, "cpu", Progress.SILENT)) {
            LabelMask mask = new Segmenter(engine, SegmenterOptions.DEFAULT.withOverlap(0.8)).segment(scan, plan,
                    Progress.SILENT);
            int i = 0;
            int compared = 0;
            for (UnsignedByteType v : mask.pixels().view().flatIterable()) {
                // inside, the tile that shows the voxel's neighbour weighs more than the one that ends before it
                if (i % 13 < 11 && Math.abs(values[i + 1] - mean) > 10) {
                    assertThat(v.get()).as("voxel %d", i).isEqualTo(values[i + 1] > mean ? 1 : 0);
                    compared++;
                }
                i++;
            }
            assertThat(compared).isGreaterThan(200);
        }
    }

    @Test
    void theEngineSaysWhatItIs() throws IOException {
        Path onnx = TinyOnnx.write(folder.resolve("tiny.onnx"), 3, 0f);
        try (DjlEngine engine = DjlEngine.open(onnx, plan(3), "auto", Progress.SILENT)) {
            assertThat(engine.device()).matches("cpu|gpu:0");
            assertThat(engine.describe()).startsWith("ONNX Runtime 1.").contains(engine.device());
        }
    }

    @Test
    void aFileThatIsNoNetworkIsRefused() throws IOException {
        Path onnx = Files.writeString(folder.resolve("bad.onnx"), "no network");
        assertThatThrownBy(() -> DjlEngine.open(onnx, plan(3), "cpu", Progress.SILENT))
                .isInstanceOfSatisfying(SeptumException.class,
                        e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.INPUT))
                .message().contains("bad.onnx", "cannot be loaded").doesNotContain("\n");
        assertThatThrownBy(() -> DjlEngine.open(folder.resolve("none.onnx"), plan(3), "cpu", Progress.SILENT))
                .hasMessageContaining("there is no network");
    }

    @Test
    void aNetworkOfAnotherPlanIsRefused() throws IOException {
        Path onnx = TinyOnnx.write(folder.resolve("tiny.onnx"), 3, 0f);
        Plan three = plan(3, List.of(5, 3, 2), "background", "rim", "core");
        try (DjlEngine engine = DjlEngine.open(onnx, three, "cpu", Progress.SILENT)) {
            assertThatThrownBy(
                    () -> engine.lanes(Workload.of(1, three.patch())).get(0).run(new float[30], 1, new float[90]))
                            .isInstanceOfSatisfying(SeptumException.class,
                                    e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.INPUT))
                            .message().contains("different models");
        }
    }

    @Test
    void neitherPyTorchNorTheNetworkIsTouchedBesideIt() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/maps")), "loaded libraries can be listed on Linux only");
        Path onnx = TinyOnnx.write(folder.resolve("tiny.onnx"), 3, 0f);
        Path out = folder.resolve("out.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Once.class.getName(), onnx.toString()).redirectErrorStream(true)
                        .redirectOutput(out.toFile()).start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as("output: %s", Files.readString(out)).isZero();
        assertThat(Files.readString(out)).as("telemetry of DJL, logged where it is on").doesNotContain("EC2");
    }

    /** Opens the engine in a process of its own; fails if PyTorch's library got loaded. */
    static final class Once {

        private Once() {
        }

        public static void main(String[] args) throws IOException {
            try (DjlEngine engine = DjlEngine.open(Path.of(args[0]), plan(3), "cpu", Progress.SILENT)) {
                engine.lanes(Workload.of(1, plan(3).patch())).get(0).run(new float[30], 1, new float[60]);
                List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
                boolean onnx = maps.stream().anyMatch(line -> line.contains("onnxruntime"));
                boolean torch = maps.stream().anyMatch(line -> line.contains("torch"));
                if (!onnx || torch)
                    throw new IllegalStateException("onnxruntime loaded: " + onnx + ", torch loaded: " + torch);
            }
        }
    }
}
