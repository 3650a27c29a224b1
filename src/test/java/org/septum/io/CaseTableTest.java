package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class CaseTableTest {

    private static final String HC18 = "filename,pixel size(mm),head circumference (mm)\n000_HC.png,0.069,44.3\n"
            + "\"a, b.png\",0.15,\n\n";

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("table.csv"), text);
    }

    private Path picture(String name) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(new BufferedImage(7, 5, BufferedImage.TYPE_BYTE_GRAY), "png", file.toFile());
        return file;
    }

    @Test
    void findsNumbersByTheNameOfTheScanAndWordsOfTheColumn() throws IOException {
        CaseTable table = CaseTable.read(file(HC18));
        assertThat(table.millimetres("000_HC.png", "pixel", "size")).hasValue(0.069);
        assertThat(table.millimetres("000_HC.nii.gz", "circumference")).hasValue(44.3);
        assertThat(table.millimetres("a, b", "pixel", "size")).hasValue(0.15);
        assertThat(table.millimetres("a, b.png", "circumference")).isEmpty();
        assertThat(table.millimetres("other.png", "circumference")).isEmpty();
        assertThat(table.has("circumference")).isTrue();
        assertThat(table.has("weight")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "size,weight\n1,2\n", "filename,pixel size\na.png,1\na.png,2\n",
            "filename,pixel size\na.png\n", "" })
    void refusesTablesThatCannotBeMeant(String text) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> CaseTable.read(file)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("table.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = { "pixel size(cm)\na.png,1\n", "pixel size\na.png,-1\n", "pixel size\na.png,large\n",
            "pixel size x,pixel size y\na.png,1,2\n", "weight\na.png,1\n" })
    void refusesColumnsAndNumbersThatAreNoLength(String text) throws IOException {
        CaseTable table = CaseTable.read(file("filename," + text));
        assertThatThrownBy(() -> table.millimetres("a.png", "pixel", "size")).isInstanceOf(SeptumException.class)
                .hasMessageContaining("table.csv");
    }

    @Test
    void aPictureGetsItsPixelSizeFromTheTableOrTheNumber() throws IOException {
        Path picture = picture("000_HC.png");
        PixelSizes sizes = PixelSizes.parse(file(HC18).toString());
        Scan scan = ScanFiles.read(picture, ReadOptions.DEFAULT.withPixelSizes(sizes));
        assertThat(scan.geometry().spacing()).isEqualTo(new Vector3(0.069, 0.069, Double.NaN));
        ReadOptions oblong = ReadOptions.DEFAULT.withPixelSizes(PixelSizes.parse("0.15,0.2")).withLevel(0);
        assertThat(ScanFiles.readMask(picture, ClassLabels.of("b", "f"), oblong).geometry().spacing())
                .isEqualTo(new Vector3(0.15, 0.2, Double.NaN));
        assertThat(ScanFiles.read(picture).geometry().spacing().isFinite()).isFalse();
    }

    @Test
    void aPictureThatTheTableDoesNotNameIsRefused() throws IOException {
        Path picture = picture("other.png");
        ReadOptions options = ReadOptions.DEFAULT.withPixelSizes(PixelSizes.parse(file(HC18).toString()));
        assertThatThrownBy(() -> ScanFiles.read(picture, options)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("no pixel size of other.png");
    }

    @Test
    void aScanThatKnowsItsPixelSizeKeepsItAndContradictionIsRefused() {
        Scan scan = Phantoms.scan("known", ScanGeometry.ofSpacing(0.7, 0.9, 2.5), Modality.MR, 7, 5, 3, 1);
        Path file = folder.resolve("known.nii.gz");
        NiftiScanWriter.write(scan, file, false);
        Vector3 own = scan.geometry().spacing();
        ReadOptions same = ReadOptions.DEFAULT.withPixelSizes(PixelSizes.of(own.x(), own.y()));
        assertThat(ScanFiles.read(file, same).geometry()).isEqualTo(ScanFiles.read(file).geometry());
        ReadOptions other = ReadOptions.DEFAULT.withPixelSizes(PixelSizes.of(own.x() * 2, own.y()));
        assertThatThrownBy(() -> ScanFiles.read(file, other)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("states a pixel size");
    }

    @ParameterizedTest
    @ValueSource(strings = { "0", "-0.1", "0.1,0", "1e999", "1-2" })
    void refusesSizesThatAreNone(String words) {
        assertThatThrownBy(() -> PixelSizes.parse(words)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("pixel size");
    }
}
