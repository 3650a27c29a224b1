package org.septum.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
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
 * @param calibrated
 *            whether every scan has a spacing
 * @param intensities
 *            of foreground voxels, one for each channel
 * @param labels
 *            the classes
 * @param voxels
 *            median number of voxels of each class over the cases, by label value
 */
public record DatasetFingerprint(int cases, List<String> channels, Modality modality, int volumes, List<Integer> shape,
        List<Double> spacing, boolean calibrated, List<IntensityStatistics> intensities, ClassLabels labels,
        Map<Integer, Long> voxels) {

    /** At most so many foreground voxels of a case take part in the intensity statistics. */
    private static final int SAMPLES = 10_000;

    /** Without a list of classes, so many values are labels and more are a picture. */
    private static final int MOST_LABELS = 64;

    private static final ClassLabels ANY_LABEL = new ClassLabels(
            IntStream.range(0, 256).mapToObj(v -> new ClassLabel(v, "class_" + v, ClassLabels.colour(v))).toList());

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

        static IntensityStatistics of(List<Float> values) {
            if (values.isEmpty())
                return new IntensityStatistics(0, 1, 0, 1);
            List<Float> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            double mean = sorted.stream().mapToDouble(v -> v).average().orElse(0);
            double variance = sorted.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElse(1);
            return new IntensityStatistics(mean, Math.max(1e-8, Math.sqrt(variance)),
                    sorted.get((int) (0.005 * (sorted.size() - 1))), sorted.get((int) (0.995 * (sorted.size() - 1))));
        }
    }

    public DatasetFingerprint {
        channels = List.copyOf(channels);
        shape = List.copyOf(shape);
        spacing = List.copyOf(spacing);
        intensities = List.copyOf(intensities);
        voxels = new TreeMap<>(voxels);
    }

    /**
     * Measures a dataset: reads every case once.
     *
     * @throws SeptumException
     *             for the first case that cannot be read, whose shapes differ or whose labels are not in the list
     */
    public static DatasetFingerprint of(CaseIndex index, Progress progress) {
        ClassLabels labels = index.labels().orElseGet(() -> labelsFound(index, progress));
        Measurement measurement = new Measurement(index, labels);
        for (int i = 0; i < index.cases().size(); i++) {
            progress.report("measuring cases", i, index.cases().size());
            progress.throwIfCancelled();
            measurement.add(index.cases().get(i));
        }
        progress.report("measuring cases", index.cases().size(), index.cases().size());
        return measurement.result();
    }

    /** The classes of a dataset without a list: every value that occurs, named after it. */
    private static ClassLabels labelsFound(CaseIndex index, Progress progress) {
        TreeSet<Integer> values = new TreeSet<>(List.of(0));
        for (int i = 0; i < index.cases().size(); i++) {
            progress.report("looking for labels", i, index.cases().size());
            progress.throwIfCancelled();
            DataCase c = index.cases().get(i);
            for (UnsignedByteType v : CaseReader.labels(c, ANY_LABEL).pixels())
                values.add(v.get());
            if (values.size() > MOST_LABELS) {
                throw SeptumException.input("labels of case " + c.name() + " hold more than " + MOST_LABELS
                        + " values; is this a scan? Otherwise name the classes in dataset.json");
            }
        }
        List<ClassLabel> classes = new ArrayList<>();
        for (int value : values) {
            String name = value == 0 ? "background" : values.size() == 2 ? "foreground" : "class_" + value;
            classes.add(new ClassLabel(value, name, ClassLabels.colour(classes.size())));
        }
        return new ClassLabels(classes);
    }

    /** The sums behind a fingerprint. */
    private static final class Measurement {

        private final CaseIndex index;

        private final ClassLabels labels;

        private final List<List<Integer>> sizes = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

        private final List<List<Double>> spacings = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

        private final List<List<Float>> foreground = new ArrayList<>();

        private final Map<Integer, List<Long>> counts = new TreeMap<>();

        private int volumes;

        private int channels = -1;

        private boolean calibrated = true;

        private Modality modality;

        Measurement(CaseIndex index, ClassLabels labels) {
            this.index = index;
            this.labels = labels;
            this.modality = index.modality();
            labels.classes().forEach(c -> counts.put(c.value(), new ArrayList<>()));
        }

        void add(DataCase c) {
            Scan scan = CaseReader.scan(c);
            requireChannels(c, scan);
            if (modality == Modality.OTHER)
                modality = scan.modality();
            if (scan.isVolume())
                volumes++;
            calibrated = calibrated && scan.geometry().isCalibrated();
            List<Long> size = List.of(scan.size(0), scan.size(1), scan.size(2));
            Plan.GridAxes axes = scan.isVolume() ? Plan.GridAxes.LPS : Plan.GridAxes.SCAN;
            WorkingGrid grid = WorkingGrid.of(scan.geometry(), size, axes, List.of(Double.NaN, Double.NaN, Double.NaN));
            for (int d = 0; d < 3; d++) {
                sizes.get(d).add(grid.size().get(d).intValue());
                spacings.get(d).add(scan.geometry().spacing().get(grid.permutation().get(d)));
            }
            count(scan, CaseReader.labels(c, labels, scan).pixels());
        }

        private void requireChannels(DataCase c, Scan scan) {
            if (channels < 0) {
                channels = scan.channels();
                for (int k = 0; k < channels; k++)
                    foreground.add(new ArrayList<>());
            }
            if (scan.channels() != channels) {
                throw SeptumException.input("case " + c.name() + " has " + scan.channels() + " channels and others "
                        + channels + "; all cases of a dataset need the same channels");
            }
        }

        private void count(Scan scan, RandomAccessibleInterval<UnsignedByteType> mask) {
            long[] seen = new long[256];
            for (UnsignedByteType v : mask)
                seen[v.get()]++;
            long inForeground = mask.size() - seen[0];
            long step = Math.max(1, inForeground / SAMPLES);
            for (int k = 0; k < channels; k++) {
                Cursor<FloatType> at = Views.hyperSlice(scan.pixels(), 3, k).view().flatIterable().cursor();
                long n = 0;
                for (UnsignedByteType v : mask.view().flatIterable()) {
                    float x = at.next().get();
                    if (v.get() != 0 && n++ % step == 0)
                        foreground.get(k).add(x);
                }
            }
            counts.forEach((value, list) -> list.add(seen[value]));
        }

        DatasetFingerprint result() {
            List<String> names = new ArrayList<>(index.channels());
            if (names.size() != channels) {
                names.clear();
                for (int k = 0; k < channels; k++)
                    names.add(channels == 1 ? "scan" : "channel_" + k);
            }
            Map<Integer, Long> voxels = new TreeMap<>();
            counts.forEach((value, list) -> voxels.put(value, median(list)));
            return new DatasetFingerprint(index.cases().size(), names, modality, volumes,
                    sizes.stream().map(Measurement::median).toList(),
                    spacings.stream().map(Measurement::median).toList(), calibrated,
                    foreground.stream().map(IntensityStatistics::of).toList(), labels, voxels);
        }

        private static <T extends Comparable<T>> T median(List<T> values) {
            List<T> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            return sorted.get(sorted.size() / 2);
        }
    }
}
