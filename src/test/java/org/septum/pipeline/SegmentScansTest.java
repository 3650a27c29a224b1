package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.io.OmeTiffScanWriter;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;

@Tag("engine")
class SegmentScansTest {

    @TempDir
    private static Path shared;

    private static Path model;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeModel() {
        model = Toys.model(shared.resolve("toy.zip"));
    }

    @Test
    void theSameScanInEveryFormatGivesTheSameMaskInTheSamePlace() throws IOException {
        Scan scan = Toys.scan("toy", 3);
        NiftiScanWriter.write(scan, folder.resolve("scans/a.nii.gz"), false);
        OmeTiffScanWriter.write(scan, folder.resolve("scans/b.ome.tif"), false);
        DicomSeriesWriter.write(scan, folder.resolve("scans/c"), false);
        SegmentScans.Result result = SegmentScans.run(with("nifti", "ome-tiff"), Progress.SILENT);
        assertThat(result.failed()).isZero();
        assertThat(result.scans()).extracting(SegmentScans.ScanResult::name).containsExactly("a", "b", "c");
        byte[] expected = Toys.values(Toys.mask(scan));
        for (SegmentScans.ScanResult s : result.scans()) {
            for (Path file : s.files()) {
                LabelMask mask = ScanFiles.readMask(file, Toys.LABELS);
                assertThat(Toys.values(mask)).as(file.toString()).isEqualTo(expected);
                assertThat(mask.geometry().isCloseTo(Toys.GEOMETRY, 1e-4)).as(file + " " + mask.geometry()).isTrue();
            }
            assertThat(s.volumes().get(0).millilitres()).isCloseTo(Toys.mask(scan).millilitres(1), within(1e-6));
        }
        assertThat(Files.readAllBytes(result.scans().get(0).files().get(0)))
                .isEqualTo(Files.readAllBytes(result.scans().get(2).files().get(0)));
    }

    @Test
    void pyTorchGivesTheSameMask() {
        Scan scan = Toys.scan("toy", 4);
        NiftiScanWriter.write(scan, folder.resolve("scans/toy.nii.gz"), false);
        SegmentScans.Result result = SegmentScans.run(
                request("scans").withPass(SegmentPass.DEFAULT.withRunner(SegmentPass.Runner.named("pytorch"))),
                Progress.SILENT);
        assertThat(result.engine()).startsWith("PyTorch 2.");
        assertThat(Toys.values(ScanFiles.readMask(result.scans().get(0).files().get(0), Toys.LABELS)))
                .isEqualTo(Toys.values(Toys.mask(scan)));
    }

    @Test
    void mirrorImagesAreRefusedByAModelThatNeverSawAnyBeforeAScanIsOpened() {
        NiftiScanWriter.write(Toys.scan("toy", 4), folder.resolve("scans/toy.nii.gz"), false);
        assertThatThrownBy(
                () -> SegmentScans.run(request("scans").withPass(SegmentPass.DEFAULT.withTta(true)), Progress.SILENT))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("--tta");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void anOpenImageGivesTheMaskOfItsFile() {
        Scan scan = Toys.scan("toy", 4);
        Path file = folder.resolve("toy.nii.gz");
        NiftiScanWriter.write(scan, file, false);
        Scan withoutPlace = new Scan("open", scan.pixels(), ScanGeometry.ofSpacing(0.7, 0.9, 2.5), scan.modality(),
                List.of());
        Scan placed = PlaceScan.run(withoutPlace, Optional.of(file));
        assertThat(placed.notes()).anyMatch(n -> n.contains("toy.nii.gz"));
        LabelMask mask = SegmentImage.run(SegmentImage.Request.of(placed, model, "cpu"), Progress.SILENT).mask();
        assertThat(Toys.values(mask)).isEqualTo(Toys.values(Toys.mask(scan)));
        Scan other = Toys.scan("other", 5);
        assertThat(PlaceScan.run(other, Optional.of(file))).isSameAs(other);
    }

    @Test
    void aDamagedScanIsReportedAndTheOthersAreSegmented() throws IOException {
        NiftiScanWriter.write(Toys.scan("good", 1), folder.resolve("scans/good.nii.gz"), false);
        byte[] bytes = Files.readAllBytes(folder.resolve("scans/good.nii.gz"));
        Files.write(folder.resolve("scans/bad.nii.gz"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        SegmentScans.Result result = SegmentScans
                .run(request("scans").withOutputs(SegmentOutputs.DEFAULT.withPictures(true, true)), Progress.SILENT);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.scans().get(0).problem()).contains("bad.nii.gz");
        assertThat(names(folder.resolve("out"))).containsExactly("good.nii.gz", "good_overlay.png", "good_slices");
        assertThat(names(folder.resolve("out/good_slices"))).contains("good-0006.png").doesNotContain("good-0001.png");
    }

    @Test
    void aMistakeOfTheProgramInOneScanDoesNotEndTheBatch() throws IOException {
        NiftiScanWriter.write(Toys.scan("a", 1), folder.resolve("scans/a.nii.gz"), false);
        NiftiScanWriter.write(Toys.scan("b", 2), folder.resolve("scans/b.nii.gz"), false);
        boolean[] tripped = { false };
        Progress tripsOnce = new Progress() {

            @Override
            public void report(String task, long done, long total) {
                if (!tripped[0]) {
                    tripped[0] = true;
                    throw new IllegalStateException("a slip");
                }
            }

            @Override
            public void message(String line) {
                // nobody listens
            }
        };
        SegmentScans.Result result = SegmentScans.run(request("scans"), tripsOnce);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.scans().get(0).problem()).contains("a slip").contains("report it");
        assertThat(names(folder.resolve("out"))).containsExactly("b.nii.gz");
    }

    @Test
    void nothingIsDoneIfAnyOutputExists() throws IOException {
        NiftiScanWriter.write(Toys.scan("a", 1), folder.resolve("scans/a.nii.gz"), false);
        NiftiScanWriter.write(Toys.scan("b", 2), folder.resolve("scans/b.nii.gz"), false);
        Path kept = Files.createDirectories(folder.resolve("out")).resolve("b.nii.gz");
        Files.writeString(kept, "mine");
        assertThatThrownBy(() -> SegmentScans.run(request("scans"), Progress.SILENT))
                .isInstanceOf(SeptumException.class).hasMessageContaining("b.nii.gz")
                .hasMessageContaining("--overwrite");
        assertThat(names(folder.resolve("out"))).containsExactly("b.nii.gz");
        assertThat(kept).hasContent("mine");
        SegmentScans.run(request("scans").withOverwrite(true), Progress.SILENT);
        assertThat(ScanFiles.readMask(kept, Toys.LABELS).count(1)).isPositive();
    }

    @Test
    void aScanIsNeverReplacedByItsMask() throws IOException {
        Path file = folder.resolve("scans/a.nii.gz");
        NiftiScanWriter.write(Toys.scan("a", 1), file, false);
        DicomSeriesWriter.write(Toys.scan("b", 2), folder.resolve("b"), false);
        Path slice = folder.resolve("b/b.dcm");
        try (Stream<Path> slices = Files.list(folder.resolve("b"))) {
            Files.move(slices.findFirst().orElseThrow(), slice);
        }
        byte[] scan = Files.readAllBytes(file);
        byte[] first = Files.readAllBytes(slice);
        SegmentScans.Request inPlace = SegmentScans.Request
                .of(List.of(folder.resolve("scans")), model, folder.resolve("b/../scans")).withOverwrite(true);
        SegmentScans.Request inSeries = SegmentScans.Request.of(List.of(folder.resolve("b")), model,
                folder.resolve("b"));
        for (SegmentScans.Request request : List.of(inPlace,
                inSeries.withOutputs(SegmentOutputs.DEFAULT.withFormats(List.of("dicom-seg")).withOverwrite(true)))) {
            assertThatThrownBy(() -> SegmentScans.run(request, Progress.SILENT)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("another output folder");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(scan);
        assertThat(Files.readAllBytes(slice)).isEqualTo(first);
    }

    @Test
    void masksOfAnEarlierRunBelowTheInputAreNotSegmented() throws IOException {
        NiftiScanWriter.write(Toys.scan("a", 1), folder.resolve("scans/a.nii.gz"), false);
        SegmentScans.Request request = SegmentScans.Request
                .of(List.of(folder.resolve("scans")), model, folder.resolve("scans/masks"))
                .withOutputs(SegmentOutputs.DEFAULT.withPictures(true, false).withOverwrite(true));
        SegmentScans.run(request, Progress.SILENT);
        SegmentScans.Result again = SegmentScans.run(request, Progress.SILENT);
        assertThat(again.scans()).extracting(SegmentScans.ScanResult::name).containsExactly("a");
        assertThat(names(folder.resolve("scans/masks"))).containsExactly("a.nii.gz", "a_overlay.png");
    }

    @Test
    void aMaskThatAFormatCannotHoldDoesNotStopTheOthers() throws IOException {
        Scan toy = Toys.scan("toy", 1);
        Direction sheared = new Direction(new Vector3(1, 0, 0), new Vector3(0.6, 0.8, 0), new Vector3(0, 0, 1));
        Scan odd = new Scan("odd", toy.pixels(),
                new ScanGeometry(Toys.GEOMETRY.spacing(), Toys.GEOMETRY.origin(), sheared), toy.modality(), List.of());
        NiftiScanWriter.write(odd, folder.resolve("scans/a.nii.gz"), false);
        NiftiScanWriter.write(toy, folder.resolve("scans/b.nii.gz"), false);
        SegmentScans.Result result = SegmentScans.run(with("nifti", "dicom-seg"), Progress.SILENT);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.scans().get(0).problem()).contains("DICOM");
        assertThat(names(folder.resolve("out"))).containsExactly("b.dcm", "b.nii.gz");
    }

    @Test
    void aFormatThatIsAskedForTwiceIsWrittenOnce() throws IOException {
        NiftiScanWriter.write(Toys.scan("a", 1), folder.resolve("scans/a.nii.gz"), false);
        SegmentScans.Result result = SegmentScans.run(with("nifti", "NIfTI"), Progress.SILENT);
        assertThat(result.failed()).isZero();
        assertThat(names(folder.resolve("out"))).containsExactly("a.nii.gz");
    }

    @Test
    void stoppingLeavesNothingHalfWritten() throws IOException {
        NiftiScanWriter.write(Toys.scan("a", 1), folder.resolve("scans/a.nii.gz"), false);
        Progress impatient = new Progress() {

            private boolean begun;

            @Override
            public void report(String task, long done, long total) {
                begun = true;
            }

            @Override
            public void message(String line) {
                // not heard
            }

            @Override
            public boolean isCancelled() {
                return begun;
            }
        };
        assertThatThrownBy(() -> SegmentScans.run(request("scans"), impatient)).isInstanceOf(SeptumException.class)
                .extracting(e -> ((SeptumException) e).kind()).isEqualTo(SeptumException.Kind.CANCELLED);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void stoppingInTheSecondScanKeepsTheMaskOfTheFirst() throws IOException {
        for (String name : List.of("a", "b", "c"))
            NiftiScanWriter.write(Toys.scan(name, 1), folder.resolve("scans/" + name + ".nii.gz"), false);
        Progress impatient = new Progress() {

            private boolean second;

            @Override
            public void report(String task, long done, long total) {
                second |= task.contains("segment b") && done > 0;
            }

            @Override
            public void message(String line) {
                // not heard
            }

            @Override
            public boolean isCancelled() {
                return second;
            }
        };
        assertThatThrownBy(() -> SegmentScans.run(request("scans"), impatient)).isInstanceOf(SeptumException.class)
                .extracting(e -> ((SeptumException) e).kind()).isEqualTo(SeptumException.Kind.CANCELLED);
        assertThat(names(folder.resolve("out"))).containsExactly("a.nii.gz");
        assertThat(Toys.values(ScanFiles.readMask(folder.resolve("out/a.nii.gz"), Toys.LABELS)))
                .isEqualTo(Toys.values(Toys.mask(Toys.scan("a", 1))));
    }

    @Test
    void resultsComeInTheOrderOfTheScansAndProblemsStayWithTheirs() throws IOException {
        for (int i = 0; i < 5; i++)
            NiftiScanWriter.write(Toys.scan("s", i), folder.resolve("scans/s" + i + ".nii.gz"), false);
        for (int i : new int[] { 0, 3 })
            Files.write(folder.resolve("scans/s" + i + ".nii.gz"), new byte[100]);
        List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
        SegmentScans.Result result = SegmentScans.run(request("scans"), new Progress() {

            @Override
            public void report(String task, long done, long total) {
                if (task.equals("scans"))
                    heard.add(done + "/" + total);
            }

            @Override
            public void message(String line) {
                heard.add(line.replaceFirst(".*(s\\d).*", "$1"));
            }
        });
        assertThat(result.scans()).extracting(SegmentScans.ScanResult::name).containsExactly("s0", "s1", "s2", "s3",
                "s4");
        assertThat(result.scans()).extracting(SegmentScans.ScanResult::isWell).containsExactly(false, true, true, false,
                true);
        assertThat(heard).containsExactly("s0", "1/5", "2/5", "3/5", "s3", "4/5", "5/5");
        for (int i : new int[] { 1, 2, 4 })
            assertThat(Toys.values(ScanFiles.readMask(folder.resolve("out/s" + i + ".nii.gz"), Toys.LABELS)))
                    .isEqualTo(Toys.values(Toys.mask(Toys.scan("s", i))));
    }

    @Test
    void aLimitOfMemoryThatTheModelCannotKeepIsRefusedWithWhatItNeeds() throws IOException {
        NiftiScanWriter.write(Toys.scan("a", 1), folder.resolve("scans/a.nii.gz"), false);
        SegmentScans.Request request = request("scans");
        assertThatThrownBy(
                () -> SegmentScans.run(request.withPass(request.pass().withMemory(100L << 20)), Progress.SILENT))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("--memory of 100 MB")
                        .hasMessageContaining("501 MB at least");
        SegmentScans.run(request.withPass(request.pass().withMemory(600L << 20)), Progress.SILENT);
        assertThat(names(folder.resolve("out"))).containsExactly("a.nii.gz");
    }

    @Test
    void probabilitiesSumToOneAndTheLargestIsThatOfTheMask() throws IOException {
        Scan scan = Toys.scan("a", 1);
        NiftiScanWriter.write(scan, folder.resolve("scans/a.nii.gz"), false);
        SegmentScans.Request request = request("scans")
                .withOutputs(SegmentOutputs.DEFAULT.withProbabilities(true).withOverwrite(true));
        SegmentScans.run(request, Progress.SILENT);
        assertThat(names(folder.resolve("out"))).containsExactly("a.nii.gz", "a_probabilities.nii.gz");
        Path file = folder.resolve("out/a_probabilities.nii.gz");
        assertThat(ScanFiles.contents(file).get(0).phases()).hasSize(2);
        Scan background = ScanFiles.read(file, ReadOptions.DEFAULT.withPhase(1));
        Scan blob = ScanFiles.read(file, ReadOptions.DEFAULT.withPhase(2));
        assertThat(blob.geometry().isCloseTo(Toys.GEOMETRY, 1e-4)).isTrue();
        byte[] mask = Toys.values(Toys.mask(scan));
        var b = background.pixels().view().flatIterable().cursor();
        var f = blob.pixels().view().flatIterable().cursor();
        for (byte label : mask) {
            float back = b.next().get();
            float front = f.next().get();
            assertThat(back + front).isCloseTo(1, within(1e-5f));
            assertThat(front > back).isEqualTo(label == 1);
        }
        assertThat(f.hasNext()).isFalse();
    }

    private SegmentScans.Request with(String... formats) {
        return request("scans").withOutputs(SegmentOutputs.DEFAULT.withFormats(List.of(formats)));
    }

    private SegmentScans.Request request(String scans) {
        return SegmentScans.Request.of(List.of(folder.resolve(scans)), model, folder.resolve("out")).withDevice("cpu");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
