package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.ClassLabel;
import org.septum.core.Modality;
import org.septum.core.SeptumException;

class CaseIndexTest {

    @TempDir
    Path folder;

    @Test
    void theNnUNetLayoutJoinsChannelsByTheirNumbers() throws IOException {
        Samples.touch(folder, "imagesTr/b_01_0001.nii.gz", "imagesTr/b_01_0000.nii.gz", "imagesTr/a_0000.nii.gz",
                "imagesTr/a_0001.nii.gz", "labelsTr/a.nii.gz", "labelsTr/b_01.nii.gz", "imagesTr/._a_0000.nii.gz");
        Files.writeString(folder.resolve("dataset.json"),
                "{\"name\":\"Two\",\"channel_names\":{\"0\":\"T1\",\"1\":\"T2\"},"
                        + "\"labels\":{\"background\":0,\"edema\":2,\"core\":1}}");
        CaseIndex index = CaseIndex.of(folder);
        assertThat(index.name()).isEqualTo("Two");
        assertThat(index.channels()).containsExactly("T1", "T2");
        assertThat(index.modality()).isEqualTo(Modality.MR);
        assertThat(index.cases()).extracting(DataCase::name).containsExactly("a", "b_01");
        assertThat(index.cases().get(1).channels()).extracting(p -> p.getFileName().toString())
                .containsExactly("b_01_0000.nii.gz", "b_01_0001.nii.gz");
        assertThat(index.cases().get(1).labels()).hasFileName("b_01.nii.gz");
        assertThat(index.labels().orElseThrow().classes()).extracting(ClassLabel::name).containsExactly("background",
                "core", "edema");
        assertThat(index.hasGroups()).isFalse();
        assertThat(index.cases()).extracting(DataCase::group).containsExactly("a", "b_01");
    }

    @Test
    void theDecathlonNamesLabelsByValue() throws IOException {
        Samples.touch(folder, "imagesTr/la_1.nii.gz", "labelsTr/la_1.nii.gz");
        Files.writeString(folder.resolve("dataset.json"),
                "{\"modality\":{\"0\":\"CT\"},\"labels\":{\"0\":\"background\",\"7\":\"left atrium\"}}");
        CaseIndex index = CaseIndex.of(folder);
        assertThat(index.modality()).isEqualTo(Modality.CT);
        assertThat(index.labels().orElseThrow().withValue(7).orElseThrow().name()).isEqualTo("left atrium");
        assertThat(index.name()).isEqualTo(folder.getFileName().toString());
    }

    @Test
    void thePlainLayoutNeedsNothingButEqualStems() throws IOException {
        Samples.touch(folder, "images/x.JPG", "images/y.ome.tiff", "labels/x.png", "labels/y.ome.tif");
        CaseIndex index = CaseIndex.of(folder);
        assertThat(index.cases()).extracting(DataCase::name).containsExactly("x", "y");
        assertThat(index.labels()).isEmpty();
        assertThat(index.modality()).isEqualTo(Modality.OTHER);
    }

    @Test
    void numberedPicturesAreCasesAndNotChannels() throws IOException {
        Samples.touch(folder, "images/slice_0001.png", "images/slice_0002.png", "labels/slice_0001.png",
                "labels/slice_0002.png");
        assertThat(CaseIndex.of(folder).cases()).extracting(DataCase::name).containsExactly("slice_0001", "slice_0002");
    }

    @Test
    void aFolderOfDicomFilesIsACaseWhateverDotsItsNameHas() throws IOException {
        Samples.touch(folder, "images/1.2.840.4/a.dcm", "images/1.2.840.4/b.dcm", "images/1.2.840.5/a.dcm",
                "labels/1.2.840.4.nii.gz", "labels/1.2.840.5.nii.gz");
        CaseIndex index = CaseIndex.of(folder);
        assertThat(index.cases()).extracting(DataCase::name).containsExactly("1.2.840.4", "1.2.840.5");
        assertThat(index.cases().get(0).channels()).containsExactly(folder.resolve("images/1.2.840.4"));
    }

    @Test
    void aHeaderAndItsPixelsAreOneFile() throws IOException {
        Samples.touch(folder, "images/x.hdr", "images/x.img", "labels/x.hdr", "labels/x.img");
        assertThat(CaseIndex.of(folder).cases().get(0).channels()).containsExactly(folder.resolve("images/x.hdr"));
    }

    @Test
    void namesThatDoNotMatchAreListed() throws IOException {
        Samples.touch(folder, "images/a.png", "images/b.png", "labels/b.png", "labels/c.png");
        assertThatThrownBy(() -> CaseIndex.of(folder)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("1 images without labels (a)").hasMessageContaining("1 labels without image (c)");
    }

    @Test
    void twoLabelFilesOfOneCaseAreRefused() throws IOException {
        Samples.touch(folder, "images/a.png", "labels/a.png", "labels/a.tif");
        assertThatThrownBy(() -> CaseIndex.of(folder)).hasMessageContaining("2 label files for a");
    }

    @Test
    void foldersOfNoKnownLayoutAreRefused() throws IOException {
        Samples.touch(folder, "imagesTr/a.png");
        assertThatThrownBy(() -> CaseIndex.of(folder)).hasMessageContaining("no folder labelsTr or labels");
        Files.createDirectories(folder.resolve("labelsTr"));
        Files.delete(folder.resolve("imagesTr/a.png"));
        assertThatThrownBy(() -> CaseIndex.of(folder)).hasMessageContaining("no cases");
    }

    @Test
    void groupsTellWhichCasesAreOfOnePatient() throws IOException {
        Samples.touch(folder, "images/a.1.png", "images/b.png", "images/c.png", "labels/a.1.png", "labels/b.png",
                "labels/c.png");
        Files.writeString(folder.resolve("groups.csv"), "case,patient\na.1,p1\nb.png, p2 \nc,p1\n");
        CaseIndex index = CaseIndex.of(folder);
        assertThat(index.hasGroups()).isTrue();
        assertThat(index.cases()).extracting(DataCase::group).containsExactly("p1", "p2", "p1");
    }

    @Test
    void aCaseWithoutAGroupIsNamedForItCouldStandOnBothSides() throws IOException {
        Samples.touch(folder, "images/a.png", "images/b.png", "labels/a.png", "labels/b.png");
        Files.writeString(folder.resolve("groups.csv"), "a,p1\n");
        assertThatThrownBy(() -> CaseIndex.of(folder)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("groups.csv").hasMessageContaining("(b)");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"labels\":{\"background\":0,\"whole\":[1,2]}}", "{\"labels\":{\"core\":1}}",
            "{\"labels\":{\"background\":0,\"core\":300}}", "{\"labels\":{\"background\":0,", "{" })
    void aDescriptionThatIsWrongIsRefusedWithAReason(String json) throws IOException {
        Samples.touch(folder, "images/a.png", "labels/a.png");
        Files.writeString(folder.resolve("dataset.json"), json);
        assertThatThrownBy(() -> CaseIndex.of(folder)).isInstanceOfSatisfying(SeptumException.class,
                e -> assertThat(e.kind()).isEqualTo(SeptumException.Kind.INPUT));
    }
}
