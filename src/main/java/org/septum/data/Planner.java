package org.septum.data;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.septum.core.Modality;
import org.septum.core.SeptumException;
import org.septum.data.TrainingPlan.AugmentationPlan.Intensity;
import org.septum.data.TrainingPlan.AugmentationPlan.Spatial;
import org.septum.data.TrainingPlan.AugmentationPlan.Variation;
import org.septum.model.NetworkSpec;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

/** Makes every decision of a {@link Plan} from a {@link DatasetFingerprint}, and writes down why. */
public final class Planner {

    /** What a user may decide instead; absent values are decided here. */
    public record Wishes(EncoderSpec encoder, AttentionSpec attention, Integer dims, List<Integer> size,
            Normalization normalization, Activation activation, boolean canet, boolean deepSupervision) {

        public Wishes {
            size = List.copyOf(size);
        }

        /** With slices as they are, batch normalisation and the activation of the encoder's paper. */
        public Wishes(EncoderSpec encoder, AttentionSpec attention, Integer dims) {
            this(encoder, attention, dims, List.of(), Normalization.BATCH, encoder.activation(), false, false);
        }
    }

    /** Volumes need so many slices for a 3D network. */
    private static final int FEWEST_SLICES = 8;

    /** Voxels of a 3D patch: what two cores train on at more than one step a second. */
    private static final int PATCH_VOXELS_3D = 112_000;

    private static final int PATCH_EDGE_2D = 256;

    /** The deepest level keeps at least so many voxels along each pooled axis. */
    private static final int DEEPEST_EDGE = 4;

    private static final int FIRST_WIDTH = 16;

    private final DatasetFingerprint facts;

    private final Map<String, String> reasons = new TreeMap<>();

    private final int dims;

    private Planner(DatasetFingerprint facts, Wishes wishes) {
        this.facts = facts;
        this.dims = wishes.dims() == null ? dims() : wishes.dims();
        if (wishes.dims() != null)
            reasons.put("dims", "chosen by the user");
        if (dims == 3 && facts.volumes() < facts.cases()) {
            throw SeptumException.usage("a 3D network for " + (facts.cases() - facts.volumes())
                    + " scans of a single slice; allowed: --dims 2");
        }
        if (dims == 3 && !wishes.size().isEmpty()) {
            throw SeptumException.usage("size " + wishes.size() + " for a 3D network; only slices are brought to one"
                    + " size: give --dims 2 as well, or leave --size out");
        }
    }

    /** The plan for a dataset. */
    public static Plan plan(DatasetFingerprint facts, String dataset, Wishes wishes, long seed) {
        return new Planner(facts, wishes).make(dataset, wishes, seed);
    }

    private int dims() {
        boolean volumes = facts.volumes() == facts.cases() && facts.shape().get(2) >= FEWEST_SLICES;
        reasons.put("dims",
                volumes ? "3: every scan is a volume and the median has " + facts.shape().get(2) + " slices"
                        : "2: " + facts.volumes() + " of " + facts.cases() + " scans are volumes and the median has "
                                + facts.shape().get(2) + " slices; 3 needs " + FEWEST_SLICES);
        return volumes ? 3 : 2;
    }

    private Plan make(String dataset, Wishes wishes, long seed) {
        boolean resample = dims == 3 && facts.calibrated();
        List<Double> spacing = resample ? rounded(facts.spacing()) : List.of(Double.NaN, Double.NaN, Double.NaN);
        reasons.put("spacing", resample ? "median of the dataset" : "scans are taken as they are");
        if (!wishes.size().isEmpty())
            reasons.put("size", "chosen by the user: slices are brought to " + wishes.size() + " pixels as a whole,"
                    + " the median image has " + facts.shape().subList(0, 2));
        List<Integer> size = patchSize(wishes.size());
        List<StageSpec> stages = stages(size, spacing, wishes.encoder());
        NetworkSpec network = new NetworkSpec(dims, facts.channels().size(), facts.labels().count(), wishes.encoder(),
                wishes.attention(), stages).with(wishes.normalization(), wishes.activation())
                        .withDeepSupervision(wishes.deepSupervision());
        network = wishes.canet() ? network.asCaNet() : network;
        Plan.GridAxes grid = resample ? Plan.GridAxes.LPS : Plan.GridAxes.SCAN;
        return new Plan(Plan.VERSION, dataset, facts.modality(), facts.channels(), facts.labels(), network, grid,
                spacing, wishes.size(), divisible(size, network.sizeDivisor()), normalization(), training(seed),
                reasons);
    }

    /** To four significant digits, so that a plan is easy to read and a micrometre does not become nothing. */
    private static List<Double> rounded(List<Double> spacing) {
        return spacing.stream().map(s -> new BigDecimal(s).round(new MathContext(4)).doubleValue()).toList();
    }

    /** The median scan, cut down along its longest axis until it is small enough. */
    private List<Integer> patchSize(List<Integer> wholeImage) {
        List<Integer> size = new ArrayList<>(wholeImage.isEmpty() ? facts.shape() : wholeImage);
        if (dims == 2) {
            reasons.put("patch", (wholeImage.isEmpty() ? "the median image" : "the whole image") + ", at most "
                    + PATCH_EDGE_2D + " pixels along each axis");
            return List.of(Math.min(PATCH_EDGE_2D, size.get(0)), Math.min(PATCH_EDGE_2D, size.get(1)), 1);
        }
        while ((long) size.get(0) * size.get(1) * size.get(2) > PATCH_VOXELS_3D) {
            int longest = 0;
            for (int d = 1; d < 3; d++)
                if (size.get(d) > size.get(longest))
                    longest = d;
            size.set(longest, size.get(longest) - 1);
        }
        reasons.put("patch", "the median scan " + facts.shape() + ", at most " + PATCH_VOXELS_3D + " voxels");
        return size;
    }

    /** Halves each axis while enough voxels are left; an axis with thick slices waits until the others catch up. */
    private List<StageSpec> stages(List<Integer> patch, List<Double> spacing, EncoderSpec encoder) {
        List<List<Integer>> strides = new ArrayList<>(List.of(StageSpec.unitStride(dims)));
        double[] edge = new double[dims];
        double[] step = new double[dims];
        for (int d = 0; d < dims; d++) {
            edge[d] = patch.get(dims - 1 - d);
            step[d] = Double.isNaN(spacing.get(dims - 1 - d)) ? 1 : spacing.get(dims - 1 - d);
        }
        while (strides.size() < encoder.mostLevels()) {
            double finest = java.util.Arrays.stream(step).min().orElse(1);
            List<Integer> stride = new ArrayList<>();
            for (int d = 0; d < dims; d++) {
                stride.add(edge[d] / 2 >= DEEPEST_EDGE && step[d] < 2 * finest ? 2 : 1);
                edge[d] /= stride.get(d);
                step[d] *= stride.get(d);
            }
            if (stride.stream().allMatch(s -> s == 1))
                break;
            strides.add(stride);
        }
        List<Integer> widths = java.util.stream.IntStream.range(0, strides.size()).map(i -> FIRST_WIDTH << i).boxed()
                .toList();
        reasons.put("network", strides.size() + " levels: the deepest keeps at least " + DEEPEST_EDGE
                + " voxels along each axis that is halved; widths "
                + (encoder instanceof Backbone ? "are those of the " + encoder.title() : "double from " + FIRST_WIDTH));
        return encoder.stages(facts.channels().size(), strides, widths);
    }

    /** The smallest multiples of the divisor that hold the size. */
    private List<Integer> divisible(List<Integer> size, List<Integer> divisor) {
        List<Integer> patch = new ArrayList<>(List.of(1, 1, 1));
        for (int d = 0; d < dims; d++) {
            int by = divisor.get(dims - 1 - d);
            patch.set(d, (size.get(d) + by - 1) / by * by);
        }
        return patch;
    }

    private List<IntensityNormalization> normalization() {
        boolean ct = facts.modality() == Modality.CT;
        reasons.put("normalization",
                ct ? "CT: clipped to percentiles 0.5 and 99.5 of the foreground, then mean and sd of the foreground"
                        : "mean and sd of each scan: the unit of " + facts.modality() + " differs from scan to scan");
        return facts.intensities().stream()
                .map(s -> ct
                        ? new IntensityNormalization(IntensityNormalization.Kind.DATASET, s.low(), s.high(), s.mean(),
                                s.sd())
                        : IntensityNormalization.perScan())
                .toList();
    }

    private TrainingPlan training(long seed) {
        boolean flat = dims == 2;
        reasons.put("augmentation", flat ? "mirrored along both axes: photographs and slices have no fixed side"
                : "mirrored left-right only: the other axes tell front from back and top from bottom");
        TrainingPlan.AugmentationPlan augmentation = new TrainingPlan.AugmentationPlan(
                new Spatial(true, flat, false, new Variation(0.2, angle()), new Variation(0.2, 0.3),
                        new Variation(0.1, 0.2), false),
                values());
        return new TrainingPlan(flat ? 8 : 2, 100, 100, 0.03, 0.9, 3e-5, 0.5, augmentation, seed);
    }

    /** Largest angle in degrees. */
    private double angle() {
        return facts.modality() == Modality.RGB ? 180 : 30;
    }

    /** Chances and strengths of nnU-Net, which blurs and coarsens half of the channels of a patch. */
    private Intensity values() {
        Variation colour = facts.modality() == Modality.RGB ? new Variation(0.3, 0.1) : Variation.OFF;
        return new Intensity(new Variation(0.1, 0.3), new Variation(0.1, 1), new Variation(0.15, 0.25),
                new Variation(0.15, 0.25), new Variation(0.125, 0.5), colour, new Variation(0.1, 0.5),
                new Variation(0.3, 0.5));
    }
}
