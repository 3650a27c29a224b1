package org.septum.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.model.NetworkSpec;
import org.septum.model.block.NoAttention;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

class RegionGradCamTest {

    private static final Scan SCAN = new Scan("s", ArrayImgs.floats(5, 4, 3, 2), ScanGeometry.ofSpacing(1, 1, 1),
            Modality.MR, List.of());

    @Test
    void aMarkedScanHasTheBoxAsItsLastChannel() {
        Scan marked = RegionGradCam.marked(SCAN, List.of(1L, 2L, 0L), List.of(3L, 2L, 1L));
        assertThat(marked.channels()).isEqualTo(3);
        double sum = 0;
        for (int z = 0; z < 3; z++)
            for (int y = 0; y < 4; y++)
                for (int x = 0; x < 5; x++)
                    sum += marked.pixels().getAt(x, y, z, 2).get();
        assertThat(sum).isEqualTo(3 * 1 * 2);
        assertThat(marked.pixels().getAt(1, 2, 0, 2).get()).isEqualTo(1);
        assertThat(marked.pixels().getAt(3, 2, 1, 2).get()).isEqualTo(1);
        assertThat(marked.pixels().getAt(3, 2, 2, 2).get()).isZero();
        assertThatThrownBy(() -> RegionGradCam.marked(SCAN, List.of(1L, 2L, 0L), List.of(1L, 4L, 0L)))
                .isInstanceOf(SeptumException.class).hasMessageContaining("5×4×3");
    }

    @Test
    void tilesOfEveryEncoderKeepTheirSizes() {
        for (String word : EncoderSpec.words()) {
            EncoderSpec encoder = EncoderSpec.of(word);
            int levels = word.equals("unet") || word.equals("residual") ? 3 : 5;
            NetworkSpec network = new NetworkSpec(2, 1, 2, encoder, new NoAttention(),
                    encoder.stages(1, StageSpec.halving(2, levels), List.of(4, 8, 16, 32, 64, 64).subList(0, levels)));
            NetworkSpec marked = RegionGradCam.marked(network, 2);
            assertThat(marked.inputs()).isEqualTo(2);
            assertThat(marked.sizeDivisor()).as(word).isEqualTo(network.sizeDivisor());
        }
    }
}
