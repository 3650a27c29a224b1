package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;

class FastPngTest {

    @Test
    void whatAnotherReaderReadsIsThePictureItself() throws IOException {
        Random random = new Random(4);
        BufferedImage picture = new BufferedImage(37, 52, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 52; y++)
            for (int x = 0; x < 37; x++)
                picture.setRGB(x, y, y < 20 ? 0x0102ff + x : random.nextInt(1 << 24));

        BufferedImage read = ImageIO.read(new ByteArrayInputStream(FastPng.of(picture)));

        assertThat(read.getWidth()).isEqualTo(37);
        assertThat(read.getHeight()).isEqualTo(52);
        for (int y = 0; y < 52; y++)
            for (int x = 0; x < 37; x++)
                assertThat(read.getRGB(x, y)).as("pixel %d, %d", x, y).isEqualTo(picture.getRGB(x, y));
    }
}
