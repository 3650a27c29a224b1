package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.ClassLabels;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.data.CaseIndex;
import org.septum.data.DataCase;
import org.septum.data.FoldSplit;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.NiftiMaskWriter;
import org.septum.io.OmeTiffScanWriter;
import org.septum.io.ScanFiles;

class CheckDataTest {

    @TempDir
    private Path folder;

    @Test
    void aSoundDatasetHasNoProblems() throws IOException {
        CheckData.Result result = check(Toys.dataset(folder.resolve("toys"), 3));
        assertThat(result.isWell()).isTrue();
        assertThat(result.findings()).hasSize(3);
        assertThat(result.findings().get(0).volumes()).extracting(v -> v.label().name()).containsExactly("blob");
        assertThat(result.findings().get(1).facts().orElseThrow().describe())
                .startsWith("23×26×11, 0.7 × 0.9 × 2.5 mm, axial, axes LPS, values 0 … 21");
    }

    @Test
    void labelsBesideTheScanEmptyLabelsStrangeValuesAndOtherShapesAreFound() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 4);
        LabelMask good = Toys.mask(Toys.scan("case_0", 0));
        write(toys, 0, new LabelMask(good.pixels(), good.geometry().croppedAt(2, 0, 0), Toys.LABELS));
        write(toys, 1, new LabelMask(ArrayImgs.unsignedBytes(23, 26, 11), Toys.GEOMETRY, Toys.LABELS));
        LabelMask strange = Toys.mask(Toys.scan("case_2", 2));
        strange.pixels().getAt(11, 13, 5).set(9);
        write(toys, 2, new LabelMask(strange.pixels(), Toys.GEOMETRY,
                new ClassLabels(ClassLabels.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9").classes())));
        write(toys, 3, new LabelMask(ArrayImgs.unsignedBytes(23, 26, 10), Toys.GEOMETRY, Toys.LABELS));
        CheckData.Result result = check(toys);
        assertThat(result.isWell()).isFalse();
        assertThat(problem(result, 0)).contains("do not lie where the scan lies: origin 1.4 mm away");
        assertThat(problem(result, 1)).contains("empty");
        assertThat(problem(result, 2)).contains("9");
        assertThat(problem(result, 3)).contains("23×26×10").contains("23×26×11");
    }

    @Test
    void aClassThatNoCaseShowsIsAProblemOfTheDataset() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 2);
        Files.writeString(toys.resolve("dataset.json"),
                "{\"labels\": {\"background\": 0, \"blob\": 1, \"tumour\": 2}, \"channel_names\": {\"0\": \"MRI\"}}");
        assertThat(check(toys).problems()).singleElement().asString().contains("tumour");
    }

    @ParameterizedTest
    @CsvSource({ "1,0,0, 0,1,0, axial, LPS", "0,1,0, 0,0,-1, sagittal, PIR", "-1,0,0, 0,0,-1, coronal, RIA" })
    void viewAndAxesAreNamedAsRadiologistsDo(double xx, double xy, double xz, double yx, double yy, double yz,
            String view, String axes) {
        Vector3 x = new Vector3(xx, xy, xz);
        Vector3 y = new Vector3(yx, yy, yz);
        ScanGeometry g = new ScanGeometry(new Vector3(1, 1, 1), Vector3.ZERO, new Direction(x, y, x.cross(y)));
        assertThat(ScanFacts.view(g)).isEqualTo(view);
        assertThat(ScanFacts.axes(g)).isEqualTo(axes);
    }

    @Test
    void aTiltIsGivenInDegrees() {
        double a = Math.toRadians(18.5);
        Direction tilted = new Direction(new Vector3(1, 0, 0), new Vector3(0, Math.cos(a), Math.sin(a)),
                new Vector3(0, -Math.sin(a), Math.cos(a)));
        Scan scan = new Scan("t", ArrayImgs.floats(4, 5, 3, 1),
                new ScanGeometry(new Vector3(0.49, 0.49, 5), Vector3.ZERO, tilted), org.septum.core.Modality.CT,
                List.of());
        assertThat(ScanFacts.of(scan, 1).describe()).startsWith("CT, 4×5×3, 0.49 × 0.49 × 5 mm, axial, tilted 18.5°");
    }

    @Test
    void correctedCopiesLieOnTheScanAndTheDatasetStays() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 2);
        LabelMask good = Toys.mask(Toys.scan("case_1", 1));
        write(toys, 1, new LabelMask(good.pixels(), ScanGeometry.ofSpacing(0.7, 0.9, 3), Toys.LABELS));
        byte[] before = Files.readAllBytes(toys.resolve("labelsTr/case_1.nii.gz"));
        CheckData.Result result = CheckData.run(CheckData.Request.of(toys).withFix(folder.resolve("fixed")),
                Progress.SILENT);
        assertThat(problem(result, 1)).contains("spacing differs by up to 0.5 mm");
        assertThat(result.files()).containsExactly(folder.resolve("fixed/labelsTr/case_1.nii.gz"));
        LabelMask fixed = ScanFiles.readMask(result.files().get(0), Toys.LABELS);
        assertThat(fixed.geometry().isCloseTo(Toys.GEOMETRY, 1e-4)).isTrue();
        assertThat(Toys.values(fixed)).isEqualTo(Toys.values(good));
        assertThat(toys.resolve("labelsTr/case_1.nii.gz")).hasBinaryContent(before);
    }

    @Test
    void correctedCopiesNeverReplaceTheLabelsOfTheDataset() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 2);
        LabelMask good = Toys.mask(Toys.scan("case_1", 1));
        write(toys, 1, new LabelMask(good.pixels(), ScanGeometry.ofSpacing(0.7, 0.9, 3), Toys.LABELS));
        byte[] before = Files.readAllBytes(toys.resolve("labelsTr/case_1.nii.gz"));
        CheckData.Request request = new CheckData.Request(List.of(toys), Optional.empty(),
                Optional.of(toys.resolve("imagesTr/..")), true);
        assertThatThrownBy(() -> CheckData.run(request, Progress.SILENT)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("another folder");
        assertThat(toys.resolve("labelsTr/case_1.nii.gz")).hasBinaryContent(before);
    }

    @Test
    void theSameScanTwiceIsFoundInWhateverFormat() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 3);
        Files.delete(toys.resolve("imagesTr/case_2_0000.nii.gz"));
        OmeTiffScanWriter.write(Toys.scan("twin", 0), toys.resolve("imagesTr/case_2_0000.ome.tif"), false);
        CheckData.Result result = check(toys);
        assertThat(problem(result, 2)).contains("the same as that of case case_0");
        assertThat(problem(result, 1)).isEmpty();
    }

    private Path dicomToys(int ofOne) throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 6);
        for (int i = 0; i < 6; i++) {
            Files.delete(toys.resolve("imagesTr/case_" + i + "_0000.nii.gz"));
            // the writer takes the patient from the scan's name
            Scan scan = Toys.scan(i < ofOne ? "same patient" : "patient " + i, i);
            DicomSeriesWriter.write(scan, toys.resolve("imagesTr/case_" + i), false);
        }
        return toys;
    }

    @Test
    void scansThatAllBearOneDicomIdAreToldOfButNotWhoseTheyAre() throws IOException {
        Path toys = dicomToys(6);
        assertThat(check(toys).problems()).singleElement().asString().contains("case_0, case_1, case_2")
                .doesNotContain("same patient").contains("groups.csv");
        Files.writeString(toys.resolve("groups.csv"), "case_0,a\ncase_1,a\ncase_2,a\ncase_3,b\ncase_4,c\ncase_5,d\n");
        assertThat(check(toys).problems()).isEmpty();
    }

    @Test
    void aDicomIdKeepsTheScansOfAPatientInOneFold() throws IOException {
        Path toys = dicomToys(3);
        CaseIndex index = CaseIndex.of(toys);
        assertThat(check(toys).problems()).isEmpty();
        assertThat(index.hasGroups()).isTrue();
        assertThat(index.toString()).as("the ID goes nowhere").doesNotContain("same patient");
        Files.writeString(toys.resolve("groups.csv"), "case_0,same patient\ncase_1,same patient\ncase_2,same patient\n"
                + "case_3,patient 3\ncase_4,patient 4\ncase_5,patient 5\n");
        CaseIndex named = CaseIndex.of(toys);
        for (int fold = 0; fold < 4; fold++) {
            assertThat(names(FoldSplit.of(index, fold))).as("fold %d", fold)
                    .isEqualTo(names(FoldSplit.of(named, fold)));
        }
        assertThat(FoldSplit.count(index)).isEqualTo(4);
    }

    private static List<String> names(FoldSplit split) {
        return split.validation().stream().map(DataCase::name).toList();
    }

    @Test
    void unmatchedNamesAreToldAndTheRestIsLookedAt() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 3);
        Files.delete(toys.resolve("labelsTr/case_1.nii.gz"));
        CheckData.Result result = check(toys);
        assertThat(result.problems()).singleElement().asString().contains("case_1");
        assertThat(result.findings()).hasSize(2);
    }

    @Test
    void thePageShowsEveryCaseAndWhatIsWrongFirst() throws IOException {
        Path toys = Toys.dataset(folder.resolve("toys"), 3);
        write(toys, 2, new LabelMask(ArrayImgs.unsignedBytes(23, 26, 11), Toys.GEOMETRY, Toys.LABELS));
        Path page = folder.resolve("check.html");
        CheckData.run(CheckData.Request.of(toys).withPage(page), Progress.SILENT);
        String html = Files.readString(page);
        assertThat(html).contains("3 looked at, 1 with problems").contains("the labels are empty");
        assertThat(html.indexOf("case_2")).isLessThan(html.indexOf("case_0"));
        assertThat(html.split("data:image/png;base64,", -1)).hasSize(4);
    }

    private static void write(Path toys, int index, LabelMask mask) {
        new NiftiMaskWriter().write(mask, toys.resolve("labelsTr/case_" + index + ".nii.gz"), true);
    }

    private static String problem(CheckData.Result result, int index) {
        return String.join("; ", result.findings().get(index).problems());
    }

    private static CheckData.Result check(Path path) {
        return CheckData.run(CheckData.Request.of(path), Progress.SILENT);
    }
}
