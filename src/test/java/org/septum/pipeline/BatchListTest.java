package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Scan;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;

class BatchListTest {

    @TempDir
    private Path folder;

    private Path scans;

    private Path output;

    @BeforeEach
    void makeFolders() throws IOException {
        scans = Files.createDirectories(folder.resolve("scans"));
        output = Files.createDirectories(folder.resolve("out"));
    }

    private List<BatchScan> list(Path... inputs) {
        List<BatchScan> all = new ArrayList<>();
        try (BatchListReader reader = BatchList.of(List.of(inputs), output).open()) {
            reader.forEachRemaining(all::add);
        }
        return all;
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(output.resolve(".septum/lists"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private void touch(String name) throws IOException {
        Files.createDirectories(scans.resolve(name).getParent());
        Files.writeString(scans.resolve(name), "x");
    }

    /** So that the list is kept: nothing has changed of late. */
    private void age() throws IOException {
        try (Stream<Path> folders = Files.walk(scans)) {
            for (Path path : folders.filter(Files::isDirectory).toList())
                Files.setLastModifiedTime(path, FileTime.fromMillis(1_600_000_000_000L));
        }
    }

    @Test
    void findsWhatScanFilesFinds() throws IOException {
        for (String name : List.of("a.nii", "b.nii.gz", "sub/c.png", "sub/deep/d.mhd", "sub/text.txt", "sub/.e.png",
                ".septum/g.png", "sub/f.img", "sub/f.hdr"))
            touch(name);
        DicomSeriesWriter.write(Toys.scan("t1", 1), scans.resolve("patient/t1"), false);
        DicomSeriesWriter.write(Toys.scan("t2", 2), scans.resolve("patient/t1/later"), false);
        Files.createSymbolicLink(scans.resolve("sub/deep/back"), scans);
        Files.createSymbolicLink(scans.resolve("other"), scans.resolve("sub"));
        List<Path> expected = ScanFiles.find(List.of(scans)).stream().map(ScanSource::path).toList();
        assertThat(list(scans)).extracting(BatchScan::path).containsExactlyInAnyOrderElementsOf(expected).hasSize(10);
        assertThat(list(scans)).contains(new BatchScan(scans.resolve("patient/t1"), "patient/t1", "patient/t1"),
                new BatchScan(scans.resolve("patient/t1/later"), "patient/t1/later", "patient/t1/later"),
                new BatchScan(scans.resolve("other/deep/d.mhd"), "other/deep/d.mhd", "other/deep/d"));
    }

    @Test
    void aDicomFolderAsInputIsOneScanUnderItsName() throws IOException {
        DicomSeriesWriter.write(Toys.scan("t1", 1), scans, false);
        touch("sub/a.png");
        assertThat(list(scans)).containsExactly(new BatchScan(scans.resolve("sub/a.png"), "sub/a.png", "sub/a"),
                new BatchScan(scans, "scans", "scans"));
    }

    @Test
    void namesWithTabsAndLineBreaksComeThrough() throws IOException {
        touch("odd\tname\nof \\n a.png");
        touch("tab\tbed/x.png");
        assertThat(list(scans)).extracting(BatchScan::scan).containsExactly("tab\tbed/x.png",
                "odd\tname\nof \\n a.png");
        assertThat(list(scans)).allSatisfy(scan -> assertThat(scan.path()).exists());
    }

    @Test
    void theListIsKeptUntilAFolderChanges() throws IOException {
        touch("a/x.png");
        touch("b/y.png");
        age();
        assertThat(list(scans)).hasSize(2);
        Files.writeString(file(), Files.readString(file()).replace("x.png", "kept.png"));
        assertThat(list(scans)).extracting(BatchScan::scan).containsExactly("a/kept.png", "b/y.png");
        touch("b/z.png");
        assertThat(list(scans)).extracting(BatchScan::scan).containsExactly("a/x.png", "b/y.png", "b/z.png");
    }

    @Test
    void aFolderThatHasJustChangedIsLookedAtAgain() throws IOException {
        touch("a/x.png");
        assertThat(list(scans)).hasSize(1);
        Files.writeString(file(), Files.readString(file()).replace("x.png", "not kept.png"));
        assertThat(list(scans)).extracting(BatchScan::scan).containsExactly("a/x.png");
    }

    @Test
    void twoSeriesOfAFolderAreTwoScans() throws IOException {
        Scan first = Toys.scan("first", 1);
        Scan second = Toys.scan("second", 2);
        DicomSeriesWriter.write(first, scans.resolve("p"), false);
        DicomSeriesWriter.write(second, folder.resolve("more"), false);
        try (Stream<Path> files = Files.list(folder.resolve("more"))) {
            for (Path slice : files.toList())
                Files.move(slice, scans.resolve("p").resolve("second_" + slice.getFileName()));
        }
        List<SegmentJob> jobs = list(scans).get(0).jobs(ReadOptions.DEFAULT, false);
        assertThat(jobs).hasSize(2).extracting(SegmentJob::name).doesNotHaveDuplicates()
                .allMatch(name -> name.startsWith("p_series"));
        List<String> titles = jobs.stream()
                .map(job -> Toys.values(Toys.mask(ScanFiles.read(job.source().path(), job.options()))))
                .map(Arrays::toString).toList();
        assertThat(titles).containsExactlyInAnyOrder(Arrays.toString(Toys.values(Toys.mask(first))),
                Arrays.toString(Toys.values(Toys.mask(second))));
        assertThat(list(scans).get(0).jobs(ReadOptions.DEFAULT.withSeries("first"), false)).hasSize(1);
    }

    @Test
    void shardsCountFromOneAndAScanBelongsToExactlyOne() {
        int[] sizes = new int[7];
        for (int scan = 0; scan < 7000; scan++) {
            String name = "folder/scan" + scan;
            int found = 0;
            for (int i = 1; i <= 7; i++) {
                if (new Shard(i, 7).holds(name)) {
                    found++;
                    sizes[i - 1]++;
                }
            }
            assertThat(found).as(name).isEqualTo(1);
        }
        for (int size : sizes)
            assertThat(size).isBetween(900, 1100);
        // SHA-256 of "abc" begins with ba7816bf8f01cfea, which leaves 2 when divided by 7
        assertThat(new Shard(3, 7).holds("abc")).isTrue();
        for (String words : List.of("0/7", "8/7", "7", "1/0", "a/b", "1/2/3", "-1/2"))
            assertThatThrownBy(() -> Shard.parse(words)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("shard");
        assertThat(Shard.parse(" 3/7 ")).isEqualTo(new Shard(3, 7)).hasToString("3/7");
    }
}
