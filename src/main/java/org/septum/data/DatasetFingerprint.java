package org.septum.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

/**
 * What was measured of a dataset: the facts that a plan is made from.
 *
 * @param cases
 *            number of cases
 * @param channels
 *            names of the channels
 * @param modality
 *            how the scans were made
 * @param volumes
 *            number of cases with more than one slice
 * @param shape
 *            median number of voxels along the working axes x, y, z
 * @param spacing
 *            median spacing along them in mm; NaN if scans are not calibrated
 * @param fineSpacing
 *            percentile 10 of the spacing along them
 * @param calibrated
 *            whether every scan has a spacing
 * @param intensities
 *            of foreground voxels, one for each channel
 * @param labels
 *            the classes
 * @param classes
 *            how much there is of each class, in the order of the labels
 * @param coarseDice
 *            what {@link CaseMeasurement#COARSE_EDGE} pixels along the longer side keep of the labels: median Dice of
 *            the foreground of slices brought to that size and back, over the single slices that are larger; NaN if
 *            none is
 * @param patients
 *            how many there are, each case counting as one if nobody said; null in plans of 0.1.0
 * @param kept
 *            the same as {@code coarseDice} by the pixels along the longer side, for other sizes as well; null in plans
 *            of 0.1.0 and if no slice is larger
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatasetFingerprint(int cases, List<String> channels, Modality modality, int volumes, List<Integer> shape,
        List<Double> spacing, List<Double> fineSpacing, boolean calibrated, List<IntensityStatistics> intensities,
        ClassLabels labels, List<ClassFacts> classes, double coarseDice, Integer patients, Map<Integer, Double> kept) {

    /** Fewer patients than this are few. */
    private static final int FEW_PATIENTS = 6;

    /**
     * Intensities of one channel's foreground.
     *
     * @param mean
     *            mean
     * @param sd
     *            standard deviation, at least 1e-8
     * @param low
     *            percentile 0.5
     * @param high
     *            percentile 99.5
     */
    public record IntensityStatistics(double mean, double sd, double low, double high) {

        static IntensityStatistics of(List<float[]> values) {
            int n = values.stream().mapToInt(v -> v.length).sum();
            if (n == 0)
                return new IntensityStatistics(0, 1, 0, 1);
            float[] sorted = new float[n];
            int at = 0;
            for (float[] v : values) {
                System.arraycopy(v, 0, sorted, at, v.length);
                at += v.length;
            }
            Arrays.sort(sorted);
            double mean = 0;
            for (float v : sorted)
                mean += v / (double) n;
            double variance = 0;
            for (float v : sorted)
                variance += (v - mean) * (v - mean) / n;
            return new IntensityStatistics(mean, Math.max(1e-8, Math.sqrt(variance)), sorted[(int) (0.005 * (n - 1))],
                    sorted[(int) (0.995 * (n - 1))]);
        }
    }

    /**
     * How much there is of a class.
     *
     * @param name
     *            of the class
     * @param cases
     *            number of cases that have it
     * @param voxels
     *            median number of voxels over all cases
     * @param volume
     *            the same in mm³; NaN if scans are not calibrated
     * @param share
     *            of all voxels of the dataset, 0 to 1
     * @param rareIn
     *            the cases that have it, if they are few; empty otherwise. As {@link DataCase#nameHash}: a plan travels
     *            with a model to people who should not learn the names of patients
     */
    public record ClassFacts(String name, int cases, long voxels, double volume, double share,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> rareIn) {

        public ClassFacts {
            rareIn = rareIn == null ? List.of() : List.copyOf(rareIn);
        }
    }

    public DatasetFingerprint {
        channels = List.copyOf(channels);
        shape = List.copyOf(shape);
        spacing = List.copyOf(spacing);
        fineSpacing = List.copyOf(fineSpacing);
        intensities = List.copyOf(intensities);
        classes = List.copyOf(classes);
        kept = kept == null ? null : Collections.unmodifiableMap(new TreeMap<>(kept));
    }

    /** With as many patients as cases, and one size that was tried. */
    public DatasetFingerprint(int cases, List<String> channels, Modality modality, int volumes, List<Integer> shape,
            List<Double> spacing, List<Double> fineSpacing, boolean calibrated, List<IntensityStatistics> intensities,
            ClassLabels labels, List<ClassFacts> classes, double coarseDice) {
        this(cases, channels, modality, volumes, shape, spacing, fineSpacing, calibrated, intensities, labels, classes,
                coarseDice, cases, null);
    }

    /** This fingerprint of another number of patients. */
    DatasetFingerprint ofPatients(int number) {
        return new DatasetFingerprint(cases, channels, modality, volumes, shape, spacing, fineSpacing, calibrated,
                intensities, labels, classes, coarseDice, number, kept);
    }

    /** This fingerprint with sizes that were tried. */
    DatasetFingerprint keeping(Map<Integer, Double> dice) {
        return new DatasetFingerprint(cases, channels, modality, volumes, shape, spacing, fineSpacing, calibrated,
                intensities, labels, classes, coarseDice, patients, dice);
    }

    /** Whether there are so few patients that others may look quite different. */
    boolean hasFewPatients() {
        return patients != null && patients < FEW_PATIENTS;
    }

    /** What so many pixels along the longer side keep of the labels; NaN if that was not measured. */
    double keptAt(int edge) {
        return kept == null ? Double.NaN : kept.getOrDefault(edge, Double.NaN);
    }

    /**
     * Measures a dataset: reads every case once, two at a time.
     *
     * @throws SeptumException
     *             for the first case that cannot be read, whose shapes differ or whose labels are not in the list
     */
    public static DatasetFingerprint of(CaseIndex index, Progress progress) {
        return new DatasetMeasurement(index, progress).run();
    }

    /** How many times thicker the thickest axis is than the thinnest; 1 if scans are not calibrated. */
    public double anisotropy() {
        double[] mm = spacing.stream().mapToDouble(s -> s).filter(s -> s > 0).toArray();
        return mm.length < 3 ? 1 : Arrays.stream(mm).max().orElse(1) / Arrays.stream(mm).min().orElse(1);
    }

    /** Lines for people. */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        String mm = calibrated ? String.format(Locale.ROOT, ", spacing %s mm, anisotropy %.2f", spacing, anisotropy())
                : ", no spacing";
        String groups = patients == null || patients == cases ? "" : " of " + patients + " patients";
        lines.add(
                cases + " cases" + groups + " (" + volumes + " volumes), " + modality + ", median shape " + shape + mm);
        for (int k = 0; k < intensities.size(); k++) {
            IntensityStatistics s = intensities.get(k);
            lines.add(String.format(Locale.ROOT,
                    "foreground of %s: mean %.4g, sd %.4g, percentiles 0.5 and 99.5: %.4g, %.4g", channels.get(k),
                    s.mean(), s.sd(), s.low(), s.high()));
        }
        lines.addAll(classes.stream().skip(1)
                .map(c -> String.format(Locale.ROOT, "%s: in %d cases, median %d voxels%s, %.3g %% of all voxels",
                        c.name(), c.cases(), c.voxels(),
                        Double.isNaN(c.volume()) ? "" : String.format(Locale.ROOT, " (%.4g mm³)", c.volume()),
                        100 * c.share()))
                .collect(Collectors.toList()));
        return lines;
    }
}
