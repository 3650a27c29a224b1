package org.septum.infer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.bundle.OnnxExport;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/**
 * A plain U-Net with random weights, its ONNX file, and the time of a pass over noise: Septum's side of
 * {@code bench/infer_speed.py}.
 */
final class InferSpeed {

    private static final int BASE = 16;

    private InferSpeed() {
    }

    /** {@code export DIMS FILE} or {@code run DIMS FILE X Y Z THREADS BATCH RUNS}; prints seconds, one line a run. */
    public static void main(String[] args) throws IOException {
        Plan plan = plan(Integer.parseInt(args[1]));
        Path onnx = Path.of(args[2]);
        if (args[0].equals("export")) {
            OnnxExport.write(plan.network(), NamedWeights.initial(plan.network().graph(), 1), onnx);
            return;
        }
        int[] numbers = IntStream.range(3, args.length).map(i -> Integer.parseInt(args[i])).toArray();
        Scan scan = noise(numbers[0], numbers[1], numbers[2]);
        SegmenterOptions options = SegmenterOptions.DEFAULT.withBatch(numbers[4]);
        try (DjlEngine engine = DjlEngine.open(onnx, plan, "cpu", numbers[3], Progress.SILENT)) {
            Segmenter segmenter = new Segmenter(engine, options);
            for (int run = 0; run < numbers[5]; run++) {
                long start = System.nanoTime();
                segmenter.segment(scan, plan, Progress.SILENT);
                System.out.printf("%.3f%n", (System.nanoTime() - start) / 1e9);
            }
        }
    }

    /** Tiles of 256² for a network of five levels, or of 64×64×48 for one of four. */
    static Plan plan(int dims) {
        int levels = dims == 2 ? 5 : 4;
        List<Integer> widths = IntStream.range(0, levels).map(i -> BASE << i).boxed().toList();
        IntensityNormalization asItIs = new IntensityNormalization(IntensityNormalization.Kind.DATASET, null, null, 0.0,
                1.0);
        return new Plan(Plan.VERSION, "noise", Modality.OTHER, List.of("grey"), ClassLabels.of("background", "object"),
                NetworkSpec.unet(dims, 1, 2, widths, new NoAttention()), Plan.GridAxes.SCAN,
                List.of(Double.NaN, Double.NaN, Double.NaN), dims == 2 ? List.of(256, 256, 1) : List.of(64, 64, 48),
                List.of(asItIs), null, null);
    }

    private static Scan noise(int nx, int ny, int nz) {
        var pixels = PlanarImgs.floats(nx, ny, nz, 1);
        Random random = new Random(1);
        for (FloatType v : pixels)
            v.set((float) random.nextGaussian());
        return new Scan("noise", pixels, ScanGeometry.UNKNOWN, Modality.OTHER, List.of());
    }
}
