package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.bundle.OnnxExport;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.EcaAttention;

/**
 * The mask of a volume, whatever the number of threads. The weights are random: the classes lie closer together than in
 * a trained network, so that what threads might round otherwise would show.
 */
@Tag("engine")
class ThreadsTest {

    private static final int CLASSES = 3;

    @TempDir
    private Path folder;

    private static Plan plan(List<Integer> tile) {
        IntensityNormalization asItIs = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0,
                1.0);
        return new Plan(Plan.VERSION, "test", Modality.OTHER, List.of("grey"), TestPlans.LABELS,
                NetworkSpec.unet(3, 1, CLASSES, List.of(16, 32, 64), new EcaAttention(3)), Plan.GridAxes.SCAN,
                TestPlans.AS_STORED, tile, List.of(asItIs), null, null);
    }

    private static Scan noise(int nx, int ny, int nz) {
        float[] values = new float[nx * ny * nz];
        Random random = new Random(29);
        for (int i = 0; i < values.length; i++)
            values[i] = (float) random.nextGaussian();
        return new Scan("noise", ArrayImgs.floats(values, nx, ny, nz, 1), ScanGeometry.ofSpacing(1, 1, 1),
                Modality.OTHER, List.of());
    }

    private static byte[] mask(Path onnx, Plan plan, Scan scan, int threads) {
        try (DjlEngine engine = DjlEngine.open(onnx, plan, "cpu", threads, Progress.SILENT)) {
            LabelMask mask = new Segmenter(engine, SegmenterOptions.DEFAULT).segment(scan, plan, Progress.SILENT);
            byte[] values = new byte[Math.toIntExact(mask.pixels().size())];
            int[] n = { 0 };
            mask.pixels().view().flatIterable().forEach(v -> values[n[0]++] = (byte) v.get());
            return values;
        }
    }

    /** One tile for all threads; a few, whose calls share the threads; many, slice by slice, a call for each thread. */
    @ParameterizedTest
    @CsvSource({ "28,24,20, 28,24,20", "40,24,20, 28,24,20", "45,37,30, 20,16,12" })
    void theMaskIsTheSameOnAnyNumberOfThreads(int nx, int ny, int nz, int tx, int ty, int tz) throws IOException {
        Plan plan = plan(List.of(tx, ty, tz));
        Path onnx = folder.resolve("network.onnx");
        OnnxExport.write(plan.network(), NamedWeights.initial(plan.network().graph(), 4), onnx);
        Scan scan = noise(nx, ny, nz);
        byte[] expected = mask(onnx, plan, scan, 1);
        assertThat(expected).contains(0, 7, (byte) 200);
        for (int threads : new int[] { 2, 3, 4 }) {
            byte[] actual = mask(onnx, plan, scan, threads);
            int other = 0;
            for (int i = 0; i < expected.length; i++)
                other += actual[i] == expected[i] ? 0 : 1;
            assertThat(other).as("voxels of %d that %d threads decide otherwise", expected.length, threads).isZero();
        }
    }
}
