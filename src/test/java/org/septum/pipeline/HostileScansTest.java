package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.NiftiScanWriter;

/** Folders with what no scan should be: it is named, and the good scans beside it are segmented. */
@Tag("engine")
@Timeout(120)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs links, pipes and names of the POSIX kind")
class HostileScansTest {

    @TempDir
    private static Path shared;

    private static Path model;

    private static Path good;

    @TempDir
    private Path folder;

    private Path scans;

    @BeforeAll
    static void writeModel() {
        model = Toys.model(shared.resolve("toy.zip"));
        good = shared.resolve("good.nii.gz");
        NiftiScanWriter.write(Toys.scan("good", 1), good, false);
    }

    private Path scan(String name) throws IOException {
        scans = folder.resolve("scans");
        Path file = scans.resolve(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    private void good(String name) throws IOException {
        Files.copy(good, scan(name));
    }

    private SegmentScans.Request request() {
        return SegmentScans.Request.of(List.of(scans), model, folder.resolve("out")).withDevice("cpu");
    }

    /** Problems by scan, empty where all is well. */
    private Map<String, String> run(SegmentScans.Request request) throws IOException {
        SegmentFolders.Result result = SegmentFolders.run(SegmentFolders.Request.of(request), Progress.SILENT);
        Map<String, String> problems = new TreeMap<>();
        try (Stream<String> lines = Files.lines(folder.resolve("out/.septum/scans.jsonl"))) {
            lines.map(line -> ScanRecord.parse(line).orElseThrow()).forEach(r -> problems.put(r.scan(), r.problem()));
        }
        assertThat(problems).hasSize((int) result.scans());
        assertThat(problems.values().stream().filter(String::isEmpty).count()).isEqualTo(result.done());
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            assertThat(files.map(f -> f.getFileName().toString())).noneMatch(name -> name.startsWith(".part-"));
        }
        return problems;
    }

    private static void assertProblem(Map<String, String> problems, String scan, String words) {
        assertThat(problems).containsKey(scan);
        assertThat(problems.get(scan)).as(scan).contains(words);
    }

    private static void pipe(Path path) throws Exception {
        assumeTrue(new ProcessBuilder("mkfifo", path.toString()).start().waitFor() == 0, "mkfifo");
    }

    @Test
    void emptyAndForeignFilesAreNamed() throws IOException {
        good("good.nii.gz");
        List<String> names = List.of("a.nii", "b.nii.gz", "c.nrrd", "d.mha", "e.mhd", "f.hdr", "g.mgz", "h.tif",
                "i.png", "j.jpg", "k.bmp", "l.nhdr");
        for (String name : names) {
            Files.createFile(scan("empty/" + name));
            Files.writeString(scan("text/" + name), "This is no picture.\n");
        }
        Files.createFile(scan("empty/readme"));
        Map<String, String> problems = run(request());
        assertThat(problems).hasSize(2 * names.size() + 1);
        problems.forEach((scan, problem) -> assertThat(problem.isEmpty()).as(scan + ": " + problem)
                .isEqualTo(scan.equals("good.nii.gz")));
    }

    @Test
    void pipesAndLinksThatLeadNowhereAreNamedAndNotWaitedFor() throws Exception {
        good("a/good.nii.gz");
        pipe(scan("a/pipe.nii.gz"));
        pipe(scan("a/pipe"));
        DicomSeriesWriter.write(Toys.scan("d", 2), scan("dicom"), false);
        pipe(scan("dicom/zzz"));
        Files.createSymbolicLink(scan("a/gone.png"), Path.of("nowhere.png"));
        Files.createSymbolicLink(scan("a/self.png"), Path.of("self.png"));
        Files.createSymbolicLink(scan("a/device.png"), Path.of("/dev/zero"));
        Files.createSymbolicLink(scan("a/up"), Path.of(".."));
        Files.createSymbolicLink(scan("b/other"), Path.of("../c"));
        Files.createSymbolicLink(scan("c/other"), Path.of("../b"));
        Map<String, String> problems = run(request());
        assertProblem(problems, "a/pipe.nii.gz", "is a pipe, a socket or a device");
        assertProblem(problems, "a/device.png", "is a pipe, a socket or a device");
        assertProblem(problems, "a/gone.png", "is not there");
        assertProblem(problems, "a/self.png", "is not there");
        assertThat(problems.get("a/good.nii.gz")).isEmpty();
        assertThat(problems.get("dicom")).isEmpty();
        assertThat(problems).hasSize(6);
    }

    @Test
    void namesOfEveryKindComeThrough() throws IOException {
        List<String> names = List.of("two\nlines.nii.gz", "tab\t.nii.gz", "\"quotes', & <b>.nii.gz", " blank .nii.gz",
                "-o.nii.gz", "$(touch x);`id`.nii.gz", "%2F%00.nii.gz", "back\\slash\\n.nii.gz", "äöü 脑.nii.gz",
                "\u001b[31mred.nii.gz", "what?/no...nii.gz");
        for (String name : names)
            good(name);
        Map<String, String> problems = run(request());
        assertThat(problems.keySet()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(problems.values()).allMatch(String::isEmpty);
        for (String name : names)
            assertThat(folder.resolve("out").resolve(name)).exists();
        assertThat(SegmentFolders
                .run(SegmentFolders.Request.of(request()).withAgain(SegmentFolders.Again.RESUME), Progress.SILENT)
                .before()).isEqualTo(names.size());
    }

    @Test
    void namesThatAreNoTextAreSegmentedUnderTheirBytes() throws IOException {
        good("good.nii.gz");
        Files.createDirectories(scans);
        Path one = PathText.at(PathText.address(scans) + "caf%E9.nii.gz");
        Files.copy(good, one);
        Files.copy(good, PathText.at(PathText.address(scans) + "caf%E8.nii.gz"));
        Path below = PathText.at(PathText.address(scans) + "d%FF/x.nii.gz");
        Files.createDirectories(below.getParent());
        Files.copy(good, below);
        Map<String, String> problems = run(request());
        assertThat(problems).containsOnlyKeys("good.nii.gz", "caf%E8.nii.gz", "caf%E9.nii.gz", "d%FF/x.nii.gz")
                .allSatisfy((scan, problem) -> assertThat(problem).isEmpty());
        assertThat(folder.resolve("out/d%FF/x.nii.gz")).exists();
        assertThat(SegmentFolders
                .run(SegmentFolders.Request.of(request()).withAgain(SegmentFolders.Again.RESUME), Progress.SILENT)
                .before()).isEqualTo(4);
    }

    @Test
    void namesThatAreTooLongConcernTheirScanOnly() throws IOException {
        String fits = "x".repeat(248) + ".nii.gz";
        String longer = "y".repeat(251) + ".nii";
        good(fits);
        Files.copy(good, scan(longer));
        good("good.nii.gz");
        Map<String, String> problems = run(request());
        assertThat(problems.get(fits)).isEmpty();
        assertThat(problems.get("good.nii.gz")).isEmpty();
        // a .nii that is in fact compressed is read as what it is
        assertProblem(problems, longer, "its name has more than 255 bytes");
    }

    @Test
    void aMaskWhosePlaceIsTakenConcernsItsScanOnly() throws IOException {
        good("a.nii.gz");
        good("b.nii.gz");
        Files.createDirectories(folder.resolve("out/a.nii.gz"));
        Map<String, String> problems = run(request().withOverwrite(true));
        assertProblem(problems, "a.nii.gz", "a folder has its name");
        assertThat(problems.get("b.nii.gz")).isEmpty();
    }

    @Test
    void aScanAndAFolderOfOneNameDoNotStopTheOthers() throws IOException {
        good("x.nii.gz/y.nii.gz");
        good("z.nii.gz");
        NiftiScanWriter.write(Toys.scan("x", 1), scan("x.nii"), false);
        Map<String, String> problems = run(request());
        assertThat(problems.get("z.nii.gz")).isEmpty();
        assertThat(problems.get("x.nii.gz/y.nii.gz")).isEmpty();
        assertProblem(problems, "x.nii", "exists");
    }

    @Test
    void oneSeriesInTwoFoldersGivesTwoMasksAndTwiceInOneIsNamed() throws IOException {
        DicomSeriesWriter.write(Toys.scan("d", 2), scan("p1/t1"), false);
        for (String copy : List.of("p2/t1", "p3/t1")) {
            Files.createDirectories(scan(copy));
            try (Stream<Path> slices = Files.list(scans.resolve("p1/t1"))) {
                for (Path slice : slices.toList())
                    Files.copy(slice, scans.resolve(copy).resolve(slice.getFileName()));
            }
        }
        try (Stream<Path> slices = Files.list(scans.resolve("p1/t1"))) {
            for (Path slice : slices.toList())
                Files.copy(slice, scans.resolve("p3/t1").resolve("copy of " + slice.getFileName()));
        }
        Map<String, String> problems = run(request());
        assertThat(problems.get("p1/t1")).isEmpty();
        assertThat(problems.get("p2/t1")).isEmpty();
        assertThat(Files.mismatch(folder.resolve("out/p1/t1.nii.gz"), folder.resolve("out/p2/t1.nii.gz")))
                .isEqualTo(-1);
        assertProblem(problems, "p3/t1", "more than once");
    }

    @Test
    void whatMayNotBeReadIsNamed() throws IOException {
        good("good.nii.gz");
        good("closed.nii.gz");
        good("folder/x.nii.gz");
        Files.setPosixFilePermissions(scan("closed.nii.gz"), PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(scan("folder"), PosixFilePermissions.fromString("---------"));
        try {
            assumeTrue(!Files.isReadable(scan("closed.nii.gz")), "root may read everything");
            Map<String, String> problems = run(request());
            assertProblem(problems, "closed.nii.gz", "no permission to read");
            assertProblem(problems, "folder", "no permission to read");
            assertThat(problems.get("good.nii.gz")).isEmpty();
        } finally {
            Files.setPosixFilePermissions(scan("folder"), PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        // the mark of its time does not hide that it can be read now
        assertThat(SegmentFolders
                .run(SegmentFolders.Request.of(request()).withAgain(SegmentFolders.Again.RESUME), Progress.SILENT)
                .done()).isEqualTo(1);
    }
}
