package org.septum.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;
import org.septum.io.ReadOptions;
import org.septum.io.ScanContent;
import org.septum.io.ScanFiles;

/**
 * Looks at scans and datasets and says what they are and what is wrong with them: geometry in words, intensities,
 * labels and their volumes, labels that lie beside their scan, duplicates, patients on both sides of a split.
 */
public final class CheckData {

    /**
     * What to look at.
     *
     * @param paths
     *            scans, folders of scans, or datasets
     * @param page
     *            HTML page with thumbnails to write; absent for none
     * @param fix
     *            folder for corrected copies of labels that do not lie on their scan; absent for none. The dataset
     *            itself is never changed
     * @param overwrite
     *            whether files at page and fix may be replaced
     */
    public record Request(List<Path> paths, Optional<Path> page, Optional<Path> fix, boolean overwrite) {

        public Request {
            paths = List.copyOf(paths);
        }

        /** Nothing written. */
        public static Request of(Path... paths) {
            return new Request(List.of(paths), Optional.empty(), Optional.empty(), false);
        }

        /** The same with corrected copies. */
        public Request withFix(Path folder) {
            return new Request(paths, page, Optional.of(folder), overwrite);
        }

        /** The same with a page. */
        public Request withPage(Path file) {
            return new Request(paths, Optional.of(file), fix, overwrite);
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
     * @param volumes
     *            of the classes of its labels; empty for a scan without labels
     * @param notes
     *            what is unusual and need not be wrong
     * @param problems
     *            what is wrong, and what to do; empty if nothing is
     * @param thumbnail
     *            PNG in base64 if a page was asked for; else empty
     */
    public record Finding(Path path, String name, Optional<ScanFacts> facts, List<ClassVolume> volumes,
            List<String> notes, List<String> problems, String thumbnail) {

        public Finding {
            volumes = List.copyOf(volumes);
            notes = List.copyOf(notes);
            problems = List.copyOf(problems);
        }

        static Finding unreadable(Path path, String name, String problem) {
            return new Finding(path, name, Optional.empty(), List.of(), List.of(), List.of(problem), "");
        }

        /** The same with more to say. */
        Finding with(List<String> moreNotes, List<String> moreProblems) {
            return new Finding(path, name, facts, volumes, joined(notes, moreNotes), joined(problems, moreProblems),
                    thumbnail);
        }

        private static List<String> joined(List<String> a, List<String> b) {
            List<String> all = new ArrayList<>(a);
            all.addAll(b);
            return all;
        }
    }

    /**
     * What came out.
     *
     * @param findings
     *            one for each scan or case
     * @param problems
     *            of whole datasets
     * @param files
     *            what was written
     */
    public record Result(List<Finding> findings, List<String> problems, List<Path> files) {

        public Result {
            findings = List.copyOf(findings);
            problems = List.copyOf(problems);
            files = List.copyOf(files);
        }

        /** True if nothing is wrong. */
        public boolean isWell() {
            return problems.isEmpty() && findings.stream().allMatch(f -> f.problems().isEmpty());
        }

        /** Number of scans and cases with problems. */
        public long bad() {
            return findings.stream().filter(f -> !f.problems().isEmpty()).count();
        }
    }

    private final Request request;

    private final Progress progress;

    private final List<Finding> findings = new ArrayList<>();

    private final List<String> problems = new ArrayList<>();

    private final List<Path> files = new ArrayList<>();

    private CheckData(Request request, Progress progress) {
        this.request = request;
        this.progress = progress;
    }

    /**
     * Looks at everything; what is wrong is part of the result.
     *
     * @throws SeptumException
     *             if a path is not there, an output exists, or the user stops it
     */
    public static Result run(Request request, Progress progress) {
        return new CheckData(request, progress).run();
    }

    private Result run() {
        request.page().ifPresent(page -> WholeFile.requireFree(page, request.overwrite()));
        for (Path path : request.paths()) {
            if (isDataset(path)) {
                DatasetCheck check = new DatasetCheck(path, request, progress);
                check.run();
                findings.addAll(check.findings());
                problems.addAll(check.problems());
                files.addAll(check.files());
            } else {
                scans(ScanFiles.find(List.of(path)), path);
            }
        }
        if (request.page().isPresent()) {
            Path page = request.page().get();
            String html = new CheckPage(findings, problems).html();
            WholeFile.write(page, request.overwrite(), aside -> Files.writeString(aside, html));
            files.add(page);
        }
        return new Result(findings, problems, files);
    }

    private static boolean isDataset(Path path) {
        return Files.exists(path.resolve("dataset.json")) || Files.isDirectory(path.resolve("imagesTr"))
                || Files.isDirectory(path.resolve("images")) && Files.isDirectory(path.resolve("labels"));
    }

    private void scans(List<ScanSource> sources, Path where) {
        if (sources.isEmpty())
            problems.add(where + " holds no scan; give NIfTI, DICOM, OME-TIFF, TIFF, PNG or JPEG files");
        for (int i = 0; i < sources.size(); i++) {
            progress.throwIfCancelled();
            progress.report("checking", i, sources.size());
            ScanSource source = sources.get(i);
            try {
                for (ScanContent content : ScanFiles.contents(source.path()))
                    findings.add(look(source, content));
            } catch (SeptumException e) {
                findings.add(Finding.unreadable(source.path(), source.name(), e.getMessage()));
            }
        }
        progress.report("checking", sources.size(), sources.size());
    }

    /** One series of a folder, one image of a file. */
    private Finding look(ScanSource source, ScanContent content) {
        boolean saysNoMore = content.description().isEmpty() || content.description().equals(source.name());
        String name = saysNoMore ? source.name() : source.name() + " \"" + content.description() + "\"";
        if (!content.problem().isEmpty())
            return Finding.unreadable(source.path(), name, content.problem());
        try {
            int phases = content.phases().size();
            Scan scan = ScanFiles.read(source.path(),
                    ReadOptions.DEFAULT.withSeries(content.series()).withPhase(phases > 1 ? 1 : 0));
            ScanFacts facts = ScanFacts.of(scan, phases);
            List<String> wrong = facts.lowest() == facts.highest()
                    ? List.of("the scan has the same value everywhere; look whether it was exported rightly")
                    : List.of();
            return new Finding(source.path(), name, Optional.of(facts), List.of(), List.of(), wrong,
                    request.page().isPresent() ? CheckPage.thumbnail(scan) : "");
        } catch (SeptumException e) {
            return Finding.unreadable(source.path(), name, e.getMessage());
        }
    }
}
