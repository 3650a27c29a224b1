package org.septum.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.data.CaseIndex;
import org.septum.data.FoldSplit;
import org.septum.data.IntensityNormalization;
import org.septum.data.LearningPlan;
import org.septum.data.Plan;
import org.septum.data.TrainingPlan;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

import ai.djl.Device;

/**
 * Times a training step of a plain U-Net with batch normalisation and AdamW; for bench/step_time.py. Prints the number
 * of parameters and the median of ten steps in seconds.
 */
final class StepTime {

    private StepTime() {
    }

    /**
     * @param args
     *            dimensions, width of the first level, levels below it, batch, and the patch in tensor order
     */
    public static void main(String[] args) throws IOException {
        int[] n = Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        int dims = n[0];
        List<Integer> widths = IntStream.rangeClosed(0, n[2]).mapToObj(level -> n[1] << level).toList();
        NetworkSpec network = NetworkSpec.unet(dims, 1, 2, widths, new NoAttention());
        List<Integer> patch = dims == 2 ? List.of(n[5], n[4], 1) : List.of(n[6], n[5], n[4]);
        TrainingPlan training = new TrainingPlan(n[3], 10, 1, 1e-3, 0.9, 0, 0.5, TrainingPlan.AugmentationPlan.NONE, 1)
                .withLearning(LearningPlan.PLAIN.with(LearningPlan.Optimizer.ADAMW));
        Plan plan = new Plan(Plan.VERSION, "phantoms", Modality.MR, List.of("scan"), TinyTraining.LABELS, network,
                Plan.GridAxes.SCAN, List.of(Double.NaN, Double.NaN, Double.NaN), patch,
                List.of(IntensityNormalization.perScan()), training, null);
        Path folder = Files.createTempDirectory("septum-step-time");
        try {
            CaseIndex index = TinyTraining.dataset(folder);
            double seconds = StepTimer
                    .seconds(List.of(plan), FoldSplit.of(index, FoldSplit.NONE), Device.cpu(), Progress.SILENT).get(0);
            System.out.printf(Locale.ROOT, "septum %d parameters, %.4f s/step%n", network.graph().parameters(),
                    seconds);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }
}
