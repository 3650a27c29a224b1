package org.septum.infer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.bundle.OpenBundle;
import org.septum.compress.CalibrationTiles;
import org.septum.compress.Quantizer;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/**
 * A plain U-Net with random weights, or any model, and the time of a pass over noise: Septum's side of
 * {@code bench/infer_speed.py}.
 */
final class InferSpeed {

    private static final int BASE = 16;

    private InferSpeed() {
    }

    /**
     * {@code export DIMS MODEL} writes a model; {@code run MODEL PRECISION X Y Z THREADS BATCH RUNS} prints seconds,
     * one line a run.
     */
    public static void main(String[] args) throws IOException {
        if (args[0].equals("export")) {
            export(Integer.parseInt(args[1]), Path.of(args[2]));
            return;
        }
        int[] numbers = IntStream.range(3, args.length).map(i -> Integer.parseInt(args[i])).toArray();
        SegmenterOptions options = SegmenterOptions.DEFAULT.withBatch(numbers[4]);
        try (OpenBundle model = BundleReader.open(Path.of(args[1]))) {
            Plan plan = model.bundle().plan();
            Scan scan = noise(plan, numbers);
            Path onnx = args[2].equals("int8") ? model.int8().orElseThrow() : model.onnx();
            try (DjlEngine engine = DjlEngine.open(onnx, plan, "cpu", numbers[3], Progress.SILENT)) {
                Segmenter segmenter = new Segmenter(engine, options);
                for (int run = 0; run < numbers[5]; run++) {
                    long start = System.nanoTime();
                    segmenter.segment(scan, plan, Progress.SILENT);
                    System.out.printf("%.3f%n", (System.nanoTime() - start) / 1e9);
                }
            }
        }
    }

    /** Random weights, with integers whose ranges are those of noise. */
    private static void export(int dims, Path model) {
        Plan plan = plan(dims);
        Bundle bundle = Bundle.of(plan, NamedWeights.initial(plan.network().graph(), 1), ModelCard.of(plan));
        Random random = new Random(2);
        float[] tile = new float[plan.patch().stream().reduce(1, Math::multiplyExact)];
        for (int i = 0; i < tile.length; i++)
            tile[i] = (float) random.nextGaussian();
        Quantizer.Found found = Quantizer.run(bundle, new CalibrationTiles(plan, List.of(tile)), Progress.SILENT);
        BundleWriter.write(bundle.withQuantization(found.quantization()), model, true);
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
                List.of(asItIs), training(), Map.of());
    }

    private static TrainingPlan training() {
        return new TrainingPlan(1, 1, 1, 0.01, 0.9, 0, 0,
                new TrainingPlan.AugmentationPlan(false, false, false, 0, 0, 0, 0, 0), 1);
    }

    /** Voxels as large as the plan wants them, so that none is resampled. */
    private static Scan noise(Plan plan, int[] size) {
        var pixels = PlanarImgs.floats(size[0], size[1], size[2], 1);
        Random random = new Random(1);
        for (FloatType v : pixels)
            v.set((float) random.nextGaussian());
        List<Double> s = plan.spacing();
        ScanGeometry geometry = Double.isFinite(s.get(0)) ? ScanGeometry.ofSpacing(s.get(0), s.get(1), s.get(2))
                : ScanGeometry.UNKNOWN;
        return new Scan("noise", pixels, geometry, Modality.OTHER, List.of());
    }
}
