package org.septum.data;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import org.septum.core.Modality;
import org.septum.core.ScanGeometry;
import org.septum.data.TrainingPlan.AugmentationPlan.Intensity;
import org.septum.data.TrainingPlan.AugmentationPlan.Spatial;
import org.septum.data.TrainingPlan.AugmentationPlan.Variation;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

/** Milliseconds that a patch takes, with old and with new variations. A program for developers, no test. */
final class SamplingSpeed {

    private static final int WARM_UP = 60;

    private static final int PATCHES = 200;

    private SamplingSpeed() {
    }

    public static void main(String[] words) {
        measure("2D 256x256 RGB of 512x512", 2, 3, List.of(512L, 512L, 1L), List.of(256, 256, 1));
        measure("3D 40x56x40 of 60x80x60", 3, 1, List.of(60L, 80L, 60L), List.of(40, 56, 40));
    }

    private static void measure(String what, int dims, int channels, List<Long> size, List<Integer> patch) {
        TrainingPlan.AugmentationPlan old = new TrainingPlan.AugmentationPlan(true, true, false, 30, 0.2, 0.4, 0.1,
                0.2);
        time(what + ", first plans", dims, channels, size, patch, old);
        time(what + ", none", dims, channels, size, patch, Samples.OFF);
        for (boolean bent : new boolean[] { false, true }) {
            Variation elastic = bent ? new Variation(1, 0.2) : Variation.OFF;
            time(what + (bent ? ", as planned and all bent" : ", as planned and none bent"), dims, channels, size,
                    patch,
                    new TrainingPlan.AugmentationPlan(
                            new Spatial(true, true, false, new Variation(0.2, 30), new Variation(0.2, 0.3), elastic,
                                    false),
                            new Intensity(new Variation(0.1, 0.3), new Variation(0.1, 1), new Variation(0.15, 0.25),
                                    new Variation(0.15, 0.25), new Variation(0.125, 0.5), new Variation(0.3, 0.1),
                                    new Variation(0.1, 0.5), new Variation(0.3, 0.5))));
        }
    }

    private static void time(String what, int dims, int channels, List<Long> size, List<Integer> patch,
            TrainingPlan.AugmentationPlan augmentation) {
        Plan flat = new Plan(Plan.VERSION, "speed", channels == 3 ? Modality.RGB : Modality.MR,
                Collections.nCopies(channels, "c"), Samples.LABELS,
                NetworkSpec.unet(dims, channels, Samples.LABELS.count(), List.of(4), new NoAttention()),
                Plan.GridAxes.SCAN, List.of(Double.NaN, Double.NaN, Double.NaN), patch,
                Collections.nCopies(channels, Samples.AS_IT_IS), Samples.training(0.33, augmentation), null);
        Samples.Field wave = (x, y, z) -> Math.sin(x / 7.0) + Math.cos(y / 5.0) + z;
        PreparedCase c = PreparedCase.of(
                Samples.scan("s", ScanGeometry.UNKNOWN, size,
                        Collections.nCopies(channels, wave).toArray(new Samples.Field[0])),
                Samples.mask(ScanGeometry.UNKNOWN, size, Samples.LABELS, (x, y, z) -> x % 3), flat);
        PatchSampler sampler = new PatchSampler(flat);
        Random random = new Random(1);
        float sum = 0;
        for (int i = 0; i < WARM_UP; i++)
            sum += sampler.sample(c, random).input()[0];
        java.lang.management.ThreadMXBean cpu = java.lang.management.ManagementFactory.getThreadMXBean();
        long start = cpu.getCurrentThreadCpuTime();
        for (int i = 0; i < PATCHES; i++)
            sum += sampler.sample(c, random).input()[0];
        System.out.println(String.format(Locale.ROOT, "%-45s %.2f ms of CPU a patch (%s)", what,
                (cpu.getCurrentThreadCpuTime() - start) / 1e6 / PATCHES, sum));
    }
}
