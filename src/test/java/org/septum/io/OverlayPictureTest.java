package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class OverlayPictureTest {

    @TempDir
    Path folder;

    private static Scan flat(ScanGeometry geometry, long... size) {
        return new Scan("s", ArrayImgs.floats(size[0], size[1], size[2], 1), geometry, Modality.MR, List.of());
    }

    @Test
    void drawsPixelsThatAreNotSquareInProportion() {
        ScanGeometry geometry = ScanGeometry.ofSpacing(0.5, 2, 3);
        LabelMask none = new LabelMask(ArrayImgs.unsignedBytes(400, 50, 1), geometry, Phantoms.LABELS);
        BufferedImage picture = OverlayPicture.draw(flat(geometry, 400, 50, 1), none);
        // 200 mm by 100 mm
        assertThat(picture.getWidth()).isEqualTo(400);
        assertThat(picture.getHeight()).isEqualTo(200 + PictureText.footerHeight(400, List.of()));
    }

    @Test
    void outlinesAndFillsEachClassInItsColour() {
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(300, 200, 1), ScanGeometry.UNKNOWN, Phantoms.LABELS);
        for (int y = 50; y < 100; y++)
            for (int x = 30; x < 130; x++)
                mask.pixels().getAt(x, y, 0).set(7);
        BufferedImage picture = OverlayPicture.draw(flat(ScanGeometry.UNKNOWN, 300, 200, 1), mask);
        assertThat(picture.getRGB(30, 75) & 0xffffff).as("outline").isEqualTo(0x00ff00);
        assertThat(picture.getRGB(80, 75) & 0xffffff).as("fill, 30 %% of 255").isEqualTo(0x004d00);
        assertThat(picture.getRGB(29, 75) & 0xffffff).as("outside").isZero();
    }

    @Test
    void drawsASliceAloneAsRadiologistsLookAtIt() {
        Direction leftFirst = new Direction(new Vector3(-1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1));
        ScanGeometry geometry = new ScanGeometry(new Vector3(1, 1, 1), Vector3.ZERO, leftFirst);
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(300, 200, 3), geometry, Phantoms.LABELS);
        mask.pixels().getAt(0, 0, 1).set(7);
        BufferedImage picture = OverlayPicture.drawSlice(flat(geometry, 300, 200, 3), mask, 1);
        assertThat(picture.getWidth()).isEqualTo(300);
        assertThat(picture.getHeight()).as("no legend").isEqualTo(200);
        assertThat(picture.getRGB(299, 0) & 0xffffff).as("the patient's left").isEqualTo(0x00ff00);
        assertThat(picture.getRGB(0, 0) & 0xffffff).as("the patient's right").isZero();
    }

    @Test
    void drawsThinOutlinesOnLargeVoxels() {
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(12, 8, 1), ScanGeometry.UNKNOWN, Phantoms.LABELS);
        mask.pixels().getAt(5, 3, 0).set(7);
        BufferedImage picture = OverlayPicture.draw(flat(ScanGeometry.UNKNOWN, 12, 8, 1), mask);
        // 20 pixels of the picture a voxel
        assertThat(picture.getWidth()).isEqualTo(240);
        assertThat(picture.getRGB(99, 70) & 0xffffff).as("left of the voxel").isZero();
        assertThat(picture.getRGB(100, 70) & 0xffffff).as("its outline").isEqualTo(0x00ff00);
        assertThat(picture.getRGB(101, 70) & 0xffffff).as("its fill").isEqualTo(0x004d00);
        assertThat(picture.getRGB(119, 70) & 0xffffff).as("its other side").isEqualTo(0x00ff00);
    }

    @Test
    void namesTheClassesThatAreShownInTheirColours() {
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(300, 200, 1), ScanGeometry.UNKNOWN, Phantoms.LABELS);
        mask.pixels().getAt(5, 5, 0).set(7);
        mask.pixels().getAt(9, 9, 0).set(255);
        BufferedImage picture = OverlayPicture.draw(flat(ScanGeometry.UNKNOWN, 300, 200, 1), mask);
        assertThat(count(picture, 200, 0x00ff00)).as("square of class 7").isEqualTo(13 * 13);
        assertThat(count(picture, 200, 0x0000ff)).as("square of class 255").isEqualTo(13 * 13);
        assertThat(count(picture, 200, 0xff0000)).as("square of class 1").isZero();
    }

    @Test
    void turnsASliceStoredFromLeftToRightAndBackToFront() {
        ScanGeometry stored = new ScanGeometry(new Vector3(1, 1, 3), Vector3.ZERO,
                new Direction(new Vector3(-1, 0, 0), new Vector3(0, -1, 0), new Vector3(0, 0, 1)));
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(300, 260, 2), stored, Phantoms.LABELS);
        for (int y = 30; y < 60; y++)
            for (int x = 40; x < 70; x++)
                mask.pixels().getAt(x, y, 1).set(7);
        BufferedImage turned = OverlayPicture.draw(flat(stored, 300, 260, 2), mask);
        assertThat(turned.getRGB(299 - 40, 259 - 30) & 0xffffff).as("a corner").isEqualTo(0x00ff00);
        assertThat(turned.getRGB(40, 30) & 0xffffff).as("where it would be as stored").isZero();
    }

    private static int count(BufferedImage picture, int fromRow, int rgb) {
        int n = 0;
        for (int y = fromRow; y < picture.getHeight(); y++)
            for (int x = 0; x < picture.getWidth(); x++)
                n += (picture.getRGB(x, y) & 0xffffff) == rgb ? 1 : 0;
        return n;
    }

    @Test
    void writesAPictureForEachSliceThatHoldsMask() {
        Scan scan = Phantoms.scan("s", Phantoms.oblique(), Modality.MR, 37, 52, 30);
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(37, 52, 30), Phantoms.oblique(), Phantoms.LABELS);
        mask.pixels().getAt(3, 4, 9).set(1);
        mask.pixels().getAt(3, 4, 22).set(1);
        assertThat(OverlayPicture.writeSlices(scan, mask, folder, false)).isEqualTo(2);
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("s-0010.png", "s-0023.png");
        assertThatThrownBy(() -> OverlayPicture.writeSlices(scan, mask, folder, false)).hasMessageContaining("exists");
    }

    @Test
    void showsTwelveSlicesOfThoseThatHoldMask() {
        Scan scan = Phantoms.scan("s", Phantoms.oblique(), Modality.MR, 52, 37, 30);
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(52, 37, 30), Phantoms.oblique(), Phantoms.LABELS);
        mask.pixels().getAt(3, 4, 9).set(1);
        mask.pixels().getAt(3, 4, 22).set(1);
        BufferedImage twelve = OverlayPicture.draw(scan, mask);
        mask.pixels().getAt(3, 4, 22).set(0);
        BufferedImage one = OverlayPicture.draw(scan, mask);
        assertThat(twelve.getWidth()).isEqualTo(4 * one.getWidth());
        int footer = PictureText.footerHeight(one.getWidth(), List.of(Map.entry("anterior", 0)));
        assertThat(twelve.getHeight() - footer).isEqualTo(3 * (one.getHeight() - footer));
    }

    @Test
    void writesAPngAndRefusesToReplaceIt() throws IOException {
        Path file = folder.resolve("o.png");
        Scan scan = Phantoms.scan("s", Phantoms.oblique(), Modality.MR, 37, 52, 3);
        LabelMask mask = Phantoms.mask(Phantoms.oblique(), 37, 52, 3);
        OverlayPicture.write(scan, mask, file, false);
        assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(OverlayPicture.draw(scan, mask).getWidth());
        assertThatThrownBy(() -> OverlayPicture.write(scan, mask, file, false)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("exists");
        assertThatThrownBy(() -> OverlayPicture.draw(scan, Phantoms.mask(Phantoms.oblique(), 52, 37, 3)))
                .hasMessageContaining("52×37×3");
    }
}
