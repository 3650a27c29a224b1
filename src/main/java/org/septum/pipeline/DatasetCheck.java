package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.io.MaskWriter;
import org.septum.io.MaskWriters;

/** Looks at every case of a dataset, and at what only shows when cases are held against each other. */
final class DatasetCheck {

    /** How far labels may lie beside their scan, in mm. */
    private static final double SAME_PLACE = 1e-2;

    /** So many times the usual spread away from the median is an outlier. */
    private static final double FAR = 8;

    /** From the median of absolute differences to a standard deviation. */
    private static final double MAD_TO_SD = 1.4826;

    private static final int FEWEST_FOR_OUTLIERS = 8;

    /** Voxels that are smaller or larger, in mm, are a slip in the unit. */
    private static final double SMALLEST_SPACING = 1e-5;

    private static final double LARGEST_SPACING = 100;

    /**
     * A problem that makes a training wrong.
     *
     * @param text
     *            what is wrong, and what to do
     * @param folds
     *            if it spoils the scores of some folds only: these; empty if it spoils every training
     */
    record Serious(String text, Set<Integer> folds) {

        Serious {
            folds = Set.copyOf(folds);
        }
    }

    private final Path dataset;

    private final CheckData.Request request;

    private final Progress progress;

    private final List<CheckData.Finding> findings = new ArrayList<>();

    private final List<String> problems = new ArrayList<>();

    private final List<Path> files = new ArrayList<>();

    private final List<Serious> serious = new ArrayList<>();

    /** Patient of each case, where somebody says it. */
    private final Map<String, String> patients = new LinkedHashMap<>();

    DatasetCheck(Path dataset, CheckData.Request request, Progress progress) {
        this.dataset = dataset;
        this.request = request;
        this.progress = progress;
    }

    List<CheckData.Finding> findings() {
        return findings;
    }

    List<String> problems() {
        return problems;
    }

    /** Those of all problems that a training must not begin with. */
    List<Serious> serious() {
        return serious;
    }

    List<Path> files() {
        return files;
    }

    void run() {
        if (request.fix().isPresent()
                && request.fix().get().toAbsolutePath().normalize().equals(dataset.toAbsolutePath().normalize()))
            throw SeptumException.usage("corrected copies cannot go into the dataset " + dataset
                    + " itself, whose labels they would replace; give another folder");
        CaseIndex index;
        try {
            index = CaseIndex.of(dataset, problems::add);
        } catch (SeptumException e) {
            problems.add(e.getMessage());
            serious.add(new Serious(e.getMessage(), Set.of()));
            return;
        }
        for (int i = 0; i < index.cases().size(); i++) {
            progress.throwIfCancelled();
            progress.report("checking cases", i, index.cases().size());
            findings.add(look(index.cases().get(i), index));
        }
        progress.report("checking cases", index.cases().size(), index.cases().size());
        tellClassesOfNoCase(index);
        tellOutliers(index);
        tellDuplicates(index);
        tellPatientsInTwoFolds(index);
    }

    private CheckData.Finding look(DataCase c, CaseIndex index) {
        List<String> wrong = new ArrayList<>();
        Optional<ScanFacts> facts = Optional.empty();
        List<ClassVolume> volumes = List.of();
        String thumbnail = "";
        try {
            Scan scan = CaseReader.scan(c);
            facts = Optional.of(ScanFacts.of(scan, 1));
            String patient = index.hasGroups() ? c.group() : scan.dicom().patient().id();
            if (!patient.isEmpty())
                patients.put(c.name(), patient);
            if (facts.get().lowest() == facts.get().highest())
                wrong.add("the scan has the same value everywhere; look whether it was exported rightly");
            tellNumbers(c, facts.get(), wrong);
            LabelMask labels = CaseReader.labels(c, index.labels().orElse(EvaluateMasks.everyValue()), scan);
            volumes = volumes(labels, index.labels().isPresent());
            if (volumes.stream().allMatch(v -> v.voxels() == 0))
                wrong.add("the labels are empty; add them, or leave the case out");
            compare(c, scan, labels, wrong);
            if (request.page().isPresent())
                thumbnail = CheckPage.thumbnail(scan, labels);
        } catch (SeptumException e) {
            if (e.kind() == SeptumException.Kind.CANCELLED)
                throw e;
            tellSerious(c, e.getMessage(), wrong);
        }
        return new CheckData.Finding(c.labels(), c.name(), facts, volumes, List.of(), wrong, thumbnail);
    }

    private void tellNumbers(DataCase c, ScanFacts facts, List<String> wrong) {
        if (!Double.isFinite(facts.mean()))
            tellSerious(c, "the scan holds values that are no numbers (NaN or infinite); replace them", wrong);
        if (facts.spacing().stream().anyMatch(s -> s < SMALLEST_SPACING || s > LARGEST_SPACING))
            tellSerious(c, "a spacing of " + facts.spacing() + " mm is not possible; look at the unit it was given in",
                    wrong);
    }

    private void tellSerious(DataCase c, String what, List<String> wrong) {
        wrong.add(what);
        serious.add(new Serious(what.contains(c.name()) ? what : "case " + c.name() + ": " + what, Set.of()));
    }

    /** Of all classes that are named, or of those that occur where nobody names them. */
    private static List<ClassVolume> volumes(LabelMask labels, boolean named) {
        return ClassVolume.of(labels).stream().filter(v -> named || v.voxels() > 0).toList();
    }

    private void compare(DataCase c, Scan scan, LabelMask labels, List<String> wrong) {
        boolean known = scan.geometry().isCalibrated() && labels.geometry().isCalibrated();
        if (!known || scan.geometry().isCloseTo(labels.geometry(), SAME_PLACE))
            return;
        String what = "the labels do not lie where the scan lies: " + difference(scan.geometry(), labels.geometry());
        if (request.fix().isEmpty()) {
            tellSerious(c, what + "; write corrected copies with: septum check " + dataset + " --fix DIR", wrong);
            return;
        }
        MaskWriter nifti = MaskWriters.named("nifti");
        Path file = request.fix().get().resolve(c.labels().getParent().getFileName())
                .resolve(c.name() + nifti.extension());
        nifti.write(new LabelMask(labels.pixels(), scan.geometry(), labels.labels(), scan.dicom()), file,
                request.overwrite());
        files.add(file);
        wrong.add(what + "; a copy with the geometry of the scan is " + file + ": look at it before you use it");
    }

    /** By how much labels lie beside a scan, most plain first. */
    static String difference(ScanGeometry scan, ScanGeometry labels) {
        List<String> words = new ArrayList<>();
        double spacing = scan.spacing().distanceTo(labels.spacing());
        if (spacing > SAME_PLACE)
            words.add("spacing differs by up to " + ScanFacts.number(spacing) + " mm");
        double turned = 0;
        for (int d = 0; d < 3; d++) {
            double cosine = scan.direction().axis(d).dot(labels.direction().axis(d));
            turned = Math.max(turned, Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine)))));
        }
        if (turned > Math.toDegrees(SAME_PLACE))
            words.add(String.format(Locale.ROOT, "axes turned by up to %.1f°", turned));
        double moved = scan.origin().minus(labels.origin()).length();
        if (moved > SAME_PLACE)
            words.add("origin " + ScanFacts.number(moved) + " mm away");
        return String.join(", ", words);
    }

    private void tellClassesOfNoCase(CaseIndex index) {
        Map<String, Long> cases = new TreeMap<>();
        for (CheckData.Finding f : findings)
            f.volumes().forEach(v -> cases.merge(v.label().name(), v.voxels() > 0 ? 1L : 0L, Long::sum));
        cases.forEach((name, n) -> {
            if (n == 0) {
                problems.add("class " + name + " is in no case of " + index.name()
                        + "; add cases that show it, or take it out of dataset.json");
                serious.add(new Serious(problems.get(problems.size() - 1), Set.of()));
            }
        });
    }

    /** Wrong where the unit means the same in every scan; elsewhere only worth a look. */
    private void tellOutliers(CaseIndex index) {
        boolean sameUnit = index.modality() == Modality.CT
                || findings.stream().flatMap(f -> f.facts().stream()).anyMatch(f -> f.modality().equals("CT"));
        tellOutliers("mean", ScanFacts::mean, sameUnit);
        tellOutliers("largest value", ScanFacts::highest, sameUnit);
    }

    private void tellOutliers(String what, ToDoubleFunction<ScanFacts> measure, boolean sameUnit) {
        double[] values = findings.stream().flatMap(f -> f.facts().stream()).mapToDouble(measure).toArray();
        if (values.length < FEWEST_FOR_OUTLIERS)
            return;
        double median = median(values);
        double spread = MAD_TO_SD * median(java.util.Arrays.stream(values).map(v -> Math.abs(v - median)).toArray());
        for (int i = 0; i < findings.size(); i++) {
            CheckData.Finding f = findings.get(i);
            if (f.facts().isEmpty() || !(spread > 0))
                continue;
            double value = measure.applyAsDouble(f.facts().get());
            if (Math.abs(value - median) <= FAR * spread)
                continue;
            String text = String.format(Locale.ROOT, "the %s %.4g is far from the %.4g of the other cases", what, value,
                    median);
            findings.set(i, sameUnit ? f.with(List.of(), List.of(text + "; look whether the scan is in HU"))
                    : f.with(List.of(text), List.of()));
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    private void tellDuplicates(CaseIndex index) {
        Map<String, Integer> folds = folds(index);
        Map<String, String> first = new HashMap<>();
        for (int i = 0; i < findings.size(); i++) {
            CheckData.Finding f = findings.get(i);
            if (f.facts().isEmpty())
                continue;
            String twin = first.putIfAbsent(f.facts().get().content(), f.name());
            if (twin != null) {
                String what = "the scan is the same as that of case " + twin
                        + "; keep one of them, or scores will count it on both sides of a split";
                findings.set(i, f.with(List.of(), List.of(what)));
                Set<Integer> of = new TreeSet<>(List.of(folds.getOrDefault(twin, 0), folds.getOrDefault(f.name(), 0)));
                if (of.size() > 1)
                    serious.add(new Serious("case " + f.name() + ": " + what, of));
            }
        }
    }

    /** The fold in which each case is held out. */
    private static Map<String, Integer> folds(CaseIndex index) {
        Map<String, Integer> folds = new HashMap<>();
        int n = FoldSplit.count(index);
        for (int k = 0; k < n && n > 1; k++)
            for (DataCase c : FoldSplit.of(index, k).validation())
                folds.put(c.name(), k);
        return folds;
    }

    private void tellPatientsInTwoFolds(CaseIndex index) {
        if (index.cases().stream().map(DataCase::group).distinct().count() < 2)
            return;
        Map<String, TreeSet<Integer>> folds = new TreeMap<>();
        Map<String, List<String>> cases = new TreeMap<>();
        for (int k = 0; k < FoldSplit.FOLDS; k++) {
            for (DataCase c : FoldSplit.of(index, k).validation()) {
                String patient = patients.get(c.name());
                if (patient != null) {
                    folds.computeIfAbsent(patient, p -> new TreeSet<>()).add(k);
                    cases.computeIfAbsent(patient, p -> new ArrayList<>()).add(c.name());
                }
            }
        }
        // which patient is not said: a report travels
        folds.forEach((patient, of) -> {
            // with fewer groups than folds a case is held out more than once
            boolean several = new TreeSet<>(cases.get(patient)).size() > 1;
            if (of.size() > 1 && several && !index.hasGroups()) {
                problems.add("cases " + String.join(", ", new TreeSet<>(cases.get(patient))) + " are of one patient,"
                        + " as their PatientID says, and fall into the folds " + of
                        + "; write groups.csv with lines case,patient");
                serious.add(new Serious(problems.get(problems.size() - 1), of));
            }
        });
    }
}
