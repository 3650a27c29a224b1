package org.septum.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImg;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;

/**
 * Every decision made from a dataset, as a file that a person can read and edit ({@code plan.json}). It travels with
 * the model, so that a scan is treated in use as in training.
 *
 * @param version
 *            of this format; 1
 * @param dataset
 *            name of the dataset
 * @param modality
 *            how its scans were made
 * @param channels
 *            names of the input channels, in order
 * @param labels
 *            classes in the order of the network's output channels
 * @param network
 *            what is trained
 * @param grid
 *            which way the network sees a scan
 * @param spacing
 *            of the network's grid along x, y, z in mm; NaN where scans are taken as they are
 * @param size
 *            pixels along x, y to which every slice is brought as a whole, for 2D networks; empty to leave slices as
 *            they are
 * @param patch
 *            training patch and inference tile along x, y, z in voxels; z is 1 for a 2D network
 * @param normalization
 *            one for each channel
 * @param training
 *            how the weights are found
 * @param fingerprint
 *            what was measured of the dataset; null in plans of 0.1.0 and those made by hand
 * @param reasons
 *            why, in words, by the name of the decision
 * @param slices
 *            which slices a 2D network sees at once, as offsets; empty for the slice itself alone
 * @param postProcessing
 *            what is done to masks; null for nothing
 * @param air
 *            which tiles show air only and need not be run; null if all are run, as in plans of old
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Plan(int version, String dataset, Modality modality, List<String> channels, ClassLabels labels,
        NetworkSpec network, GridAxes grid, List<Double> spacing,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> size, List<Integer> patch,
        List<IntensityNormalization> normalization, TrainingPlan training, DatasetFingerprint fingerprint,
        Map<String, String> reasons, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> slices,
        PostProcessingPlan postProcessing, AirRule air) {

    /** Which way the axes of the network's grid run. */
    public enum GridAxes {
        /** As the scan is stored: for 2D networks, which see the slices that the scanner made. */
        SCAN,
        /** The scan's axes are swapped and flipped so that they run as nearly as possible along L, P, S. */
        LPS
    }

    /** The format written by this release. */
    public static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE);

    public Plan {
        PlanRules.requireGiven(Arrays.asList("modality", modality, "channels", channels, "labels", labels, "network",
                network, "grid", grid, "spacing", spacing, "patch", patch, "normalization", normalization));
        channels = List.copyOf(channels);
        spacing = List.copyOf(spacing);
        size = size == null ? List.of() : List.copyOf(size);
        slices = slices == null || slices.equals(SliceStack.SINGLE.offsets()) ? List.of() : List.copyOf(slices);
        patch = List.copyOf(patch);
        normalization = List.copyOf(normalization);
        reasons = new TreeMap<>(reasons == null ? Map.of() : reasons);
        PlanRules.requireInputs(channels, slices, labels, network);
        PlanRules.requirePatch(network, spacing, patch);
        PlanRules.requireUsableSize(size, network.dims());
        IntensityNormalization.requireOneEach(normalization, channels.size());
    }

    /** With all tiles run. */
    public Plan(int version, String dataset, Modality modality, List<String> channels, ClassLabels labels,
            NetworkSpec network, GridAxes grid, List<Double> spacing, List<Integer> size, List<Integer> patch,
            List<IntensityNormalization> normalization, TrainingPlan training, DatasetFingerprint fingerprint,
            Map<String, String> reasons, List<Integer> slices, PostProcessingPlan postProcessing) {
        this(version, dataset, modality, channels, labels, network, grid, spacing, size, patch, normalization, training,
                fingerprint, reasons, slices, postProcessing, null);
    }

    /** With slices that are seen one by one, and masks that are left as they are. */
    public Plan(int version, String dataset, Modality modality, List<String> channels, ClassLabels labels,
            NetworkSpec network, GridAxes grid, List<Double> spacing, List<Integer> size, List<Integer> patch,
            List<IntensityNormalization> normalization, TrainingPlan training, DatasetFingerprint fingerprint,
            Map<String, String> reasons) {
        this(version, dataset, modality, channels, labels, network, grid, spacing, size, patch, normalization, training,
                fingerprint, reasons, List.of(), null);
    }

    /** With slices as they are, and nothing measured. */
    public Plan(int version, String dataset, Modality modality, List<String> channels, ClassLabels labels,
            NetworkSpec network, GridAxes grid, List<Double> spacing, List<Integer> patch,
            List<IntensityNormalization> normalization, TrainingPlan training, Map<String, String> reasons) {
        this(version, dataset, modality, channels, labels, network, grid, spacing, List.of(), patch, normalization,
                training, null, reasons);
    }

    /** Reads a plan. */
    public static Plan read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw SeptumException.input("cannot read the plan " + file + ": " + e.getMessage(), e);
        }
    }

    /** Reads a plan from JSON; {@code where} names it in messages. */
    public static Plan parse(String json, String where) {
        try {
            Plan plan = JSON.readValue(json, Plan.class);
            if (plan.version() > VERSION) {
                throw SeptumException.input(where + " has plan format " + plan.version() + "; this Septum reads up to "
                        + VERSION + ": use a newer one");
            }
            return plan;
        } catch (JsonProcessingException e) {
            boolean known = e.getCause() instanceof SeptumException;
            String reason = known ? e.getCause().getMessage() : e.getOriginalMessage() + place(e);
            throw SeptumException.input(where + " is not a plan: " + reason, e);
        }
    }

    /** " at network.stages[1]", or the line for text that is no JSON. */
    private static String place(JsonProcessingException e) {
        if (e instanceof JsonMappingException m && !m.getPath().isEmpty()) {
            String path = m.getPath().stream()
                    .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
                    .collect(Collectors.joining());
            return ", at " + path.substring(1);
        }
        return e.getLocation() == null ? "" : ", in line " + e.getLocation().getLineNr();
    }

    /** This plan as JSON, indented. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot write a plan: " + e.getMessage(), e);
        }
    }

    /** Writes this plan whole or not at all. */
    public void write(Path file, boolean overwrite) {
        WholeFile.write(file, overwrite, aside -> Files.writeString(aside, toJson()));
    }

    /**
     * One channel on a scan's working grid: linearly to a spacing, as means to a smaller size ({@link Resampling}).
     *
     * @param oriented
     *            axes x, y, z, those of the grid
     * @param grid
     *            of the scan under this plan
     */
    public ArrayImg<FloatType, FloatArray> resampled(RandomAccessibleInterval<FloatType> oriented, WorkingGrid grid) {
        return resampled(oriented, grid.size());
    }

    /**
     * A slice or a channel with another number of voxels, as this plan resamples scans.
     *
     * @param data
     *            axes x, y, z
     * @param to
     *            wanted along x, y, z
     */
    public ArrayImg<FloatType, FloatArray> resampled(RandomAccessibleInterval<FloatType> data, List<Long> to) {
        return size.isEmpty() ? Resampling.linear(data, to) : Resampling.smooth(data, to);
    }

    /** The patch in tensor order: z, y, x or y, x. */
    public List<Integer> patchInTensorOrder() {
        return network.dims() == 3 ? List.of(patch.get(2), patch.get(1), patch.get(0))
                : List.of(patch.get(1), patch.get(0));
    }

    /** Which slices the network sees at once. */
    public SliceStack stack() {
        return slices.isEmpty() ? SliceStack.SINGLE : new SliceStack(slices);
    }

    /** Names of the network's inputs: the channels, or those of every slice that it sees at once. */
    public List<String> inputNames() {
        return stack().inputNames(channels);
    }

    /** The normalisation of each of the network's inputs. */
    public List<IntensityNormalization> inputNormalization() {
        return stack().ofInputs(normalization);
    }

    /** This plan with other training settings. */
    public Plan withTraining(TrainingPlan other) {
        return new Plan(version, dataset, modality, channels, labels, network, grid, spacing, size, patch,
                normalization, other, fingerprint, reasons, slices, postProcessing, air);
    }

    /** This plan with another patch. */
    public Plan withPatch(List<Integer> other) {
        return new Plan(version, dataset, modality, channels, labels, network, grid, spacing, size, other,
                normalization, training, fingerprint, reasons, slices, postProcessing, air);
    }

    /**
     * This plan for another dataset with other classes; the network gets an output channel for each. What was measured
     * of the old dataset is dropped, what was done to masks and which tiles were air.
     */
    public Plan fitted(String otherDataset, ClassLabels otherLabels) {
        Map<String, String> why = new TreeMap<>(reasons);
        why.remove("air");
        return new Plan(version, otherDataset, modality, channels, otherLabels,
                network.withClasses(otherLabels.count()), grid, spacing, size, patch, normalization, training, null,
                why, slices, null);
    }

    /** This plan with other names for classes, by their old names; what is not in the map stays. */
    public Plan withClassNames(Map<String, String> names) {
        return new Plan(version, dataset, modality, channels, labels.renamed(names), network, grid, spacing, size,
                patch, normalization, training, fingerprint, reasons, slices, postProcessing, air);
    }

    /** This plan with other reasons. */
    public Plan withReasons(Map<String, String> other) {
        return new Plan(version, dataset, modality, channels, labels, network, grid, spacing, size, patch,
                normalization, training, fingerprint, other, slices, postProcessing, air);
    }

    /** This plan with slices brought to another size; empty to leave them as they are. */
    public Plan withSize(List<Integer> other) {
        return new Plan(version, dataset, modality, channels, labels, network, grid, spacing, other, patch,
                normalization, training, fingerprint, reasons, slices, postProcessing, air);
    }

    /** This plan with something else done to masks, and why; null for nothing. */
    public Plan withPostProcessing(PostProcessingPlan other, String reason) {
        Map<String, String> why = new TreeMap<>(reasons);
        why.put("postProcessing", reason);
        return new Plan(version, dataset, modality, channels, labels, network, grid, spacing, size, patch,
                normalization, training, fingerprint, why, slices, other, air);
    }

    /** This plan with another rule for tiles of air, and why; null to run them all. */
    public Plan withAir(AirRule other, String reason) {
        Map<String, String> why = new TreeMap<>(reasons);
        why.put("air", reason);
        return new Plan(version, dataset, modality, channels, labels, network, grid, spacing, size, patch,
                normalization, training, fingerprint, why, slices, postProcessing, other);
    }

    /** This plan with another network, of the same inputs and classes. */
    public Plan withNetwork(NetworkSpec other) {
        return new Plan(version, dataset, modality, channels, labels, other, grid, spacing, size, patch, normalization,
                training, fingerprint, reasons, slices, postProcessing, air);
    }

    /** This plan with another attention and all else, widths included, as it is. */
    public Plan withAttention(AttentionSpec attention) {
        return withNetwork(network.withAttention(attention));
    }
}
