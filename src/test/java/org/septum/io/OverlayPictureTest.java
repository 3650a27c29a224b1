package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import javax.imageio.ImageIO;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;

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
        assertThat(picture.getHeight()).isEqualTo(200);
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
    void showsTwelveSlicesOfThoseThatHoldMask() {
        Scan scan = Phantoms.scan("s", Phantoms.oblique(), Modality.MR, 37, 52, 30);
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(37, 52, 30), Phantoms.oblique(), Phantoms.LABELS);
        mask.pixels().getAt(3, 4, 9).set(1);
        mask.pixels().getAt(3, 4, 22).set(1);
        BufferedImage twelve = OverlayPicture.draw(scan, mask);
        mask.pixels().getAt(3, 4, 22).set(0);
        BufferedImage one = OverlayPicture.draw(scan, mask);
        assertThat(twelve.getWidth()).isEqualTo(4 * one.getWidth());
        assertThat(twelve.getHeight()).isEqualTo(3 * one.getHeight());
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
