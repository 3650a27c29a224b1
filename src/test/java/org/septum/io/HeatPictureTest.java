package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;

class HeatPictureTest {

    private static final ScanGeometry GEOMETRY = ScanGeometry.ofSpacing(1, 1, 1);

    private static Scan scan(float[] values) {
        return new Scan("s", ArrayImgs.floats(values, 6, 4, 1, 1), GEOMETRY, Modality.OTHER, List.of());
    }

    private static final LabelMask NONE = new LabelMask(ArrayImgs.unsignedBytes(6, 4, 1), GEOMETRY,
            ClassLabels.of("background", "a"));

    @Test
    void heatIsWhereTheMapIsHighAndNothingIsWhereItIsZero() {
        float[] grey = new float[24];
        float[] map = new float[24];
        for (int i = 0; i < 24; i++) {
            grey[i] = i;
            map[i] = i % 6 >= 3 ? 5 : 0;
        }
        BufferedImage plain = OverlayPicture.draw(scan(grey), NONE);
        BufferedImage heat = HeatPicture.draw(scan(grey), NONE, scan(map), 5);
        int y = plain.getWidth() / 6;
        int cold = plain.getWidth() / 6;
        int hot = plain.getWidth() * 5 / 6;
        assertThat(heat.getRGB(cold, y)).isEqualTo(plain.getRGB(cold, y));
        assertThat(heat.getRGB(hot, y) >> 16 & 0xff).isGreaterThan((heat.getRGB(hot, y) & 0xff) + 150);
        // half as hot as can be: still more red than blue, but less so
        BufferedImage half = HeatPicture.draw(scan(grey), NONE, scan(map), 10);
        assertThat(half.getRGB(hot, y) & 0xff).isBetween(heat.getRGB(hot, y) & 0xff, 254);
    }

    @Test
    void aMapOfAnotherSizeIsRefused() {
        Scan other = new Scan("m", ArrayImgs.floats(5, 4, 1, 1), GEOMETRY, Modality.OTHER, List.of());
        assertThatThrownBy(() -> HeatPicture.draw(scan(new float[24]), NONE, other, 1))
                .isInstanceOf(SeptumException.class).hasMessageContaining("5×4×1").hasMessageContaining("6×4×1");
    }
}
