package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.io.OmeTiffScanWriter;
import org.septum.io.ScanFiles;

/** A folder of scans in several formats through a model. */
@Tag("engine")
class SegmentTreeTest {

    @TempDir
    private static Path shared;

    private static Path model;

    private static Path scans;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeScans() throws IOException {
        model = Toys.model(shared.resolve("toy.zip"));
        scans = shared.resolve("scans");
        for (int i = 0; i < 3; i++) {
            Scan scan = Toys.scan("toy", i);
            NiftiScanWriter.write(scan, scans.resolve("n/s" + i + ".nii.gz"), false);
            OmeTiffScanWriter.write(scan, scans.resolve("o/s" + i + ".ome.tif"), false);
            DicomSeriesWriter.write(scan, scans.resolve("p" + i + "/dicom"), false);
        }
        byte[] bytes = Files.readAllBytes(scans.resolve("n/s0.nii.gz"));
        Files.write(scans.resolve("n/cut.nii.gz"), Arrays.copyOf(bytes, bytes.length / 2));
    }

    private SegmentFolders.Request request(String output) {
        return SegmentFolders.Request.of(
                SegmentScans.Request.of(List.of(scans), model, folder.resolve(output)).withDevice("cpu").withOutputs(
                        SegmentOutputs.DEFAULT.withFormats(List.of("nifti", "ome-tiff")).withPictures(true, true)));
    }

    private static Map<String, String> tree(Path output) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                if (!file.startsWith(output.resolve(".septum")) || file.toString().endsWith(".png"))
                    tree.put(output.relativize(file).toString(), Sha256.of(file));
        }
        return tree;
    }

    @Test
    void everyFormatGivesTheMaskOfItsScanHoweverTheRunWasDivided() throws IOException {
        SegmentFolders.Result result = SegmentFolders.run(request("whole"), Progress.SILENT);
        assertThat(result.done()).isEqualTo(9);
        assertThat(result.failures()).singleElement().asString().contains("cut.nii.gz");
        for (int i = 0; i < 3; i++) {
            byte[] expected = Toys.values(Toys.mask(Toys.scan("toy", i)));
            for (String name : List.of("n/s" + i, "o/s" + i, "p" + i + "/dicom"))
                for (String extension : List.of(".nii.gz", ".ome.tif"))
                    assertThat(Toys
                            .values(ScanFiles.readMask(folder.resolve("whole").resolve(name + extension), Toys.LABELS)))
                                    .as(name + extension).isEqualTo(expected);
            assertThat(folder.resolve("whole/.septum/thumbnails/n/s" + i + ".png")).exists();
        }
        Map<String, String> whole = tree(folder.resolve("whole"));

        for (int i = 1; i <= 2; i++)
            SegmentFolders.run(request("parts").withShard(new Shard(i, 2)), Progress.SILENT);
        assertThat(tree(folder.resolve("parts"))).isEqualTo(whole);

        int[] left = { 5 };
        Progress impatient = new Progress() {

            @Override
            public void report(String task, long done, long total) {
                left[0]--;
            }

            @Override
            public void message(String line) {
                // not heard
            }

            @Override
            public boolean isCancelled() {
                return left[0] <= 0;
            }
        };
        try {
            SegmentFolders.run(request("stopped"), impatient);
        } catch (SeptumException e) {
            assertThat(e.kind()).isEqualTo(SeptumException.Kind.CANCELLED);
        }
        assertThat(Files.readAllLines(folder.resolve("stopped/summary.csv"))).hasSizeBetween(5, 8);
        SegmentFolders.run(request("stopped").withAgain(SegmentFolders.Again.RESUME), Progress.SILENT);
        assertThat(tree(folder.resolve("stopped"))).isEqualTo(whole);
    }
}
