package org.septum.data;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.septum.core.Modality;
import org.septum.core.SeptumException;
import org.septum.model.block.Activation;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.Normalization;
import org.septum.model.encoder.EncoderSpec;

/**
 * Makes every decision of a {@link Plan} from a {@link DatasetFingerprint}, and writes down why. Follows nnU-Net
 * (Isensee et al. 2021, doi 10.1038/s41592-020-01008-z) where nothing else is said.
 */
public final class Planner {

    /**
     * What a user may decide instead; absent values are decided here.
     *
     * @param memory
     *            for a step of the training
     * @param budget
     *            time for the training; null if it has as much as it needs
     * @param neighbours
     *            whether a 2D network is to see the slices beside the one that it segments
     */
    public record Wishes(EncoderSpec encoder, AttentionSpec attention, Integer dims, List<Integer> size,
            Normalization normalization, Activation activation, boolean canet, boolean deepSupervision, Memory memory,
            TimeBudget budget, boolean neighbours) {

        public Wishes {
            size = List.copyOf(size);
        }

        /** With slices as they are, batch normalisation and the activation of the encoder's paper, within 8 GB. */
        public Wishes(EncoderSpec encoder, AttentionSpec attention, Integer dims) {
            this(encoder, attention, dims, List.of(), Normalization.BATCH, encoder.activation(), false, false,
                    new Memory(8_000_000_000L, false), null, false);
        }

        /** These wishes for a training that has so much time. */
        public Wishes within(TimeBudget time) {
            return new Wishes(encoder, attention, dims, size, normalization, activation, canet, deepSupervision, memory,
                    time, neighbours);
        }

        /** These wishes with the slices beside, for a 2D network. */
        public Wishes withNeighbours() {
            return new Wishes(encoder, attention, dims, size, normalization, activation, canet, deepSupervision, memory,
                    budget, true);
        }
    }

    /**
     * Memory for a step of the training.
     *
     * @param bytes
     *            how much
     * @param chosen
     *            whether somebody asked for it, who then wants it filled; otherwise a step is to take two cores about a
     *            second as well
     */
    public record Memory(long bytes, boolean chosen) {
    }

    /** Volumes need so many slices for a 3D network. */
    private static final int FEWEST_SLICES = 8;

    /** Volumes of so many slices show something beside a slice. */
    private static final int FEWEST_BESIDE = 3;

    private static final String BESIDE = "the network sees the slice before and the one behind as well, as channels";

    /** Voxels that are so many times thicker than wide count as anisotropic. */
    private static final double ANISOTROPIC = 3;

    private final DatasetFingerprint facts;

    private final Wishes wishes;

    private final Map<String, String> reasons = new TreeMap<>();

    private final int dims;

    private final SliceStack stack;

    private Planner(DatasetFingerprint facts, Wishes wishes) {
        this.facts = facts;
        this.wishes = wishes;
        this.dims = wishes.dims() == null ? dims() : wishes.dims();
        if (wishes.dims() != null)
            reasons.put("dims", "chosen by the user");
        this.stack = dims == 2 ? stack() : SliceStack.SINGLE;
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
        return new Planner(facts, wishes).make(dataset, seed);
    }

    /** Whether a plan for a dataset could be another one if there were little time: whether pictures may be smaller. */
    public static boolean dependsOnTime(DatasetFingerprint facts, Plan plan) {
        return plan.network().dims() == 2 && facts.volumes() == 0 && facts.kept() != null;
    }

    private int dims() {
        int slices = facts.shape().get(isThick() ? thickAxis() : 2);
        boolean solid = facts.volumes() == facts.cases() && slices >= FEWEST_SLICES;
        String thick = isThick() && facts.volumes() == facts.cases()
                ? String.format(Locale.ROOT, "; voxels are %.1f times as thick as wide, so %s", facts.anisotropy(),
                        solid ? "strides leave that axis alone until the others are as coarse"
                                : "there is little to see across slices")
                : "";
        String flat = facts.volumes() == 0 ? "2: every scan is a single slice"
                : "2: " + facts.volumes() + " of " + facts.cases() + " scans are volumes and the median has " + slices
                        + " slices; 3 needs " + FEWEST_SLICES;
        reasons.put("dims",
                (solid ? "3: every scan is a volume and the median has " + slices + " slices" : flat) + thick);
        return solid ? 3 : 2;
    }

    /** The slices beside as well, where there are a few: too few for a 3D network. */
    private SliceStack stack() {
        if (wishes.neighbours()) {
            if (facts.volumes() < facts.cases()) {
                throw SeptumException.usage("a 2.5D network for " + (facts.cases() - facts.volumes())
                        + " scans of a single slice; allowed: --dims 2");
            }
            reasons.put("slices", "chosen by the user: " + BESIDE);
            return SliceStack.NEIGHBOURS;
        }
        int slices = facts.shape().get(isThick() ? thickAxis() : 2);
        boolean few = wishes.dims() == null && facts.volumes() == facts.cases() && slices >= FEWEST_BESIDE;
        if (few)
            reasons.put("slices", "the median volume has " + slices + " slices: " + BESIDE);
        return few ? SliceStack.NEIGHBOURS : SliceStack.SINGLE;
    }

    private boolean isThick() {
        return facts.anisotropy() > ANISOTROPIC;
    }

    private int thickAxis() {
        int thick = 0;
        for (int d = 1; d < 3; d++)
            if (facts.spacing().get(d) > facts.spacing().get(thick))
                thick = d;
        return thick;
    }

    private Plan make(String dataset, long seed) {
        boolean resample = dims == 3 && facts.calibrated();
        List<Double> spacing = resample ? spacing() : List.of(Double.NaN, Double.NaN, Double.NaN);
        if (!resample)
            reasons.put("spacing", "scans are taken as they are");
        NetworkSizing sizing = new NetworkSizing(facts, wishes, dims, spacing, stack);
        List<Integer> size = List.of();
        List<Integer> shape = resample ? shapeAt(spacing) : facts.shape();
        NetworkSizing.Sized sized;
        if (dims == 2) {
            Flat flat = flat(sizing);
            size = flat.choice.size();
            shape = flat.shape;
            sized = flat.sized;
        } else {
            sized = sizing.of(shape);
        }
        reasons.put("patch", sizing.patchReason(sized, shape));
        reasons.put("network", sizing.networkReason(sized));
        if (wishes.budget() != null)
            reasons.put("budget", wishes.budget().reason(sized, dims == 2 && facts.volumes() == 0));
        Plan.GridAxes grid = resample ? Plan.GridAxes.LPS : Plan.GridAxes.SCAN;
        return new Plan(Plan.VERSION, dataset, facts.modality(), facts.channels(), facts.labels(), sized.network(),
                grid, spacing, size, sized.patch(), normalization(),
                new TrainingRules(facts, dims, dims == 3 && isThick(), reasons).plan(sized.batch(), seed), facts,
                reasons, stack.offsets(), null);
    }

    /** The median; along an axis with thick slices, of which there are then few, the percentile 10. */
    private List<Double> spacing() {
        List<Double> spacing = new ArrayList<>(facts.spacing());
        int thick = thickAxis();
        double others = 0;
        int fewest = Integer.MAX_VALUE;
        for (int d = 0; d < 3; d++) {
            if (d != thick) {
                others = Math.max(others, spacing.get(d));
                fewest = Math.min(fewest, facts.shape().get(d));
            }
        }
        boolean fine = spacing.get(thick) > ANISOTROPIC * others && facts.shape().get(thick) * ANISOTROPIC < fewest;
        if (fine)
            spacing.set(thick, Math.max(others, facts.fineSpacing().get(thick)));
        reasons.put(
                "spacing", fine
                        ? "median of the dataset; percentile 10 along axis " + "xyz".charAt(thick)
                                + ", whose slices are more than 3 times as thick as the pixels"
                        : "median of the dataset");
        return rounded(spacing);
    }

    private List<Integer> shapeAt(List<Double> spacing) {
        List<Integer> shape = new ArrayList<>();
        for (int d = 0; d < 3; d++)
            shape.add((int) Math.max(1, Math.round(facts.shape().get(d) * facts.spacing().get(d) / spacing.get(d))));
        return shape;
    }

    /** To four significant digits, so that a plan is easy to read and a micrometre does not become nothing. */
    private static List<Double> rounded(List<Double> spacing) {
        return spacing.stream().map(s -> new BigDecimal(s).round(new MathContext(4)).doubleValue()).toList();
    }

    /** To which size slices are brought as a whole, and why. */
    private PictureSizing.Choice size(PictureSizing pictures) {
        List<Integer> wished = wishes.size();
        return wished.isEmpty() ? pictures.choose()
                : new PictureSizing.Choice(wished, Math.max(wished.get(0), wished.get(1)),
                        "chosen by the user: slices are brought to " + wished
                                + " pixels as a whole, the median image has " + facts.shape().subList(0, 2));
    }

    /** The size and all that follows from it. */
    private record Flat(PictureSizing.Choice choice, List<Integer> shape, NetworkSizing.Sized sized) {
    }

    private Flat flat(NetworkSizing sizing) {
        PictureSizing pictures = new PictureSizing(facts, 1 << (wishes.encoder().mostLevels() - 1));
        Flat flat = flat(sizing, size(pictures));
        while (wishes.budget() != null && wishes.size().isEmpty() && !wishes.budget().isEnough(flat.sized)) {
            Optional<PictureSizing.Choice> smaller = pictures.smallerThan(flat.choice);
            if (smaller.isEmpty())
                break;
            flat = flat(sizing, smaller.get());
        }
        reasons.put("size", flat.choice.reason());
        return flat;
    }

    private Flat flat(NetworkSizing sizing, PictureSizing.Choice choice) {
        List<Integer> size = choice.size();
        List<Integer> shape = size.isEmpty() ? facts.shape() : List.of(size.get(0), size.get(1), 1);
        return new Flat(choice, shape, sizing.of(shape));
    }

    private List<IntensityNormalization> normalization() {
        boolean ct = facts.modality() == Modality.CT;
        String each = switch (facts.modality()) {
            case RGB -> "mean and sd of each colour of each image: light and camera differ from image to image";
            case OTHER -> "mean and sd of each scan: nobody said that its unit means the same everywhere";
            default -> "mean and sd of each scan: the unit of " + facts.modality() + " differs from scan to scan";
        };
        reasons.put("normalization",
                ct ? "CT: clipped to percentiles 0.5 and 99.5 of the foreground, then mean and sd of the foreground"
                        : each);
        return facts.intensities().stream()
                .map(s -> ct
                        ? new IntensityNormalization(IntensityNormalization.Kind.DATASET, s.low(), s.high(), s.mean(),
                                s.sd())
                        : IntensityNormalization.perScan())
                .toList();
    }
}
