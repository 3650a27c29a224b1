package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.data.CaseIndex;
import org.septum.data.CaseReader;
import org.septum.data.DataCase;
import org.septum.io.ScanFiles;

/** Looks at scans and datasets and says what they are and what is wrong with them. */
public final class CheckData {

    /** How far a label mask may lie beside its scan, in mm. */
    private static final double SAME_PLACE = 1e-2;

    /**
     * What to look at.
     *
     * @param paths
     *            scans, folders of scans, or datasets
     */
    public record Request(List<Path> paths) {

        public Request {
            paths = List.copyOf(paths);
        }
    }

    /**
     * One scan or case.
     *
     * @param path
     *            where it lies
     * @param name
     *            of the scan or case
     * @param facts
     *            what it is; absent if it cannot be read
     * @param voxels
     *            of each class of its labels by name; empty for a scan without labels
     * @param problems
     *            what is wrong, and what to do; empty if nothing is
     */
    public record Finding(Path path, String name, Optional<ScanFacts> facts, Map<String, Long> voxels,
            List<String> problems) {

        public Finding {
            voxels = new LinkedHashMap<>(voxels);
            problems = List.copyOf(problems);
        }
    }

    /**
     * What came out.
     *
     * @param findings
     *            one for each scan or case
     * @param problems
     *            of whole datasets
     */
    public record Result(List<Finding> findings, List<String> problems) {

        public Result {
            findings = List.copyOf(findings);
            problems = List.copyOf(problems);
        }

        /** True if nothing is wrong. */
        public boolean isWell() {
            return problems.isEmpty() && findings.stream().allMatch(f -> f.problems().isEmpty());
        }
    }

    private final Progress progress;

    private final List<Finding> findings = new ArrayList<>();

    private final List<String> problems = new ArrayList<>();

    private CheckData(Progress progress) {
        this.progress = progress;
    }

    /**
     * Looks at everything; what is wrong is part of the result.
     *
     * @throws SeptumException
     *             if a path is not there, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        CheckData check = new CheckData(progress);
        for (Path path : request.paths()) {
            if (isDataset(path))
                check.dataset(path);
            else
                check.scans(ScanFiles.find(List.of(path)), path);
        }
        return new Result(check.findings, check.problems);
    }

    private static boolean isDataset(Path path) {
        return Files.exists(path.resolve("dataset.json")) || Files.isDirectory(path.resolve("imagesTr"))
                || Files.isDirectory(path.resolve("images")) && Files.isDirectory(path.resolve("labels"));
    }

    private void scans(List<ScanSource> sources, Path where) {
        if (sources.isEmpty())
            problems.add(where + " holds no scan; give NIfTI, DICOM, OME-TIFF, TIFF, PNG or JPEG files");
        for (int i = 0; i < sources.size(); i++) {
            step(i, sources.size());
            ScanSource source = sources.get(i);
            try {
                Scan scan = ScanFiles.read(source.path());
                findings.add(new Finding(source.path(), source.name(), Optional.of(ScanFacts.of(scan)), Map.of(),
                        List.of()));
            } catch (SeptumException e) {
                findings.add(
                        new Finding(source.path(), source.name(), Optional.empty(), Map.of(), List.of(e.getMessage())));
            }
        }
    }

    private void step(int done, int total) {
        progress.throwIfCancelled();
        progress.report("checking", done, total);
    }

    private void dataset(Path path) {
        CaseIndex index;
        try {
            index = CaseIndex.of(path);
        } catch (SeptumException e) {
            problems.add(e.getMessage());
            return;
        }
        if (index.labels().isEmpty())
            problems.add(path + " has no dataset.json that names its labels; they are taken as they are found");
        Map<String, Integer> empty = new TreeMap<>();
        for (int i = 0; i < index.cases().size(); i++) {
            step(i, index.cases().size());
            Finding finding = check(index.cases().get(i), index);
            findings.add(finding);
            finding.voxels().forEach((name, n) -> empty.merge(name, n > 0 ? 1 : 0, Integer::sum));
        }
        empty.forEach((name, cases) -> {
            if (cases == 0)
                problems.add("class " + name + " is in no case of " + index.name()
                        + "; add cases that show it, or take it out of dataset.json");
        });
    }

    private Finding check(DataCase c, CaseIndex index) {
        List<String> wrong = new ArrayList<>();
        Map<String, Long> voxels = new LinkedHashMap<>();
        Optional<ScanFacts> facts = Optional.empty();
        try {
            Scan scan = CaseReader.scan(c);
            ScanFacts measured = ScanFacts.of(scan);
            facts = Optional.of(measured);
            if (measured.lowest() == measured.highest())
                wrong.add("the scan has the same value everywhere; look whether it was exported rightly");
            LabelMask labels = CaseReader.labels(c, index.labels().orElse(EvaluateMasks.everyValue()), scan);
            count(labels, index, voxels, wrong);
            compare(scan, labels, wrong);
        } catch (SeptumException e) {
            wrong.add(e.getMessage());
        }
        return new Finding(c.labels(), c.name(), facts, voxels, wrong);
    }

    private static void count(LabelMask labels, CaseIndex index, Map<String, Long> voxels, List<String> wrong) {
        long[] counts = new long[256];
        for (UnsignedByteType v : labels.pixels())
            counts[v.get()]++;
        ClassLabels named = index.labels().orElse(EvaluateMasks.everyValue());
        for (ClassLabel label : named.foreground())
            if (index.labels().isPresent() || counts[label.value()] > 0)
                voxels.put(label.name(), counts[label.value()]);
        if (voxels.values().stream().mapToLong(n -> n).sum() == 0)
            wrong.add("the labels are empty; add them, or leave the case out");
    }

    private static void compare(Scan scan, LabelMask labels, List<String> wrong) {
        boolean known = scan.geometry().isCalibrated() && labels.geometry().isCalibrated();
        if (known && !scan.geometry().isCloseTo(labels.geometry(), SAME_PLACE)) {
            wrong.add("labels and scan do not lie in the same place: spacing " + labels.geometry().spacing() + " and "
                    + scan.geometry().spacing() + " mm, origin " + labels.geometry().origin() + " and "
                    + scan.geometry().origin() + " mm; export the labels with the geometry of the scan");
        }
    }
}
