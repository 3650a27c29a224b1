package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.BundleReader;
import org.septum.bundle.OpenBundle;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.explain.QualityModel;
import org.septum.io.NiftiScanWriter;

/** Masks that are judged without a reference, from the calibration of a model to the table of a batch. */
@Tag("engine")
class JudgedBatchTest {

    @TempDir
    private Path folder;

    private Path calibrated() throws IOException {
        Path output = folder.resolve("calibrated.zip");
        CalibrateModel.Result result = CalibrateModel.run(
                new CalibrateModel.Request(Toys.model(folder.resolve("toy")), Toys.dataset(folder.resolve("data"), 12),
                        Optional.of(-1), 0, "cpu", output, false, Optional.of(folder.resolve("cases.csv"))),
                Progress.SILENT);
        assertThat(result.problems()).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("cases.csv"))).hasSize(13);
        try (OpenBundle open = BundleReader.open(output)) {
            assertThat(QualityModel.of(open.bundle())).contains(result.quality());
        }
        // the toy model makes no mistakes on its own data
        assertThat(result.quality().bias()).isEqualTo(1);
        return output;
    }

    /** A scan of air. */
    private static Scan empty() {
        Img<FloatType> pixels = ArrayImgs.floats(23, 26, 11, 1);
        Scan like = Toys.scan("empty", 1);
        return new Scan("empty", pixels, like.geometry(), like.modality(), List.of());
    }

    private SegmentFolders.Request request(Path model, String output) {
        return SegmentFolders.Request
                .of(SegmentScans.Request.of(List.of(folder.resolve("scans")), model, folder.resolve(output))
                        .withDevice("cpu").withOutputs(SegmentOutputs.DEFAULT.withQuality(true)));
    }

    @Test
    void theScanThatIsUnlikeTheCasesComesFirstAndSaysWhy() throws IOException {
        Path model = calibrated();
        NiftiScanWriter.write(Toys.scan("a", 3), folder.resolve("scans/a.nii.gz"), false);
        NiftiScanWriter.write(Toys.scan("b", 4), folder.resolve("scans/b.nii.gz"), false);
        NiftiScanWriter.write(empty(), folder.resolve("scans/c.nii.gz"), false);
        Files.writeString(folder.resolve("scans/d.nii.gz"), "no scan");
        SegmentFolders.run(request(model, "masks"), Progress.SILENT);
        List<String> rows = Files.readAllLines(folder.resolve("masks/summary.csv"));
        assertThat(rows.get(0)).contains("look at it,predicted Dice,why");
        assertThat(rows).extracting(row -> row.split(",")[0]).containsExactly("scan", "d.nii.gz", "c.nii.gz",
                "a.nii.gz", "b.nii.gz");
        assertThat(rows.get(2)).contains("yes").contains("in the 12 cases");
        assertThat(rows.get(3)).contains(",no,1.0000,");
        String page = Files.readString(folder.resolve("masks/index.html"));
        assertThat(page.indexOf("c.nii.gz")).isLessThan(page.indexOf("a.nii.gz"));
        assertThat(page).contains("look at it: ").contains("predicted Dice 1.000");
        // goes on without anything to do, and the table stays
        SegmentFolders.run(request(model, "masks").withAgain(SegmentFolders.Again.RESUME), Progress.SILENT);
        assertThat(Files.readAllLines(folder.resolve("masks/summary.csv"))).isEqualTo(rows);
    }

    @Test
    void aModelThatHasNotLearntItSaysSoAndTellsWhatItCan() throws IOException {
        NiftiScanWriter.write(Toys.scan("a", 3), folder.resolve("scans/a.nii.gz"), false);
        List<String> said = new ArrayList<>();
        Progress progress = new Progress() {

            @Override
            public void report(String task, long done, long total) {
                // not of interest
            }

            @Override
            public void message(String line) {
                said.add(line);
            }
        };
        SegmentScans.Result result = SegmentScans.run(request(Toys.model(folder.resolve("toy")), "out").scans(),
                progress);
        assertThat(said).anyMatch(line -> line.contains("septum model calibrate"));
        assertThat(result.scans().get(0).quality().judged()).isTrue();
        assertThat(result.scans().get(0).quality().predictedDice()).isNaN();
        assertThat(result.scans().get(0).files()).hasSize(1);
    }

    @Test
    void recordsOfRunsWithoutJudgementAreRead() {
        String old = "{\"status\":\"done\",\"part\":1,\"parts\":1,\"scan\":\"a\",\"name\":\"a\",\"seconds\":1.0,"
                + "\"input\":{\"bytes\":1,\"sha256\":\"\"},\"model\":\"m\",\"options\":\"o\",\"files\":[],"
                + "\"volumes\":[],\"notes\":[],\"problem\":\"\",\"septum\":\"0.1.0\"}";
        ScanRecord read = ScanRecord.parse(old).orElseThrow();
        assertThat(read.quality()).isEqualTo(MaskQuality.NONE);
        assertThat(read.json()).doesNotContain("quality");
        MaskQuality bad = new MaskQuality(0.5, true, true, List.of("why, \"so\""));
        ScanRecord judged = new ScanRecord(read.status(), 1, 1, "a", "a", 1, read.input(), "m", "o", List.of(),
                List.of(), List.of(), "", "0.1.0", 0, bad);
        assertThat(ScanRecord.parse(judged.json()).orElseThrow().quality()).isEqualTo(bad);
    }

    @Test
    void aModelOfOthersCannotBeJudged() {
        assertThatThrownBy(() -> new JudgeMasks(null, null, null)).hasMessageContaining("--quality");
    }
}
