package org.septum.fiji;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import com.sun.management.OperatingSystemMXBean;

import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.bundle.OpenModel;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.data.IntensityNormalization;
import org.septum.data.Plan;
import org.septum.infer.DjlEngine;
import org.septum.infer.Engine;
import org.septum.infer.TileGrid;
import org.septum.infer.Workload;
import org.septum.model.NamedWeights;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;

import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;

/**
 * Figures of <i>Segment…</i>, which {@code make fiji-figures} prints: what it takes on a slice beside the engine, and
 * the heap on a virtual stack that is larger than the heap.
 */
public final class FijiFigures {

    private static final int SIDE = 512;

    private static final double MEGA = 1 << 20;

    private static final double NANOS = 1e9;

    private FijiFigures() {
    }

    /**
     * Measures.
     *
     * @param args
     *            {@code slice RUNS FOLDER} or {@code stack SLICES FOLDER}
     *
     * @throws Exception
     *             if something fails
     */
    public static void main(String... args) throws Exception {
        int count = Integer.parseInt(args[1]);
        Path folder = Files.createDirectories(Path.of(args[2]));
        try (Context context = new Context()) {
            CommandService commands = context.service(CommandService.class);
            if (args[0].equals("slice"))
                slice(commands, count, model(folder.resolve("model-256"), 256, List.of(16, 32, 64)));
            else
                stack(commands, count, model(folder.resolve("model-512"), SIDE, List.of(4, 8)));
        }
    }

    /** A 2D model with random weights. */
    private static Path model(Path target, int tile, List<Integer> widths) {
        NetworkSpec network = NetworkSpec.unet(2, 1, 3, widths, new NoAttention());
        Plan plan = new Plan(Plan.VERSION, "noise", Modality.OTHER, List.of("grey"),
                ClassLabels.of("background", "one", "two"), network, Plan.GridAxes.SCAN,
                Collections.nCopies(3, Double.NaN), List.of(tile, tile, 1), List.of(IntensityNormalization.perScan()),
                null, Map.of());
        BundleWriter.write(Bundle.of(plan, NamedWeights.initial(network.graph(), 1), ModelCard.of(plan)), target, true);
        return target;
    }

    private static ImagePlus image(ImageStack stack) {
        ImagePlus image = new ImagePlus("noise", stack);
        image.getCalibration().setUnit("mm");
        return image;
    }

    private static ImageProcessor noise(int slice) {
        short[] values = new short[SIDE * SIDE];
        int state = slice * 7919 + 1;
        for (int i = 0; i < values.length; i++) {
            state = state * 1664525 + 1013904223;
            values[i] = (short) (state >>> 20);
        }
        return new ShortProcessor(SIDE, SIDE, values, null);
    }

    /** Seconds of CPU that this process has taken, which a busy machine does not lengthen. */
    private static double cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / NANOS;
    }

    private static double segment(CommandService commands, ImagePlus image, Path model)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        CommandModule ran = commands
                .run(SegmentCommand.class, true, "image", image, "model", model.toFile(), "device", "cpu").get();
        double seconds = (System.nanoTime() - start) / NANOS;
        if (ran.isCanceled())
            throw new IllegalStateException(ran.getCancelReason());
        return seconds;
    }

    private static void slice(CommandService commands, int runs, Path model)
            throws InterruptedException, ExecutionException {
        ImageStack stack = new ImageStack(SIDE, SIDE);
        stack.addSlice(noise(1));
        double[][] command = new double[2][runs];
        double[][] engine = new double[2][runs];
        for (int i = -1; i < runs; i++) {
            double before = cpu();
            double seconds = segment(commands, image(stack), model);
            double between = cpu();
            double[] alone = engine(model);
            if (i < 0)
                continue;
            command[0][i] = seconds;
            command[1][i] = between - before;
            engine[0][i] = alone[0];
            engine[1][i] = alone[1];
        }
        for (int k = 0; k < 2; k++) {
            double[] with = command[k];
            double[] without = engine[k];
            double[] beside = new double[runs];
            Arrays.setAll(beside, i -> with[i] - without[i]);
            System.out.printf(
                    "Segment... on %d x %d, warm, %d runs in turns, %s: command %s, engine alone %s, beside"
                            + " the engine %s%n",
                    SIDE, SIDE, runs, k == 0 ? "on the clock" : "of CPU", words(with), words(without), words(beside));
        }
    }

    private static String words(double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        return String.format("median %.3f s (%.3f to %.3f)", sorted[sorted.length / 2], sorted[0],
                sorted[sorted.length - 1]);
    }

    /** Seconds on the clock and of CPU that the tiles of a slice take in an engine that is open and warm. */
    private static double[] engine(Path model) {
        try (OpenModel open = OpenModel.open(model);
                DjlEngine engine = DjlEngine.open(open.networks().get("fp32"), open.plan(), "cpu", Progress.SILENT)) {
            TileGrid grid = TileGrid.of(List.of((long) SIDE, (long) SIDE, 1L), open.plan().patch(), 0.5);
            Engine.Lane lane = engine.lanes(Workload.of(1, open.plan().patch())).get(0);
            float[] tile = new float[grid.tileVoxels()];
            float[] result = new float[3 * grid.tileVoxels()];
            lane.run(tile, 1, result);
            long start = System.nanoTime();
            double before = cpu();
            for (int i = 0; i < grid.count(); i++)
                lane.run(tile, 1, result);
            return new double[] { (System.nanoTime() - start) / NANOS, cpu() - before };
        }
    }

    private static void stack(CommandService commands, int slices, Path model)
            throws InterruptedException, ExecutionException, IOException {
        ImageStack stack = new VirtualStack(SIDE, SIDE, slices) {
            @Override
            public ImageProcessor getProcessor(int n) {
                return noise(n);
            }

            @Override
            public Object getPixels(int n) {
                return noise(n).getPixels();
            }

            @Override
            public int getBitDepth() {
                return 16;
            }
        };
        ImagePlus image = image(stack);
        double before = cpu();
        double seconds = segment(commands, image, model);
        double worked = cpu() - before;
        double peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans())
            if (pool.getType() == MemoryType.HEAP)
                peak += pool.getPeakUsage().getUsed() / MEGA;
        System.gc();
        double after = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGA;
        System.out.printf("Segment... on a virtual stack of %d x %d x %d, 16 bit (%.0f MB), heap of at most %.0f MB:"
                + " %.0f s on the clock, %.0f s of CPU, heap at its peak %.0f MB at most, afterwards with mask and overlay of %d slices %.0f MB%n",
                SIDE, SIDE, slices, 2.0 * SIDE * SIDE * slices / MEGA, Runtime.getRuntime().maxMemory() / MEGA, seconds,
                worked, peak, image.getOverlay().size(), after);
    }
}
