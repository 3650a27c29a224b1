package org.septum.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.SeptumException;

/** Measures the cases of a dataset, two at a time, and puts together what was found, in the order of the cases. */
final class DatasetMeasurement {

    /** What two cores do at a time; more threads would hold more cases in memory. */
    private static final int THREADS = 2;

    /** At most about so many foreground values of a channel take part in its statistics. */
    private static final int SAMPLES = 1_000_000;

    private static final int SAMPLES_OF_A_CASE = 10_000;

    /** Without a list of classes, so many values are labels and more are a picture. */
    private static final int MOST_LABELS = 64;

    /** A class is rare if it is in less than one of so many cases. */
    private static final int RARE = 4;

    private static final ClassLabels ANY_LABEL = new ClassLabels(
            IntStream.range(0, 256).mapToObj(v -> new ClassLabel(v, "class_" + v, ClassLabels.colour(v))).toList());

    private final CaseIndex index;

    private final Progress progress;

    private final List<CaseMeasurement> measured = new ArrayList<>();

    private final TreeSet<Integer> values = new TreeSet<>(List.of(0));

    DatasetMeasurement(CaseIndex index, Progress progress) {
        this.index = index;
        this.progress = progress;
    }

    DatasetFingerprint run() {
        int n = index.cases().size();
        int samples = Math.max(100, Math.min(SAMPLES_OF_A_CASE, SAMPLES / Math.max(1, n)));
        ClassLabels given = index.labels().orElse(ANY_LABEL);
        ExecutorService workers = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "septum-measure");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<CaseMeasurement>> results = new ArrayList<>();
            for (DataCase c : index.cases())
                results.add(workers.submit(() -> CaseMeasurement.of(c, given, samples)));
            for (int i = 0; i < n; i++) {
                progress.report("measuring cases", i, n);
                progress.throwIfCancelled();
                add(index.cases().get(i), get(results.get(i)));
            }
        } finally {
            workers.shutdownNow();
        }
        progress.report("measuring cases", n, n);
        return result(index.labels().orElseGet(this::labelsFound));
    }

    private static CaseMeasurement get(Future<CaseMeasurement> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SeptumException(SeptumException.Kind.CANCELLED, "interrupted while measuring a dataset", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SeptumException s)
                throw s;
            throw new SeptumException(SeptumException.Kind.INTERNAL, "measuring a case failed: " + e.getCause(), e);
        }
    }

    private void add(DataCase c, CaseMeasurement m) {
        int channels = measured.isEmpty() ? m.foreground().size() : measured.get(0).foreground().size();
        if (m.foreground().size() != channels) {
            throw SeptumException.input("case " + c.name() + " has " + m.foreground().size() + " channels and others "
                    + channels + "; all cases of a dataset need the same channels");
        }
        for (int v = 0; v < m.counts().size(); v++)
            if (m.counts().get(v) > 0)
                values.add(v);
        if (index.labels().isEmpty() && values.size() > MOST_LABELS) {
            throw SeptumException.input("labels of case " + c.name() + " hold more than " + MOST_LABELS
                    + " values; is this a scan? Otherwise name the classes in dataset.json");
        }
        measured.add(m);
    }

    /** The classes of a dataset without a list: every value that occurs, named after it. */
    private ClassLabels labelsFound() {
        List<ClassLabel> classes = new ArrayList<>();
        for (int value : values) {
            String name = value == 0 ? "background" : values.size() == 2 ? "foreground" : "class_" + value;
            classes.add(new ClassLabel(value, name, ClassLabels.colour(classes.size())));
        }
        return new ClassLabels(classes);
    }

    private DatasetFingerprint result(ClassLabels labels) {
        int channels = measured.get(0).foreground().size();
        List<String> names = new ArrayList<>(index.channels());
        if (names.size() != channels) {
            names.clear();
            for (int k = 0; k < channels; k++)
                names.add(channels == 1 ? "scan" : "channel_" + k);
        }
        Modality modality = index.modality() != Modality.OTHER ? index.modality()
                : measured.stream().map(CaseMeasurement::modality).filter(m -> m != Modality.OTHER).findFirst()
                        .orElse(Modality.OTHER);
        Map<Integer, Double> kept = kept();
        return new DatasetFingerprint(measured.size(), names, modality,
                (int) measured.stream().filter(CaseMeasurement::isVolume).count(), axes(0.5, CaseMeasurement::size),
                axes(0.5, CaseMeasurement::spacing), axes(0.1, CaseMeasurement::spacing),
                measured.stream().noneMatch(m -> Double.isNaN(m.voxelVolume())),
                IntStream.range(0, channels)
                        .mapToObj(k -> DatasetFingerprint.IntensityStatistics
                                .of(measured.stream().map(m -> m.foreground().get(k)).toList()))
                        .toList(),
                labels, labels.classes().stream().map(this::facts).toList(),
                kept.getOrDefault(CaseMeasurement.COARSE_EDGE, Double.NaN),
                (int) index.cases().stream().map(DataCase::group).distinct().count(), kept.isEmpty() ? null : kept);
    }

    /** The median over the slices that are larger, by the size tried. */
    private Map<Integer, Double> kept() {
        Map<Integer, Double> kept = new TreeMap<>();
        for (int edge : CaseMeasurement.EDGES) {
            List<Double> dice = measured.stream().map(m -> m.kept().get(edge)).filter(Objects::nonNull).toList();
            if (!dice.isEmpty())
                kept.put(edge, quantile(dice, 0.5, Double.NaN));
        }
        return kept;
    }

    private DatasetFingerprint.ClassFacts facts(ClassLabel label) {
        List<Long> voxels = measured.stream().map(m -> m.counts().get(label.value())).toList();
        List<Double> volumes = measured.stream().map(m -> m.counts().get(label.value()) * m.voxelVolume()).toList();
        double all = measured.stream().mapToDouble(m -> m.counts().stream().mapToLong(n -> n).sum()).sum();
        List<String> having = IntStream.range(0, measured.size()).filter(i -> voxels.get(i) > 0)
                .mapToObj(i -> index.cases().get(i).nameHash()).toList();
        return new DatasetFingerprint.ClassFacts(label.name(), having.size(), quantile(voxels, 0.5, 0L),
                quantile(volumes, 0.5, Double.NaN), voxels.stream().mapToLong(n -> n).sum() / all,
                having.size() * RARE < measured.size() ? having : List.of());
    }

    private <T extends Comparable<T>> List<T> axes(double quantile, Function<CaseMeasurement, List<T>> of) {
        return IntStream
                .range(0, 3).mapToObj(d -> DatasetMeasurement
                        .<T> quantile(measured.stream().map(m -> of.apply(m).get(d)).toList(), quantile, null))
                .toList();
    }

    private static <T extends Comparable<T>> T quantile(List<T> values, double quantile, T ofNone) {
        List<T> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.isEmpty() ? ofNone : sorted.get((int) (quantile * sorted.size()));
    }
}
