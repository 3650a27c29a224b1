package org.septum.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

import org.septum.model.NetworkSpec;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.StageSpec;

/** Chooses the patch, the batch, the levels and the widths of a network that is to fit a memory. */
final class NetworkSizing {

    /**
     * What was chosen.
     *
     * @param patch
     *            along x, y, z; fits the network
     */
    record Sized(NetworkSpec network, List<Integer> patch, int batch) {

        /** The patch in tensor order. */
        List<Integer> spatial() {
            return network.dims() == 3 ? List.of(patch.get(2), patch.get(1), patch.get(0))
                    : List.of(patch.get(1), patch.get(0));
        }
    }

    /**
     * A training holds the activations and about as much again for their gradients and what an engine works with.
     */
    static final double ACTIVATION_FACTOR = 2;

    /**
     * Voxels of a step that two cores take about a second for: 255,000 a second were measured in a training on the
     * hippocampus (3D, widths 16 to 64).
     */
    static final int VOXELS_A_STEP = 1 << 18;

    private static final int EDGE_2D = 256;

    private static final int LARGEST_EDGE_2D = 512;

    /** An axis takes part in strides and kernels once its voxels are less than so many times those of the finest. */
    private static final double THICK = 2;

    /** The deepest level keeps at least so many voxels along each pooled axis. */
    static final int DEEPEST_EDGE = 4;

    private static final int SMALLEST_EDGE = 8;

    static final int FIRST_WIDTH = 16;

    private static final int WIDE_FIRST_WIDTH = 32;

    private final DatasetFingerprint facts;

    private final Planner.Wishes wishes;

    private final int dims;

    private final int inputs;

    private final double[] mm;

    /**
     * @param spacing
     *            of the network's grid along x, y, z; NaN where there is none
     * @param stack
     *            slices that a 2D network sees at once
     */
    NetworkSizing(DatasetFingerprint facts, Planner.Wishes wishes, int dims, List<Double> spacing, SliceStack stack) {
        this.inputs = facts.channels().size() * stack.count();
        this.facts = facts;
        this.wishes = wishes;
        this.dims = dims;
        this.mm = spacing.stream().mapToDouble(s -> Double.isNaN(s) ? 1 : s).toArray();
    }

    /**
     * The largest patch that lets the smallest batch fit, then the largest batch.
     *
     * @param shape
     *            of the median scan on the network's grid
     */
    Sized of(List<Integer> shape) {
        List<Integer> size = new ArrayList<>(shape);
        int most = wishes.memory().chosen() ? LARGEST_EDGE_2D : EDGE_2D;
        if (dims == 2)
            size = new ArrayList<>(List.of(Math.min(most, shape.get(0)), Math.min(most, shape.get(1)), 1));
        Sized sized = sized(size, FIRST_WIDTH);
        while (largestBatch(sized) < fewest() && shrink(size, sized))
            sized = sized(size, FIRST_WIDTH);
        if (wishes.memory().chosen()) {
            Sized wide = sized(size, WIDE_FIRST_WIDTH);
            sized = largestBatch(wide) >= fewest() ? wide : sized;
        }
        int batch = Math.max(fewest(), Math.min(dims == 2 ? 16 : 4, largestBatch(sized)));
        return new Sized(sized.network, sized.patch, batch);
    }

    /** Two patches for batch normalisation to work, four where patches are cheap. */
    private int fewest() {
        return dims == 2 ? 4 : 2;
    }

    private int largestBatch(Sized sized) {
        long voxels = (long) sized.patch.get(0) * sized.patch.get(1) * sized.patch.get(2);
        double fit = wishes.memory().bytes() / bytes(sized, 1);
        if (!wishes.memory().chosen())
            fit = Math.min(fit, (double) VOXELS_A_STEP / voxels);
        return (int) fit;
    }

    private double bytes(Sized sized, int batch) {
        return batch * ACTIVATION_FACTOR * sized.network.graph().memory(sized.spatial()).training();
    }

    /** Takes from the axis that is longest in mm what its patch can be smaller by; false if nothing can go. */
    private boolean shrink(List<Integer> size, Sized sized) {
        int longest = -1;
        for (int d = 0; d < dims; d++) {
            boolean can = sized.patch.get(d) - divisor(sized.network, d) >= SMALLEST_EDGE;
            if (can && (longest < 0 || sized.patch.get(d) * mm[d] > sized.patch.get(longest) * mm[longest]))
                longest = d;
        }
        if (longest >= 0)
            size.set(longest, sized.patch.get(longest) - divisor(sized.network, longest));
        return longest >= 0;
    }

    private int divisor(NetworkSpec network, int axis) {
        return network.sizeDivisor().get(dims - 1 - axis);
    }

    private Sized sized(List<Integer> size, int firstWidth) {
        List<StageSpec> stages = stages(size, firstWidth);
        NetworkSpec network = new NetworkSpec(dims, inputs, facts.labels().count(), wishes.encoder(),
                wishes.attention(), stages).with(wishes.normalization(), wishes.activation())
                        .withDeepSupervision(wishes.deepSupervision());
        network = wishes.canet() ? network.asCaNet() : network;
        List<Integer> patch = new ArrayList<>(List.of(1, 1, 1));
        for (int d = 0; d < dims; d++) {
            int by = divisor(network, d);
            patch.set(d, (size.get(d) + by - 1) / by * by);
        }
        return new Sized(network, patch, 1);
    }

    /**
     * Halves each axis while enough voxels are left; an axis with thick slices waits until the others catch up, and
     * until then no convolution of the levels' own reaches across it.
     */
    private List<StageSpec> stages(List<Integer> patch, int firstWidth) {
        List<List<Integer>> strides = new ArrayList<>();
        List<List<Integer>> kernels = new ArrayList<>();
        double[] edge = new double[dims];
        double[] step = new double[dims];
        for (int d = 0; d < dims; d++) {
            edge[d] = patch.get(dims - 1 - d);
            step[d] = mm[dims - 1 - d];
        }
        List<Integer> stride = StageSpec.unitStride(dims);
        while (strides.isEmpty()
                || strides.size() < wishes.encoder().mostLevels() && !stride.equals(StageSpec.unitStride(dims))) {
            strides.add(stride);
            for (int d = 0; d < dims; d++) {
                edge[d] /= stride.get(d);
                step[d] *= stride.get(d);
            }
            double finest = Arrays.stream(step).min().orElse(1);
            kernels.add(axes(d -> step[d] < THICK * finest ? 3 : 1));
            stride = axes(d -> edge[d] / 2 >= DEEPEST_EDGE && step[d] < THICK * finest ? 2 : 1);
        }
        List<Integer> widths = IntStream.range(0, strides.size()).map(i -> firstWidth << i).boxed().toList();
        List<StageSpec> stages = wishes.encoder().stages(inputs, strides, widths);
        return wishes.encoder() instanceof Backbone ? stages
                : IntStream.range(0, stages.size()).mapToObj(i -> stages.get(i).withKernel(kernels.get(i))).toList();
    }

    private List<Integer> axes(IntUnaryOperator of) {
        return IntStream.range(0, dims).map(of).boxed().toList();
    }

    /** Why the patch and the batch are what they are. */
    String patchReason(Sized sized, List<Integer> shape) {
        String limit = wishes.memory().chosen() ? "fills the "
                : "at most 2^18 = " + VOXELS_A_STEP
                        + " voxels a step, which two cores train on in about a second, and fits the ";
        String from = dims == 2
                ? "the image " + shape.subList(0, 2) + ", at most "
                        + (wishes.memory().chosen() ? LARGEST_EDGE_2D : EDGE_2D) + " pixels along each axis; "
                : "the median scan " + shape + " on the network's grid, cut where it is longest; ";
        return from + "batch " + sized.batch + ": " + limit
                + String.format(Locale.ROOT, "%.1f GB for training: %s × the activations of the batch are %.2f GB",
                        wishes.memory().bytes() / 1e9, ACTIVATION_FACTOR, bytes(sized, sized.batch) / 1e9);
    }

    /** Why the network has its levels and widths. */
    String networkReason(Sized sized) {
        int levels = sized.network.stages().size();
        long flat = sized.network.stages().stream().filter(s -> !s.kernel().isEmpty()).count();
        String kernels = flat == 0 ? ""
                : "; convolutions of the first " + (flat == 1 ? "level" : flat + " levels")
                        + " do not reach across slices, which are at least twice as thick as the others' voxels";
        return levels + " levels: the deepest keeps at least " + DEEPEST_EDGE
                + " voxels along each axis that is halved; widths "
                + (wishes.encoder() instanceof Backbone ? "are those of the " + wishes.encoder().title()
                        : "double from " + sized.network.stages().get(0).width())
                + kernels;
    }
}
